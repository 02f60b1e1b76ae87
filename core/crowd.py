"""How many sockets a person and an address hold on this process: nobody may fill the house alone."""

from collections import Counter
from collections.abc import Mapping

from django.conf import settings

_held: Counter[str] = Counter()


def limits(person: str, address: str) -> dict[str, int]:
    """The keys under which one socket counts, and the most of each; 0 is any number."""
    return {f"person {person}": settings.SOCKETS_PER_PERSON, f"address {address}": settings.SOCKETS_PER_ADDRESS}


def enter(keys: Mapping[str, int]) -> bool:
    """Counts one more, unless a limit is reached."""
    if any(most and _held[key] >= most for key, most in keys.items()):
        return False
    _held.update(keys.keys())
    return True


def leave(keys: Mapping[str, int]) -> None:
    for key in keys:
        _held[key] -= 1
        if _held[key] <= 0:
            del _held[key]
