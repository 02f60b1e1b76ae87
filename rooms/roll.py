"""Who comes and goes in a channel, as one numbered line. Whoever writes in it holds the channel, so the numbers are in
the order of what happened."""

from collections import Counter

from django.db.models import F, QuerySet

from rooms.flows import OPEN
from rooms.models import Channel, Role, Roll, Stay


def facts(channel: Channel, stays: list[Stay]) -> list[dict]:
    """What is told beside each stay: its number in the channel's line (`seq`) and, of an app's channel, whether the
    person is there in the other role too (`also`) and whether anybody else is (`others`)."""
    first = _numbers(channel, len(stays))
    numbered = [{"seq": first + place} for place in range(len(stays))]
    if not channel.realm:
        return numbered
    return [{**number, **company} for number, company in zip(numbered, _company(channel, stays), strict=True)]


def _numbers(channel: Channel, many: int) -> int:
    """The first of so many."""
    rows = Roll.objects.filter(channel=channel)
    if not rows.update(seq=F("seq") + many):
        Roll.objects.create(channel=channel, seq=many)
    return rows.values_list("seq", flat=True).get() - many + 1


def _company(channel: Channel, stays: list[Stay]) -> list[dict]:
    """After each of them, in their order; those that follow in the list are still there. Calls do not count."""
    here = _here(channel).exclude(pk__in=[stay.pk for stay in stays])
    persons = {stay.person for stay in stays}
    left = Counter(here.filter(person__in=persons).values_list("person", flat=True))
    strangers = here.exclude(person__in=persons).exists()
    left.update(stay.person for stay in stays)
    people, found = len(left), []
    for stay in stays:
        left[stay.person] -= 1
        also = left[stay.person] > 0
        people -= not also
        found.append({"also": also, "others": strangers or people > also})
    return found


def _here(channel: Channel) -> QuerySet[Stay]:
    return Stay.objects.filter(channel=channel, state__in=OPEN).exclude(role=Role.CALL).order_by()
