"""What the pages of a person and of a channel show besides their fields."""

from billing import statements
from billing.models import Account
from chat import access as chat_access
from chat.models import Report, Restriction
from core import clock
from core.models import User
from rooms import selectors
from rooms.models import Ban, Channel, Source, Stay
from rooms.services import pulls

SHOWN = 8  # rows of each kind; the lists have all of them


def of_person(person: User) -> dict:
    now = clock.now()
    account = Account.objects.filter(owner=person).first()
    moved = statements.of(account)[:SHOWN] if account else ()
    return {
        "person": person,
        "account": account,
        "moved": [(row, statements.signed(row, account), statements.other_side(row, account)) for row in moved],
        "channels": person.channels.order_by("-id")[:SHOWN],
        "stays": Stay.objects.filter(user=person).select_related("channel").order_by("-id")[:SHOWN],
        "bans": Ban.objects.filter(user=person).select_related("channel").order_by("-id")[:SHOWN],
        "restrictions": Restriction.objects.filter(chat_access.in_force(now), user=person).select_related("group")[
            :SHOWN
        ],
        "reports": Report.objects.filter(message__sender=person).select_related("message", "reporter")[:SHOWN],
        "sign_ins": person.sign_ins.all()[:SHOWN],
        "now": now,
    }


def of_channel(channel: Channel) -> dict:
    here = selectors.open_stays(channel).order_by("role", "-id")
    return {
        "channel": channel,
        "pull": pulls.shape(channel) if channel.source == Source.PROXY else None,
        "here": here[: 2 * SHOWN],
        "count": here.count(),
        "grants": channel.grants.select_related("user").order_by("-id")[:SHOWN],
        "shows": channel.broadcasts.order_by("-id")[:SHOWN],
        "bans": Ban.objects.filter(channel=channel).select_related("user").order_by("-id")[:SHOWN],
    }
