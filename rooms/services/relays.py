"""Media work that workers do: what is asked for, and who does it.

Asked for and stopped by the services that know why (a show begins, a source is set), inside their transaction with the
channel locked. A worker takes what is due, says every few seconds that it still has it, and how it went."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction

from core import clock
from core.errors import IllegalMove
from rooms.flows import HELD_BY_WORKER, RELAY, TAKEN, RelayState
from rooms.models import Channel, Relay, RelayKind

WANTED = timedelta(seconds=60)  # how long HLS is made for nobody who asks again
WELL = timedelta(seconds=60)  # whoever ran for so long begins anew with its tries
LONGEST_WAIT = 60  # seconds between two tries
LONGEST_DETAIL = Relay._meta.get_field("detail").max_length


def ask(channel: Channel, kind: str, subject: str = "") -> Relay:
    """From now on it is to run. Twice is harmless."""
    now = clock.now()
    first = RELAY.start("ask", now=now)
    relay, _ = Relay.objects.get_or_create(channel=channel, kind=kind, subject=subject, defaults=first)
    if relay.state == RelayState.STOPPED:
        RELAY.advance(relay, "ask_again", now=now, tries=0, error="", detail="")
    return relay


def hurry(relay: Relay) -> None:
    """What waits to be tried again is tried now."""
    now = clock.now()
    Relay.objects.filter(pk=relay.pk, state=RelayState.WAITING).update(deadline=now, tries=0)


def stop(channel: Channel, kind: str, subject: str = "") -> None:
    """It is to end; its worker sees that within a second or two. Twice, or where there is none, is harmless."""
    rows = Relay.objects.filter(channel=channel, kind=kind, subject=subject)
    clean = {"worker": "", "hls_until": None, "tries": 0, "error": "", "detail": ""}
    RELAY.advance_all(rows, "stop", now=clock.now(), **clean)


def claim(*, worker: str, kinds: Collection[str], limit: int) -> list[Relay]:
    """Takes what is due, or what another worker left lying. Of several who try, one gets it."""
    now, taken = clock.now(), []
    due = Relay.objects.filter(kind__in=kinds, deadline__lte=now).exclude(state=RelayState.STOPPED)
    for relay in due.order_by("deadline")[:limit]:
        try:
            RELAY.advance(relay, "take", now=now, worker=worker, only={"deadline": relay.deadline})
        except IllegalMove:
            continue
        taken.append(relay.pk)
    return list(Relay.objects.filter(pk__in=taken).select_related("channel__owner", "channel__group"))


def renew(*, worker: str, pks: Collection[int]) -> set[int]:
    """Those of them that the worker still has, for HELD_BY_WORKER from now on."""
    mine = Relay.objects.filter(pk__in=pks, worker=worker, state__in=TAKEN)
    mine.update(deadline=clock.now() + HELD_BY_WORKER)
    return set(mine.values_list("pk", flat=True))


def running(relay: Relay) -> None:
    """Raises IllegalMove where the worker has it no longer, as all that follow do."""
    RELAY.advance(relay, "run", now=clock.now(), error="", detail="", only={"worker": relay.worker})


@transaction.atomic
def failed(relay: Relay, error: str, detail: str = "") -> None:
    """It is tried again, after a wait that doubles up to a minute."""
    now, known = clock.now(), Relay.objects.get(pk=relay.pk)
    tries = 1 if _ran_well(known, now) else known.tries + 1
    facts = {"tries": min(tries, 1000), "error": error, "detail": _last_words(detail)}
    again = now + timedelta(seconds=min(2 ** min(tries - 1, 10), LONGEST_WAIT))
    RELAY.advance(relay, "fail", now=now, deadline=again, only={"worker": relay.worker}, worker="", **facts)


def finished(relay: Relay, error: str = "", detail: str = "") -> None:
    """Its work is done for good, or until somebody asks for it again."""
    facts = {"error": error, "detail": _last_words(detail)}
    RELAY.advance(relay, "stop", now=clock.now(), only={"worker": relay.worker}, worker="", **facts)


def let_go(*, worker: str) -> None:
    """The worker stops: another may have them at once."""
    now = clock.now()
    RELAY.advance_all(Relay.objects.filter(worker=worker), "let_go", now=now, worker="")


def want_hls(channel: Channel) -> None:
    """Somebody watches by HLS: it is made for another minute."""
    now = clock.now()
    soon = Relay.objects.filter(channel=channel, kind=RelayKind.OUT).exclude(hls_until__gt=now + WANTED / 2)
    soon.update(hls_until=now + WANTED)


def _last_words(detail: str) -> str:
    return detail.replace("\0", "")[-LONGEST_DETAIL:]


def _ran_well(relay: Relay, now: datetime) -> bool:
    return relay.state == RelayState.RUNNING and relay.since is not None and now - relay.since > WELL
