"""Agora's notices as they come over the wire: signatures, numbers, and what one says.

Everything is told twice now and then, and out of order; `Notice.seq` says what is newer."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from core.errors import BadInput
from core.people import NAME

RTC = 1  # the product whose events these are; in others the same numbers mean other things
CREATED, DESTROYED = 101, 102
COMES = {103: True, 105: False, 107: True, 111: True, 112: False}  # whether as one who broadcasts
GOES = (104, 106, 108)
MOVES = (111, 112)
KNOWN = {CREATED, DESTROYED, *COMES, *GOES}

PLATFORMS = {0: "Other", 1: "Android", 2: "iOS", 5: "Windows", 6: "Linux", 7: "Web", 8: "macOS"}
LINUX = 6
CLIENTS = {3: "Local recording", 8: "Mini program", 10: "Cloud recording"}  # of Linux alone
RECORDERS = (3, 10)

# Why somebody went. Whoever may come back by themselves is waited for.
REASONS = {0: "other", 1: "left", 3: "kicked_out", 999: "abnormal"}
MAY_COME_BACK = (2, 4, 9, 10)
ON_ANOTHER_DEVICE = 5
ABNORMAL = 999

TEST_CHANNEL, TEST_UID = "test_webhook", 12121212  # the console's health check
MOST_SEQ, MOST_UID = 2**64 - 1, 2**32 - 1
MILLISECONDS = 10**11  # what is more than that is no number of seconds


@dataclass(frozen=True)
class Notice:
    notice_id: str
    event: int
    channel: str
    uid: int | None
    account: str
    seq: Decimal
    counted: bool  # whether `seq` is the vendor's own count; else it is made of the time, in which two may be alike
    at: datetime
    platform: str
    recorder: bool
    reason: int

    @property
    def is_test(self) -> bool:
        return self.channel == TEST_CHANNEL and self.uid in (None, TEST_UID)

    def is_newer(self, seq: Decimal) -> bool:
        return self.seq > seq or (self.seq == seq and not self.counted)


def signed(body: bytes, headers: Mapping[str, str], secret: str) -> bool:
    """Either signature will do; where both came, the stronger one decides."""
    given, digest = headers.get("Agora-Signature-V2", ""), hashlib.sha256
    if not given:
        given, digest = headers.get("Agora-Signature", ""), hashlib.sha1
    made = hmac.new(secret.encode(), body, digest).hexdigest()
    return bool(secret) and hmac.compare_digest(made.encode(), given.strip().lower().encode())


def read(body: bytes) -> dict:
    """The envelope. Raises BadInput."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        raise BadInput() from None
    if not isinstance(told, dict):
        raise BadInput()
    return told


def is_ours(told: dict) -> bool:
    """Whether it is one of the events that are understood here."""
    event = told.get("eventType")
    return told.get("productId") == RTC and type(event) is int and event in KNOWN


def notice(told: dict, now: datetime) -> Notice:
    """Raises BadInput `bad_notice_field` where something is missing that cannot be done without."""
    payload = told.get("payload")
    if not isinstance(payload, dict):
        raise _bad("payload")
    event, uid = told["eventType"], _whole(payload.get("uid"), MOST_UID)
    if uid is None and event not in (CREATED, DESTROYED):
        raise _bad("uid")
    at, count = _at(payload, told, now), _whole(payload.get("clientSeq"), MOST_SEQ)
    platform, client = _whole(payload.get("platform"), 99), _whole(payload.get("clientType"), 99)
    return Notice(
        notice_id=_notice_id(told),
        event=event,
        channel=_name(payload.get("channelName")),
        uid=uid,
        account=_account(payload),
        seq=Decimal(int(at.timestamp() * 1000) if count is None else count),
        counted=count is not None,
        at=at,
        platform=_platform(platform, client),
        recorder=platform == LINUX and client in RECORDERS,
        reason=_whole(payload.get("reason"), 10**6) or 0,
    )


def _platform(platform: int | None, client: int | None) -> str:
    if platform is None:
        return ""
    name = PLATFORMS.get(platform, PLATFORMS[0])
    return CLIENTS.get(client, name) if platform == LINUX else name


def _notice_id(told: dict) -> str:
    """One that is too long for its column, or not a text, by its digest."""
    given = told.get("noticeId")
    if not given:
        raise _bad("noticeId")
    text = given if isinstance(given, str) else json.dumps(given)
    return text if NAME.fullmatch(text) else hashlib.sha256(text.encode(errors="replace")).hexdigest()


def _name(given: object) -> str:
    if not isinstance(given, str) or not NAME.fullmatch(given):
        raise _bad("channelName")
    return given


def _account(payload: dict) -> str:
    """The app's own name of the person, where it uses names."""
    given = payload.get("account")
    return given if isinstance(given, str) and NAME.fullmatch(given) else ""


def _at(payload: dict, told: dict, now: datetime) -> datetime:
    """When it happened, by Agora's clock; never later than now."""
    ts = _whole(payload.get("ts"), 10**14)
    if ts is None:
        ts = _whole(told.get("notifyMs"), 10**14)
    if not ts:
        return now
    moment = datetime.fromtimestamp(ts / 1000 if ts > MILLISECONDS else ts, UTC)
    return min(moment, now)


def _whole(value: object, most: int) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 20:
        value = int(value)
    return value if type(value) is int and 0 <= value <= most else None


def _bad(field: str) -> BadInput:
    return BadInput("bad_notice_field", field=field)
