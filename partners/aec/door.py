"""`/aec/<app_id>/`: one event in, `{"status": "1"|"0", "data"}` out, and every word of it kept."""

import hashlib
import time
from datetime import timedelta

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from core import clock
from core.actors import address_of
from core.errors import BadInput, DomainError, NotAllowed
from partners import selectors
from partners.aec import actions, codes
from partners.aec.event import Event, Letter, open_letter, read, require_address, require_fresh, require_signed
from partners.models import InboundEvent, Inlet, Partner
from partners.services import inbound

REPEATS = timedelta(days=1)
REPEATS_AT_ONCE = timedelta(seconds=30)  # of an event that does not say when it was


@csrf_exempt
@require_http_methods(["GET", "POST"])
def events(request: HttpRequest, app_id: str) -> JsonResponse:
    """404 for an app that there is not; for all others 200, whatever is answered."""
    partner = Partner.objects.filter(app_id=app_id).first()
    if partner is None:
        return JsonResponse({"status": "0", "data": codes.BY_FAMILY[codes.NotFound]}, status=404)
    return JsonResponse(Call(request, partner).answer())


class Call:
    """One request: what it turned out to be is known bit by bit, and kept however far it came."""

    def __init__(self, request: HttpRequest, partner: Partner) -> None:
        self.began, self.request, self.partner = time.monotonic(), request, partner
        self.address = address_of(request.META.get("REMOTE_ADDR", ""))
        self.letter, self.event = Letter(), Event(partner.app_id, {})

    def answer(self) -> dict:
        try:
            answer = {"status": "1", "data": self._done()}
        except DomainError as refusal:
            answer = {"status": "0", "data": codes.number(refusal)}
        except Exception:
            self._keep(500, None)
            raise
        self._keep(200, answer)
        return answer

    def _done(self) -> object:
        """What the action answers. Whoever it is that asks is settled before anything is read into it."""
        require_address(self.partner, self.address)
        self.letter = open_letter(self.request)
        if selectors.working(self.partner.app_id) is None:
            raise NotAllowed("app_disabled")
        require_signed(self.letter, self.partner.guard_token)
        self.event = read(self.letter.data, realm=self.partner.app_id)
        require_fresh(self.event, self.partner.guard_token, clock.now())
        act = actions.ACTIONS.get(self.event.action)
        if act is None:
            raise BadInput("unknown_action")
        if self.request.method == "GET" and act is not actions.validate:
            raise BadInput("post_only")
        return act(self.event)

    def _keep(self, status: int, answer: dict | None) -> None:
        fields = self.event.fields
        key = hashlib.sha256(self.letter.data.encode(errors="replace")).hexdigest() if self.letter.data else ""
        inbound.keep(
            partner=self.partner,
            inlet=Inlet.AEC,
            raw=self.letter.data,
            status=status,
            answer=answer,
            name=str(fields.get("action", "")).upper(),
            subject=str(fields.get("channelId", "")),
            key=key,
            duplicate=bool(key) and self._came_before(key),
            address=self.address,
            began=self.began,
        )

    def _came_before(self, key: str) -> bool:
        timed = bool({"ts", "time"} & self.event.fields.keys())
        since = clock.now() - (REPEATS if timed else REPEATS_AT_ONCE)
        return InboundEvent.objects.filter(partner=self.partner, inlet=Inlet.AEC, key=key, at__gt=since).exists()
