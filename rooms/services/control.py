"""What staff does to a show of somebody else. Each act is told to the host, with its reason."""

from core import clock
from core.actors import SYSTEM, Actor
from core.audit import act
from core.errors import BadInput, IllegalMove
from rooms import access, announce, selectors
from rooms.models import Channel, Stay
from rooms.services import channels, lock

LONGEST = 300  # characters of a word to the host
RIGHT = "rooms.change_channel"


@act("stop")
def stop(*, actor: Actor, cid: str, reason: str) -> Channel:
    """Ends the show. The host may begin another at once. Raises NotAllowed, NotFound."""
    _staffed(actor, cid)
    channel = channels.stop(actor=actor, cid=cid)
    announce.host_told(channel, "stopped", reason)
    return channel


@act("freeze")
def freeze(*, actor: Actor, cid: str, reason: str) -> Channel:
    """Nobody sees or hears anything of the show, which goes on: the engine holds back whatever is sent, also by who
    comes on the air later. Minutes cost nothing meanwhile. Raises NotAllowed, NotFound, IllegalMove."""
    channel = _staffed(actor, cid)
    if channel.frozen_at:
        raise IllegalMove("illegal_move")
    channel.frozen_at, channel.frozen_why = clock.now(), reason
    _changed(channel, "frozen", reason)
    return channel


@act("unfreeze")
def unfreeze(*, actor: Actor, cid: str, reason: str = "") -> Channel:
    """The show is seen and heard again, but for what is held back by other hands."""
    channel = _staffed(actor, cid)
    if not channel.frozen_at:
        raise IllegalMove("illegal_move")
    channel.frozen_at, channel.frozen_why = None, ""
    _changed(channel, "unfrozen", "")
    return channel


@act("tell")
def tell(*, actor: Actor, cid: str, text: str, reason: str = "") -> None:
    """A word of the house to the host; `reason` is for the house alone. Raises BadInput `bad_text`."""
    channel = _staffed(actor, cid)
    text = text.strip()
    if not 0 < len(text) <= LONGEST:
        raise BadInput("bad_text", longest=LONGEST)
    announce.host_told(channel, "message", text)


def _staffed(actor: Actor, cid: str) -> Channel:
    channel = lock.channel(actor, cid)
    access.require_staff(actor, RIGHT, channel)
    return channel


def _changed(channel: Channel, kind: str, reason: str) -> None:
    channel.version += 1
    channel.save(update_fields=["frozen_at", "frozen_why", "version"])
    for stay in selectors.uploaders(channel):
        announce.hold_back(stay, _kept_back(stay, channel))
    announce.channel_changed(channel)
    announce.host_told(channel, kind, reason)


def _kept_back(stay: Stay, channel: Channel) -> dict[str, bool]:
    return selectors.kept_back(stay.user or SYSTEM, channel)
