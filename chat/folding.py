"""How a text is read before words are looked for in it: one letter, however it is written.

Each character of a text becomes the letters it stands for, or nothing. Nothing is lost on the way back, because this
is done a character at a time: full width, capitals, diacritics, small capitals and traditional characters are other
faces of a letter; what has no width is not there; everything else stands between letters.
"""

import unicodedata
from collections.abc import Callable

from opencc import OpenCC

LETTER, DIGIT, WIDE, TIGHT, LOOSE, UNSEEN = "ld字- 0"  # the shape of a character
# What people put between letters to hide a word. Other signs, and spaces, more often stand between sentences.
TIGHT_SIGNS = frozenset(".*-_|/\\+=#^&@$%·•・‐‑")
SMALL_CAPITALS = str.maketrans("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢøłđħɡɑı", "abcdefghijklmnoprstuvwyzoldhgai")
# Cyrillic and Greek letters that pass for Latin ones, as small letters (so Н, which looks like H, stands as н).
LOOKALIKES = str.maketrans("авгеікмнорстухјѕһԁԛԝαβγεηικνορστυχζμ", "abreikmhopctyxjshdqwabyehikvopotuxzm")
# Scripts that do not put spaces between words: a word may be found anywhere in them.
WIDE_RANGES = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x11FF),  # Burmese; Korean letters
    (0x1780, 0x17FF),  # Khmer
    (0x2E80, 0xA4CF),  # Chinese, Japanese
    (0xA960, 0xA97F),
    (0xAC00, 0xD7FF),  # Korean, whose endings are written on to the word
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)
FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")  # letters by name, of which nothing is seen
_simplified = OpenCC("t2s").convert


class Table(dict):
    """For `str.translate`: asks `of` once for each character there is."""

    def __init__(self, of: Callable[[str], str]) -> None:
        super().__init__()
        self._of = of

    def __missing__(self, code: int) -> str:
        self[code] = found = self._of(chr(code))
        return found


def unseen(character: str) -> bool:
    """It takes no place of its own: formats, joiners, variation selectors, diacritics that go with any letter."""
    if character in FILLERS or unicodedata.category(character) == "Cf":
        return True
    return unicodedata.category(character) in ("Mn", "Me") and _goes_with_any_letter(character)


def _goes_with_any_letter(mark: str) -> bool:
    name = unicodedata.name(mark, "")
    return name.startswith(("COMBINING", "VARIATION SELECTOR", "MONGOLIAN FREE VARIATION")) and "KATAKANA" not in name


def _letters(character: str) -> str:
    """The letters and digits that a character stands for; "" for what is no letter."""
    if unseen(character):
        return ""
    whole = unicodedata.normalize("NFKC", character).casefold()
    return "".join(_simplified(_bare(c).translate(SMALL_CAPITALS)) for c in whole if _counts(c))


def _counts(character: str) -> bool:
    return character.isalnum() or (unicodedata.category(character) in ("Mn", "Mc") and not unseen(character))


def _bare(letter: str) -> str:
    """Without its diacritics, where it is a Latin, Greek or Cyrillic letter; elsewhere they make another letter."""
    first, *marks = unicodedata.normalize("NFD", letter)
    return first if marks and ord(first) < 0x0530 else letter


def _shape(character: str) -> str:
    if unseen(character):
        return UNSEEN
    letters = _letters(character)
    if not letters:
        return TIGHT if unicodedata.normalize("NFKC", character) in TIGHT_SIGNS else LOOSE
    if letters[0].isdecimal():
        return DIGIT
    code = ord(letters[0])
    return WIDE if any(low <= code <= high for low, high in WIDE_RANGES) else LETTER


LETTERS = Table(_letters)
SKELETON = Table(lambda character: _letters(character).translate(LOOKALIKES))
SHAPES = Table(_shape)
_LOW = bytes(range(256)).lower()
_SIGNS = bytes(code for code in range(128) if not chr(code).isalnum())


def fold(text: str) -> str:
    """The letters of a text and nothing else: what two spellings of one word have in common."""
    return text.translate(LETTERS)


def skeleton(text: str) -> str:
    """As `fold`, and Cyrillic and Greek letters as the Latin ones they look like: the form that is sought."""
    if text.isascii():  # a tenth of the time
        return text.encode().translate(_LOW, _SIGNS).decode()
    return text.translate(SKELETON)


def shape(text: str) -> str:
    """One sign for each character of the text: letter, digit, wide, tight or loose gap, unseen."""
    return text.translate(SHAPES)


def places(text: str) -> list[int]:
    """Where in the text each letter of its skeleton stands."""
    return [place for place, character in enumerate(text) for _ in SKELETON[ord(character)]]
