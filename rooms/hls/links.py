"""Addresses of segments and of shared playlists that run out by themselves, for shows that are not everybody's.

The signature is the one that nginx's `secure_link` checks without asking anybody: base64url(md5("<until><prefix>
<secret>")), with the prefix `/hls/<cid>/<show>/`. All who ask within the same minute are given the same one."""

import hmac
from base64 import urlsafe_b64encode
from datetime import datetime
from hashlib import md5

from django.utils.crypto import salted_hmac

from core.errors import Gone, NotAllowed

STEP = 60  # seconds: an address is good for one to two of them
RENEW = 30  # seconds after which whoever goes on needs another


def secret() -> str:
    """What nginx has to know."""
    return salted_hmac("rooms.hls.links", "segments", algorithm="sha256").hexdigest()


def prefix(cid: str, show: int) -> str:
    return f"/hls/{cid}/{show}/"


def query(cid: str, show: int, now: datetime) -> str:
    """What makes an address below the prefix good, for 60 to 120 s."""
    until = (int(now.timestamp()) // STEP + 2) * STEP
    return as_query(str(until), _signature(str(until), prefix(cid, show)))


def playlist(cid: str, show: int, now: datetime) -> str:
    """The address of the one that all share who were let in within the same minute."""
    return f"{prefix(cid, show)}live.m3u8{query(cid, show, now)}"


def as_query(until: str, signature: str) -> str:
    return f"?e={until}&s={signature}"


def check(cid: str, show: int, until: str, signature: str, now: datetime) -> None:
    """Raises NotAllowed `bad_signature`, Gone `link_expired`."""
    if not hmac.compare_digest(_signature(until, prefix(cid, show)).encode(), signature.encode()):
        raise NotAllowed("bad_signature")
    if int(until) < now.timestamp():
        raise Gone("link_expired")


def _signature(until: str, below: str) -> str:
    digest = md5(f"{until}{below} {secret()}".encode(), usedforsecurity=False).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")
