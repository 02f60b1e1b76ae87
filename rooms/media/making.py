"""What ffmpeg is told, so that it makes pictures and HLS of what arrives as RTP. Nothing here runs anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rooms.media.forward import AUDIO_TYPE, VIDEO_TYPE
from rooms.media.mix import DELAY, VOLUME

SEGMENT = 2  # seconds between key frames
# A segment ends at the first key frame after so long. They come a little later than asked for; were one to come
# earlier than the segment is long, the segment would last twice as long.
SHORTEST = 1.9
LISTED = 30  # segments
EVERY = 5  # seconds between two pictures, at least
WIDE = 640  # pixels of a picture
WHOLE = ("h264",)  # codecs that HLS carries as they come
MOST_WIDE, MOST_BITS = 1280, 2_500_000  # of what is encoded anew


@dataclass(frozen=True)
class Input:
    """Address and ports of this machine where the RTP arrives; 0 for what there is none of."""

    host: str
    video: int
    codec: str
    audio: int

    @property
    def copied(self) -> bool:
        return self.codec in WHOLE


@dataclass(frozen=True)
class Hls:
    """`first` is the number of the first segment; `keep` them all, also those that are not in the list any more."""

    folder: Path
    first: int
    keep: bool


def sdp(given: Input) -> str:
    text = f"v=0\no=- 0 0 IN IP4 {given.host}\ns=-\nc=IN IP4 {given.host}\nt=0 0\n"
    if given.video:
        text += f"m=video {given.video} RTP/AVP {VIDEO_TYPE}\na=rtpmap:{VIDEO_TYPE} {given.codec.upper()}/90000\n"
    if given.audio:
        text += f"m=audio {given.audio} RTP/AVP {AUDIO_TYPE}\na=rtpmap:{AUDIO_TYPE} opus/48000/2\n"
    return text


def arguments(given: Input, page: Path, *, hls: Hls | None = None, thumb: Path | None = None) -> list[str]:
    """`page` holds the SDP. Picture and sound have clocks of their own (the browser's, the mixer's), and neither says
    what time it is: so every frame is stamped with the moment at which it arrived."""
    only_key_frames = given.copied or hls is None
    found = ["-protocol_whitelist", "file,udp,rtp", "-use_wallclock_as_timestamps", "1"]
    found += ["-fpsprobesize", "0", "-max_delay", "500000", "-buffer_size", "1000000"]
    found += ["-skip_frame", "nokey"] if given.video and only_key_frames else []
    found += ["-thread_queue_size", "1024", "-i", str(page)]
    if hls:
        found += _hls(given, hls)
    if thumb and given.video:
        found += _thumb(thumb)
    return found


def _hls(given: Input, hls: Hls) -> list[str]:
    flags = "independent_segments+program_date_time" + ("" if hls.keep else "+delete_segments")
    return [
        *(_video(given) if given.video else []),
        *(_audio() if given.audio else []),
        *("-f", "hls", "-hls_time", str(SHORTEST), "-hls_list_size", str(LISTED), "-hls_flags", flags),
        *("-hls_segment_type", "fmp4", "-hls_fmp4_init_filename", "init.mp4", "-start_number", str(hls.first)),
        *("-hls_segment_filename", str(hls.folder / "%d.m4s"), "-y", str(hls.folder / "live.m3u8")),
    ]


def _video(given: Input) -> Sequence[str]:
    if given.copied:
        return ("-map", "0:v", "-c:v", "copy")
    return (
        *("-map", "0:v", "-vf", f"scale='min({MOST_WIDE},iw)':-2,fps=30", "-c:v", "libx264", "-preset", "veryfast"),
        *("-tune", "zerolatency", "-profile:v", "main", "-pix_fmt", "yuv420p", "-threads", "2"),
        *("-maxrate", str(MOST_BITS), "-bufsize", str(2 * MOST_BITS), "-crf", "24"),
        *("-force_key_frames", f"expr:gte(t,n_forced*{SEGMENT})"),
    )


def _audio() -> Sequence[str]:
    """As loud as it came into the mix, as early as the picture it belongs to, and without gaps."""
    loud = 100 / VOLUME * 2  # the place in the middle takes the other half
    filters = f"asetpts=PTS-{DELAY:g}/TB,aresample=async=1000,volume={loud:.3f},alimiter=limit=0.95:level=false"
    return ("-map", "0:a", "-af", filters, "-c:a", "aac", "-b:a", "128k", "-ac", "2", "-ar", "48000")


def _thumb(path: Path) -> list[str]:
    rarely = f"select='isnan(prev_selected_t)+gte(t-prev_selected_t,{EVERY - 0.5})',scale={WIDE}:-2"
    image = ("-c:v", "mjpeg", "-q:v", "5", "-pix_fmt", "yuvj420p")
    one = ("-f", "image2", "-update", "1", "-atomic_writing", "1", "-y", str(path))
    return ["-map", "0:v", "-vf", rarely, "-fps_mode", "vfr", *image, *one]
