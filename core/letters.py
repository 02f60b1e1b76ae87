"""Letters: what the house has to say to one person, kept until they have read it, and told at once to every socket of
theirs. A letter is a kind and its facts; its words are made when it is read, in the reader's language."""

from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core import clock
from core.actors import Actor
from core.errors import LoginRequired
from core.events import broadcast
from core.models import Letter, User

SHOWN = 20  # unread ones that a page shows
KINDS = {
    "judged": gettext_lazy("About what you wrote in “%(where)s”: %(outcome)s. Reason: %(reason)s"),
    "answered": gettext_lazy("Your report from “%(where)s” was looked into: %(outcome)s."),
}
OUTCOMES = {
    "judged": {
        "deleted": gettext_lazy("the message was taken away"),
        "warned": gettext_lazy("this is a warning"),
        "muted": gettext_lazy("you are muted there until %(until)s"),
        "banned": gettext_lazy("you are banned there until %(until)s"),
    },
    "answered": {
        "deleted": gettext_lazy("the message was taken away"),
        "warned": gettext_lazy("its author was warned"),
        "muted": gettext_lazy("its author was muted"),
        "banned": gettext_lazy("its author was banned"),
        "nothing": gettext_lazy("nothing needed to be done"),
    },
}
FOR_GOOD = pgettext_lazy("until", "further notice")


def send(user: User, kind: str, **facts: object) -> Letter:
    """`facts`: where, outcome (words of OUTCOMES), reason, until (ISO 8601, or "" for good). Inside the transaction of
    what it tells of."""
    letter = Letter.objects.create(user=user, kind=kind, facts=facts, created_at=clock.now())
    with translation.override(user.language or settings.LANGUAGE_CODE):
        broadcast(f"user.{user.pk}", "user.letter", letter=shape(letter))
    return letter


def words(letter: Letter) -> str:
    """In the language of whoever reads now."""
    facts = {"where": "", "reason": "", "outcome": [], "until": "", **letter.facts}
    known = OUTCOMES.get(letter.kind, {})
    until = {"until": _day(facts["until"])}
    outcome = _(", ").join(str(known.get(one, one)) % until for one in facts["outcome"])
    return str(KINDS.get(letter.kind, letter.kind)) % {**facts, "outcome": outcome}


def shape(letter: Letter) -> dict:
    return {"id": letter.pk, "kind": letter.kind, "text": words(letter), "at": letter.created_at}


def of(actor: Actor) -> QuerySet[Letter]:
    """Newest first. Raises LoginRequired."""
    if not actor.pk:
        raise LoginRequired()
    return Letter.objects.filter(user_id=actor.pk).order_by("-id")


def unread(actor: Actor) -> list[Letter]:
    return list(of(actor).filter(read_at=None)[:SHOWN]) if actor.pk else []


def read(*, actor: Actor) -> None:
    """All that came so far. Raises LoginRequired."""
    of(actor).filter(read_at=None).update(read_at=clock.now())


def _day(until: str) -> str:
    """A dot at the end of a local format would meet that of the sentence."""
    return f"{localtime(datetime.fromisoformat(until)):%Y-%m-%d %H:%M}" if until else str(FOR_GOOD)
