"""One door for the four commands: a refusal is one sentence and exit code 1, never a traceback."""

from collections.abc import Callable

from . import bench, manage, test, up
from .words import Refusal, warn

COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "up": up.main,
    "test": test.main,
    "bench": bench.main,
    "manage": manage.main,
}


def main(argv: list[str]) -> int:
    try:
        return COMMANDS[argv[0]](argv[1:])
    except Refusal as refusal:
        warn(str(refusal))
        return 1
    except KeyboardInterrupt:
        return 130
