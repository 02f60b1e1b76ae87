"""A house that was started for one benchmark, and everything it leaves behind removed."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.house import House, Person, free_port

ROOT = Path(__file__).resolve().parents[2]
HOST = "bench.example.org"
CHANNEL = """
from core.models import User
from rooms.services import channels
channel = channels.create(actor=User.objects.create_user("host", nick="Mira"), title="A full house")
print(channel.cid, channel.group.gid)
"""


@dataclass(frozen=True)
class Place:
    """`origin` is what the site believes its address to be; `port` is where it listens."""

    house: House
    origin: str
    cid: str
    gid: str

    @property
    def port(self) -> int:
        return self.house.port

    @property
    def servers(self) -> set[int]:
        return self.house.pids("config.asgi:application")

    @property
    def engines(self) -> set[int]:
        return self.house.pids("janus -F")


@contextmanager
def production(server: str, *options: str) -> Iterator[Place]:
    """As it stands behind a proxy, DEBUG off, with one channel: the local mode's conveniences cost time."""
    os.environ["TURN_PORT"] = str(free_port())  # another house may hold the usual one
    os.environ["SOCKETS_PER_ADDRESS"] = "0"  # everybody comes from here
    with running("--server", server, "--host", HOST, *options) as house:
        cid, gid = manage(house, "shell", "--verbosity", "0", "-c", CHANNEL).split()
        yield Place(house, f"https://{HOST}", cid, gid)


@contextmanager
def local() -> Iterator[tuple[Place, dict[str, str]]]:
    """As a developer starts it, which is where a browser trusts plain HTTP; and the cookies of the channel's host."""
    with running() as house:
        host = Person(house).sign_in("host")
        channel = host.api("POST", "channels/", title="A full house").json()
        yield Place(house, host.origin, channel["cid"], channel["gid"]), dict(host.http.cookies)


@contextmanager
def running(*options: str) -> Iterator[House]:
    with tempfile.TemporaryDirectory(prefix="footlight-bench-") as scratch:
        house = House(Path(scratch) / "data", *options)
        try:
            yield house.wait_until_ready()
        finally:
            house.end()


def manage(house: House, *command: str) -> str:
    """What a command of manage.py says on that house's data."""
    # The rest stands in the folder's own files; what a test run around us has set must not reach in.
    env = {name: os.environ[name] for name in ("PATH", "HOME", "DATABASE_URL") if name in os.environ}
    env["FOOTLIGHT_DATA"] = str(house.data)
    argv = [sys.executable, str(ROOT / "manage.py"), *command]
    return subprocess.run(argv, env=env, check=True, stdout=subprocess.PIPE, text=True).stdout
