"""Apps of an account: made, changed, switched off, deleted; and the keys of their servers."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_network
from typing import Any
from urllib.parse import urlsplit

from django.core.cache import cache
from django.db import IntegrityError, transaction

from core import clock, keys
from core.actors import Actor
from core.audit import act
from core.errors import BadInput, Full, IllegalMove, LoginRequired, NotAllowed
from core.models import User
from partners import announce, http, scopes, selectors
from partners.models import ApiKey, Callbacks, Partner, Status
from partners.models.partner import MOST_APPS

AGORA = ("agora_secret", "agora_app_id", "agora_customer_id", "agora_customer_secret", "agora_api_url")
EDITABLE = ("name", "version", "expires_at", "origins", "addresses", "quit_sync", "guard_token", *AGORA, "im_admin")
OVERLAP = timedelta(days=1)  # that the old key still opens after a rotation, where nothing else is said
MOST_ADDRESSES = 50


@dataclass(frozen=True)
class Made:
    """What is shown once."""

    partner: Partner
    api_key: str


@transaction.atomic
def create(*, actor: Actor, name: str, **fields: Any) -> Made:
    """Raises LoginRequired, NotAllowed for people of an app, Full `too_many_apps`, BadInput."""
    if not actor.pk:
        raise LoginRequired()
    if actor.realm:
        raise NotAllowed()
    User.objects.select_for_update().get(pk=actor.pk)  # the count below stays true
    if Partner.objects.filter(owner_id=actor.pk).exclude(status=Status.DELETED).count() >= MOST_APPS:
        raise Full("too_many_apps", most=MOST_APPS)
    partner = Partner(owner=actor, usersig_key=secrets.token_hex(32), created_at=clock.now())
    _fill(partner, {"name": name, **fields})
    partner.guard_token = fields.get("guard_token", secrets.token_urlsafe(24))
    partner.agora_secret = partner.agora_secret or secrets.token_urlsafe(24)
    _save_with_id(partner)
    _tell_origins()
    return Made(partner, _new_key(partner, [scopes.EVERYTHING], None))


@act("change")
def change(*, actor: Actor, app_id: str, **fields: Any) -> Partner:
    partner = selectors.app_for(actor, app_id, lock=True)
    _fill(partner, fields)
    partner.save()
    _tell_origins()
    return partner


@act("disable")
def disable(*, actor: Actor, app_id: str) -> Partner:
    """Nothing of it is let in until it is enabled again, and whoever is in is shown out; what it has stays."""
    partner = _move(actor, app_id, Status.ACTIVE, Status.DISABLED)
    announce.switched_off(partner)
    return partner


@act("enable")
def enable(*, actor: Actor, app_id: str) -> Partner:
    return _move(actor, app_id, Status.DISABLED, Status.ACTIVE)


@act("set_callbacks")
def set_callbacks(*, actor: Actor, app_id: str, **fields: str) -> Callbacks:
    """What is given is changed. Raises BadInput `bad_url`."""
    partner = selectors.app_for(actor, app_id, lock=True)
    row = Callbacks.objects.filter(partner=partner).first() or Callbacks(partner=partner)
    for name, value in fields.items():
        if name in ("messages", "permissions") and value:
            http.check(value)
        setattr(row, name, value)
    row.save()
    return row


@act("make_key")
def make_key(
    *, actor: Actor, app_id: str, scopes: list[str] | None = None, expires_at: datetime | None = None
) -> tuple[ApiKey, str]:
    """The key's row, and the key itself, which is shown this once. Raises BadInput `bad_scope`."""
    partner = selectors.app_for(actor, app_id)
    key = _new_key(partner, scopes, expires_at)
    return partner.keys.get(prefix=keys.prefix_of(key)), key


@act("rotate_key")
def rotate_key(*, actor: Actor, app_id: str, prefix: str, overlap: timedelta = OVERLAP) -> tuple[ApiKey, str]:
    """A new key of the same scopes; the old one still opens for `overlap`."""
    old = selectors.key_for(actor, app_id, prefix)
    ends = clock.now() + max(overlap, timedelta(0))
    old.expires_at = min(old.expires_at or ends, ends)
    old.save(update_fields=["expires_at"])
    key = _new_key(old.partner, old.scopes, None)
    return old.partner.keys.get(prefix=keys.prefix_of(key)), key


@act("revoke_key")
def revoke_key(*, actor: Actor, app_id: str, prefix: str) -> None:
    selectors.key_for(actor, app_id, prefix).delete()


def _new_key(partner: Partner, wanted: list[str] | None, expires_at: datetime | None) -> str:
    allowed = scopes.checked([scopes.EVERYTHING] if wanted is None else wanted)
    key = keys.new("fl")
    facts = {"scopes": allowed, "created_at": clock.now(), "expires_at": expires_at}
    ApiKey.objects.create(partner=partner, prefix=key.prefix, digest=key.digest, **facts)
    return key.text


def _move(actor: Actor, app_id: str, source: Status, target: Status) -> Partner:
    partner = selectors.app_for(actor, app_id, lock=True)
    if partner.status != source:
        raise IllegalMove(state=partner.status)
    partner.status = target
    partner.save(update_fields=["status"])
    _tell_origins()
    return partner


def _tell_origins() -> None:
    """Whose pages are let in is asked anew, by the next that comes."""
    transaction.on_commit(lambda: cache.delete(selectors.ORIGINS))


def _fill(partner: Partner, fields: dict[str, Any]) -> None:
    for field, value in fields.items():
        if field not in EDITABLE:
            raise BadInput("unknown_field", fields=[field])
        setattr(partner, field, value)
    partner.name = " ".join(partner.name.split())
    if not partner.name or len(partner.name) > Partner._meta.get_field("name").max_length:
        raise BadInput("bad_title", longest=Partner._meta.get_field("name").max_length)
    partner.origins = [_origin(origin) for origin in partner.origins]
    partner.addresses = _networks(partner.addresses)


def _networks(texts: list[str]) -> list[str]:
    try:
        if len(texts) <= MOST_ADDRESSES:
            return [str(ip_network(text.strip(), strict=False)) for text in texts]
    except ValueError:
        pass
    raise BadInput("bad_addresses", most=MOST_ADDRESSES)


def _origin(text: str) -> str:
    """Scheme, host and port, as a browser writes it."""
    try:
        parts = urlsplit(text.strip())
        if parts.scheme in ("http", "https") and parts.hostname and parts.path in ("", "/") and parts.port != 0:
            return f"{parts.scheme}://{parts.netloc}".lower()
    except (ValueError, AttributeError):
        pass
    raise BadInput("bad_origin")


def _save_with_id(partner: Partner) -> None:
    """Ten digits, as the vendors' ids have; one that is taken is thrown again."""
    for _ in range(5):
        partner.app_id = str(1_000_000_000 + secrets.randbelow(1_000_000_000))
        try:
            with transaction.atomic():
                partner.save()
                return
        except IntegrityError:
            continue
    raise IntegrityError("no free app id")
