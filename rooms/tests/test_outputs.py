"""What is made of a show while it is on the air, and who sees its picture."""

import os
import time

import pytest
from django.urls import reverse

from rooms import folders
from rooms.flows import RelayState
from rooms.models import Broadcast, Kind, Relay, RelayKind, Stay
from rooms.services import channels, control, outputs, relays, restored, seats, stays
from rooms.templatetags.shows import scene

JPEG = b"\xff\xd8\xff\xe0 a picture"


def on_air(user, channel, connection="tab") -> Stay:
    stay = stays.go_on_air(actor=user, cid=channel.cid, connection=connection)
    return stays.arrive(sid=stay.sid, connection=connection)


@pytest.fixture
def live(host, channel):
    return on_air(host, channel)


def relay_of(channel) -> Relay:
    return Relay.objects.get(channel=channel, kind=RelayKind.OUT)


def take_picture(channel, age: float = 0) -> None:
    path = folders.thumb(channel.cid)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(JPEG)
    os.utime(path, (time.time() - age, time.time() - age))


def test_work_is_asked_for_while_a_show_runs(channel, host, live):
    assert relay_of(channel).state == RelayState.WAITING
    stays.leave(actor=host, cid=channel.cid, role="uploader")
    assert relay_of(channel).state == RelayState.STOPPED
    on_air(host, channel)
    assert relay_of(channel).state == RelayState.WAITING


def test_a_channel_that_is_closed_needs_none(channel, host, live):
    channels.close(actor=host, cid=channel.cid)
    assert relay_of(channel).state == RelayState.STOPPED


def test_nor_does_a_show_that_a_backup_remembers(channel, live):
    restored.end_what_was_open(taken_at=live.started_at, last_event=0)
    assert relay_of(channel).state == RelayState.STOPPED


def test_where_nothing_is_made_nothing_is_asked_for(channel, host, settings):
    settings.THUMBNAILS = settings.HLS = False
    on_air(host, channel)
    assert not Relay.objects.filter(channel=channel).exists()


def test_the_plan_names_the_host_first_and_hls_only_while_somebody_asks(channel, host, viewer, live, later):
    channel.grants.create(user=viewer)
    channel.seatings.all().delete()
    guest = on_air(viewer, channel, "other")
    plan = outputs.plan(relay_of(channel))
    assert [(feed.sid, feed.is_host) for feed in plan.feeds] == [(live.sid, True), (guest.sid, False)]
    assert (plan.thumbs, plan.hls, plan.record) == (True, False, False)
    relays.want_hls(channel)
    assert outputs.plan(relay_of(channel)).hls
    later(seconds=61)
    assert not outputs.plan(relay_of(channel)).hls


def test_whom_the_host_mutes_is_not_heard_in_it_either(channel, host, viewer, live):
    stays.join(actor=viewer, cid=channel.cid, connection="v")
    rid = seats.ask(actor=viewer, cid=channel.cid).rid
    seats.accept(actor=host, rid=rid)
    guest = on_air(viewer, channel, "v")
    muted = {feed.sid: feed.muted for feed in outputs.plan(relay_of(channel)).feeds}
    assert muted == {live.sid: frozenset(), guest.sid: frozenset()}
    channel.seatings.update(mic_held=True)
    muted = {feed.sid: feed.muted for feed in outputs.plan(relay_of(channel)).feeds}
    assert muted[guest.sid] == {"audio"}


def test_of_a_frozen_show_nothing_is_made_and_nothing_shown(channel, staff, live):
    take_picture(channel)
    control.freeze(actor=staff, cid=channel.cid, reason="looked wrong")
    channel.refresh_from_db()
    assert outputs.plan(relay_of(channel)).feeds == ()
    assert folders.thumbnail(channel) == ""


def test_when_the_show_is_over_there_is_no_plan(channel, host, live):
    relay = relay_of(channel)
    stays.leave(actor=host, cid=channel.cid, role="uploader")
    assert outputs.plan(relay) is None


