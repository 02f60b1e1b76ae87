"""The list of sensitive words: staff write it, every message is screened by it."""

from collections.abc import Iterable, Mapping
from uuid import uuid4

from django.db import transaction

from chat import folding
from chat.lexicon import lexicon
from chat.models import SensitiveWord, WordCategory, WordLevel, WordList
from chat.words import Matcher, Verdict
from core.actors import Actor, of_staff
from core.errors import BadInput, NotAllowed

LONGEST = SensitiveWord._meta.get_field("text").max_length
LONGEST_NOTE = SensitiveWord._meta.get_field("note").max_length
LONGEST_FOLDED = SensitiveWord._meta.get_field("normalised").max_length


def matcher(realm: str, *, fresh: bool = False) -> Matcher:
    """The words in force in a realm: its own and those of the house. At most 2 s behind, unless `fresh`."""
    return lexicon.matcher(realm, fresh=fresh)


def screen(realm: str, text: str) -> Verdict:
    """What is to become of a text that somebody wants to say in a realm. Call it from a thread, not the event loop."""
    return matcher(realm).check(text)


@transaction.atomic
def add(*, actor: Actor, realm: str = "", **facts: object) -> SensitiveWord:
    """`facts`: text, and category, level, active, note if they are not the usual. BadInput if it is there already."""
    _begin(actor)
    word = SensitiveWord(realm=realm, created_by=actor if actor.pk else None, **facts)
    _save(word)
    return word


@transaction.atomic
def change(*, actor: Actor, word: SensitiveWord, **facts: object) -> None:
    """Other facts about a word that is in the list. BadInput if it is another's spelling now."""
    _begin(actor)
    for name, value in facts.items():
        setattr(word, name, value)
    _save(word)


@transaction.atomic
def remove(*, actor: Actor, word: SensitiveWord) -> None:
    _begin(actor)
    word.delete()


@transaction.atomic
def bring(*, actor: Actor, rows: Iterable[tuple[int, Mapping]], realm: str = "") -> int:
    """Adds a whole list, each row with the number of its line; says how many. All of them, or none: then BadInput
    `bad_rows` holds what is wrong, as pairs of line and error."""
    _begin(actor)
    known = dict(SensitiveWord.objects.filter(realm=realm).values_list("normalised", "text"))
    words, wrong = [], []
    for line, facts in rows:
        words.append(SensitiveWord(realm=realm, created_by=actor if actor.pk else None, **facts))
        try:
            _prepare(words[-1], known)
        except BadInput as error:
            wrong.append((line, error))
        else:
            known[words[-1].normalised] = words[-1].text
    if wrong:
        raise BadInput("bad_rows", rows=wrong)
    SensitiveWord.objects.bulk_create(words, batch_size=1000)
    return len(words)


def _save(word: SensitiveWord) -> None:
    same = SensitiveWord.objects.filter(realm=word.realm, normalised=folding.fold(word.text)).exclude(pk=word.pk)
    _prepare(word, dict(same.values_list("normalised", "text")))
    word.save()


def _prepare(word: SensitiveWord, known: Mapping[str, str]) -> None:
    """Fills in the folded form. `known` are the spellings that are in the list already, by their folded form."""
    word.text = word.text.strip()
    word.normalised = folding.fold(word.text)
    if not word.normalised:
        raise BadInput("word_without_letters")
    if "\0" in word.text + word.note:  # PostgreSQL takes none
        raise BadInput()
    if len(word.text) > LONGEST or len(word.normalised) > LONGEST_FOLDED or len(word.note) > LONGEST_NOTE:
        raise BadInput("word_too_long", longest=LONGEST)
    if word.category not in WordCategory.values:
        raise BadInput("bad_category", choices=", ".join(WordCategory.values))
    if word.level not in WordLevel.values:
        raise BadInput("bad_level", choices=", ".join(WordLevel.values))
    if word.normalised in known:
        raise BadInput("word_twice", text=known[word.normalised])


def _begin(actor: Actor) -> None:
    """One change at a time, from its first look at the list to its end. The version is not a count: after a restored
    backup the same number could mean another list."""
    if not of_staff(actor):
        raise NotAllowed()
    WordList.objects.update_or_create(pk=1, defaults={"version": uuid4().hex})
