"""One running Footlight, started the way a person starts it, and the people who come to it."""

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import httpx
from websockets.sync.client import ClientConnection, connect

from bin.launcher.network import free_port

UP = Path(__file__).resolve().parent.parent / "bin" / "up"
START_S, STOP_S = 90, 30
DATABASE = "footlight.sqlite3"


class House:
    """One running bin/up; its standard output and error are in `said`. Where bin/test made a database with nothing but
    the tables, it begins on a copy, unless it is to start from `nothing`."""

    def __init__(self, data: Path, *options: str, nothing: bool = False) -> None:
        self.data, self.port = data, free_port()
        self.people: dict[str, Person] = {}
        data.parent.mkdir(parents=True, exist_ok=True)
        tables = os.environ.get("WALKS_DATABASE")
        if tables and not nothing and not data.exists():
            data.mkdir(mode=0o700)
            shutil.copy(tables, data / DATABASE)
        self.said = data.parent / "said.txt"
        with self.said.open("wb") as said:
            argv = [str(UP), "--port", str(self.port), "--data", str(data), *options]
            self.process = subprocess.Popen(argv, stdout=said, stderr=said)

    def wait_until_ready(self) -> "House":
        line = f"Footlight is ready at http://127.0.0.1:{self.port}/"
        assert until(lambda: line in self.words() or self.process.poll() is not None, START_S), self.words()
        assert line in self.words(), self.words()
        return self

    def words(self) -> str:
        return self.said.read_text()

    def pids(self, command: str = "") -> set[int]:
        """Processes that carry this data folder in their command or environment, and these words as well."""
        mine = str(self.data)
        return {pid for pid, line, env in processes() if mine in line + env and command in line}

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=2) as response:
                return response.status == 200
        except OSError:
            return False

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(STOP_S)


def processes() -> Iterator[tuple[int, str, str]]:
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            line, env = ((folder / name).read_text(errors="replace") for name in ("cmdline", "environ"))
        except OSError:
            continue
        yield int(folder.name), line.replace("\0", " "), env


def until(condition: Callable[[], bool], within: float) -> bool:
    """Ask again and again, at most so many seconds; the answer."""
    pause, deadline = threading.Event(), time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            return False
        pause.wait(0.1)
    return True


class Person:
    """Somebody at the door: a guest until `sign_in`. Cookies are kept as a browser keeps them."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{house.port}", follow_redirects=True, timeout=20)
        self.origin = f"http://127.0.0.1:{house.port}"
        self.http.get("/")

    def sign_in(self, name: str, password: str = "footlight-demo") -> "Person":
        """A sign-in of one's own. Tests that only need somebody use `known`, which spares the rate limit."""
        page = self.http.get("/accounts/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[1]
        fields = {"login": name, "password": password, "csrfmiddlewaretoken": token}
        answer = self.http.post("/accounts/login/", data=fields, headers={"Referer": self.origin})
        assert "sessionid" in self.http.cookies, answer.text[:500]
        return self

    @classmethod
    def known(cls, house: House, name: str) -> "Person":
        """The same signed-in person for every test that asks."""
        if name not in house.people:
            house.people[name] = cls(house).sign_in(name)
        return house.people[name]

    def api(self, method: str, path: str, **fields: object) -> httpx.Response:
        headers = {"X-CSRFToken": self.http.cookies.get("csrftoken", ""), "Referer": self.origin}
        return self.http.request(method, f"/api/v1/{path}", json=fields or None, headers=headers)

    def socket(self, path: str, origin: str = "") -> "Talk":
        cookies = "; ".join(f"{name}={value}" for name, value in self.http.cookies.items())
        url = self.origin.replace("http", "ws", 1) + path
        return Talk(connect(url, origin=origin or self.origin, additional_headers={"Cookie": cookies}, max_size=None))


class Talk:
    """One socket. `hears("chat.message")` waits for the next frame of that type and answers it."""

    def __init__(self, opening: AbstractContextManager[ClientConnection]) -> None:
        self._opening = opening
        self.frames: list[dict] = []
        self._id = 0

    def hears(self, *types: str, within: float = 20, **fields: object) -> dict:
        deadline = time.monotonic() + within
        while True:
            for frame in list(self.frames):
                if frame["type"] in types and fields.items() <= frame.items():
                    self.frames = self.frames[self.frames.index(frame) + 1 :]
                    return frame
            self._read(deadline - time.monotonic())

    def _read(self, within: float) -> None:
        got = json.loads(self.connection.recv(timeout=max(within, 0)))
        self.frames += got if isinstance(got, list) else [got]

    def says(self, type: str, **fields: object) -> dict:
        """Sends a command and answers its reply or error."""
        self._id += 1
        self.connection.send(json.dumps({"type": type, "id": self._id, **fields}))
        return self._answer_to(self._id)

    def _answer_to(self, number: int, within: float = 20) -> dict:
        """Takes the answer out and leaves what was pushed before it to be heard."""
        deadline = time.monotonic() + within
        while True:
            for frame in self.frames:
                if frame.get("re") == number:
                    self.frames.remove(frame)
                    return frame
            self._read(deadline - time.monotonic())

    def closes(self, within: float = 20) -> int:
        """Waits until the server closes; answers the code."""
        deadline = time.monotonic() + within
        try:
            while True:
                self._read(deadline - time.monotonic())
        except TimeoutError:
            raise AssertionError(f"still open; heard {self.frames}") from None
        except Exception:
            return self.connection.close_code

    def is_shown_out(self, within: float) -> bool:
        try:
            return bool(self.closes(within))
        except AssertionError:
            return False

    def __enter__(self) -> "Talk":
        self.connection = self._opening.__enter__()
        return self

    def __exit__(self, *fault: object) -> None:
        self._opening.__exit__(*fault)


def rows(house: House, query: str, *arguments: object) -> list[tuple]:
    """What the database says (and, with an UPDATE, how a test moves a deadline)."""
    with sqlite3.connect(house.data / DATABASE, timeout=20) as database:
        return database.execute(query, arguments).fetchall()
