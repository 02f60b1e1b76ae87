"""A show over HLS: who is let in, who counts as watching, what they pay, and what a worker hears of it."""

from functools import partial
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from billing.prices import set_price
from billing.tests.worlds import coins_of, give
from core import clock, guests
from core.actors import SYSTEM
from rooms import folders, selectors
from rooms.flows import StayState
from rooms.hls import links
from rooms.models import Kind, Origin, Relay, RelayKind, Role, Stay
from rooms.services import bans, channels, control, leases, stays
from rooms.tasks import charge_minutes, sweep_stays
from rooms.tests.playing import addresses, browser, code, fetch, stay_of
from rooms.tests.written import SIZE, write_run

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(channel):
    """`ask(viewer)`: the playlist as that person's browser; `ask(client)`: once more, as the same."""

    def get(who=None, **query):
        client = who if isinstance(who, Client) else browser(who)
        return client.get(f"/hls/{channel.cid}/index.m3u8", query)

    return get


def price(channel, coins: int, **more) -> None:
    set_price(actor=SYSTEM, kind="play", value=coins, place=channel.cid)


# ---- What a playlist says, and when there is none ----


def test_a_show_on_the_air_has_a_playlist_that_any_player_reads(show, ask):
    response = ask()
    assert (response.status_code, response["Content-Type"]) == (200, "application/vnd.apple.mpegurl")
    assert response["Cache-Control"] == "no-store"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert addresses(response) == [f"{show.pk}/1/{number}.m4s" for number in range(5)]
    assert "ENDLIST" not in response.content.decode()


def test_who_asks_before_the_first_segments_are_there_is_told_to_come_again(channel, show, ask):
    folders.of_show(channel.cid, show.pk).rename(folders.of_show(channel.cid, 0))
    response = ask()
    assert (response.status_code, code(response), response["Retry-After"]) == (503, "hls_starting", "2")


def test_whoever_asks_is_told_to_the_relay_workers(channel, show, ask, viewer):
    Relay.objects.get_or_create(channel=channel, kind=RelayKind.OUT, subject="", defaults={"state": "waiting"})
    ask(viewer)
    assert Relay.objects.get(channel=channel, kind=RelayKind.OUT).hls_until > clock.now()


def test_who_may_not_watch_makes_nobody_work(channel, show, ask, host):
    Relay.objects.get_or_create(channel=channel, kind=RelayKind.OUT, subject="", defaults={"state": "waiting"})
    channels.update(actor=host, cid=channel.cid, kind=Kind.LOGIN_PUBLIC)
    ask()
    assert Relay.objects.get(channel=channel, kind=RelayKind.OUT).hls_until is None


def test_off_the_air_there_is_nothing(channel, ask, viewer):
    response = ask(viewer)
    assert (response.status_code, code(response)) == (404, "not_live")
    assert not Stay.objects.exists()


def test_of_a_show_that_ended_just_now_those_who_were_there_are_given_the_end(channel, show, ask, host, viewer, later):
    there = browser(viewer)
    ask(there)
    channels.stop(actor=host, cid=channel.cid)
    assert ask(there).content.decode().endswith("4.m4s\n#EXT-X-ENDLIST\n")
    assert code(ask()) == "not_live"
    later(seconds=31)
    assert code(ask(there)) == "not_live"


def test_while_the_host_is_lost_the_playlist_stands(channel, show, ask, host, viewer):
    studio = Stay.objects.get(role=Role.UPLOADER)
    stays.lose(sid=studio.sid, connection="studio")
    assert ask(viewer).status_code == 200


def test_a_show_that_staff_hold_back_is_not_handed_out(channel, show, ask, viewer, staff):
    first = ask(viewer)
    control.freeze(actor=staff, cid=channel.cid, reason="look")
    response = ask(viewer)
    assert (response.status_code, code(response)) == (503, "show_frozen")
    assert fetch(first).status_code == 403
    control.unfreeze(actor=staff, cid=channel.cid)
    assert ask(viewer).status_code == 200


def test_a_channel_that_is_not_there_is_not_found(ask, client):
    assert code(client.get("/hls/nothere/index.m3u8")) == "not_found"


# ---- Who may come in ----


@pytest.mark.parametrize(
    ("kind", "guest", "signed_in"),
    [
        (Kind.GLOBAL_PUBLIC, 200, 200),
        (Kind.LOGIN_PUBLIC, 401, 200),
        (Kind.LOGIN_SPECIFY, 404, 404),
    ],
)
def test_the_door_is_that_of_the_channel(channel, show, ask, host, viewer, kind, guest, signed_in):
    channels.update(actor=host, cid=channel.cid, kind=kind)
    assert (ask().status_code, ask(viewer).status_code) == (guest, signed_in)


