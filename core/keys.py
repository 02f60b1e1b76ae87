"""Keys that are shown once: 256 random bits, of which the house keeps a hash, and the few letters that name them."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field

PREFIX, SECRET = 8, 32  # letters that name a key; bytes that are its secret
SHAPE = re.compile(rf"[a-z]+_([0-9a-f]{{{PREFIX}}})_[A-Za-z0-9-]+")


@dataclass(frozen=True)
class NewKey:
    """`text` is the key itself; the other two are what is kept of it."""

    text: str = field(repr=False)
    prefix: str
    digest: str = field(repr=False)


def new(kind: str) -> NewKey:
    """`<kind>_<prefix>_<secret>`: whoever finds one lying about sees what it is."""
    prefix = secrets.token_hex(PREFIX // 2)
    text = f"{kind}_{prefix}_{secrets.token_urlsafe(SECRET).replace('_', '-')}"
    return NewKey(text, prefix, _digest(text))


def prefix_of(text: str) -> str:
    """ "" for what is no key of ours."""
    found = SHAPE.fullmatch(text)
    return found[1] if found else ""


def fits(text: str, digest: str) -> bool:
    return hmac.compare_digest(digest, _digest(text))


def bearer(header: str) -> str:
    """What an Authorization header brings; "" where it brings nothing of that kind."""
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _digest(text: str) -> str:
    """256 random bits need no salt and no slow hash."""
    return hashlib.sha256(text.encode()).hexdigest()
