"""UserSig: an app signs that somebody is one of its people (TLSSigAPIv2, byte for byte the vendor's).

A JSON object with an HMAC over four of its fields, deflated, in base64 with three letters of its own."""

import base64
import hashlib
import hmac
import json
import zlib
from dataclasses import dataclass

from core.errors import LoginRequired

VERSION = "2.0"
LONGEST = 2048  # characters; of what is unpacked, twice as much
LETTERS = str.maketrans("+/=", "*-_")
BACK = str.maketrans("*-_", "+/=")


@dataclass(frozen=True)
class Claim:
    """What a signature says: who, of which app, from when and for how many seconds."""

    uid: str
    app_id: str
    time: int
    expire: int
    buffer: str = ""  # base64, as signed

    @property
    def ends(self) -> int:
        return self.time + self.expire

    def text(self) -> str:
        lines = {"identifier": self.uid, "sdkappid": self.app_id, "time": self.time, "expire": self.expire}
        if self.buffer:
            lines["userbuf"] = self.buffer
        return "".join(f"TLS.{name}:{value}\n" for name, value in lines.items())


def signature(claim: Claim, key: str) -> str:
    return base64.b64encode(hmac.digest(key.encode(), claim.text().encode(), hashlib.sha256)).decode()


def issue(claim: Claim, key: str) -> str:
    fields = {
        "TLS.ver": VERSION,
        "TLS.identifier": claim.uid,
        "TLS.sdkappid": int(claim.app_id),
        "TLS.expire": claim.expire,
        "TLS.time": claim.time,
        **({"TLS.userbuf": claim.buffer} if claim.buffer else {}),
        "TLS.sig": signature(claim, key),
    }
    return base64.b64encode(zlib.compress(json.dumps(fields).encode())).decode().translate(LETTERS)


def read(sig: str) -> tuple[Claim, str]:
    """What it claims, and under which signature; nothing is believed yet. Raises LoginRequired `usersig_malformed`."""
    try:
        if len(sig) > LONGEST:
            raise ValueError
        unpacker = zlib.decompressobj()
        text = unpacker.decompress(base64.b64decode(sig.translate(BACK), validate=True), LONGEST * 2)
        fields = json.loads(text)
        claim = Claim(
            uid=str(fields["TLS.identifier"]),
            app_id=str(fields["TLS.sdkappid"]),
            time=int(fields["TLS.time"]),
            expire=int(fields["TLS.expire"]),
            buffer=str(fields.get("TLS.userbuf", "")),
        )
        return claim, str(fields["TLS.sig"])
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError, zlib.error):
        raise LoginRequired("usersig_malformed") from None


def verify(sig: str, key: str, now: int) -> Claim:
    """Raises LoginRequired `usersig_malformed`, `usersig_forged`, `usersig_expired`."""
    claim, signed = read(sig)
    if not key or not hmac.compare_digest(signature(claim, key).encode(), signed.encode()):
        raise LoginRequired("usersig_forged")
    if claim.ends <= now or claim.expire <= 0:
        raise LoginRequired("usersig_expired")
    return claim
