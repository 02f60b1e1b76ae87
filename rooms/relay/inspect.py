"""What a source sends, asked of ffprobe."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings

from rooms.media import ffprobe
from rooms.relay.job import JobFailed

ASKED = ("-show_streams", "-show_programs", "-show_format")
PLAIN = ("yuv420p", "yuvj420p")
PROFILES = ("Baseline", "Constrained Baseline", "Main", "High")


@dataclass(frozen=True)
class Picture:
    index: int
    copied: bool  # as it is; else it is made anew
    height: int


@dataclass(frozen=True)
class Sound:
    index: int
    copied: bool


@dataclass(frozen=True)
class Source:
    picture: Picture | None
    sound: Sound | None
    ends: bool  # it has a length, or a list of pieces that may be closed

    @property
    def kinds(self) -> list[str]:
        return [kind for kind, what in (("audio", self.sound), ("video", self.picture)) if what]


async def look(arguments: Sequence[str], env: Mapping[str, str]) -> Source:
    """Raises JobFailed `source_silent` and `not_media`; what it complained of is the detail."""
    try:
        facts, words = await ffprobe.ask([*ASKED, *arguments], env=env)
    except TimeoutError:
        raise JobFailed("source_silent") from None
    with contextlib.suppress(ValueError, KeyError, TypeError):
        found = read(facts)
        if found.kinds:
            return found
    raise JobFailed("not_media", words)


def read(facts: dict) -> Source:
    """The best picture that is not too large, and the sound that belongs to it."""
    streams = facts.get("streams", [])
    pictures = [s for s in streams if s.get("codec_type") == "video" and s.get("width") and not _is_cover(s)]
    sounds = [s for s in streams if s.get("codec_type") == "audio" and s.get("codec_name", "unknown") != "unknown"]
    picture = max(pictures, key=_worth, default=None)
    fitting = [s for s in sounds if picture and s["index"] in _beside(facts, picture["index"])]
    sound = next(iter(fitting or sounds), None)
    form = facts.get("format", {})
    return Source(
        Picture(picture["index"], _as_it_is(picture), picture.get("height", 0)) if picture else None,
        Sound(sound["index"], sound["codec_name"] == "opus" and sound.get("channels", 9) <= 2) if sound else None,
        ends=bool(form.get("duration")) or form.get("format_name") == "hls",
    )


def _worth(stream: dict) -> tuple[bool, int]:
    height = stream.get("height", 0)
    fits = height <= settings.PULL_HEIGHT
    return fits, height if fits else -height


def _as_it_is(stream: dict) -> bool:
    """Whether browsers show it: they know no B-frames in what comes live, and one way to write colours."""
    plain = stream.get("pix_fmt") in PLAIN and stream.get("profile") in PROFILES
    return stream.get("codec_name") == "h264" and plain and not stream.get("has_b_frames")


def _is_cover(stream: dict) -> bool:
    return bool(stream.get("disposition", {}).get("attached_pic"))


def _beside(facts: dict, index: int) -> set[int]:
    """Streams of the same program: a list of variants has a sound for each."""
    programs = [{s["index"] for s in program.get("streams", [])} for program in facts.get("programs", [])]
    return next((indices for indices in programs if index in indices), set())
