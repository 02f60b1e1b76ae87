"""Out of what a show left on the disk comes one film; or words that say why not."""

import asyncio
import os
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import storages

from core import clock
from rooms import folders
from rooms.flows import RecordingState, RelayState
from rooms.media import ffmpeg
from rooms.models import Recording, Relay, RelayKind
from rooms.relay import render
from rooms.relay.jobs import JOBS
from rooms.services import channels, films, outputs, recordings, relays
from rooms.tests.comings import on_air
from rooms.tests.reels import cut_off, faults, probed, shoot

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_folders")]


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """Nobody else writes here."""
    monkeypatch.setattr(render, "SETTLED", 0)


@pytest.fixture
def recording(host, channel) -> Recording:
    """A show that is on the air and recorded."""
    channels.update(actor=host, cid=channel.cid, record=True)
    on_air(host, channel)
    return Recording.objects.get()


@pytest.fixture
def folder(recording) -> Path:
    return films.folder(recording)


def end(recording: Recording) -> None:
    channels.stop(actor=recording.channel.owner, cid=recording.channel.cid)


def work() -> list[str]:
    """A worker does all that is due; answers what the recordings came to."""
    for relay in relays.claim(worker="one", kinds=[RelayKind.RENDER], limit=9):
        asyncio.run(JOBS[relay.kind](relay, None).run())
        relays.finished(relay)
    return list(Recording.objects.order_by("pk").values_list("state", flat=True))


def film(recording: Recording) -> Path:
    recording.refresh_from_db()
    return Path(films.cellar().path(recording.file.name))


def test_a_show_becomes_a_film_that_plays_from_its_beginning(recording, folder, later):
    shoot(folder, seconds=5)
    end(recording)
    assert work() == [RecordingState.READY]
    made = film(recording)
    assert recording.seconds == 5
    assert recording.bytes == made.stat().st_size > 1000
    assert probed(made, "stream=codec_name") == ["h264", "aac"]
    assert faults(made) == ""
    head = made.read_bytes()[:4096]
    assert head.index(b"moov") < 100  # it plays before all of it is there
    assert storages["recordings"].open(recording.poster.name).read(3) == b"\xff\xd8\xff"
    assert recording.parts[0][:2] == [0.0, pytest.approx(5, abs=0.2)]
    assert recording.keep_until > clock.now() + timedelta(days=29)
    assert not list((folder.parents[2] / "tmp").iterdir())
    assert folder.exists()  # for those who watch by HLS, a little behind
    assert outputs.tidy() == 0
    later(seconds=61)
    assert outputs.tidy() == 1
    assert not folder.exists()


def test_runs_are_joined_in_their_order_and_nothing_is_encoded_anew(recording, folder):
    for number, first in ((2, 2), (10, 4), (1, 0)):
        shoot(folder, run=number, first=first, seconds=3)
    end(recording)
    assert work() == [RecordingState.READY]
    made = film(recording)
    assert recording.seconds == 9
    assert faults(made) == ""
    assert [round(at) for at, _, _ in recording.parts] == [0, 3, 6]
    count = ["-count_packets", "-select_streams", "v", "-show_entries", "stream=nb_read_packets"]
    argv = ["ffprobe", "-v", "error", *count, "-of", "default=nw=1:nk=1", str(made)]
    frames = subprocess.run(argv, capture_output=True, text=True, check=True)
    assert frames.stdout.strip() == "135"


def test_runs_that_look_otherwise_are_made_like_the_longest(recording, folder):
    shoot(folder, run=1, first=0, seconds=2, size="90x160", sound=False)
    shoot(folder, run=2, first=1, seconds=4)
    end(recording)
    assert work() == [RecordingState.READY]
    made = film(recording)
    assert probed(made, "stream=width,height") == ["160", "90"]
    assert probed(made, "stream=codec_name") == ["h264", "aac"]
    assert recording.seconds == 6
    assert faults(made) == ""


def test_a_last_segment_that_was_cut_off_is_left_out(recording, folder):
    place = shoot(folder, seconds=6)
    cut_off(place / "2.m4s")
    end(recording)
    assert work() == [RecordingState.READY]
    film(recording)
    assert recording.seconds == 4
    assert recording.parts[0][2] == pytest.approx((place / "1.m4s").stat().st_mtime - 4, abs=0.3)


@pytest.mark.parametrize("harm", ["no folder", "no beginning", "only halves"])
def test_where_nothing_arrived_it_says_so(recording, folder, harm):
    if harm != "no folder":
        place = shoot(folder, seconds=2)
        (place / "init.mp4").unlink() if harm == "no beginning" else cut_off(place / "0.m4s")
    end(recording)
    assert work() == [RecordingState.FAILED]
    recording.refresh_from_db()
    assert recording.error == "nothing_recorded"
    assert not recording.file


