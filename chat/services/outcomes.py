"""The end of a report, by whichever hand: written down once, and told to whoever reported and whoever is concerned."""

from datetime import datetime

from chat.models import Message, Outcome, ReportState
from core import clock, letters
from core.actors import Actor


def close(message: Message, actor: Actor, outcome: list[str], reason: str) -> None:
    """All open reports of the message. Inside the caller's transaction."""
    rows = message.reports.filter(state=ReportState.OPEN)
    reporters = [row.reporter for row in rows.select_related("reporter") if row.reporter]
    state = ReportState.DISMISSED if outcome == [Outcome.NOTHING] else ReportState.ACTED
    by = actor if actor.pk else None
    rows.update(state=state, outcome=outcome, answer=reason[:200], decided_by=by, decided_at=clock.now())
    for reporter in reporters:
        letters.send(reporter, "answered", where=str(message.group), outcome=outcome)


def tell_author(message: Message, outcome: list[str], reason: str, until: datetime | None) -> None:
    if message.sender:
        facts = {"where": str(message.group), "outcome": outcome, "reason": reason}
        letters.send(message.sender, "judged", **facts, until=until.isoformat() if until else "")