def test_a_full_house_lets_nobody_more_in_however_they_watch(channel, show, ask, host, viewer, stranger):
    channels.update(actor=host, cid=channel.cid, max_people=2)  # the host is one of them
    assert ask(viewer).status_code == 200
    response = ask(stranger)
    assert (response.status_code, code(response)) == (409, "full")
    assert ask(viewer).status_code == 200


def test_a_banned_person_is_refused_at_the_next_playlist(channel, show, ask, host, viewer):
    there = browser(viewer)
    assert ask(there).status_code == 200
    bans.add(actor=host, cid=channel.cid, uid=viewer.uid, time=60)
    response = ask(there)
    assert (response.status_code, code(response)) == (403, "banned_here")
    assert stay_of(viewer).state == StayState.ENDED


def test_whom_the_host_puts_out_is_out_though_the_player_asks_again(channel, show, ask, host, viewer, later):
    there = browser(viewer)
    ask(there)
    stays.end(actor=host, sid=stay_of(viewer).sid)
    assert code(ask(there)) == "banned_here"
    later(seconds=61)
    assert ask(there).status_code == 200


def test_a_closed_channel_is_refused_at_the_next_playlist(channel, show, ask, host, viewer):
    there = browser(viewer)
    ask(there)
    channels.close(actor=host, cid=channel.cid)
    response = ask(there)
    assert (response.status_code, code(response)) == (409, "channel_closed")


def test_one_address_does_not_become_a_crowd(channel, show, ask, settings):
    settings.SOCKETS_PER_ADDRESS = 3
    assert [ask().status_code for _ in range(4)] == [200, 200, 200, 429]


# ---- Whoever keeps no cookies ----


def test_a_player_without_cookies_is_given_a_ticket_and_is_one_guest_from_then_on(channel, show):
    path = f"/hls/{channel.cid}/index.m3u8"
    response = Client().get(path, {"platform": "vlc"})
    assert response.status_code == 302
    where = response["Location"]
    assert where.startswith(f"{path}?platform=vlc&ticket=")
    assert [Client().get(where).status_code for _ in range(3)] == [200, 200, 200]
    stay = Stay.objects.get(role=Role.VIEWER)
    assert (stay.origin, stay.platform, stay.person[0]) == (Origin.HLS, "vlc", "g")
    assert not Client().get(where).cookies


def test_a_ticket_that_is_forged_or_old_is_changed_for_a_new_one(channel, show, later):
    path = f"/hls/{channel.cid}/index.m3u8"
    for bad in ("forged", guests.to_ticket(guests.new_guest())[:-1] + "x"):
        response = Client().get(path, {"ticket": bad})
        assert response.status_code == 302
        assert Client().get(response["Location"]).status_code == 200


def test_a_ticket_is_no_way_into_a_channel_for_signed_in_people(channel, show, host):
    channels.update(actor=host, cid=channel.cid, kind=Kind.LOGIN_PUBLIC)
    ticket = guests.to_ticket(guests.new_guest())
    for query in ({}, {"ticket": ticket}):
        response = Client().get(f"/hls/{channel.cid}/index.m3u8", query)
        assert (response.status_code, code(response)) == (401, "login_required")


def test_a_bad_usersig_is_refused(channel, show):
    response = Client().get(f"/hls/{channel.cid}/index.m3u8", headers={"Authorization": "Bearer nonsense"})
    assert (response.status_code, code(response)) == (401, "usersig_malformed")


def test_pages_of_others_may_ask_with_a_usersig(channel):
    response = Client().options(f"/hls/{channel.cid}/index.m3u8")
    assert response.status_code == 200
    assert "authorization" in response["Access-Control-Allow-Headers"]
    assert Client().post(f"/hls/{channel.cid}/index.m3u8").status_code == 405


# ---- Watching ----


def test_whoever_asks_watches_and_is_counted(channel, show, ask, viewer):
    ask(viewer)
    ask()
    assert selectors.viewers(channel) == 2
    assert stay_of(viewer).origin == Origin.HLS


def test_each_playlist_is_a_sign_of_life_and_without_one_the_stay_runs_out(channel, show, ask, viewer, later):
    there = browser(viewer)
    ask(there)
    for _ in range(6):
        later(seconds=20)
        stays_alive(channel)
        assert ask(there).status_code == 200
    assert Stay.objects.filter(user=viewer).count() == 1
    later(seconds=46)
    sweep_stays()
    assert stay_of(viewer).state == StayState.LOST
    later(seconds=31)
    sweep_stays()
    assert stay_of(viewer).state == StayState.ENDED


