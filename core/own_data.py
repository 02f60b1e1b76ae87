"""The pages on which somebody takes along what is theirs, and leaves. Both ask again who one is."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from core import farewell
from core.forms import LeaveForm


def as_file(content: bytes, name: str) -> HttpResponse:
    named = {"Content-Disposition": f'attachment; filename="{name}.zip"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="application/zip", headers=named)


@never_cache
@reauthentication_required
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    return as_file(farewell.export(actor=request.user, user=request.user), "footlight")


@never_cache
@reauthentication_required
def leave(request: HttpRequest) -> HttpResponse:
    """Final, so it is not enough to press a button: one writes one's own username."""
    user = request.user
    form = LeaveForm(user, request.POST or None)
    if form.is_valid() and form.submit(farewell.erase, actor=user, user=user):
        logout(request)
        messages.success(request, _("Your account is deleted. Farewell."))
        return redirect("lobby")
    return render(request, "core/leave.html", {"form": form})
