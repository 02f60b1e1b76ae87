"""The arguments with which ffmpeg pulls a source and sends it on as RTP."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from django.conf import settings

from rooms.media.remote import Line
from rooms.relay.inspect import Source

HTTP = "http,https,httpproxy,tcp,tls,crypto,data"
FORMS = "hls,mpegts,mov,mp4,m4a,3gp,3g2,mj2,flv,live_flv,matroska,webm,aac,mp3,ogg,wav,flac,h264,hevc,webvtt"
REFUSES = re.compile(r"Server returned [45]\d\d|HTTP error|Connection refused|failed: 40[134] ", re.I)
KEY_FRAMES = 2  # seconds between two, where we make the picture


def way(address: str, url: str) -> list[str]:
    """How the address is reached, which stands for `url`: by its own protocols alone, so that nothing that comes from
    there opens a file or speaks another one."""
    scheme = urlsplit(address).scheme
    looks = ["-probesize", "2000000", "-analyzeduration", "3000000"]
    if scheme == "rtmp":
        named = ["-rtmp_tcurl", _of_server(url)]
        return ["-protocol_whitelist", "rtmp,tcp", "-format_whitelist", "flv,live_flv", *named, *looks]
    if scheme == "rtsp":
        return ["-protocol_whitelist", "rtsp,tcp", "-rtsp_transport", "tcp", *looks]
    return ["-protocol_whitelist", HTTP, "-format_whitelist", FORMS, "-user_agent", "Footlight", *looks]


def pace(address: str) -> list[str]:
    """What comes in pieces, or all at once, is sent on as fast as it is played."""
    return ["-re"] if urlsplit(address).scheme in ("http", "https") else []


def out(source: Source, lines: Mapping[str, Line]) -> list[str]:
    arguments: list[str] = []
    if source.sound:
        arguments += ["-map", f"0:{source.sound.index}", *_sound(source), *_rtp(lines["audio"])]
    if source.picture:
        arguments += ["-map", f"0:{source.picture.index}", *_picture(source), *_rtp(lines["video"])]
    return arguments


def _of_server(url: str) -> str:
    """What an RTMP server knows itself by: its own name, and the application, without the stream."""
    parts = urlsplit(url)
    pieces = parts.path.strip("/").split("/")
    application = "/".join(pieces[: 2 if len(pieces) > 2 else 1])
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/{application}"


def refuses(words: str) -> bool:
    """Whether those are the words of a server that is there and does not want."""
    return bool(REFUSES.search(words))


def _sound(source: Source) -> list[str]:
    if source.sound.copied:
        return ["-c:a", "copy"]
    return ["-c:a", "libopus", "-b:a", "96k", "-ac", "2", "-ar", "48000"]


def _picture(source: Source) -> list[str]:
    if source.picture.copied:
        return ["-c:v", "copy", "-bsf:v", "h264_mp4toannexb,dump_extra=freq=keyframe"]
    most = str(settings.MEDIA_BITRATE)
    size = f"scale=-2:'trunc(min({settings.PULL_HEIGHT},ih)/2)*2',format=yuv420p"
    quick = ["-c:v", "libx264", "-preset", "veryfast", "-tune", "zerolatency", "-profile:v", "baseline"]
    held = ["-fpsmax", str(settings.PULL_FPS), "-b:v", most, "-maxrate", most, "-bufsize", most]
    keys = ["-force_key_frames", f"expr:gte(t,n_forced*{KEY_FRAMES})", "-bsf:v", "dump_extra=freq=keyframe"]
    return ["-vf", size, *quick, *held, *keys]


def _rtp(line: Line) -> list[str]:
    port = line.address.rpartition(":")[2]
    to = f"rtp://{line.address}?pkt_size=1200&rtcpport={port}"
    return ["-payload_type", str(line.payload_type), "-ssrc", str(line.ssrc), "-f", "rtp", to]
