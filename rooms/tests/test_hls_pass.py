"""Pages with a socket play one playlist for all of them: who is let in to it, how long, and what it opens."""

import json

import pytest
from django.core.cache import cache
from django.test import Client

from core import clock
from rooms import folders
from rooms.hls import links
from rooms.models import Kind, Relay, RelayKind, Role, Stay
from rooms.services import bans, channels, control, stays
from rooms.tests.playing import addresses, browser, code
from rooms.tests.written import SIZE, write_run

pytestmark = pytest.mark.django_db


@pytest.fixture
def there(channel, show, viewer) -> Client:
    """The viewer's browser, on the watch page."""
    stays.join(actor=viewer, cid=channel.cid, connection="tab")
    return browser(viewer)


@pytest.fixture
def ask(channel, there):
    """`ask()`: the answer to the viewer's browser; `ask(other)`: to another."""
    return lambda who=there: who.get(f"/hls/{channel.cid}/pass", {"stay": "held"})


def play(answer, **query: str):
    """The shared playlist, without any cookie."""
    return Client().get(answer.json()["playlist"], query or None)


def segment(listed) -> int:
    """The status of the first file of a shared playlist."""
    folder = listed.request["PATH_INFO"].removesuffix("live.m3u8")
    return Client().get(folder + addresses(listed)[0]).status_code


def test_whoever_is_there_is_given_the_playlist_that_all_share(channel, show, ask, stranger, stopped):
    stays.join(actor=stranger, cid=channel.cid, connection="tab")
    first, second = ask(), ask(browser(stranger))
    assert (first.status_code, first["Cache-Control"]) == (200, "no-store")
    assert first.json() == second.json()
    listed = play(first)
    assert (listed.status_code, listed["Content-Type"]) == (200, "application/vnd.apple.mpegurl")
    assert addresses(listed) == [f"1/{number}.m4s" for number in range(5)]
    assert listed["Access-Control-Allow-Origin"] == "*"
    assert segment(listed) == 200


def test_whoever_is_not_there_is_given_none(channel, show, ask, host, viewer, stranger):
    assert (ask(browser(stranger)).status_code, code(ask(browser(stranger)))) == (409, "not_here")
    assert not Stay.objects.filter(user=stranger).exists()
    channels.update(actor=host, cid=channel.cid, kind=Kind.LOGIN_PUBLIC)
    assert code(ask(browser())) == "login_required"
    bans.add(actor=host, cid=channel.cid, uid=viewer.uid, time=60)
    assert code(ask()) == "banned_here"


def test_what_it_lists_is_good_for_no_longer_than_its_own_address(channel, ask, host, later):
    """Else one who was put out could read on for ever, each list opening the next."""
    channels.update(actor=host, cid=channel.cid, kind=Kind.LOGIN_PUBLIC)
    answer = ask()
    own = answer.json()["playlist"].partition("?")[2]
    later(seconds=50)
    listed = play(answer)
    assert {line.partition("?")[2] for line in addresses(listed)} == {own}
    assert segment(listed) == 200
    later(seconds=71)
    response = play(answer)
    assert (response.status_code, code(response)) == (410, "link_expired")
    assert segment(listed) == 410
    assert play(ask()).status_code == 200


def test_it_is_to_be_asked_for_again_well_before_it_runs_out(ask):
    until = int(ask().json()["playlist"].partition("?e=")[2].partition("&")[0])
    assert until - clock.now().timestamp() >= 2 * ask().json()["seconds"] - 1


@pytest.mark.parametrize("query", [{}, {"e": "1"}, {"e": "9999999999", "s": "forged"}, {"s": ""}])
def test_without_a_good_signature_nobody_is_given_it(channel, show, query):
    response = Client().get(f"/hls/{channel.cid}/{show.pk}/live.m3u8", query)
    assert (response.status_code, code(response)) == (403, "bad_signature")


def test_a_signature_opens_no_other_show(channel, show, ask):
    write_run(folders.of_show(channel.cid, show.pk + 1), 1, range(3))
    query = links.query(channel.cid, show.pk, clock.now())
    assert Client().get(f"/hls/{channel.cid}/{show.pk + 1}/live.m3u8{query}").status_code == 403
    elsewhere = links.query(channel.cid, show.pk + 1, clock.now())
    assert code(Client().get(f"/hls/{channel.cid}/{show.pk + 1}/live.m3u8{elsewhere}")) == "not_live"


def test_before_the_first_segments_are_there_one_is_told_when_to_come_again(channel, show, ask):
    folders.of_show(channel.cid, show.pk).rename(folders.of_show(channel.cid, 0))
    assert ask().json() == {"playlist": "", "seconds": 2}
    address = links.playlist(channel.cid, show.pk, clock.now())
    assert code(Client().get(address)) == "hls_starting"


def test_whoever_plays_it_keeps_the_relay_workers_at_it(channel, show, ask):
    answer = ask()
    Relay.objects.update_or_create(channel=channel, kind=RelayKind.OUT, subject="", defaults={"hls_until": None})
    cache.delete_pattern("*")  # the corner of this worker alone
    play(answer)
    assert Relay.objects.get(channel=channel, kind=RelayKind.OUT).hls_until > clock.now()


def test_a_show_that_staff_hold_back_is_not_handed_out(channel, ask, staff):
    answer = ask()
    control.freeze(actor=staff, cid=channel.cid, reason="look")
    assert (play(answer).status_code, code(play(answer))) == (503, "show_frozen")


def test_the_end_of_a_show_is_said_for_half_a_minute(channel, ask, host, later):
    answer = ask()
    channels.stop(actor=host, cid=channel.cid)
    assert play(answer).content.decode().endswith("4.m4s\n#EXT-X-ENDLIST\n")
    later(seconds=31)
    assert (play(answer).status_code, code(play(answer))) == (404, "not_live")


def test_what_a_player_begins_with_and_what_came_since_is_counted_as_sent(channel, show, ask, viewer, later):
    ask()
    later(seconds=30)
    write_run(folders.of_show(channel.cid, show.pk), 1, range(15))
    ask()
    assert Stay.objects.get(user=viewer, role=Role.VIEWER).bytes == (3 + 10) * SIZE


def test_pages_of_others_ask_with_a_usersig(channel):
    response = Client().options(f"/hls/{channel.cid}/pass")
    assert "authorization" in response["Access-Control-Allow-Headers"]
    response = Client().get(f"/hls/{channel.cid}/pass", headers={"Authorization": "Bearer nonsense"})
    assert (response.status_code, json.loads(response.content)["error"]["code"]) == (401, "usersig_malformed")
