"""The sensitive words that a text holds, and what is to become of it.

A word is found however its letters are written (see `chat.folding`), and with signs between them: `s.h*i-t`. Spaces,
commas and emoji mostly stand between words, so over them a word is found only if it is spelled out letter by letter.
A word of letters must not be part of a longer one ("class" holds no "ass") unless the list has a star at that end:
`word*` also finds what begins so, `*word*` finds it anywhere. Chinese, Japanese, Korean and Thai need no star.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import ahocorasick
from confusable_homoglyphs.confusables import is_dangerous

from chat import folding
from chat.folding import LOOSE, TIGHT, UNSEEN, WIDE

BLOCK, HOLD, MASK, PASS = "block", "hold", "mask", ""
STRICTEST_FIRST = (BLOCK, HOLD, MASK, PASS)
STAR = "*"
GAP = ("", LOOSE, TIGHT)
LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
ALIKE = re.compile(r"[\u0370-\u03ff\u0400-\u052f\u1f00-\u1fff]")  # Greek and Cyrillic
RUN = re.compile(r"[^\W\d_]+")


class Word(NamedTuple):
    text: str
    category: str
    level: str


class Verdict(NamedTuple):
    """`level` is that of the strictest word, "" for none. In `text` each letter of a word to be masked is a star: it is
    what may be shown. `flagged`: letters that look alike come from two alphabets in one word."""

    level: str
    text: str
    words: tuple[Word, ...]
    flagged: bool


class Sought(NamedTuple):
    """A word as it is compared."""

    folded: str
    breaks: frozenset[int]  # after which of its letters the list itself has a space
    open_start: bool
    open_end: bool


class Matcher:
    """A list of words made ready: checks any number of texts, from any thread. To change the list, make another."""

    def __init__(self, words: Iterable[Word]) -> None:
        found = defaultdict(list)
        for word in words:
            found[folding.skeleton(word.text)].append(word)
        found.pop("", None)
        self._automaton = ahocorasick.Automaton()
        for skeleton, candidates in found.items():
            self._automaton.add_word(skeleton, (len(skeleton), candidates))
        self._automaton.make_automaton()
        self._empty = not found

    def check(self, text: str) -> Verdict:
        """What is in the text. Costs microseconds; a list of 20,000 words costs no more than one of 20."""
        flagged = not text.isascii() and mixes_alphabets(text)
        hits = [] if self._empty else list(self._automaton.iter(folding.skeleton(text)))
        if not hits:
            return Verdict(PASS, text, (), flagged)
        found = _accepted(text, hits)
        words = tuple(dict.fromkeys(word for word, _ in found))
        level = min((word.level for word in words), key=STRICTEST_FIRST.index, default=PASS)
        return Verdict(level, _masked(text, found), words, flagged)


def mixes_alphabets(text: str) -> bool:
    """Within one word, and with letters that could be taken for those of the other alphabet."""
    if not (ALIKE.search(text) and LATIN.search(text)):
        return False  # the question below takes long
    return any(
        ALIKE.search(run) and LATIN.search(run) and is_dangerous(run, preferred_aliases=["latin"])
        for run in set(RUN.findall(text))
    )


@lru_cache(maxsize=4096)  # made when a word is first hit: most of a long list never are
def _sought(text: str) -> Sought:
    text = text.strip()
    breaks = _loose(_gaps(folding.shape(text), folding.places(text)))
    return Sought(folding.fold(text), breaks, text.startswith(STAR), text.endswith(STAR))


def _gaps(shape: str, letters: list[int]) -> list[str]:
    """What stands between each letter and the next."""
    return [shape[one + 1 : other].replace(UNSEEN, "") for one, other in pairwise(letters)]


def _loose(gaps: list[str]) -> frozenset[int]:
    return frozenset(number for number, gap in enumerate(gaps) if LOOSE in gap)


def _accepted(text: str, hits: list[tuple]) -> list[tuple[Word, list[int]]]:
    """The words that are really there, each with the places of its letters in the text."""
    places, shape, found = folding.places(text), folding.shape(text), []
    for last, (length, candidates) in hits:
        letters = places[last - length + 1 : last + 1]
        piece = text[letters[0] : letters[-1] + 1]
        found += [
            (word, letters)
            for word in candidates
            if _stands(shape, letters, sought := _sought(word.text)) and _same(piece, sought.folded)
        ]
    return found


def _stands(shape: str, letters: list[int], sought: Sought) -> bool:
    """Whether these letters are a word of their own, and belong together."""
    first, last = letters[0], letters[-1]
    before, after = shape[:first].rstrip(UNSEEN)[-1:], shape[last + 1 :].lstrip(UNSEEN)[:1]
    if not (_ends(before, shape[first], sought.open_start) and _ends(after, shape[last], sought.open_end)):
        return False
    gaps = _gaps(shape, letters)
    if _loose(gaps) <= sought.breaks:
        return True
    wide = WIDE in shape[first : last + 1]
    alone = before in GAP and after in GAP
    # Two characters with a space between are often the end of one sentence and the beginning of the next.
    return all(gaps) and sum((wide, alone, len(letters) > 2)) >= 2


def _ends(neighbour: str, letter: str, is_open: bool) -> bool:
    """Letters go on into letters and digits into digits; there, unless it is open, no word ends."""
    return is_open or letter == WIDE or neighbour != letter


def _same(piece: str, folded: str) -> bool:
    """Letter for letter, or in an alphabet mixed to look so. (A Russian рот is no "pot".)"""
    return folding.fold(piece) == folded or bool(ALIKE.search(piece) and LATIN.search(piece))


def _masked(text: str, found: list[tuple[Word, list[int]]]) -> str:
    characters = list(text)
    for word, letters in found:
        if word.level == MASK:
            for place in letters:
                characters[place] = STAR
    return "".join(characters)
