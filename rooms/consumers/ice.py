"""How a browser finds its way to the engine: STUN, and TURN with credentials that expire by themselves."""

import base64
import hashlib
import hmac
import time

from django.conf import settings

from core.actors import Actor, person_key

LIFETIME = 6 * 3600  # seconds


def servers(actor: Actor) -> list[dict]:
    """For RTCPeerConnection. The TURN user name is `expiry:person`, the password its HMAC (coturn's shared secret)."""
    found = [{"urls": url} for url in settings.STUN_URLS]
    if settings.TURN_URLS and settings.TURN_SECRET:
        username = f"{int(time.time()) + LIFETIME}:{person_key(actor)[:12]}"
        digest = hmac.new(settings.TURN_SECRET.encode(), username.encode(), hashlib.sha1).digest()
        credential = base64.b64encode(digest).decode()
        found.append({"urls": settings.TURN_URLS, "username": username, "credential": credential})
    return found
