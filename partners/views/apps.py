"""The page of an account's apps. What it does goes through the REST door."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse

from partners.models import QuitSync, Status
from partners.models.partner import MOST_APPS
from partners.scopes import EVERYTHING, NOUNS


@login_required
def apps(request: HttpRequest) -> HttpResponse:
    page = {"statuses": dict(Status.choices), "everything": EVERYTHING, "webhooks": _there("webhooks")}
    context = {"page_data": page, "most": MOST_APPS, "nouns": NOUNS, "quit_sync": QuitSync.choices}
    return render(request, "partners/apps.html", context)


def _there(name: str) -> bool:
    """Whether the house has that REST address."""
    try:
        return bool(reverse(name))
    except NoReverseMatch:
        return False
