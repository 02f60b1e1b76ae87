"""The words of ffmpeg and ffprobe for making one film of several runs. Nothing is run here."""

from dataclasses import dataclass
from pathlib import Path

POSTER = 640  # px wide
ASKED = ("-show_streams", "-show_format")  # of ffprobe
H264 = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-bf", "0", "-pix_fmt", "yuv420p")
FINISH = ("-movflags", "+faststart")


@dataclass(frozen=True)
class Looks:
    """What two parts must share to stand one after the other without being encoded anew."""

    video: tuple[str, int, int, str] | None  # codec, width, height, pixel format
    audio: tuple[str, int, int] | None  # codec, samples a second, channels


@dataclass(frozen=True)
class Probed:
    looks: Looks
    seconds: float


def probed(said: dict) -> Probed | None:
    """What ffprobe said when ASKED; None where there is nothing to see or hear."""
    first = {each["codec_type"]: each for each in reversed(said.get("streams", ())) if "codec_type" in each}
    video, audio = first.get("video"), first.get("audio")
    looks = Looks(
        video and (video["codec_name"], video["width"], video["height"], video.get("pix_fmt", "")),
        audio and (audio["codec_name"], int(audio["sample_rate"]), audio["channels"]),
    )
    seconds = float(said.get("format", {}).get("duration") or 0)
    return Probed(looks, seconds) if seconds > 0 and (video or audio) else None


def whole(listing: Path, out: Path) -> list[str]:
    """One run, of the files that `listing` names, as one file."""
    return ["-i", f"concatf:{listing}", "-map", "0", "-c", "copy", *FINISH, str(out)]


def joined(listing: Path, out: Path) -> list[str]:
    """Several files (`entry` for each stands in `listing`) one after the other."""
    return ["-f", "concat", "-safe", "0", "-i", str(listing), "-map", "0", "-c", "copy", *FINISH, str(out)]


def entry(file: Path) -> str:
    """A line for `joined`."""
    quoted = str(file).replace("'", "'\\''")
    return f"file '{quoted}'\n"


def model_of(parts: list[Probed]) -> Looks:
    """What most of the film looks like; with sound and picture if any of it has them."""
    longest = sorted(parts, key=lambda part: part.seconds, reverse=True)
    video = next((part.looks.video for part in longest if part.looks.video), None)
    audio = next((part.looks.audio for part in longest if part.looks.audio), None)
    return Looks(video, audio)


def like(model: Looks, part: Probed, file: Path, out: Path) -> list[str]:
    """`file` encoded anew to look like the others: bars where its shape differs, black or silence where it has none."""
    inputs, maps, coding = ["-i", str(file)], [], []
    if model.video:
        _, width, height, _ = model.video
        maps += _source(part.looks.video, f"color=black:s={width}x{height}:r=25", "v", inputs)
        fit = f"scale={width}:{height}:force_original_aspect_ratio=decrease,pad={width}:{height}:-1:-1,setsar=1"
        coding += [*H264, "-vf", fit]
    if model.audio:
        _, rate, channels = model.audio
        maps += _source(part.looks.audio, f"anullsrc=r={rate}:cl=stereo", "a", inputs)
        coding += ["-c:a", "aac", "-ar", str(rate), "-ac", str(channels)]
    return [*inputs, *maps, *coding, "-t", f"{part.seconds:.3f}", str(out)]


def _source(there: object, stand_in: str, kind: str, inputs: list[str]) -> list[str]:
    """Takes the part's own stream, or what stands in for it as one more input."""
    if there:
        return ["-map", f"0:{kind}:0"]
    inputs += ["-f", "lavfi", "-i", stand_in]
    return ["-map", f"{inputs.count('-i') - 1}:{kind}:0"]


def poster(film: Path, seconds: float, out: Path) -> list[str]:
    """A picture from where the show has begun."""
    at = min(10.0, seconds / 3)
    return ["-ss", f"{at:.2f}", "-i", str(film), "-frames:v", "1", "-vf", f"scale={POSTER}:-2", "-q:v", "4", str(out)]
