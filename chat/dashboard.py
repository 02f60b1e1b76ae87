"""What the chat shows on the first page of staff."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.formats import localize
from django.utils.translation import gettext as _

from chat.models import Message, MessageState, Report, ReportState
from core import clock
from core.dashboard import Figure
from core.models import User

LATELY = timedelta(minutes=1)


def said(since: datetime, until: datetime) -> int:
    """Messages that were written down between the two moments."""
    return Message.objects.filter(created_at__gte=since, created_at__lt=until).count()


def figures(user: User) -> Iterator[Figure]:
    if user.has_perm("chat.view_message"):
        now = clock.now()
        rate = said(now - LATELY, now) / LATELY.total_seconds()
        held = Message.objects.filter(state=MessageState.HELD).count()
        page = reverse("admin:chat_message_changelist")
        yield Figure(_("Messages a second"), localize(round(rate, 1)), url=page)
        yield Figure(_("Held for review"), held, url=f"{page}?state__exact=held", tone="bad" if held else "")
    if user.has_perm("chat.view_report"):
        waiting = Report.objects.filter(state=ReportState.OPEN).count()
        page = reverse("admin:chat_report_changelist") + "?state__exact=open"
        yield Figure(_("Open reports"), waiting, url=page, tone="bad" if waiting else "")
