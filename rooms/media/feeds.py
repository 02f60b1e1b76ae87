"""How a feed is called inside the engine: by its own name and by when it went on the air.

Two connections of one feed would be refused if they were called the same, and turning out the old one first
does not help: the engine closes it half a second later, and tells nobody who watches. So a host who returns is
a new participant; the older ones are turned out, and those who watch can tell one from the other.
"""

import re
import time

NAME = re.compile(r"(.+)~([0-9a-f]{16})")


def name_now(feed: str) -> str:
    return f"{feed}~{time.time_ns():016x}"


def feed_of(name: str) -> str:
    """The feed of a participant; one that was not named here (a relay) is its own."""
    found = NAME.fullmatch(name)
    return found[1] if found else name


def older(names: set[str], than: str) -> set[str]:
    """The other participants of the same feed that came before this one."""
    return {name for name in names if feed_of(name) == feed_of(than) and name < than}
