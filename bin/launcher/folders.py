"""Where things are: the checkout, and the data folder that everything lasting lives in."""

import fcntl
import hashlib
import os
import re
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .words import Refusal

ROOT = Path(__file__).resolve().parents[2]
PYTHON = sys.executable
# sun_path holds 108 bytes with its closing zero.
SOCKET_PATH_MAX = 107
PLAIN = re.compile(r"[A-Za-z0-9/._-]+")


@dataclass(frozen=True)
class DataFolder:
    path: Path

    @classmethod
    def open(cls, path: Path) -> "DataFolder":
        folder = cls(path.expanduser().absolute())
        try:
            folder.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            for part in (folder.run, folder.log, folder.janus):
                part.mkdir(mode=0o700, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder.path):
                pass
        except OSError as error:
            raise Refusal(f"The data folder {path} cannot be used: {error.strerror}.") from error
        return folder

    @property
    def run(self) -> Path:
        return self.path / "run"

    @property
    def log(self) -> Path:
        return self.path / "log"

    @property
    def janus(self) -> Path:
        return self.path / "janus"

    @property
    def env(self) -> Path:
        """Kept settings and secrets."""
        return self.path / "env"

    @property
    def run_env(self) -> Path:
        """Settings of this run alone, written anew at each start."""
        return self.run / "env"

    @property
    def demo_mark(self) -> Path:
        """Present once demo people, whose password is public, may exist in this folder's database."""
        return self.path / "demo-people"

    def lock(self) -> int:
        """Hold the folder until this process and its children are gone; the open file is the lock."""
        lock = os.open(self.path / "up.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if _is_alive(os.pread(lock, 20, 0)):
                sentence = f"Footlight is already running on {self.path}: stop it, or name another --data."
                raise Refusal(sentence) from None
            # Killed a moment ago: its undertaker holds the lock until the last child is gone, in seconds.
            fcntl.flock(lock, fcntl.LOCK_EX)
        os.truncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)
        return lock

    def sockets(self) -> Path:
        """The folder for unix sockets: run/, or a private short one when that path cannot be a socket's."""
        socket = str(self.run / "redis.sock")
        if len(socket) <= SOCKET_PATH_MAX and PLAIN.fullmatch(socket):
            return self.run
        digest = hashlib.sha256(str(self.path).encode()).hexdigest()[:12]
        return _private(Path(f"/tmp/footlight-{os.getuid()}-{digest}"))


def write_private(path: Path, text: str) -> None:
    """For what holds secrets: nobody else can read it, and nobody ever reads half of it."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    fresh.replace(path)


def _private(path: Path) -> Path:
    path.mkdir(mode=0o700, exist_ok=True)
    status = path.lstat()
    if path.is_symlink() or status.st_uid != os.getuid() or status.st_mode & 0o077:
        raise Refusal(f"{path} belongs to somebody else: name a shorter --data.")
    return path


def _is_alive(pid: bytes) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        pass
    return True
