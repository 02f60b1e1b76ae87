"""Who does something: a User, a Guest (a signed cookie and nothing more), or the house itself."""

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
    pk = None
    realm = ""
    address = ""

    def __repr__(self) -> str:
        return "SYSTEM"


SYSTEM: Final = System()
if TYPE_CHECKING:
    Actor = User | Guest | System
else:
    Actor = object


def person_key(actor: "Actor") -> str:
    """The one name of a person in a channel: `u<pk>` for a user, `g<key>` for a guest."""
    return f"u{actor.pk}" if actor.pk else f"g{actor.key}"


def address_of(text: str) -> str:
    """An IP address as we write it, or "" for what is none (a unix socket)."""
    try:
        return str(ip_address(text))
    except ValueError:
        return ""
