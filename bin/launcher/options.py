"""The options of bin/up."""

import argparse
import os
import re
from dataclasses import dataclass
from pathlib import Path

from .folders import ROOT
from .words import Refusal

HOST_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
PROCESSES_MAX = 64


@dataclass(frozen=True)
class Options:
    port: int
    data: Path
    server: str
    processes: int
    host: str | None
    verbose: bool


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:  # type: ignore[override]
        raise Refusal(f"{message} (bin/up --help lists the options).")


def parse(argv: list[str]) -> Options:
    parser = Parser(prog="bin/up", description="Run the whole platform on this machine.")
    parser.add_argument("--port", type=int, default=8000, help="on loopback (8000)")
    parser.add_argument("--data", type=Path, default=default_data(), help="where data lives (var/)")
    parser.add_argument("--server", choices=["daphne", "uvicorn"], default="daphne")
    parser.add_argument("--processes", type=int, default=1, help="server processes on one socket (1)")
    parser.add_argument("--host", metavar="NAME", help="production: the public name, behind an HTTPS proxy")
    parser.add_argument("-v", "--verbose", action="store_true", help="show the parts' log lines too")
    options = Options(**vars(parser.parse_args(argv)))
    if not 1 <= options.port <= 65_535:
        raise Refusal(f"Port {options.port} is out of range: choose one from 1 to 65535.")
    if not 1 <= options.processes <= PROCESSES_MAX:
        raise Refusal(f"--processes takes a number from 1 to {PROCESSES_MAX}.")
    if options.host is not None and not HOST_NAME.fullmatch(options.host):
        raise Refusal(f"{options.host!r} is not a host name: give the bare name, such as live.example.org.")
    return options


def default_data() -> Path:
    return Path(os.environ.get("FOOTLIGHT_DATA") or ROOT / "var")
