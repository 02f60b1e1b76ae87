"""Signatures for an app's people, made for servers that would rather not make them."""

from datetime import UTC, datetime

from core import clock, people
from core.actors import Actor, App
from core.errors import LoginRequired, NotAllowed
from partners import selectors, usersig

DAY = 86_400
SHORTEST, LONGEST = 60, 180 * DAY  # seconds


def issue(*, actor: Actor, uid: str, expire: int = DAY) -> tuple[str, datetime]:
    """The signature, and when it ends. Raises LoginRequired, NotAllowed `app_disabled`, `signed_off` and for whoever is
    no app's server, BadInput `bad_uid`."""
    if not isinstance(actor, App):
        raise NotAllowed() if actor.pk else LoginRequired()
    partner = selectors.working(actor.realm)
    if partner is None:
        raise NotAllowed("app_disabled")
    if not people.named(actor.realm, uid).is_active:
        raise NotAllowed("signed_off")
    claim = usersig.Claim(uid, partner.app_id, int(clock.now().timestamp()), expire)
    return usersig.issue(claim, partner.usersig_key), datetime.fromtimestamp(claim.ends, UTC)
