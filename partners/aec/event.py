"""One event as it came: read from the request, believed, and asked for its fields."""

import base64
import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address, ip_network
from urllib.parse import parse_qs

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError

from core.errors import BadInput, NotAllowed, TooBig
from core.people import NAME
from partners.models import Partner

LONGEST = 65_536  # bytes of a request
WINDOW = 300  # seconds that a signed event's `ts` may be off
WHOLE = re.compile(r"[0-9]{1,15}")
FORM, PARTS = "application/x-www-form-urlencoded", "multipart/form-data"
NOT_READ = (SuspiciousOperation, MultiPartParserError, UnreadablePostError, ValueError, LookupError)


@dataclass(frozen=True)
class Letter:
    """`data` and `sign` of a request, wherever it carries them."""

    data: str = ""
    sign: str = ""


def open_letter(request: HttpRequest) -> Letter:
    """`data` of the form or of the query, else a JSON body. Raises TooBig, BadInput."""
    try:
        if int(request.META.get("CONTENT_LENGTH") or 0) > LONGEST:
            raise TooBig()
        fields = {**_pairs(request.META.get("QUERY_STRING", "")), **_form(request)}
        data = fields.get("data") or ("" if request.content_type in (FORM, PARTS) else request.body.decode())
    except NOT_READ:
        raise BadInput() from None
    if not data:
        raise BadInput("no_data")
    return Letter(data, fields.get("sign", ""))


def _form(request: HttpRequest) -> dict[str, str]:
    if request.method != "POST":
        return {}
    if request.content_type == PARTS:
        return {name: request.POST[name] for name in ("data", "sign") if name in request.POST}
    return _pairs(request.body.decode()) if request.content_type == FORM else {}


def _pairs(text: str) -> dict[str, str]:
    found = parse_qs(text, keep_blank_values=True, errors="strict", max_num_fields=100)
    return {name: values[-1] for name, values in found.items()}


def signature(data: str, token: str) -> str:
    return base64.b64encode(hmac.digest(token.encode(), data.encode(), hashlib.sha1)).decode()


def require_signed(letter: Letter, token: str) -> None:
    """Raises NotAllowed `bad_signature`. A + that a form has made a space of is forgiven."""
    theirs = letter.sign.strip().replace(" ", "+").encode(errors="replace")
    if token and not hmac.compare_digest(signature(letter.data, token).encode(), theirs):
        raise NotAllowed("bad_signature")


def require_address(partner: Partner, address: str) -> None:
    """Raises NotAllowed `bad_address` where the app named its servers and this is none of them."""
    networks = [ip_network(text) for text in partner.addresses]
    if networks and not (address and any(ip_address(address) in network for network in networks)):
        raise NotAllowed("bad_address")


@dataclass(frozen=True)
class Event:
    """What is asked: fields are texts, or whole numbers that stand for texts."""

    realm: str
    fields: dict

    @property
    def action(self) -> str:
        return self.text("action").upper()

    @property
    def user(self) -> str:
        return self.text("userId", shape=NAME)

    @property
    def channel(self) -> str:
        return self.text("channelId", shape=NAME)

    def text(self, name: str, *, shape: re.Pattern | None = None, optional: bool = False) -> str:
        """ "" for a field that is optional and absent. Raises BadInput `bad_field`."""
        value = self.fields.get(name)
        value = str(value) if type(value) is int else value
        if value in (None, "") and optional:
            return ""
        if not isinstance(value, str) or not value or not _fits(value, shape):
            raise BadInput("bad_field", field=name)
        return value

    def number(self, name: str) -> int:
        """0 for an absent one."""
        return int(self.text(name, shape=WHOLE, optional=True) or 0)

    def moment(self) -> int | None:
        """By the teller's clock, where it is told as a number."""
        for name in ("ts", "time"):
            told = self.fields.get(name)
            if WHOLE.fullmatch(str(told)):
                return int(told)
        return None

    def key(self) -> str:
        """What a repeat of the event has in common with it, and no other event of the same person; "" where the event
        does not say when it was."""
        return (self.text("time", optional=True) or self.text("ts", optional=True))[:64]


def read(data: str, *, realm: str) -> Event:
    """Raises BadInput for what is no JSON object."""
    try:
        fields = json.loads(data)
    except (ValueError, RecursionError):
        raise BadInput() from None
    if not isinstance(fields, dict):
        raise BadInput()
    return Event(realm, fields)


def require_fresh(event: Event, token: str, now: datetime) -> None:
    """A signed event that says when it was sent is good for five minutes. Raises NotAllowed `too_old`."""
    sent = event.text("ts", optional=True) if token else ""
    if sent and not (WHOLE.fullmatch(sent) and abs(now.timestamp() - int(sent)) <= WINDOW):
        raise NotAllowed("too_old")


def _fits(text: str, shape: re.Pattern | None) -> bool:
    """Neither database takes NUL or half a character as text."""
    if shape:
        return bool(shape.fullmatch(text))
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)
