"""The words that staff wrote, as this process has them ready."""

from collections import defaultdict
from threading import Lock
from time import monotonic

from django.db import OperationalError

from chat.models import SensitiveWord, WordList
from chat.words import Matcher, Word

CHECK_EVERY = 1.0  # seconds: a change is in force everywhere after this and the time to read the list (0.2 s)


class Lexicon:
    """One matcher for each realm that has words of its own; the words of the house ("") hold in all of them.

    Reads the database, so it is asked from threads, never on the event loop. The lists are made anew whole, beside
    those in use, and then take their place."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._version: str | None = None
        self._asked = 0.0
        self._matchers: dict[str, Matcher] = {}

    def matcher(self, realm: str, *, fresh: bool = False) -> Matcher:
        """The list of a realm, at most a second old; `fresh` asks now. Without a database: the list one has."""
        if fresh or self._is_due():
            with self._lock:
                if fresh or self._is_due():  # else another thread has just done it
                    self._refresh()
        return self._matchers.get(realm) or self._matchers[""]

    def _is_due(self) -> bool:
        return self._version is None or monotonic() - self._asked >= CHECK_EVERY

    def _refresh(self) -> None:
        try:
            version = WordList.objects.values_list("version", flat=True).first() or ""
            if version != self._version:
                self._matchers = _read()
        except OperationalError:
            if self._version is None:
                raise  # nothing is let through unseen
        else:
            self._version = version
        self._asked = monotonic()


def _read() -> dict[str, Matcher]:
    words = defaultdict(list)
    for realm, *word in _rows():
        words[realm].append(Word(*word))
    house = words.pop("", [])
    return {"": Matcher(house), **{realm: Matcher(house + own) for realm, own in words.items()}}


def _rows() -> list[tuple[str, str, str, str]]:
    active = SensitiveWord.objects.filter(active=True).order_by("id")
    return list(active.values_list("realm", "text", "category", "level"))


lexicon = Lexicon()
