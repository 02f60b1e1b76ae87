"""Every word of ours is there in Chinese, and what is compiled is what was translated."""

import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.core.management import call_command

ELSEWHERE = (".venv", ".git", "var", "bin", "bench", "tests", "node_modules", "docs", "deploy")


@pytest.fixture
def extracted(settings, tmp_path, monkeypatch) -> Path:
    """The catalogue as it would be after looking through the whole source again (a copy of it)."""
    copy = tmp_path / "source"
    shutil.copytree(settings.BASE_DIR, copy, ignore=shutil.ignore_patterns(*ELSEWHERE))
    monkeypatch.chdir(copy)
    for domain in ("django", "djangojs"):
        call_command("makemessages", verbosity=0, domain=domain, locale=["zh_Hans"], no_obsolete=True)
    return copy / "locale" / "zh_Hans" / "LC_MESSAGES"


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_every_text_is_translated(extracted: Path, domain: str) -> None:
    with (extracted / f"{domain}.po").open("rb") as file:
        catalogue = read_po(file)
    missing = [m.id for m in catalogue if m.id and (m.fuzzy or not all(_forms(m.string)))]
    assert not missing


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_the_compiled_catalogue_is_the_translated_one(settings, domain: str) -> None:
    folder = Path(settings.LOCALE_PATHS[0]) / "zh_Hans" / "LC_MESSAGES"
    with (folder / f"{domain}.po").open("rb") as po, (folder / f"{domain}.mo").open("rb") as mo:
        translated = _words(m for m in read_po(po) if not m.fuzzy and all(_forms(m.string)))
        compiled = _words(read_mo(mo))
    assert compiled == translated


def _words(messages: Iterable[Message]) -> dict[tuple, tuple]:
    return {(_context(m), *_forms(m.id)): _forms(m.string) for m in messages if m.id}


def _context(message: Message) -> str | None:
    """Babel reads it as bytes out of a compiled catalogue."""
    return message.context.decode() if isinstance(message.context, bytes) else message.context


def _forms(string: str | tuple | list) -> tuple:
    return tuple(string) if isinstance(string, tuple | list) else (string,)
