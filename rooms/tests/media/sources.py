"""Real sources to pull from, each as short as it can be, and ended with the test."""

import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.house import free_port, until

QUIET = ("setpriv", "--pdeathsig", "KILL", "ffmpeg", "-hide_banner", "-nostdin", "-loglevel", "error", "-y")
PICTURE = ("-f", "lavfi", "-i", "testsrc=size=160x120:rate=15")
TONE = ("-f", "lavfi", "-i", "sine=frequency=440")
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-pix_fmt", "yuv420p", "-g", "15")
AAC = ("-c:a", "aac", "-b:a", "32k")


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
            with suppress(ConnectionError):  # whoever pulled it has seen enough
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


RTMP_MODULE = Path("/usr/lib/nginx/modules/ngx_rtmp_module.so")
RTMP = """load_module {module};
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ worker_connections 64; }}
rtmp {{ server {{ listen 127.0.0.1:{port}; application live {{ live on; }} }} }}
"""
RTSP_SERVER = Path(__file__).with_name("rtsp_server.py")


@contextmanager
def process(*command: object) -> Iterator[subprocess.Popen]:
    """Dies with the test, or before it by its own `kill`."""
    running = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *map(str, command)])
    try:
        yield running
    finally:
        running.kill()
        running.wait()


@contextmanager
def rtmp_server(folder: Path) -> Iterator[str]:
    """Yields the address of its application."""
    port = free_port()
    (folder / "rtmp.conf").write_text(RTMP.format(module=RTMP_MODULE, folder=folder, port=port))
    with process("nginx", "-c", folder / "rtmp.conf", "-e", folder / "nginx.log"):
        _wait_for(port)
        yield f"rtmp://127.0.0.1:{port}/live"


@contextmanager
def rtsp_server(film: Path) -> Iterator[str]:
    port = free_port()
    with process("/usr/bin/python3", RTSP_SERVER, port, film):
        _wait_for(port)
        yield f"rtsp://127.0.0.1:{port}/film"


def sent_on(film: Path, address: str):
    """Somebody who sends the film to an RTMP server, again and again."""
    return process(*QUIET, "-re", "-stream_loop", -1, "-i", film, "-c", "copy", "-f", "flv", address)


def in_pieces(film: Path, folder: Path):
    """Somebody who writes the film as a live HLS stream, again and again."""
    hls = ("-f", "hls", "-hls_time", 1, "-hls_list_size", 6, "-hls_flags", "delete_segments")
    return process(*QUIET, "-re", "-stream_loop", -1, "-i", film, "-c", "copy", *hls, folder / "live.m3u8")


def _wait_for(port: int) -> None:
    def answers() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    assert until(answers, 30), "the server did not start"
