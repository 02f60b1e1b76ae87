"""The doors of payment: the providers' calls, and the page of the local one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from billing.models import PurchaseState
from billing.providers import local
from billing.services import purchases
from core.errors import DomainError, TooBig

MOST_BYTES = 64 * 1024


@csrf_exempt
@require_POST
def hear(request: HttpRequest, provider: str) -> HttpResponse:
    """Signed by the provider over the raw body; what it says is done once, however often it is said."""
    try:
        body = _body(request)
        purchases.hear(name=provider, body=body, headers=dict(request.headers))
    except DomainError as error:
        return JsonResponse({"error": error.as_dict()}, status=error.status)
    return JsonResponse({"status": "ok"})


def _body(request: HttpRequest) -> bytes:
    """Refused by what it says of its length, before it is read."""
    length = request.headers.get("Content-Length", "")
    if not length.isdigit() or int(length) > MOST_BYTES:
        raise TooBig(most=MOST_BYTES)
    return request.body


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def pay(request: HttpRequest, reference: str) -> HttpResponse:
    if request.method == "GET":
        return render(request, "billing/pay.html", {"purchase": local.purchase_of(request.actor, reference)})
    row = local.decide(actor=request.actor, reference=reference, paid="paid" in request.POST)
    if row.state == PurchaseState.PAID:
        messages.success(request, _("%(coins)s coins are yours.") % {"coins": row.coins})
    return redirect("/wallet/")