def test_what_was_there_before_the_host_wished_it_recorded_is_not_in_it(host, channel, later):
    channels.update(actor=host, cid=channel.cid, record=False)
    on_air(host, channel)
    show = channel.broadcasts.get()
    place = shoot(folders.of_show(channel.cid, show.pk), seconds=4)
    for old in place.iterdir():
        os.utime(old, (0, clock.now().timestamp() - 60))
    channels.update(actor=host, cid=channel.cid, record=True)
    recording = Recording.objects.get()
    shoot(films.folder(recording), run=2, first=2, seconds=2)
    channels.update(actor=host, cid=channel.cid, record=False)
    late = shoot(films.folder(recording), run=3, first=3, seconds=2)
    for each in late.glob("*.m4s"):
        os.utime(each, (0, clock.now().timestamp() + 60))
    assert work() == [RecordingState.READY]
    recording.refresh_from_db()
    assert recording.seconds == 2
    assert films.folder(recording).exists()  # the show goes on
    channels.update(actor=host, cid=channel.cid, record=True)
    assert Recording.objects.filter(state=RecordingState.RECORDING).count() == 1


def test_a_full_disk_is_said_nothing_is_lost_and_another_try_goes_well(recording, folder, host, monkeypatch):
    shoot(folder, seconds=4, size="640x360")
    end(recording)
    limited = ("sh", "-c", "trap '' XFSZ; ulimit -f 100; exec \"$@\"", "sh")  # no file grows beyond 50 kB
    with monkeypatch.context() as small:
        small.setattr(ffmpeg, "COMMAND", (*limited, *ffmpeg.COMMAND))
        assert work() == [RecordingState.FAILED]
    recording.refresh_from_db()
    assert recording.error == "disk_full"
    assert not storages["recordings"].exists(films.name_of(recording, "mp4"))
    assert folder.exists()
    recordings.retry(actor=host, rid=recording.rid)
    assert work() == [RecordingState.READY]


def test_where_the_room_would_not_suffice_it_does_not_begin(recording, folder, monkeypatch):
    shoot(folder, seconds=2)
    end(recording)
    monkeypatch.setattr(shutil, "disk_usage", lambda place: type("usage", (), {"free": 10}))
    assert work() == [RecordingState.FAILED]
    recording.refresh_from_db()
    assert recording.error == "disk_full"


def test_what_cannot_be_put_together_says_so_and_is_kept(recording, folder):
    place = shoot(folder, seconds=2)
    (place / "init.mp4").write_bytes(b"\0\0\0\x08ftyp\0\0\0\x08moov")
    end(recording)
    assert work() == [RecordingState.FAILED]
    recording.refresh_from_db()
    assert recording.error == "unreadable"
    assert recording.detail
    assert folder.exists()


def test_a_storage_that_refuses_is_said(recording, folder, monkeypatch):
    shoot(folder, seconds=2)
    end(recording)

    def refuse(*args):
        raise ConnectionError("no bucket")

    monkeypatch.setattr(type(films.cellar()), "save", refuse)
    assert work() == [RecordingState.FAILED]
    recording.refresh_from_db()
    assert recording.error == "storage_failed"


def test_a_worker_that_is_killed_leaves_no_half_film_and_another_begins_again(recording, folder, later):
    shoot(folder, seconds=2)
    end(recording)
    (relay,) = relays.claim(worker="the one that dies", kinds=[RelayKind.RENDER], limit=1)
    work_folder = folder.parents[2] / "tmp" / f"render-{recording.rid}"
    work_folder.mkdir(parents=True)
    (work_folder / "film.mp4").write_bytes(b"half of it")
    storages["recordings"].save(films.name_of(recording, "mp4"), (work_folder / "film.mp4").open("rb"))
    assert work() == [RecordingState.PROCESSING]  # it is still believed to have it
    later(seconds=16)
    assert work() == [RecordingState.READY]
    assert faults(film(recording)) == ""
    kept = {each.name for each in film(recording).parent.iterdir()}
    assert kept == {f"{recording.rid}.jpg", f"{recording.rid}.mp4"}
    assert Relay.objects.get(pk=relay.pk).state == RelayState.STOPPED


def test_a_recording_that_is_deleted_meanwhile_leaves_no_film(recording, folder, host, monkeypatch):
    shoot(folder, seconds=2)
    end(recording)
    kept = films.cellar().save

    def save_and_delete(storage, name, content):
        saved = kept(name, content)
        if name.endswith(".mp4"):
            recordings.delete(actor=host, rid=recording.rid)
        return saved

    monkeypatch.setattr(type(films.cellar()), "save", save_and_delete)
    (relay,) = relays.claim(worker="one", kinds=[RelayKind.RENDER], limit=1)
    asyncio.run(JOBS[RelayKind.RENDER](relay, None).run())
    assert Recording.objects.get().state == RecordingState.DELETED
    assert not list(Path(films.cellar().location).rglob("*.*"))


def test_a_job_that_is_cancelled_leaves_no_ffmpeg(recording, folder):
    shoot(folder, seconds=2)
    end(recording)
    (relay,) = relays.claim(worker="one", kinds=[RelayKind.RENDER], limit=1)

    async def cancelled() -> None:
        job = JOBS[RelayKind.RENDER](relay, None)
        job._ffmpeg = lambda arguments: type(job)._ffmpeg(job, ["-re", "-f", "lavfi", "-i", "testsrc", arguments[-1]])
        task = asyncio.create_task(job.run())
        async with asyncio.timeout(20):
            while not list(job._work.glob("run-0.mp4")):  # noqa: ASYNC110  (another process makes it)
                await asyncio.sleep(0.02)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert not job._work.exists()

    asyncio.run(cancelled())
    children = subprocess.run(["ps", "--ppid", str(os.getpid()), "-o", "stat=,comm="], capture_output=True, text=True)
    assert "ffmpeg" not in children.stdout
