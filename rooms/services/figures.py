"""What a show brought: words, gifts, coins, and who gave them. Kept on the row when it is over; counted anew while it
runs, and once more soon after its end, for what was settled late."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Count, F, Q, QuerySet, Sum, Window
from django.db.models.functions import RowNumber

from billing.models import Minute, Outcome, PriceKind
from chat.models import Kind, Message, MessageState
from core import clock
from core.actors import Actor
from core.models import User
from core.shapes import person
from rooms import access, selectors
from rooms.models import Broadcast, GiftSent, Role, Stay

SPOKEN = (Kind.TEXT, Kind.FACE, Kind.CUSTOM, Kind.VOUCHER, Kind.INQUIRY)
SAID = (MessageState.SHOWN, MessageState.DELETED)
LATE = timedelta(minutes=10)  # after its end, when everything of a show is settled
SUPPORTERS = 3


def shows(*, actor: Actor, cid: str) -> QuerySet[Broadcast]:
    """For the host, newest first. Raises NotFound, LoginRequired, NotAllowed."""
    channel = selectors.channel_for(actor, cid)
    access.require_host(actor, channel)
    return Broadcast.objects.filter(channel=channel).select_related("channel__group").order_by("-id")


def count(show: Broadcast, until: datetime) -> dict[str, int]:
    given = GiftSent.objects.filter(show=show).aggregate(gifts=Count("id"), income=Sum("income"))
    income = (given["income"] or 0) + _watched(show, until)
    return {"messages": _messages(show, until), "gifts": given["gifts"], "income": income}


def live(show: Broadcast, now: datetime) -> dict[str, int]:
    """Of a show that runs; its likes as last written."""
    group, counted = show.channel.group, count(show, now)
    if group is None:
        return counted
    likes = max(0, group.likes - show.likes_before)
    return {**counted, "likes": likes, "vouchers": group.vouchers, "inquiries": group.inquiries}


def keep(show: Broadcast) -> None:
    Broadcast.objects.filter(pk=show.pk).update(**count(show, show.ended_at))


def keep_late() -> int:
    """For the beat: shows that ended just now are counted again."""
    lately = Broadcast.objects.filter(ended_at__gte=clock.now() - LATE).select_related("channel__group")
    for show in lately:
        keep(show)
    return len(lately)


def _messages(show: Broadcast, until: datetime) -> int:
    said = Message.objects.filter(group_id=show.channel.group_id, kind__in=SPOKEN, state__in=SAID)
    return said.filter(created_at__gte=show.started_at, created_at__lte=until).count()


def _watched(show: Broadcast, until: datetime) -> int:
    """The host's part of the minutes that began in the show."""
    paying = Stay.objects.filter(channel=show.channel_id, role=Role.VIEWER, price__gt=0, started_at__lte=until)
    paying = paying.filter(Q(ended_at=None) | Q(ended_at__gte=show.started_at))
    part = {sid: price * share // 100 for sid, price, share in paying.values_list("sid", "price", "share")}
    charged = Minute.objects.filter(kind=PriceKind.PLAY, outcome=Outcome.CHARGED, subject__in=paying.values("sid"))
    charged = charged.filter(began_at__gte=show.started_at, began_at__lt=until).order_by()
    return sum(n * part[sid] for sid, n in charged.values_list("subject").annotate(n=Count("id")))


def supporters(rows: Iterable[Broadcast]) -> dict[int, list[dict]]:
    """Of each show (its pk) those who gave most, in two queries however many."""
    sums = GiftSent.objects.filter(show__in=[row.pk for row in rows]).order_by().values("show", "sender")
    sums = sums.annotate(coins=Sum("coins"), gifts=Count("id"))
    place = Window(RowNumber(), partition_by=F("show"), order_by=[F("coins").desc(), F("sender").asc()])
    best = list(sums.annotate(place=place).filter(place__lte=SUPPORTERS).order_by("show", "place"))
    people = User.objects.in_bulk({row["sender"] for row in best})
    found: dict[int, list[dict]] = {}
    for row in best:
        who = {**person(people[row["sender"]]), "coins": row["coins"], "gifts": row["gifts"]}
        found.setdefault(row["show"], []).append(who)
    return found