def stays_alive(channel):
    """The host's studio is there all the time."""
    host = Stay.objects.filter(channel=channel, role=Role.UPLOADER, state=StayState.UP).first()
    if host:
        leases.renew(signs=[leases.Sign(host.sid, host.connection)])
    sweep_stays()


def test_a_player_that_was_silent_for_a_moment_goes_on_with_the_same_stay(channel, show, ask, viewer, later):
    there = browser(viewer)
    ask(there)
    later(seconds=46)
    stays_alive(channel)
    assert stay_of(viewer).state == StayState.LOST
    assert ask(there).status_code == 200
    assert Stay.objects.get(user=viewer).state == StayState.UP


def test_a_page_holds_its_stay_by_its_socket_and_only_the_media_come_this_way(channel, show, ask, viewer):
    page = browser(viewer)
    response = ask(page, stay="held")
    assert (response.status_code, code(response)) == (409, "not_here")
    stays.join(actor=viewer, cid=channel.cid, connection="tab")
    assert ask(page, stay="held").status_code == 200
    assert (stay_of(viewer).origin, stay_of(viewer).connection) == (Origin.SOCKET, "tab")
    stays.leave(actor=viewer, cid=channel.cid, role=Role.VIEWER)
    assert code(ask(page, stay="held")) == "not_here"
    assert selectors.viewers(channel) == 0


def test_a_socket_of_the_same_person_takes_the_stay_over(channel, show, ask, viewer):
    ask(viewer)
    stay = stays.join(actor=viewer, cid=channel.cid, connection="tab")
    ask(viewer)
    assert Stay.objects.get(user=viewer).pk == stay.pk
    assert stay_of(viewer).connection == "tab"


# ---- What it costs ----


def test_minutes_over_hls_cost_what_they_cost_elsewhere_and_end_with_the_coins(channel, show, ask, host, viewer, later):
    price(channel, 10)
    give(viewer, 15)
    there = browser(viewer)
    assert ask(there).status_code == 200
    charge_minutes()
    assert coins_of(viewer) == 5
    later(seconds=30)
    ask(there)
    stays_alive(channel)
    later(seconds=31)
    ask(there)
    stays_alive(channel)
    charge_minutes()
    assert stay_of(viewer).end_reason == "no_balance"
    response = ask(there)
    assert (response.status_code, code(response)) == (402, "insufficient_balance")


def test_a_guest_sees_the_preview_and_no_more(channel, show, ask, later):
    price(channel, 10)
    set_price(actor=SYSTEM, kind="preview", value=30, place=channel.cid)
    there = browser()
    assert ask(there).status_code == 200
    later(seconds=31)
    ask(there)
    charge_minutes()
    response = ask(there)
    assert (response.status_code, code(response)) == (401, "preview_over")


def test_what_was_listed_is_counted_as_sent_once(channel, show, ask, viewer, later):
    there, folder = browser(viewer), folders.of_show(channel.cid, show.pk)
    ask(there)
    ask(there)
    assert stay_of(viewer).bytes == 0
    later(seconds=11)
    ask(there)
    ask(there)
    assert stay_of(viewer).bytes == 3 * SIZE  # a player begins with the last three
    write_run(folder, 1, range(8))
    later(seconds=11)
    ask(there)
    assert stay_of(viewer).bytes == 6 * SIZE
    show.refresh_from_db()
    assert show.bytes == 6 * SIZE


def test_bytes_of_a_page_are_counted_at_the_stay_that_its_socket_holds(channel, show, ask, viewer, later):
    stays.join(actor=viewer, cid=channel.cid, connection="tab")
    for _ in range(2):
        ask(viewer, stay="held")
        later(seconds=11)
    stay = stay_of(viewer)
    assert (stay.bytes, stay.origin) == (3 * SIZE, Origin.SOCKET)


def test_where_the_cache_is_lost_nothing_is_counted_twice(channel, show, ask, viewer, later):
    there = browser(viewer)
    for _ in range(4):
        ask(there)
        cache.delete_pattern("hls:*")
        later(seconds=11)
    assert stay_of(viewer).bytes == 0
    assert (
        clock.now() - stay_of(viewer).last_seen < leases.timedelta(seconds=12) if hasattr(leases, "timedelta") else True
    )


# ---- The files ----


def test_what_is_everybodys_lies_under_a_plain_address_for_ever(channel, show, ask):
    response = ask()
    file = fetch(response)
    assert (file.status_code, file["Content-Type"]) == (200, "video/iso.segment")
    assert b"".join(file.streaming_content) == bytes([0]) * SIZE
    assert file["Cache-Control"] == "public, max-age=31536000, immutable"
    init = Client().get(f"/hls/{channel.cid}/{show.pk}/1/init.mp4")
    assert (init.status_code, init["Content-Type"]) == (200, "video/mp4")


