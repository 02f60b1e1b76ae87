"""`/agora/<app_id>/`: Agora's notifications.

Agora takes 200 with JSON for an answer, and sends again whatever it was not answered like that, three times."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from core import clock
from core.errors import DomainError
from partners import agora_wire, doors
from partners.doors import Call
from partners.models import Inlet
from partners.services import agora

MOST = 64 * 1024  # bytes


@csrf_exempt
@require_POST
def hear(request: HttpRequest, app_id: str) -> JsonResponse:
    try:
        call = doors.begin(request, app_id, MOST)
    except DomainError as refusal:
        return JsonResponse(_no(refusal.code), status=refusal.status)
    if not agora_wire.signed(call.body, request.headers, call.partner.agora_secret):
        return doors.keep_refused(call, Inlet.AGORA, 401, _no("bad_signature"))
    try:
        outcome = _understood(call)
    except DomainError as refusal:
        return doors.keep(call, Inlet.AGORA, refusal.status, _no(refusal.code))
    call.duplicate = outcome == "duplicate"
    return doors.keep(call, Inlet.AGORA, 200, {"ok": True, "outcome": outcome})


def _understood(call: Call) -> str:
    """What is not for us is kept too, and taken for read."""
    told = agora_wire.read(call.body)
    call.name, call.key = f"{told.get('eventType', '')}", f"{told.get('noticeId', '')}"
    if isinstance(told.get("payload"), dict):
        call.subject = f"{told['payload'].get('channelName', '')}"
    if not agora_wire.is_ours(told):
        return "ignored"
    return agora.take(partner=call.partner, notice=agora_wire.notice(told, clock.now()))


def _no(code: str) -> dict:
    return {"ok": False, "error": code}
