"""The first page of staff: how the house stands now, and how it stood.

Each part of the house adds its own by settings.DASHBOARD_FIGURES (`(user) -> [Figure]`) and DASHBOARD_PANELS
(`(request) -> (template, context) or None`), so that core need not know who stands above it. Each shows only what this
person may see."""

import json
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from core import clock, health, series
from core.models import User
from core.tasks import TICK

# What a check is called; one that is not named here is shown by its own name.
PARTS = {
    "database": gettext_lazy("Database"),
    "redis": gettext_lazy("Redis"),
    "migrations": gettext_lazy("Migrations"),
    "beat": gettext_lazy("Beat"),
    "engine": gettext_lazy("Media engine"),
    "engine_sweep": gettext_lazy("Engine sweep"),
    "relay_worker": gettext_lazy("Relay worker"),
    "billing": gettext_lazy("Billing"),
    "settling": gettext_lazy("Settling"),
    "outbox": gettext_lazy("Outbox"),
}


@dataclass(frozen=True)
class Figure:
    """`tone` is "", "good" or "bad"; `parts` are (label, value) below it."""

    label: str
    value: object
    detail: str = ""
    url: str = ""
    tone: str = ""
    parts: tuple[tuple[str, object], ...] = ()


def first_page(request: HttpRequest, context: dict) -> dict:
    """settings.UNFOLD["DASHBOARD_CALLBACK"]."""
    charts = [[(name, str(settings.SERIES[name][2])) for name in chart] for chart in settings.CHARTS]
    return {**context, **_now(request), "charts": json.dumps(charts), "spans": list(series.SPANS)}


@require_GET
@never_cache
def now(request: HttpRequest) -> HttpResponse:
    """What changes on the first page; its script asks for it again and again."""
    return render(request, "admin/dashboard/now.html", _now(request))


@require_GET
@never_cache
def over_time(request: HttpRequest) -> HttpResponse:
    return JsonResponse(series.lines(request.GET.get("span", "")))


def _now(request: HttpRequest) -> dict:
    figures = [figure for path in settings.DASHBOARD_FIGURES for figure in import_string(path)(request.user)]
    panels = filter(None, (import_string(path)(request) for path in settings.DASHBOARD_PANELS))
    return {
        "figures": figures,
        "panels": [render_to_string(template, context, request) for template, context in panels],
        "parts": _parts(),
        "at": clock.now(),
    }


def _parts() -> list[Figure]:
    found = health.run_checks([*settings.HEALTH_CHECKS, *settings.HEALTH_NOTES])
    return [_part(name, check) for name, check in found.items()]


def _part(name: str, check: dict) -> Figure:
    label = PARTS.get(name, name)
    if not check["ok"]:
        return Figure(label, _("not well"), check["error"], tone="bad")
    age = {"beat": TICK, "engine_sweep": "engine:swept", "relay_worker": "relay:seen"}.get(name)
    detail = _ago(cache.get(age)) if age else _("%(ms)s ms") % {"ms": check["ms"]}
    return Figure(label, _("well"), detail, tone="good")


def _ago(moment: str | None) -> str:
    if not moment:
        return ""
    seconds = max(0, round((clock.now() - datetime.fromisoformat(moment)).total_seconds()))
    return ngettext("%(count)d second ago", "%(count)d seconds ago", seconds) % {"count": seconds}


def person_named(text: str) -> User | None:
    """Exactly one whom the site calls so, for the quick way to somebody's page."""
    found = list(User.objects.filter(uid__iexact=text.strip())[:2]) if text.strip() else []
    return found[0] if len(found) == 1 else None
