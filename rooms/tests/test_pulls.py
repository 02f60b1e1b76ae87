"""Channels whose picture is pulled: when a worker is to pull, what it does to the show, and who sees the address."""

import json

import pytest
from django.db import connection

from billing.models import PriceKind
from billing.services import pricing
from core.errors import BadInput, IllegalMove, InsufficientBalance, NotAllowed
from rooms.flows import ChannelState, RelayState, StayState
from rooms.models import Channel, Origin, Relay, RelayKind, Role, Source, Stay
from rooms.services import channels, control, farewell, pulls, relays, stays
from rooms.services.leases import expire, overdue

pytestmark = pytest.mark.django_db
SECRET = "rtmp://me:pw@media.example/live/x?key=abcd"


@pytest.fixture
def pulled(host) -> Channel:
    return channels.create(actor=host, title="From afar", source=Source.PROXY, source_url=SECRET)


def relay(channel: Channel) -> Relay | None:
    return Relay.objects.filter(channel=channel, kind=RelayKind.PULL).first()


def taken(channel: Channel, worker: str = "w1") -> Relay:
    (row,) = relays.claim(worker=worker, kinds=[RelayKind.PULL], limit=1)
    assert row.channel == channel
    return row


def on_air(channel: Channel, worker: str = "w1", connection: str = "c1") -> tuple[Relay, Stay]:
    row = taken(channel, worker)
    stay = pulls.set_up(relay=row, connection=connection)
    pulls.arrived(relay=row, stay=stay)
    return row, Stay.objects.get(pk=stay.pk)


def state(channel: Channel) -> str:
    return Channel.objects.get(pk=channel.pk).state


def test_one_that_is_made_is_pulled_and_one_for_a_device_is_not(pulled, channel):
    assert relay(pulled).state == RelayState.WAITING
    assert relay(channel) is None


def test_the_address_may_come_with_extra_and_one_that_is_set_wins(host):
    extra = json.dumps({"source": "http://a.example/x.m3u8"})
    channel = channels.create(actor=host, title="x", source=Source.PROXY, extra=extra)
    assert pulls.source_of(channel) == "http://a.example/x.m3u8"
    assert relay(channel).state == RelayState.WAITING
    channel = channels.update(actor=host, cid=channel.cid, source_url="rtsp://b.example/y")
    channel = channels.update(actor=host, cid=channel.cid, extra=json.dumps({"source": "http://c.example/"}))
    assert pulls.source_of(channel) == "rtsp://b.example/y"
    assert pulls.source_of(channels.update(actor=host, cid=channel.cid, source_url="")) == "http://c.example/"


def test_without_an_address_nothing_is_pulled_until_there_is_one(host):
    channel = channels.create(actor=host, title="x", source=Source.PROXY)
    assert relay(channel) is None
    channels.update(actor=host, cid=channel.cid, source_url="http://a.example/")
    assert relay(channel).state == RelayState.WAITING


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "concat:a|b",
        "here",
        "http://",
        "http://x:0",
        "srt://a.example",
        "http://a b/",
        "rtmp://a/" + "x" * 2000,
    ],
)
def test_what_is_no_address_is_refused(host, url):
    with pytest.raises(BadInput, match="bad_source"):
        channels.create(actor=host, title="x", source=Source.PROXY, source_url=url)


def test_a_channel_for_a_device_has_no_address(channel, host):
    with pytest.raises(BadInput, match="not_pulled"):
        channels.update(actor=host, cid=channel.cid, source_url="http://a.example/")


@pytest.mark.parametrize("verb", ["close", "delete"])
def test_what_is_shut_is_pulled_no_more_and_reopened_it_is_again(pulled, host, verb):
    _, stay = on_air(pulled)
    getattr(channels, verb)(actor=host, cid=pulled.cid)
    assert relay(pulled).state == RelayState.STOPPED
    stay.refresh_from_db()
    assert stay.end_reason == {"close": "channel_closed", "delete": "channel_deleted"}[verb]
    if verb == "close":
        channels.reopen(actor=host, cid=pulled.cid)
        assert relay(pulled).state == RelayState.WAITING


def test_another_address_begins_anew_and_another_title_does_not(pulled, host):
    row, _ = on_air(pulled)
    channels.update(actor=host, cid=pulled.cid, title="Another")
    assert relay(pulled).state == RelayState.RUNNING
    channels.update(actor=host, cid=pulled.cid, source_url="http://a.example/")
    assert relay(pulled).state == RelayState.WAITING
    assert relays.renew(worker=row.worker, pks=[row.pk]) == set()


