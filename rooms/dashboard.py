"""What the rooms show on the first page of staff."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from core.dashboard import Figure
from core.models import User
from rooms import checks, selectors

SHOWN = 6  # rooms on the first page; all of them are on the live wall


def figures(user: User) -> Iterator[Figure]:
    if not user.has_perm("rooms.view_channel"):
        return
    yield Figure(_("Live rooms"), checks.live_channels(), url=reverse("admin:rooms_channel_live"))
    yield Figure(_("Viewers"), checks.viewers_now(), url=_stays("viewer"))
    yield Figure(_("On the air"), checks.publishers_now(), url=_stays("uploader"))


def live_rooms(request: HttpRequest) -> tuple[str, dict] | None:
    """The fullest rooms, each with what an emergency needs."""
    if not request.user.has_perm("rooms.view_channel"):
        return None
    rows = list(selectors.on_air()[: SHOWN + 1])
    return "admin/dashboard/live_rooms.html", {"channels": rows[:SHOWN], "more": len(rows) > SHOWN}


def _stays(role: str) -> str:
    return reverse("admin:rooms_stay_changelist") + f"?role__exact={role}&state__exact=up"
