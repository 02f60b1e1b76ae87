"""What the doors for vendors' servers share: how much they read, whose app is meant, and the book of calls."""

import json
import time
from dataclasses import dataclass, field

from django.http import HttpRequest, JsonResponse

from core import limits
from core.actors import address_of
from core.errors import DomainError, NotAllowed, NotFound, TooBig
from core.events import encode
from partners import selectors
from partners.models import Inlet, Partner
from partners.services import inbound

MOST_REFUSED = 60  # calls without a good signature that the book takes of one app in a minute


@dataclass
class Call:
    """One call of a vendor's server, as far as it is understood yet."""

    partner: Partner
    body: bytes
    address: str
    began: float = field(default_factory=time.monotonic)
    name: str = ""
    subject: str = ""
    key: str = ""
    duplicate: bool = False


def read(request: HttpRequest, most: int) -> bytes:
    """The body, of which no more than `most` bytes are read. Raises TooBig."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdigit()) or int(length[:12]) > most:
        raise TooBig(most_bytes=most)
    body = request.read(most + 1)
    if len(body) > most:
        raise TooBig(most_bytes=most)
    return body


def app(app_id: str) -> Partner:
    """Raises NotFound for one that never was, NotAllowed `app_disabled` for one that is not let in now."""
    partner = selectors.working(app_id)
    if partner:
        return partner
    raise NotAllowed("app_disabled") if selectors.known(app_id) else NotFound()


def begin(request: HttpRequest, app_id: str, most: int) -> Call:
    """Raises NotFound, NotAllowed, TooBig."""
    began = time.monotonic()
    return Call(app(app_id), read(request, most), address_of(request.META.get("REMOTE_ADDR", "")), began)


def keep(call: Call, inlet: Inlet, status: int, answer: dict) -> JsonResponse:
    """Written down and answered. `answer` may hold dates."""
    said = json.loads(encode(answer))
    facts = {"name": call.name, "subject": call.subject, "key": call.key, "duplicate": call.duplicate}
    inbound.keep(
        partner=call.partner,
        inlet=inlet,
        raw=call.body,
        status=status,
        answer=said,
        address=call.address,
        began=call.began,
        **facts,
    )
    return JsonResponse(said, status=status)


def keep_refused(call: Call, inlet: Inlet, status: int, answer: dict) -> JsonResponse:
    """Whoever is not known to be the vendor fills no book: few of them are written down, and nothing of what they
    sent."""
    try:
        limits.spend(limits.Due(f"refused:{call.partner.pk}", MOST_REFUSED, 60))
    except DomainError:
        return JsonResponse(answer, status=status)
    call.body = b""
    return keep(call, inlet, status, answer)
