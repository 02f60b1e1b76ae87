"""What happened in a channel, newest first: every fact of the outbox about it or its chat. Read by number, so that the
last page costs what the first does."""

import json
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from core.models import Event
from rooms.models import Channel

if TYPE_CHECKING:
    from core.desk import StaffAdmin

AT_ONCE = 50
BRIEF = 160  # characters of what an event carries


def page(desk: "StaffAdmin", request: HttpRequest, channel: Channel) -> HttpResponse:
    if not desk.has_view_permission(request, channel):
        raise PermissionDenied
    subjects = [channel.cid, *([channel.group.gid] if channel.group else [])]
    rows = Event.objects.filter(subject__in=subjects).order_by("-id")
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    events = list(rows[: AT_ONCE + 1])
    context = {
        **desk.admin_site.each_context(request),
        "opts": desk.opts,
        "title": _("Timeline"),
        "channel": channel,
        "events": [(event, _brief(event)) for event in events[:AT_ONCE]],
        "next": events[AT_ONCE - 1].pk if len(events) > AT_ONCE else None,
        "later": bool(before),
    }
    return TemplateResponse(request, "admin/rooms/channel/timeline.html", context)


def _brief(event: Event) -> str:
    """Who, and what of it tells something at a glance."""
    data = event.data
    stay = data.get("stay")
    if stay:
        who = stay["person"]["nick"] if stay.get("person") else _("guest")
        return " · ".join(filter(None, (who, stay["role"], stay["state"], stay["end_reason"])))
    if channel := data.get("channel"):
        return " · ".join(map(str, filter(None, (channel["state"], channel["title"], channel["owner"]["nick"]))))
    if event.name == "host.told":
        return " · ".join(filter(None, (data["kind"], data["text"])))
    text = json.dumps(data, ensure_ascii=False)
    return text if len(text) <= BRIEF else text[:BRIEF] + "…"
