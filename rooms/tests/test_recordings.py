"""A recording lives with its show: who begins and ends it, who sees it, who deletes it, and how long it is kept."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import Group as StaffGroup
from django.core.files.base import ContentFile

from chat.models import Message, Restriction
from chat.services import moderation, notices
from chat.services import retention as chat_retention
from core import farewell, ports
from core.actors import SYSTEM
from core.errors import IllegalMove, NotAllowed, NotFound
from core.models import AuditRow, Event, User
from core.tests.staff import act
from rooms.flows import RecordingState, RelayState
from rooms.models import Kind, Recording, Relay, RelayKind
from rooms.services import channels, films, recordings
from rooms.tasks import sweep_recordings
from rooms.tests.comings import on_air

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folders")]
committed = pytest.mark.django_db(transaction=True)  # files go when that stands


def record(channel, wanted: bool = True) -> None:
    channels.update(actor=channel.owner, cid=channel.cid, record=wanted)


def stop(channel) -> None:
    channels.stop(actor=channel.owner, cid=channel.cid)


def ready(channel, *, keep: bool = False) -> Recording:
    """A show of a minute, kept: its film began two seconds after it."""
    record(channel)
    on_air(channel.owner, channel)
    stop(channel)
    recording = Recording.objects.get(state=RecordingState.PROCESSING)
    name = films.cellar().save(films.name_of(recording, "mp4"), ContentFile(b"f" * 1000))
    poster = films.cellar().save(films.name_of(recording, "jpg"), ContentFile(b"p"))
    began = recording.started_at.timestamp()
    Recording.objects.filter(pk=recording.pk).update(ended_at=recording.started_at + timedelta(seconds=60))
    facts = {"seconds": 50, "bytes": 1000, "parts": [[0, 20, began + 2], [20, 30, began + 30]]}
    recordings.finish(rid=recording.rid, file=name, poster=poster, **facts)
    recording.refresh_from_db()
    return recording


def said(channel, sender, text: str, second: float, **fields) -> Message:
    began = channel.broadcasts.latest("id").started_at
    facts = {"group": channel.group, "sender": sender, "kind": "text", "payload": {"text": text}, **fields}
    seq = Message.objects.count() + 1
    return Message.objects.create(epoch="e", seq=seq, created_at=began + timedelta(seconds=second), **facts)


def pages_of(recording: Recording) -> list[str]:
    return [f"/replay/{recording.rid}/{file}" for file in ("", "film.mp4", "poster.jpg")]


def names() -> list[str]:
    return list(Event.objects.filter(name__startswith="recording.").order_by("id").values_list("name", flat=True))


# ---- With the show ----


def test_a_show_is_recorded_only_where_its_host_wishes(host, channel):
    on_air(host, channel)
    assert not Recording.objects.exists()
    stop(channel)
    record(channel)
    on_air(host, channel)
    recording = Recording.objects.get()
    assert (recording.state, recording.title, recording.show.ended_at) == ("recording", channel.title, None)
    stop(channel)
    recording.refresh_from_db()
    assert (recording.state, recording.ended_at) == (
        "processing",
        recording.show.__class__.objects.latest("id").ended_at,
    )
    relay = Relay.objects.get(kind=RelayKind.RENDER)
    assert (relay.subject, relay.state) == (recording.rid, RelayState.WAITING)
    assert names() == ["recording.started"]


def test_the_room_is_told_that_it_is_recorded(host, channel, client):
    on_air(host, channel)
    shown = lambda: client.get(f"/api/v1/channels/{channel.cid}/").json()  # noqa: E731
    assert (shown()["show"]["recorded"], shown()["record"]) == (False, False)
    record(channel)
    assert (shown()["show"]["recorded"], shown()["record"]) == (True, True)
    assert "Recorded" in client.get(f"/c/{channel.cid}/").content.decode()
    assert Event.objects.filter(name="channel.changed").latest("id").data["channel"]["show"]["recorded"] is True
    record(channel, False)
    assert shown()["show"]["recorded"] is False


def test_switched_in_the_middle_it_counts_from_there_as_often_as_one_likes(host, channel):
    on_air(host, channel)
    for wanted in (True, False, True, True):
        record(channel, wanted)
    states = list(Recording.objects.order_by("id").values_list("state", flat=True))
    assert states == [RecordingState.PROCESSING, RecordingState.RECORDING]


def test_a_full_house_records_nothing_and_says_so(host, channel, settings):
    recording = ready(channel)
    settings.RECORDINGS_MOST_GB = 1
    Recording.objects.filter(pk=recording.pk).update(bytes=10**9)
    on_air(host, channel)
    assert Recording.objects.count() == 1
    assert Event.objects.get(name="host.told").data["kind"] == "not_recorded"


# ---- Who sees it ----


@pytest.mark.parametrize(
    ("kind", "guest", "viewer_sees"),
    [("GLOBAL_PUBLIC", 200, 200), ("LOGIN_PUBLIC", 401, 200), ("LOGIN_SPECIFY", 404, 404), ("GROUP_PUBLIC", 401, 403)],
)
def test_it_is_seen_by_whoever_may_watch_the_channel(host, viewer, staff, api, client, kind, guest, viewer_sees):
    channel = channels.create(actor=host, title="Ours", kind=kind)
    path = f"recordings/{ready(channel).rid}/"
    for page in (f"/api/v1/{path}", f"/api/v1/{path}messages/", f"/api/v1/{path}film/"):
        assert client.get(page).status_code == guest
        assert api(viewer).get(page).status_code == viewer_sees
        assert api(host).get(page).status_code == api(staff).get(page).status_code == 200


@pytest.mark.parametrize("file", ["", "film.mp4", "poster.jpg"])
def test_its_pages_keep_to_the_same_rules(host, viewer, client, file):
    channel = channels.create(actor=host, title="For a few", kind=Kind.LOGIN_SPECIFY)
    path = f"/replay/{ready(channel).rid}/{file}"
    assert client.get(path).status_code == 404
    client.force_login(viewer)
    assert client.get(path).status_code == 404
    channels.update(actor=host, cid=channel.cid, specify=["viewer"])
    assert client.get(path).status_code == 200


def test_a_guest_is_told_to_sign_in_and_sees_no_film(host, client):
    channel = channels.create(actor=host, title="Ours", kind=Kind.LOGIN_PUBLIC)
    page = client.get(f"/replay/{ready(channel).rid}/").content.decode()
    assert "for signed-in guests" in page
    assert "film.mp4" not in page
    assert "poster.jpg" not in page


def test_of_a_closed_channel_only_its_host_sees_it(host, viewer, channel, api):
    recording = ready(channel)
    channels.close(actor=host, cid=channel.cid)
    assert api(viewer).get(f"/api/v1/recordings/{recording.rid}/").status_code == 409
    assert api(host).get(f"/api/v1/recordings/{recording.rid}/").status_code == 200


def test_it_is_sent_in_parts_and_saved_by_its_host_alone(host, viewer, channel, client):
    path = f"/replay/{ready(channel).rid}/film.mp4"
    answer = client.get(path, headers={"range": "bytes=10-19"})
    assert (answer.status_code, answer["Content-Range"]) == (206, "bytes 10-19/1000")
    assert client.get(path, headers={"range": "bytes=1000-"}).status_code == 416
    client.force_login(viewer)
    assert client.get(f"{path}?download").status_code == 403
    client.force_login(host)
    assert "attachment" in client.get(f"{path}?download")["Content-Disposition"]


def test_a_proxy_in_front_may_send_it(channel, client, settings):
    settings.RECORDINGS_ACCEL = "/films/"
    recording = ready(channel)
    answer = client.get(f"/replay/{recording.rid}/film.mp4")
    assert answer["X-Accel-Redirect"] == f"/films/{channel.cid}/{recording.rid}.mp4"
    assert (answer.content, answer["Content-Type"]) == (b"", "video/mp4")


def test_from_a_bucket_it_is_had_by_an_address_that_runs_out(channel, client, monkeypatch, settings):
    recording = ready(channel)
    lies = {"bucket_name": "films", "endpoint_url": "https://s3.example.org", "region_name": "eu", "access_key": "a"}
    bucket = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": {**lies, "secret_key": "s"}}
    settings.STORAGES = {**settings.STORAGES, "recordings": bucket}
    answer = client.get(f"/replay/{recording.rid}/film.mp4")
    assert answer.status_code == 302
    assert answer.url.startswith("https://s3.example.org/films/")
    assert "Expires" in answer.url


@pytest.mark.parametrize("state", ["recording", "processing", "failed"])
def test_a_page_says_where_it_stands(host, channel, client, state):
    recording = ready(channel)
    Recording.objects.filter(pk=recording.pk).update(state=state, error="disk_full", progress=40)
    words = {"recording": "still on", "processing": "40 %", "failed": "cannot be seen again"}
    assert words[state] in client.get(f"/replay/{recording.rid}/").content.decode()
    client.force_login(host)
    assert ("no room for it" in client.get(f"/replay/{recording.rid}/").content.decode()) == (state == "failed")


def test_the_page_of_a_channel_and_its_list_show_what_is_ready(host, viewer, channel, client):
    recording = ready(channel)
    broken = ready(channel)
    Recording.objects.filter(pk=broken.pk).update(state="failed")
    for page in (f"/c/{channel.cid}/", f"/c/{channel.cid}/shows/"):
        text = client.get(page).content.decode()
        assert f"/replay/{recording.rid}/" in text
        assert f"/replay/{broken.rid}/" not in text
    client.force_login(host)
    text = client.get(f"/studio/{channel.cid}/recordings/").content.decode()
    assert recording.rid in text
    assert broken.rid in text
    client.force_login(viewer)
    assert client.get(f"/studio/{channel.cid}/recordings/").status_code == 403


# ---- What was said ----


def lines(client, recording, **query) -> list[tuple]:
    found = client.get(f"/api/v1/recordings/{recording.rid}/messages/", query).json()["results"]
    return [(line["text"], line["offset"]) for line in found]


def test_words_come_at_the_second_of_the_film_at_which_they_were_said(channel, viewer, client):
    recording = ready(channel)
    for text, second in (("early", 1), ("two", 4), ("pause", 25), ("late", 31), ("after", 70)):
        said(channel, viewer, text, second)
    assert lines(client, recording) == [("early", 0.0), ("two", 2.0), ("pause", 20.0), ("late", 21.0)]
    assert lines(client, recording, **{"from": 2, "to": 21}) == [("two", 2.0), ("pause", 20.0)]
    assert lines(client, recording, to=20, order="newest") == [("two", 2.0), ("early", 0.0)]
    assert lines(client, recording, **{"from": 50.5}) == []


def test_they_come_in_pages(channel, viewer, client):
    recording = ready(channel)
    for n in range(5):
        said(channel, viewer, str(n), 3)
    page = client.get(f"/api/v1/recordings/{recording.rid}/messages/", {"page_size": 3}).json()
    rest = client.get(page["next"]).json()
    assert [line["text"] for line in page["results"] + rest["results"]] == list("01234")


@pytest.mark.parametrize("query", [{"from": "-1"}, {"to": "soon"}, {"order": "odd"}, {"from": "1e99"}, {"to": "nan"}])
def test_nonsense_is_refused(channel, client, query):
    answer = client.get(f"/api/v1/recordings/{ready(channel).rid}/messages/", query)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "bad_input"


def test_what_moderators_took_away_is_not_said_again_nor_quoted(channel, host, viewer, client):
    recording = ready(channel)
    gone = said(channel, viewer, "rude", 4)
    said(channel, viewer, "held", 4, state="held")
    quote = {"epoch": "e", "seq": gone.seq, "nick": "Viewer", "text": "rude"}
    said(channel, host, "no", 5, payload={"text": "no", "reply_to": quote})
    moderation.delete(actor=host, gid=channel.group.gid, seq=gone.seq, epoch="e", reason="")
    found = client.get(f"/api/v1/recordings/{recording.rid}/messages/").json()["results"]
    assert [line["text"] for line in found] == ["no"]
    assert "reply_to" not in found[0]


def test_gifts_and_notices_are_shown_again_likes_and_strokes_are_not(channel, host, viewer, client):
    recording = ready(channel)
    for kind in ("gift", "like", "board"):
        said(channel, viewer, "", 4, kind=kind, payload={"data": {"code": "rose", "quantity": 1, "coins": 10}})
    notices.send(actor=host, gid=channel.group.gid, text="be kind")
    Message.objects.filter(kind="notice").update(created_at=recording.started_at + timedelta(seconds=5))
    found = client.get(f"/api/v1/recordings/{recording.rid}/messages/").json()["results"]
    assert [line["kind"] for line in found] == ["gift", "notice"]


def test_whoever_was_put_out_of_the_chat_does_not_read_it_afterwards(channel, host, viewer, api):
    recording = ready(channel)
    moderation.ban(actor=host, gid=channel.group.gid, uid="viewer", reason="")
    assert Restriction.objects.exists()
    assert api(viewer).get(f"/api/v1/recordings/{recording.rid}/messages/").status_code == 403
    page = api(viewer).get(f"/replay/{recording.rid}/").content.decode()
    assert "film.mp4" in page
    assert "not open to you" in page


def test_words_are_kept_as_long_as_the_recording(channel, viewer, later):
    recording = ready(channel)
    said(channel, viewer, "in the show", 4)
    said(channel, viewer, "outside of it", 70)
    Recording.objects.filter(pk=recording.pk).update(keep_until=None)
    later(days=200)
    chat_retention.forget()
    assert [row.payload["text"] for row in Message.objects.all()] == ["in the show"]
    recordings.delete(actor=SYSTEM, rid=recording.rid)
    chat_retention.forget()
    assert not Message.objects.exists()


def test_somebody_who_left_is_not_named_any_more(channel, viewer, host, client):
    recording = ready(channel)
    words = said(channel, viewer, "hello", 4)
    quote = {"epoch": "e", "seq": words.seq, "nick": "Viewer", "text": "hello"}
    said(channel, host, "hi", 5, payload={"text": "hi", "reply_to": quote})
    farewell.erase(actor=viewer, user=viewer)
    answer = client.get(f"/api/v1/recordings/{recording.rid}/messages/").content.decode()
    assert "hello" in answer
    assert "Viewer" not in answer


# ---- Its end ----


@committed
def test_its_host_deletes_it_for_good(host, channel, api, client):
    recording = ready(channel)
    file = Path(films.cellar().path(recording.file.name))
    assert api(host).delete(f"/api/v1/recordings/{recording.rid}/").status_code == 204
    assert not file.exists()
    assert not list(file.parent.iterdir())
    for page in (
        f"/replay/{recording.rid}/",
        f"/replay/{recording.rid}/film.mp4",
        f"/api/v1/recordings/{recording.rid}/",
    ):
        assert client.get(page).status_code == 404
        assert api(host).get(page).status_code == 404
    assert names()[-1] == "recording.deleted"
    with pytest.raises(NotFound):
        recordings.delete(actor=host, rid=recording.rid)


def test_the_page_asks_before_it_deletes(host, channel, client):
    recording = ready(channel)
    client.force_login(host)
    assert "Delete this recording?" in client.get(f"/replay/{recording.rid}/delete/").content.decode()
    assert Recording.objects.get().state == RecordingState.READY
    assert client.post(f"/replay/{recording.rid}/delete/").url == f"/studio/{channel.cid}/recordings/"
    assert Recording.objects.get().state == RecordingState.DELETED


def test_nobody_else_deletes_it_or_tries_again(viewer, channel, client):
    recording = ready(channel)
    client.force_login(viewer)
    for method, path in (
        ("delete", f"/api/v1/recordings/{recording.rid}/"),
        ("post", f"/api/v1/recordings/{recording.rid}/retry/"),
        ("post", f"/replay/{recording.rid}/delete/"),
        ("post", f"/replay/{recording.rid}/retry/"),
    ):
        assert getattr(client, method)(path).status_code == 403
    with pytest.raises(NotAllowed):
        recordings.delete(actor=viewer, rid=recording.rid)
    assert Recording.objects.get().state == RecordingState.READY


def test_what_is_being_recorded_is_not_deleted_and_what_is_being_made_is_stopped(host, channel):
    record(channel)
    on_air(host, channel)
    rid = Recording.objects.get().rid
    with pytest.raises(IllegalMove):
        recordings.delete(actor=host, rid=rid)
    stop(channel)
    recordings.delete(actor=host, rid=rid)
    assert Relay.objects.get(kind=RelayKind.RENDER).state == RelayState.STOPPED


def test_what_failed_is_tried_again(host, channel, api):
    record(channel)
    on_air(host, channel)
    stop(channel)
    rid = Recording.objects.get().rid
    recordings.fail(rid=rid, error="disk_full", detail="x" * 900)
    Relay.objects.update(state=RelayState.STOPPED, deadline=None)
    answer = api(host).post(f"/api/v1/recordings/{rid}/retry/")
    assert (answer.status_code, answer.json()["state"], answer.json()["error"]) == (200, "processing", "")
    assert Relay.objects.get(kind=RelayKind.RENDER).state == RelayState.WAITING
    assert api(host).post(f"/api/v1/recordings/{rid}/retry/").status_code == 409


def test_a_word_to_the_worker_that_was_lost_is_said_again(host, channel):
    record(channel)
    on_air(host, channel)
    stop(channel)
    Relay.objects.update(state=RelayState.STOPPED, deadline=None)
    sweep_recordings()
    assert Relay.objects.get(kind=RelayKind.RENDER).state == RelayState.WAITING


def test_it_goes_after_its_days_or_never(channel, later, settings):
    ready(channel)
    later(days=29)
    assert sweep_recordings() == 0
    later(days=2)
    assert sweep_recordings() == 1
    assert Recording.objects.get().state == RecordingState.DELETED
    settings.RECORDINGS_KEEP_DAYS = 0
    assert ready(channel).keep_until is None


@committed
def test_a_file_that_could_not_be_deleted_is_deleted_later(host, channel, monkeypatch):
    recording = ready(channel)
    file = Path(films.cellar().path(recording.file.name))
    with monkeypatch.context() as away:
        away.setattr(type(films.cellar()), "delete", lambda *_: (_ for _ in ()).throw(ConnectionError()))
        recordings.delete(actor=host, rid=recording.rid)
    assert file.exists()
    sweep_recordings()
    assert not file.exists()


def test_it_goes_with_its_channel_and_with_its_host(host, channel):
    recording = ready(channel)
    channels.delete(actor=host, cid=channel.cid)
    assert Recording.objects.get().state == RecordingState.DELETED
    other = channels.create(actor=host, title="Mine again")
    mine = ready(other)
    assert [row["rid"] for row in ports.ask("person_export", user=host)[1]["recordings"]][-1:] == [mine.rid]
    farewell.erase(actor=host, user=host)
    assert set(Recording.objects.values_list("state", flat=True)) == {RecordingState.DELETED}
    assert not Recording.objects.filter(title__contains="Mine").exists()
    assert recording.rid != mine.rid


# ---- Staff ----


def test_staff_see_all_of_them_and_delete_with_a_reason(staff, channel, client):
    recording = ready(channel)
    client.force_login(staff)
    assert f"/recording/{recording.pk}/" in client.get("/admin/rooms/recording/").content.decode()
    act(client, f"/admin/rooms/recording/{recording.pk}/delete_recording/", reason="rule 4")
    assert Recording.objects.get().state == RecordingState.DELETED
    assert AuditRow.objects.get(verb="delete_recording").reason == "rule 4"


@pytest.mark.parametrize(
    ("group", "reads", "acts"), [("support", 200, 403), ("moderator", 200, 302), ("finance", 403, 403)]
)
def test_groups_of_staff_do_what_the_table_says(channel, client, group, reads, acts):
    recording = ready(channel)
    person = User.objects.create_user(group, is_staff=True)
    person.groups.add(StaffGroup.objects.get(name=group))
    client.force_login(person)
    page = f"/admin/rooms/recording/{recording.pk}/"
    assert client.get(f"{page}change/").status_code == reads
    assert client.post(f"{page}delete_recording/", {"reason": "x"}).status_code == acts
