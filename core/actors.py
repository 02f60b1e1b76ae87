"""Who does something: a User, a Guest (a signed cookie and nothing more), an app's own server, or the house itself."""

from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from core.models import User


@dataclass(frozen=True)
class Guest:
    """A person without an account. `key` is 128 random bits in hex, from the guest cookie."""

    key: str
    address: str = field(default="", compare=False)  # where they come from

    is_authenticated = False
    is_staff = False
    pk = None
    realm = ""


class System:
    """The house: sweeps, the media engine, staff commands. May do everything."""

    is_authenticated = True
    is_staff = True
    unproven = False
    pk = None
    realm = ""
    address = ""

    def __repr__(self) -> str:
        return "SYSTEM"


@dataclass(frozen=True)
class App:
    """A third-party app's server, acting for nobody in particular: it rules what is in its realm, and sees nothing
    else. `realm` is the app's id."""

    realm: str
    address: str = field(default="", compare=False)

    is_authenticated = True
    is_staff = False
    pk = None


SYSTEM: Final = System()
if TYPE_CHECKING:
    Actor = User | Guest | App | System
else:
    Actor = object


def of_staff(actor: "Actor") -> bool:
    """Whether staff power counts at all: whoever did not take the second step that the house asks of its staff is
    there as anybody else."""
    return actor.is_staff and not actor.unproven


def holds(actor: "Actor", right: str) -> bool:
    """Whether staff power reaches so far: the house may do everything, staff what their rights (`app.codename`) say."""
    return of_staff(actor) and (actor.pk is None or actor.has_perm(right))


def person_key(actor: "Actor") -> str:
    """The one name of a person in a channel: `u<pk>` of a user, `g<key>` of a guest; `a<realm>` of an app's server."""
    if actor.pk:
        return f"u{actor.pk}"
    return f"a{actor.realm}" if isinstance(actor, App) else f"g{actor.key}"


def rules(actor: "Actor", realm: str, right: str) -> bool:
    """Staff with the right and the house rule everywhere, an app's server in its realm."""
    return holds(actor, right) or (isinstance(actor, App) and actor.realm == realm)


def confined(actor: "Actor", realm: str) -> bool:
    """An app and its people see nothing outside of their realm, whatever it is open to."""
    return bool(actor.realm) and actor.realm != realm


def address_of(text: str) -> str:
    """An IP address as we write it, or "" for what is none (a unix socket)."""
    try:
        return str(ip_address(text))
    except ValueError:
        return ""
