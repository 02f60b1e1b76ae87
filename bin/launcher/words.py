"""What the launcher says to the person at the terminal."""

import sys


class Refusal(Exception):
    """The command cannot go on; the message is one sentence that says what to do about it."""


def say(line: str) -> None:
    print(line, flush=True)


def warn(line: str) -> None:
    print(f"footlight: {line}", file=sys.stderr, flush=True)