def test_a_cdn_carries_what_is_everybodys_and_nothing_else(channel, show, ask, viewer, settings):
    settings.HLS_CDN_URL = "https://cdn.example.org"
    assert addresses(ask(viewer))[0] == f"https://cdn.example.org/hls/{channel.cid}/{show.pk}/1/0.m4s"
    price(channel, 10)
    give(viewer, 100)
    assert addresses(ask(viewer))[0].startswith(f"{show.pk}/1/0.m4s?e=")


@pytest.mark.parametrize("why", ["price", "door"])
def test_what_is_not_everybodys_needs_a_signature_that_runs_out(channel, show, ask, host, viewer, later, why):
    plain = ask(viewer)
    if why == "price":
        price(channel, 10)
        give(viewer, 100)
    else:
        channels.update(actor=host, cid=channel.cid, kind=Kind.LOGIN_PUBLIC)
    response = ask(viewer)
    assert fetch(response).status_code == 200
    assert fetch(plain).status_code == 403 if why == "price" else fetch(plain).status_code in (401, 403)
    address = addresses(response)[0]
    other = "A" if address[-1] != "A" else "B"
    for tampered in (address[:-1] + other, address.replace("?e=", "?e=9"), address.split("&")[0]):
        answer = Client().get(f"/hls/{channel.cid}/{tampered}")
        assert (answer.status_code, code(answer)) == (403, "bad_signature")
    later(seconds=121)
    answer = fetch(response)
    assert (answer.status_code, code(answer)) == (410, "link_expired")


def test_a_signature_opens_one_show_alone(channel, show, ask, host, viewer):
    channels.update(actor=host, cid=channel.cid, kind=Kind.LOGIN_PUBLIC)
    query = urlsplit(addresses(ask(viewer))[0]).query
    write_run(folders.of_show(channel.cid, show.pk + 1), 1, range(2))
    assert Client().get(f"/hls/{channel.cid}/{show.pk}/1/4.m4s?{query}").status_code == 200
    assert Client().get(f"/hls/{channel.cid}/{show.pk + 1}/1/0.m4s?{query}").status_code == 403


def test_all_who_ask_within_a_minute_are_given_the_same_addresses(stopped, later):
    ask_links = partial(links.query, "suite", 1)
    first = ask_links(clock.now())
    later(seconds=links.STEP)
    assert ask_links(clock.now()) != first


@pytest.mark.parametrize(
    "path",
    [
        "{cid}/{show}/1/..%2f..%2f..%2fenv",
        "{cid}/{show}/1/../1/live.m3u8",
        "{cid}/{show}/1/live.m3u8",
        "{cid}/{show}/1/init.mp4.bak",
        "{cid}/{show}/1/99.m4s",
        "{cid}/{show}/9/init.mp4",
        "../{show}/1/init.mp4",
        "%2e%2e/{show}/1/init.mp4",
        "{cid}/{show}/1/%00.m4s",
    ],
)
def test_no_other_file_is_given_out(channel, show, path):
    assert Client().get("/hls/" + path.format(cid=channel.cid, show=show.pk)).status_code in (400, 404)


@given(st.text(max_size=60), st.text(max_size=60))
def test_nonsense_for_a_signature_is_refused(until, signature):
    if not (until or signature):
        return
    response = Client().get("/hls/suite/1/1/init.mp4", {"e": until, "s": signature})
    assert response.status_code in (400, 403)


# ---- The switch ----


def test_a_host_says_how_far_behind_viewers_are(channel, host, viewer, api):
    path = f"/api/v1/channels/{channel.cid}/"
    assert api(host).get(path).json()["delivery"] == "webrtc"
    assert api(host).patch(path, {"delivery": "hls"}, format="json").json()["delivery"] == "hls"
    assert api(host).patch(path, {"delivery": "pigeon"}, format="json").status_code == 400
    assert api(viewer).patch(path, {"delivery": "webrtc"}, format="json").status_code == 403
    channel.refresh_from_db()
    assert channel.delivery == "hls"


def test_the_settings_page_shows_and_saves_it(channel, host):
    there = browser(host)
    page = there.get(f"/studio/{channel.cid}/settings/").content.decode()
    assert 'name="delivery" value="webrtc" checked' in page
    fields = {"title": channel.title, "kind": channel.kind, "max_people": 0, "delivery": "hls"}
    assert there.post(f"/studio/{channel.cid}/settings/", fields).status_code == 302
    channel.refresh_from_db()
    assert channel.delivery == "hls"
    del fields["delivery"]
    there.post(f"/studio/{channel.cid}/settings/", fields)
    channel.refresh_from_db()
    assert channel.delivery == "hls"
