"""A real Janus for the tests: its own folder, ports and secrets, ended with the test."""

import shutil
import socket
import subprocess
from pathlib import Path

API_SECRET, ADMIN_KEY = "api secret of the tests", "admin key of the tests"

MAIN = """
general: {{ api_secret = "{secret}"; admin_secret = "none"; reclaim_session_timeout = 15; event_loops = 2; debug_level = 4 }}
media: {{ rtp_port_range = "{first}-{last}"; no_media_timer = 1 }}
nat: {{ ice_enforce_list = "{address}"; ignore_mdns = true; full_trickle = false }}
plugins: {{ disable = "libjanus_audiobridge.so,libjanus_duktape.so,libjanus_echotest.so,libjanus_lua.so,libjanus_nosip.so,\
libjanus_recordplay.so,libjanus_sip.so,libjanus_streaming.so,libjanus_textroom.so,libjanus_videocall.so,libjanus_voicemail.so" }}
transports: {{ disable = "libjanus_http.so,libjanus_pfunix.so,libjanus_mqtt.so,libjanus_rabbitmq.so,libjanus_nanomsg.so" }}
"""
SOCKETS = 'general: {{ json = "compact"; ws = true; ws_port = {port}; ws_ip = "127.0.0.1"; wss = false }}\n'
ROOMS = 'general: {{ admin_key = "{key}"; string_ids = true; lock_rtp_forward = true }}\n'


def own_address() -> str:
    """An address of this machine that is not loopback, where the engine never gathers. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))
        return probe.getsockname()[0]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Janus:
    def __init__(self, folder: Path) -> None:
        self.port, self._folder = free_port(), folder
        first = 20000 + self.port % 20000
        values = {"secret": API_SECRET, "key": ADMIN_KEY, "port": self.port, "address": own_address()}
        values |= {"first": first, "last": first + 400}
        for name, text in (("", MAIN), (".transport.websockets", SOCKETS), (".plugin.videoroom", ROOMS)):
            (folder / f"janus{name}.jcfg").write_text(text.format(**values))
        self._process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return (self._folder / "log").read_text(errors="replace")

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        with (self._folder / "log").open("ab") as log:
            command = [shutil.which("janus") or "janus", "-F", str(self._folder), "-o"]
            self._process = subprocess.Popen(command, stdout=log, stderr=log)

    def kill(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
