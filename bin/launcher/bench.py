"""bin/bench: one benchmark by its name."""

import os

from . import programs
from .folders import PYTHON, ROOT
from .words import Refusal

PROGRAMS = [
    *(programs.REDIS, programs.JANUS, programs.FFMPEG, programs.TURN),
    *(programs.CHROMIUM, programs.POSTGRES, programs.COMPILER, programs.NGINX),
]


def main(argv: list[str]) -> int:
    names = sorted(path.stem for path in (ROOT / "bench").glob("*.py") if not path.stem.startswith("_"))
    if not argv or argv[0] not in names:
        raise Refusal(f"Name one of the benchmarks: {', '.join(names) or 'there are none yet'}.")
    programs.ensure(PROGRAMS)
    if argv[0] == "chat":
        programs.ensure_nchan()
    os.chdir(ROOT)
    os.execv(PYTHON, [PYTHON, "-m", f"bench.{argv[0]}", *argv[1:]])
