"""Who calls: an app's server with its key, or one of its people with a UserSig."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Q
from django.http import HttpRequest
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from core import clock, keys, limits, people
from core.actors import App, address_of
from core.errors import LoginRequired, NotAllowed, TooFast, Unavailable
from core.models import User
from core.staff_door import unproven
from partners import scopes, selectors, usersig
from partners.models import ApiKey

NOTED = timedelta(minutes=1)  # how exact "last used" is


@dataclass(frozen=True)
class Person:
    """Somebody whom a UserSig vouches for, until then."""

    user: User
    until: datetime


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer <app key or UserSig>`. Sets `request.actor`, beside what DRF asks for: with a key and
    `X-User` one of the app's people, with a key alone the app's server."""

    def authenticate(self, request: Request) -> tuple[object, object] | None:
        token = keys.bearer(request.headers.get("Authorization", ""))
        if not token:
            return None
        found = self._key(request, token) if token.startswith("fl_") else self._person(token)
        actor = found[0]
        if not isinstance(actor, App):
            actor.address, actor.unproven = _address(request), unproven(actor, {})
        request._request.actor = actor
        return found

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"

    @staticmethod
    def _key(request: Request, token: str) -> tuple[object, ApiKey]:
        key = key_of(token)
        realm, uid = key.partner.app_id, _utf8(request.headers.get("X-User", ""))
        return (_spoken_for(realm, uid) if uid else App(realm, _address(request))), key

    @staticmethod
    def _person(token: str) -> tuple[User, Person]:
        person = identify(token)
        return person.user, person


class KeyScope(BasePermission):
    """A key opens what its scopes name; whoever else comes is the services' business."""

    def has_permission(self, request: Request, view: object) -> bool:
        needed = scopes.needed(request.path, request.method)
        if isinstance(request.auth, ApiKey) and not scopes.allows(request.auth.scopes, needed):
            raise NotAllowed("scope_missing", scope=needed)
        return True


class KeyThrottle(SimpleRateThrottle):
    """By key. Counted where a thousand calls cost no more than one, unlike the cache's list of them."""

    scope = "key"

    def allow_request(self, request: Request, view: object) -> bool:
        if isinstance(request.auth, ApiKey) and self.rate:
            try:
                limits.spend(limits.Due(f"key:{request.auth.pk}", self.num_requests, self.duration))
            except TooFast as refusal:
                self._wait = refusal.detail["wait"]
                return False
            except Unavailable:  # a Redis that is away takes no API with it
                pass
        return True

    def wait(self) -> int:
        return self._wait


def _utf8(header: str) -> str:
    """Headers are read as Latin-1, whatever was written."""
    try:
        return header.encode("latin-1").decode()
    except UnicodeError:
        return header


def _spoken_for(realm: str, uid: str) -> User:
    """Raises BadInput `bad_uid`, NotAllowed `signed_off`."""
    user = people.named(realm, uid)
    _require_active(user)
    user.by_server = True
    return user


def _require_active(user: User) -> None:
    if not user.is_active:
        raise NotAllowed("signed_off")


def key_of(token: str) -> ApiKey:
    """Raises LoginRequired `bad_key`, NotAllowed `app_disabled`."""
    now = clock.now()
    rows = ApiKey.objects.select_related("partner__owner").filter(Q(expires_at=None) | Q(expires_at__gt=now))
    key = rows.filter(prefix=keys.prefix_of(token)).first()
    if key is None or not keys.fits(token, key.digest):
        raise LoginRequired("bad_key")
    require_working(key.partner.app_id)
    ApiKey.objects.filter(Q(used_at=None) | Q(used_at__lt=now - NOTED), pk=key.pk).update(used_at=now)
    return key


def require_working(app_id: str) -> None:
    if selectors.working(app_id) is None:
        raise NotAllowed("app_disabled")


def identify(token: str, *, app_id: str = "") -> Person:
    """Whom a UserSig vouches for; with `app_id`, only as one of that app's people. Port `identify`.

    Raises LoginRequired `usersig_malformed`, `usersig_forged`, `usersig_expired`, `usersig_other_app`; NotAllowed
    `app_disabled`, `signed_off`."""
    claim, _ = usersig.read(token)
    if app_id not in ("", claim.app_id):
        raise LoginRequired("usersig_other_app")
    partner = selectors.working(claim.app_id)
    if partner is None:
        raise NotAllowed("app_disabled") if claim.app_id == app_id else LoginRequired("usersig_forged")
    usersig.verify(token, partner.usersig_key, int(clock.now().timestamp()))
    user = people.named(partner.app_id, claim.uid)
    _require_active(user)
    ends = _moment(claim.ends)
    return Person(user, min(ends, partner.expires_at or ends))


def _moment(seconds: int) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):  # "for ever"
        return datetime.max.replace(tzinfo=UTC)


def _address(request: HttpRequest | Request) -> str:
    return address_of(request.META.get("REMOTE_ADDR", ""))
