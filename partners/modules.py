"""The SDK's files: our own modules, as they are, but for the names by which they import one another.

Pages of the house have an import map for those; pages of others have none, so here every name is a relative path."""

import hashlib
import posixpath
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

ENTRY = "footlight"
IMPORT = re.compile(r'((?:^|\s)(?:from|import) ?\(?)"footlight/([\w/-]+)"', re.MULTILINE)


@dataclass(frozen=True)
class Bundle:
    """`entry` imports the others from a folder named after all that is in them, so that these may be kept for ever."""

    digest: str
    entry: str
    modules: dict[str, str]


def bundle() -> Bundle:
    if settings.DEBUG:
        _read.cache_clear()
    return _read()


@cache
def _read() -> Bundle:
    sources = _reachable(Path(settings.STATICFILES_DIRS[0]) / "js")
    digest = hashlib.sha256(
        "\0".join(f"{name}\0{text}" for name, text in sorted(sources.items())).encode()
    ).hexdigest()[:16]
    modules = {name: _relative(name, text) for name, text in sources.items() if name != ENTRY}
    # Named at the start they come all at once; else a browser finds them one import after the other.
    at_once = "".join(f'import "./{digest}/{name}.js";\n' for name in sorted(modules))
    return Bundle(digest, at_once + _relative("", sources[ENTRY], f"{digest}/"), modules)


def _reachable(root: Path) -> dict[str, str]:
    """What the entry needs, and no page script besides."""
    sources: dict[str, str] = {}
    waiting = [ENTRY]
    while waiting:
        if (name := waiting.pop()) not in sources:
            sources[name] = (root / f"{name}.js").read_text()
            waiting += [found for _, found in IMPORT.findall(sources[name])]
    return sources


def _relative(name: str, text: str, folder: str = "") -> str:
    """The module with the others under paths as seen from itself."""

    def path(found: re.Match) -> str:
        there = posixpath.relpath(f"{folder}{found[2]}.js", posixpath.dirname(name) or ".")
        return f'{found[1]}"{there if there.startswith(".") else "./" + there}"'

    return IMPORT.sub(path, text)
