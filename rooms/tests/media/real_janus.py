"""A real Janus for the tests: its own folder, ports and secrets, ended with the test."""

import asyncio
import contextlib
import shutil
import signal
import socket
import subprocess
from pathlib import Path

from tests.house import free_port

API_SECRET, ADMIN_KEY = "api secret of the tests", "admin key of the tests"
ADMIN_SECRET = "admin secret of the tests"

OTHERS = "duktape echotest lua nosip recordplay sip streaming textroom videocall voicemail"
MAIN = """
general: {{ api_secret = "{secret}"; admin_secret = "{admin_secret}"; reclaim_session_timeout = 15; event_loops = 2 }}
media: {{ rtp_port_range = "{first}-{last}"; no_media_timer = 1 }}
nat: {{ ice_enforce_list = "{address}"; ignore_mdns = true; full_trickle = false }}
plugins: {{ disable = "{plugins}" }}
transports: {{ disable = "{transports}" }}
"""
SOCKETS = """
general: {{ json = "compact"; ws = true; ws_port = {port}; ws_ip = "127.0.0.1"; wss = false }}
admin: {{ admin_ws = true; admin_ws_port = {admin_port}; admin_ws_ip = "127.0.0.1"; admin_wss = false }}
"""
MIXES = (
    'general: {{ admin_key = "{key}"; string_ids = true; lock_rtp_forward = true; '
    'local_ip = "127.0.0.1"; rtp_port_range = "10000-19999" }}\n'
)
ROOMS = 'general: {{ admin_key = "{key}"; string_ids = true; lock_rtp_forward = true }}\n'


def own_address() -> str:
    """An address of this machine that is not loopback, where the engine never gathers. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))
        return probe.getsockname()[0]


class Janus:
    def __init__(self, folder: Path) -> None:
        self.port, self.admin_port, self._folder = free_port(), free_port(), folder
        first = 20000 + self.port % 20000
        values = {"secret": API_SECRET, "key": ADMIN_KEY, "port": self.port, "address": own_address()}
        values |= {"admin_port": self.admin_port, "admin_secret": ADMIN_SECRET, "first": first, "last": first + 400}
        values["plugins"] = ",".join(f"libjanus_{name}.so" for name in OTHERS.split())
        values["transports"] = ",".join(
            f"libjanus_{name}.so" for name in ("http", "pfunix", "mqtt", "rabbitmq", "nanomsg")
        )
        files = {"": MAIN, ".transport.websockets": SOCKETS, ".plugin.videoroom": ROOMS, ".plugin.audiobridge": MIXES}
        for name, text in files.items():
            (folder / f"janus{name}.jcfg").write_text(text.format(**values))
        self._process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    @property
    def admin_url(self) -> str:
        return f"ws://127.0.0.1:{self.admin_port}"

    @property
    def log(self) -> str:
        return (self._folder / "log").read_text(errors="replace")

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def died(self) -> int | None:
        """The status it ended with by itself; None if it lives or was killed by the test."""
        status = self._process.poll() if self._process else None
        return None if status == -signal.SIGKILL else status

    def start(self) -> None:
        with (self._folder / "log").open("ab") as log:
            command = [shutil.which("janus") or "janus", "-F", str(self._folder), "-o"]
            self._process = subprocess.Popen(command, stdout=log, stderr=log)

    def kill(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()


class Cable:
    """A line to the engine that can be cut, and kept cut."""

    def __init__(self, port: int) -> None:
        self.port, self._to = free_port(), port
        self._ends: set[asyncio.StreamWriter] = set()
        self._plugged = True
        self.used = 0

    async def __aenter__(self) -> "Cable":
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self.port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.cut()
        self._server.close()

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    def cut(self) -> None:
        self._plugged = False
        for end in self._ends:
            end.transport.abort()

    def mend(self) -> None:
        self._plugged = True

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._plugged:
            writer.transport.abort()
            return
        self.used += 1
        with contextlib.suppress(ConnectionError):
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._to)
            self._ends |= {writer, far_writer}
            await asyncio.gather(self._pump(reader, far_writer), self._pump(far_reader, writer))
        writer.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.close()
