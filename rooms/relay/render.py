"""Makes one film of what a show left and hands it to where films are kept; the folder of the show is free then.

Whatever it has half done when it dies is done again from the beginning by the next worker: the work folder is emptied
first, and the film always goes under the same name."""

import asyncio
import logging
import shutil
from pathlib import Path

from django.conf import settings
from django.core.files import File

from core import clock
from core.errors import DomainError
from core.threads import in_database
from rooms.media import ffmpeg, ffprobe, film, segments
from rooms.media.janus import Engine
from rooms.models import Recording, Relay
from rooms.reel import Part
from rooms.services import films, recordings, relays

log = logging.getLogger(__name__)
SETTLED = 6.0  # seconds after the end in which the writer finishes its last segment
AFTER_SHOW, AFTER_SWITCH = 30, 3  # seconds after the end in which what was on its way is still written
PATIENCE = 600.0  # seconds without a word: the last pass over a long film is silent
MADE, KEPT = 90, 99  # percent


class CannotRender(Exception):
    """It would not go better by itself: whoever owns it is told, and may try again."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


class Upload(File):
    """A file of ours that a storage on the same disk may simply take."""

    def temporary_file_path(self) -> str:
        return self.file.name


class Render:
    def __init__(self, relay: Relay, engine: Engine) -> None:
        self._relay = relay
        self._work = Path(settings.DATA) / "tmp" / f"render-{relay.subject}"

    async def run(self) -> None:
        recording = await in_database(recordings.to_render, self._relay.subject)
        if recording is None:
            return
        await in_database(relays.running, self._relay)
        ago = (await in_database(clock.now) - recording.ended_at).total_seconds()
        await asyncio.sleep(max(SETTLED - ago, 0))
        try:
            await asyncio.to_thread(self._begin)
            await self._render(recording)
        except CannotRender as why:
            await self._fail(recording, why.code, why.detail)
        except ffmpeg.Ended as why:
            await self._fail(recording, "disk_full" if ffmpeg.says_full(why.words) else "unreadable", why.words)
        except ffmpeg.Stalled as why:
            await self._fail(recording, "unreadable", why.words)
        except OSError as why:
            await self._fail(recording, "disk_full" if ffmpeg.says_full(str(why)) else "storage_failed", str(why))
        finally:
            shutil.rmtree(self._work, ignore_errors=True)

    def _begin(self) -> None:
        shutil.rmtree(self._work, ignore_errors=True)
        self._work.mkdir(parents=True)

    async def _render(self, recording: Recording) -> None:
        runs = await asyncio.to_thread(self._runs, recording)
        made, parts = await self._one_film(recording, runs)
        looks = await _look(made)
        if looks is None:
            raise CannotRender("unreadable")
        poster = await self._poster(made, looks)
        size = made.stat().st_size
        kept = await asyncio.to_thread(_keep, recording, made, poster)
        await self._tell(recording, KEPT)
        facts = {"seconds": round(looks.seconds), "bytes": size, "parts": parts}
        try:
            await in_database(recordings.finish, rid=recording.rid, **kept, **facts)
        except DomainError:  # deleted while it was made
            await in_database(films.forget, recording)

    def _runs(self, recording: Recording) -> list[segments.Run]:
        """Raises CannotRender."""
        whole_show = recording.show.ended_at == recording.ended_at
        until = recording.ended_at.timestamp() + (AFTER_SHOW if whole_show else AFTER_SWITCH)
        since = recording.started_at.timestamp()
        runs = list(segments.runs(films.folder(recording), since=since, until=until))
        if not runs:
            raise CannotRender("nothing_recorded")
        needed = sum(run.bytes for run in runs) * min(len(runs), 2)  # several are made whole one by one, then joined
        if shutil.disk_usage(self._work).free < needed:
            raise CannotRender("disk_full")
        return runs

    async def _one_film(self, recording: Recording, runs: list[segments.Run]) -> tuple[Path, list[Part]]:
        """The film and what each part of it shows. Raises CannotRender, ffmpeg's refusals."""
        out, step = self._work / "film.mp4", MADE / (len(runs) + 2)
        whole: list[tuple[segments.Run, Path, film.Probed]] = []
        for n, run in enumerate(runs):
            file, listing = self._work / f"run-{n}.mp4", self._work / f"run-{n}.txt"
            listing.write_text(run.listing())
            await self._ffmpeg(film.whole(listing, file))
            if probed := await _look(file):
                whole.append((run, file, probed))
            await self._tell(recording, step * (n + 1))
        if not whole:
            raise CannotRender("unreadable")
        if len(whole) == 1:
            whole[0][1].rename(out)
        else:
            await self._join([(file, probed) for _, file, probed in whole], out)
        await self._tell(recording, MADE)
        return out, _parts([(run.ended, probed.seconds) for run, _, probed in whole])

    async def _join(self, files: list[tuple[Path, film.Probed]], out: Path) -> None:
        model = film.model_of([probed for _, probed in files])
        listing = self._work / "all.txt"
        with listing.open("w") as lines:
            for file, probed in files:
                if probed.looks != model:
                    again = file.with_name(f"again-{file.name}")
                    await self._ffmpeg(film.like(model, probed, file, again))
                    file.unlink()
                    file = again
                lines.write(film.entry(file))
        await self._ffmpeg(film.joined(listing, out))

    async def _poster(self, made: Path, looks: film.Probed) -> Path | None:
        """A film without one is a film all the same."""
        out = self._work / "poster.jpg"
        if looks.looks.video is None:
            return None
        try:
            await self._ffmpeg(film.poster(made, looks.seconds, out))
        except (ffmpeg.Ended, ffmpeg.Stalled):
            log.warning("recording %s has no picture", self._relay.subject)
        return out if out.exists() else None

    async def _ffmpeg(self, arguments: list[str]) -> None:
        await ffmpeg.run(["-y", *arguments], stall=PATIENCE, first=PATIENCE)

    async def _tell(self, recording: Recording, percent: float) -> None:
        await in_database(recordings.progressed, recording.rid, int(percent))

    async def _fail(self, recording: Recording, code: str, detail: str) -> None:
        log.warning("recording %s was not made: %s %s", recording.rid, code, detail)
        try:
            await in_database(recordings.fail, rid=recording.rid, error=code, detail=detail)
        except DomainError:
            log.info("recording %s waits for nobody any more", recording.rid)


def _parts(runs: list[tuple[float, float]]) -> list[Part]:
    """Of each run when it ended (unix) and its seconds: where it stands in the film."""
    parts, at = [], 0.0
    for ended, seconds in runs:
        parts.append(Part(round(at, 3), round(seconds, 3), round(ended - seconds, 3)))
        at += seconds
    return parts


def _keep(recording: Recording, made: Path, poster: Path | None) -> dict[str, str]:
    """Into the cellar. Raises OSError, CannotRender `storage_failed`."""
    kept = {}
    try:
        for field, file in (("file", made), ("poster", poster)):
            name = films.name_of(recording, file.suffix[1:]) if file else ""
            if file:
                films.cellar().delete(name)
                with file.open("rb") as source:
                    name = films.cellar().save(name, Upload(source))
            kept[field] = name
    except OSError:
        raise
    except Exception as why:  # a storage elsewhere fails in its own ways
        raise CannotRender("storage_failed", repr(why)) from why
    return kept


async def _look(file: Path) -> film.Probed | None:
    try:
        facts, _ = await ffprobe.ask([*film.ASKED, str(file)])
    except TimeoutError:
        return None
    return film.probed(facts)
