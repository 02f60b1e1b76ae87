"""Whose media are in the engine. Every connection there carries a name from here."""

STAY = "stay"


def of_stay(sid: str) -> str:
    return f"{STAY}:{sid}"


def stays_of(names: list[str]) -> dict[str, str]:
    """Name -> the stay (its sid) it belongs to, of those that belong to one."""
    parts = {name: name.split(":") for name in names}
    return {name: part[1] for name, part in parts.items() if part[0] == STAY and len(part) == 2}
