"""Real sources to pull from, each as short as it can be, and ended with the test."""

import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

QUIET = ("setpriv", "--pdeathsig", "KILL", "ffmpeg", "-hide_banner", "-nostdin", "-loglevel", "error", "-y")
PICTURE = ("-f", "lavfi", "-i", "testsrc=size=160x120:rate=15")
TONE = ("-f", "lavfi", "-i", "sine=frequency=440")
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-pix_fmt", "yuv420p", "-g", "15")
AAC = ("-c:a", "aac", "-b:a", "32k")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def film(path: Path, *, seconds: float = 30, sound: bool = True, picture: bool = True, video: tuple = H264) -> Path:
    """A file with a test picture and a tone."""
    given = [*(PICTURE if picture else ()), *(TONE if sound else ())]
    coded = [*(video if picture else ()), *(AAC if sound else ()), "-movflags", "+faststart"]
    subprocess.run([*QUIET, *given, *coded, "-t", str(seconds), str(path)], check=True, timeout=120)
    return path


class Quiet(SimpleHTTPRequestHandler):
    """Files of a folder; `/to?<address>` leads there."""

    def do_GET(self) -> None:
        way, _, target = self.path.partition("?")
        if way != "/to":
            super().do_GET()
            return
        self.send_response(302)
        self.send_header("Location", target)
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder over HTTP; yields its address without the last slash."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