def files_of(channel) -> int:
    show = Broadcast.objects.get(channel=channel).pk
    folder = folders.of_show(channel.cid, show) / "1"
    folder.mkdir(parents=True)
    (folder / "7.m4s").touch()
    return show


def keeps(*, show) -> bool:
    return True


def test_files_go_a_minute_after_the_show(channel, host, live, later):
    show = files_of(channel)
    stays.leave(actor=host, cid=channel.cid, role="uploader")
    assert outputs.tidy() == 0
    later(seconds=61)
    assert outputs.tidy() == 1
    assert not folders.of_show(channel.cid, show).exists()
    assert outputs.tidy() == 0


def test_files_of_a_recording_stay_and_those_of_a_show_that_runs(channel, host, live, later, settings):
    files_of(channel)
    later(seconds=600)
    assert outputs.tidy() == 0
    stays.leave(actor=host, cid=channel.cid, role="uploader")
    later(seconds=61)
    settings.PORTS = {**settings.PORTS, "keeps_files": ["rooms.tests.test_outputs.keeps"]}
    assert outputs.tidy() == 0


def test_files_of_a_show_that_nobody_knows_go(db):
    (folders.of_show("nobody", 7) / "1").mkdir(parents=True)
    assert outputs.tidy() == 1


def test_runs_and_segments_are_counted_through_the_show(channel, live):
    show = files_of(channel)
    assert folders.next_run(channel.cid, show) == (2, 8)
    assert folders.next_run(channel.cid, show + 1) == (1, 1)


def test_the_picture_is_shown_to_whoever_may_watch_and_asked_for_again_costs_nothing(channel, client, live):
    take_picture(channel)
    answer = client.get(f"/thumbs/{channel.cid}.jpg")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert b"".join(answer) == JPEG
    assert answer["Cache-Control"] == "private, max-age=5"
    again = client.get(f"/thumbs/{channel.cid}.jpg", headers={"if-none-match": answer["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("kind", [Kind.LOGIN_PUBLIC, Kind.LOGIN_SPECIFY])
def test_for_everybody_else_there_is_none(channel, client, host, live, kind):
    take_picture(channel)
    type(channel).objects.filter(pk=channel.pk).update(kind=kind)
    assert client.get(f"/thumbs/{channel.cid}.jpg").status_code == 404
    client.force_login(host)
    assert client.get(f"/thumbs/{channel.cid}.jpg").status_code == 200


def test_an_old_picture_is_none_and_the_cover_stands_in(channel, client, live):
    take_picture(channel, age=100)
    assert client.get(f"/thumbs/{channel.cid}.jpg").status_code == 404
    type(channel).objects.filter(pk=channel.pk).update(cover="covers/one.webp")
    assert client.get(f"/thumbs/{channel.cid}.jpg")["Location"] == "/media/covers/one.webp"


def test_a_channel_that_does_not_exist_has_none(client, db):
    assert client.get("/thumbs/nobody.jpg").status_code == 404


def test_its_address_stands_in_the_channel_and_in_the_lobby(channel, client, host, live, api):
    def shown():
        return api(host).get(f"/api/v1/channels/{channel.cid}/").json()["thumbnail"]

    assert shown() is None
    take_picture(channel)
    assert shown().startswith(f"/thumbs/{channel.cid}.jpg?at=")
    page = client.get(reverse("lobby")).content.decode()
    assert page.count(f'data-thumb="/thumbs/{channel.cid}.jpg"') == 2  # the main stage and the card
    assert f'src="{shown()}"' in page
    stays.leave(actor=host, cid=channel.cid, role="uploader")
    page = client.get(reverse("lobby")).content.decode()
    assert "data-thumb" not in page
    assert scene(channel) in page
    assert shown() is None


def test_the_lobby_shows_strangers_no_picture_of_what_they_may_not_watch(channel, client, viewer, live):
    take_picture(channel)
    type(channel).objects.filter(pk=channel.pk).update(kind=Kind.LOGIN_PUBLIC)
    assert "/thumbs/" not in client.get(reverse("lobby")).content.decode()
    client.force_login(viewer)
    assert "/thumbs/" in client.get(reverse("lobby")).content.decode()
