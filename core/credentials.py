"""Who opens a socket without a cookie: the UserSig or guest's ticket that it brings.

A browser can add no header to a socket, so its token is offered as a subprotocol, beside the one that is answered.
Never in the address, which is logged."""

from core import keys, ports
from core.errors import LoginRequired, NotAllowed
from core.models import User

PROTOCOL = "footlight"
USERSIG, TICKET = "usersig.", "ticket."


def usersig(scope: dict) -> str:
    """ "" where none was brought."""
    return keys.bearer(_header(scope)) or _offered(scope, USERSIG)


def ticket(scope: dict) -> str:
    return _offered(scope, TICKET)


def answered(scope: dict) -> str | None:
    """The subprotocol that the handshake takes up."""
    return PROTOCOL if PROTOCOL in scope.get("subprotocols", ()) else None


def identify(token: str, *, same: User | None = None):
    """Whom it vouches for (`user`) and `until` when. Raises LoginRequired; NotAllowed, also where it is not `same`."""
    for person in ports.ask("identify", token=token):
        if same not in (None, person.user):
            raise NotAllowed("other_person")
        return person
    raise LoginRequired()


def _offered(scope: dict, kind: str) -> str:
    offered = (one.removeprefix(kind) for one in scope.get("subprotocols", ()) if one.startswith(kind))
    return next(offered, "")


def _header(scope: dict) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == b"authorization"), "")
