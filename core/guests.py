"""A guest is a signed cookie of 128 random bits: enough to be counted once, and nothing else."""

import re
import secrets

from django.core.signing import BadSignature, Signer, TimestampSigner

from core.actors import Guest

COOKIE = "guest"
MAX_AGE = 180 * 24 * 3600
TICKET_AGE = 24 * 3600
_signer = Signer(salt="guest")
_tickets = TimestampSigner(sep=".", salt="ticket")
_key = re.compile(r"[0-9a-f]{32}")


def new_guest() -> Guest:
    return Guest(key=secrets.token_hex(16))


def to_cookie(guest: Guest) -> str:
    return _signer.sign(guest.key)


def to_ticket(guest: Guest) -> str:
    """For a page that may keep no cookie: an embed."""
    return _tickets.sign(guest.key)


def from_ticket(value: str) -> Guest | None:
    """None for a forged one, or one that is older than a day."""
    try:
        return Guest(key=_tickets.unsign(value, max_age=TICKET_AGE))
    except BadSignature:
        return None


def from_cookie(value: str | None) -> Guest | None:
    """None for a missing, forged or malformed cookie."""
    try:
        key = _signer.unsign(value or "")
    except BadSignature:
        return None
    return Guest(key=key) if _key.fullmatch(key) else None
