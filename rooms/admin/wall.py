"""The live wall: every show on the air as a muted player. Whoever looks is not there: no stay, nothing counted, nothing
paid (entitlement.of_wall)."""

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from rooms import selectors

if TYPE_CHECKING:
    from core.desk import StaffAdmin

AT_ONCE = 12  # players on a page: each is a connection to the engine


def page(desk: "StaffAdmin", request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("rooms.watch_channel"):
        raise PermissionDenied
    shows = Paginator(selectors.on_air(), AT_ONCE).get_page(request.GET.get("page"))
    context = {**desk.admin_site.each_context(request), "opts": desk.opts, "title": _("Live wall"), "shows": shows}
    return TemplateResponse(request, "admin/rooms/channel/live.html", context)
