"""Refusals as numbers: the vendor's clients understand nothing else. The page of them is docs/partners/aec.md."""

from core.errors import (
    BadInput,
    DomainError,
    Full,
    IllegalMove,
    InsufficientBalance,
    LoginRequired,
    NotAllowed,
    NotFound,
    TooBig,
)

UNKNOWN, BAD_ARGUMENTS = 10001, 10002

BY_CODE = {
    "unknown_action": UNKNOWN,
    "app_disabled": 10003,
    "bad_signature": 10004,
    "too_old": 10005,
    "bad_address": 10006,
    "post_only": 10007,
    "unknown_group": 10021,
    "unknown_room": 10022,
    "channel_of_another": 10023,
    "channel_deleted": 10024,
    "channel_is_other": 10025,
    "channel_closed": 10026,
    "group_gone": 10027,
    "not_pulled": 10028,
    "no_upload_right": 10042,
    "banned_here": 10043,
    "may_not_watch": 10044,
    "preview_over": 10061,
    "seats_full": 10081,
    "not_here": 10082,
}
BY_FAMILY = {
    BadInput: BAD_ARGUMENTS,
    TooBig: 10008,
    NotFound: 10020,
    LoginRequired: 10040,
    NotAllowed: 10041,
    InsufficientBalance: 10060,
    Full: 10080,
    IllegalMove: 10083,
}


def number(refusal: DomainError) -> int:
    families = (number for family, number in BY_FAMILY.items() if isinstance(refusal, family))
    return BY_CODE.get(refusal.code) or next(families, UNKNOWN)
