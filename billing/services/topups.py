"""How coins come in: given by staff, by code, or bought."""

import secrets
from datetime import datetime

from django.db import transaction

from billing import announce
from billing.ledger import BANK, account_of, amount_of, app_account, house, transfer
from billing.models import RedeemCode, Transfer, TransferKind
from core import clock
from core.actors import Actor, App, of_staff
from core.errors import BadInput, IllegalMove, LoginRequired, NotAllowed
from core.models import User
from core.people import person_of

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that looks like something else
MOST_CODES = 500


@transaction.atomic
def give(*, actor: Actor, user: User, coins: int, reason: str, key: str) -> Transfer:
    """By staff, with a reason. The same key gives once. Raises NotAllowed, BadInput `bad_amount`, `reason_missing`."""
    if not of_staff(actor):
        raise NotAllowed()
    if not reason.strip():
        raise BadInput("reason_missing")
    return _credit(user, coins, TransferKind.TOP_UP, f"topup:{key}", reason)


@transaction.atomic
def fund_app(*, actor: Actor, realm: str, coins: int, reason: str, key: str) -> Transfer:
    """What an app may spend on its people."""
    if not of_staff(actor):
        raise NotAllowed()
    return transfer(
        key=f"fund:{key}",
        source=house(BANK),
        target=app_account(realm),
        amount=coins,
        kind=TransferKind.TOP_UP,
        memo=reason,
    )


@transaction.atomic
def pay_from_app(*, realm: str, user: User, coins: int, memo: str, key: str) -> Transfer:
    """An app gives one of its people coins of its own. Raises InsufficientBalance."""
    row = transfer(
        key=f"app:{realm}:{key}",
        source=app_account(realm),
        target=account_of(user),
        amount=coins,
        kind=TransferKind.TOP_UP,
        memo=memo,
    )
    announce.moved(row)
    return row


@transaction.atomic
def pay_person(*, actor: Actor, uid: str, coins: int, memo: str = "", key: str) -> Transfer:
    """An app's server pays one of its people out of the app's account: coins are moved there, never made. Raises
    LoginRequired, NotAllowed for anybody else, BadInput `bad_amount`, `bad_uid`, InsufficientBalance."""
    if not isinstance(actor, App):
        raise NotAllowed() if actor.pk else LoginRequired()
    coins = amount_of(coins)  # before anybody is made of it
    return pay_from_app(realm=actor.realm, user=person_of(actor.realm, uid, by=actor), coins=coins, memo=memo, key=key)


@transaction.atomic
def make_codes(
    *, actor: Actor, coins: int, count: int, expires_at: datetime | None = None, note: str = ""
) -> list[RedeemCode]:
    if not of_staff(actor):
        raise NotAllowed()
    if not 0 < count <= MOST_CODES or coins <= 0:
        raise BadInput("bad_amount", most=MOST_CODES)
    now, by = clock.now(), actor if actor.pk else None
    facts = {"coins": coins, "note": note, "expires_at": expires_at, "created_by": by, "created_at": now}
    return RedeemCode.objects.bulk_create([RedeemCode(code=_new_code(), **facts) for _ in range(count)])


def _new_code() -> str:
    """80 bits, in groups of four."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(16))
    return "-".join(letters[at : at + 4] for at in range(0, 16, 4))


@transaction.atomic
def redeem(*, actor: User, code: str) -> Transfer:
    """Once. Raises BadInput `unknown_code`, IllegalMove `code_used`, `code_expired`."""
    if not actor.pk:
        raise LoginRequired()
    row = RedeemCode.objects.filter(code=_tidy(code)).first()
    if row is None:
        raise BadInput("unknown_code")
    now = clock.now()
    if row.expires_at and row.expires_at <= now:
        raise IllegalMove("code_expired")
    if not RedeemCode.objects.filter(pk=row.pk, used_at=None).update(used_by=actor, used_at=now):
        raise IllegalMove("code_used")
    return _credit(actor, row.coins, TransferKind.CODE, f"code:{row.pk}", row.code)


def _tidy(code: str) -> str:
    letters = "".join(code.upper().split()).replace("-", "")
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def _credit(user: User, coins: int, kind: str, key: str, memo: str) -> Transfer:
    row = transfer(key=key, source=house(BANK), target=account_of(user), amount=coins, kind=kind, memo=memo)
    announce.moved(row)
    return row