def test_what_flows_in_is_the_show_of_the_owner(pulled, host):
    _, stay = on_air(pulled)
    assert (stay.user, stay.role, stay.origin, stay.state) == (host, Role.UPLOADER, Origin.RELAY, StayState.UP)
    assert state(pulled) == ChannelState.LIVE


def test_a_source_that_is_gone_is_waited_for_and_back_it_goes_on(pulled, later):
    row, stay = on_air(pulled)
    pulls.lost(stay=stay)
    relays.failed(row, "source_gone")
    assert state(pulled) == ChannelState.LOST
    later(seconds=3)
    _, again = on_air(pulled, connection="c2")
    assert again.sid == stay.sid
    assert state(pulled) == ChannelState.LIVE


def test_a_source_that_stays_away_ends_the_show(pulled, later):
    row, stay = on_air(pulled)
    pulls.lost(stay=stay)
    relays.failed(row, "source_gone")
    later(seconds=31)
    for one in overdue():
        expire(one)
    assert state(pulled) == ChannelState.IDLE
    assert relay(pulled).state == RelayState.WAITING


def test_signs_of_life_keep_the_stay(pulled, later):
    row, stay = on_air(pulled)
    later(seconds=40)
    assert pulls.keep(relay=row, stay=stay).gone == ""
    later(seconds=10)
    assert not overdue()


def test_when_its_worker_dies_another_takes_the_same_stay_over(pulled, later):
    row, stay = on_air(pulled)
    assert relays.claim(worker="w2", kinds=[RelayKind.PULL], limit=1) == []
    later(seconds=16)
    _, again = on_air(pulled, worker="w2", connection="c2")
    assert again.sid == stay.sid
    assert state(pulled) == ChannelState.LIVE
    assert pulls.keep(relay=row, stay=stay).gone == "elsewhere"
    with pytest.raises(IllegalMove):
        pulls.set_up(relay=row, connection="c3")


def test_paused_it_stays_so_until_it_is_started(pulled, host):
    on_air(pulled)
    pulls.stop(actor=host, cid=pulled.cid)
    assert (state(pulled), relay(pulled).state) == (ChannelState.IDLE, RelayState.STOPPED)
    channels.update(actor=host, cid=pulled.cid, title="Another")
    assert relay(pulled).state == RelayState.STOPPED
    pulls.start(actor=host, cid=pulled.cid)
    assert relay(pulled).state == RelayState.WAITING


def test_started_it_is_tried_at_once_however_long_it_was_to_wait(pulled, host):
    relays.failed(taken(pulled), "source_gone")
    assert relays.claim(worker="w1", kinds=[RelayKind.PULL], limit=1) == []
    pulls.start(actor=host, cid=pulled.cid)
    assert taken(pulled)


def test_a_show_that_staff_stop_does_not_begin_again_by_itself(pulled, staff):
    on_air(pulled)
    control.stop(actor=staff, cid=pulled.cid, reason="enough")
    assert (state(pulled), relay(pulled).state) == (ChannelState.IDLE, RelayState.STOPPED)


def test_a_frozen_show_goes_on_and_is_held_back(pulled, staff):
    row, stay = on_air(pulled)
    control.freeze(actor=staff, cid=pulled.cid, reason="why")
    assert pulls.keep(relay=row, stay=stay).kept == {"audio": True, "video": True}


def test_an_owner_who_is_switched_off_is_not_on_the_air(pulled, host):
    row, stay = on_air(pulled)
    host.is_active = False
    host.save()
    assert pulls.keep(relay=row, stay=stay).gone == "not_allowed"
    with pytest.raises(NotAllowed):
        pulls.set_up(relay=row, connection="c2")


def test_nobody_but_who_rules_it_may_pause_it(pulled, viewer):
    for verb in (pulls.start, pulls.stop):
        with pytest.raises(NotAllowed):
            verb(actor=viewer, cid=pulled.cid)


def test_the_owner_does_not_take_the_place_of_what_is_pulled(pulled, host):
    with pytest.raises(IllegalMove, match="channel_pulls"):
        stays.go_on_air(actor=host, cid=pulled.cid, connection="tab")


