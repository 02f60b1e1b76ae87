"""The page of coins. What it does goes through the REST doors."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from billing import wallets
from billing.models import TransferKind
from billing.services.payouts import LEAST
from core.shapes import person


@login_required
def wallet(request: HttpRequest) -> HttpResponse:
    page = {
        "me": person(request.user),
        "kinds": dict(TransferKind.choices),
        "purchases": wallets.last_purchases(request.user),
    }
    return render(request, "billing/wallet.html", {"kinds": TransferKind.choices, "least": LEAST, "page_data": page})