def test_secrets_of_the_address_are_for_who_rules_it(api, host, viewer):
    extra = json.dumps({"source": SECRET, "more": 1})
    body = {"title": "From afar", "source": "PROXY", "extra": extra}
    cid = api(host).post("/api/v1/channels/", body).json()["cid"]
    shown = api(viewer).get(f"/api/v1/channels/{cid}/").json()
    assert json.loads(shown["extra"]) == {"source": "rtmp://***@media.example/live/x?***", "more": 1}
    assert "source_url" not in shown
    assert api(host).get(f"/api/v1/channels/{cid}/pull/").json()["source_url"] == SECRET
    assert api(viewer).get(f"/api/v1/channels/{cid}/pull/").status_code == 403


def test_it_is_made_changed_paused_and_started_over_rest(api, host):
    body = {"title": "From afar", "source": "PROXY", "source_url": "http://a.example/x.mp4"}
    cid = api(host).post("/api/v1/channels/", body).json()["cid"]
    pull = f"/api/v1/channels/{cid}/pull/"
    assert api(host).get(pull).json()["state"] == "waiting"
    assert api(host).delete(pull).status_code == 204
    assert api(host).get(pull).json()["state"] == "stopped"
    assert api(host).post(pull).json()["state"] == "waiting"
    bad = api(host).patch(f"/api/v1/channels/{cid}/", {"title": "x", "source_url": "file:///etc/passwd"})
    assert (bad.status_code, bad.json()["error"]["code"]) == (400, "bad_source")
    api(host).patch(f"/api/v1/channels/{cid}/", {"source_url": "http://b.example/"})
    assert api(host).get(pull).json()["source_url"] == "http://b.example/"


def test_a_film_that_was_played_waits_to_be_asked_for(pulled, host, api):
    row = taken(pulled)
    relays.finished(row, "source_ended")
    found = api(host).get(f"/api/v1/channels/{pulled.cid}/pull/").json()
    assert (found["state"], found["error"]) == ("stopped", "source_ended")
    assert "played to its end" in found["words"]


def test_paused_it_says_so_and_not_what_went_wrong_before(pulled, host):
    relays.failed(taken(pulled), "source_gone", "words")
    pulls.stop(actor=host, cid=pulled.cid)
    assert (pulls.shape(pulled)["error"], pulls.shape(pulled)["words"]) == ("", "Paused. Nothing is pulled.")


def test_without_coins_nothing_is_on_the_air(pulled, staff):
    pricing.set_by_staff(actor=staff, kind=PriceKind.UPLOAD, value=10**6, place=pulled.cid)
    with pytest.raises(InsufficientBalance):
        pulls.set_up(relay=taken(pulled), connection="c1")


def test_the_pages_of_a_pulled_channel_say_how_it_goes(pulled, host, staff, client):
    relays.failed(taken(pulled), "source_silent", "its words")
    client.force_login(host)
    answer = client.get(f"/studio/{pulled.cid}/", follow=True)
    assert "Somebody answers there, but nothing comes." in answer.content.decode()
    assert answer.redirect_chain == [(f"/studio/{pulled.cid}/settings/#pull", 302)]
    client.force_login(staff)
    page = client.get(f"/admin/rooms/channel/{pulled.pk}/change/").content.decode()
    assert "its words" in page
    assert "source_silent" in page


def test_a_host_makes_one_on_the_page(host, client):
    client.force_login(host)
    fields = {"title": "From afar", "kind": "GLOBAL_PUBLIC", "source_url": "rtsp://a.example/x"}
    client.post("/studio/new/", fields)
    channel = Channel.objects.get(title="From afar")
    assert (channel.source, pulls.source_of(channel)) == (Source.PROXY, "rtsp://a.example/x")
    answer = client.post("/studio/new/", {**fields, "title": "y", "source_url": "file:///etc/passwd"})
    assert "That address cannot be pulled" in answer.content.decode()


def test_staff_pause_and_start_it_with_a_reason(pulled, staff, client):
    client.force_login(staff)
    for verb, state in (("stop_pull", RelayState.STOPPED), ("start_pull", RelayState.WAITING)):
        client.post(f"/admin/rooms/channel/{pulled.pk}/{verb}/", {"reason": "because"})
        assert relay(pulled).state == state


def test_the_address_lies_sealed_in_the_database(pulled):
    with connection.cursor() as cursor:
        cursor.execute("SELECT source_url FROM rooms_channel WHERE cid = %s", [pulled.cid])
        assert "media.example" not in cursor.fetchone()[0]


def test_of_a_person_who_leaves_the_address_goes_too(pulled, host):
    farewell.forget(user=host)
    assert Channel.objects.get(pk=pulled.pk).source_url == ""
