"""The rules of a conversation: who is kept from saying what, and how often."""

from chat import content, standing
from chat.models import Group, Kind
from chat.standing import Standing
from core import limits
from core.actors import Actor
from core.errors import BadInput, NotAllowed, TooFast

SECONDS = 30
MOST = 20  # things in so many seconds
MOST_RULERS = 100


def require(actor: Actor, group: Group, it: Standing, payload: dict) -> None:
    """Raises NotAllowed `muted` (`until`), `muted_all`, `followers_only`, BadInput `link_refused`."""
    if it.muted:
        raise NotAllowed("muted", until=it.shape())
    if it.moderator:
        return
    if group.muted_all:
        raise NotAllowed("muted_all")
    if group.followers_only and not standing.follows(actor, group):
        raise NotAllowed("followers_only")
    if group.block_links and content.LINK.search(content.words(payload)):
        raise BadInput("link_refused")


def spend(actor: Actor, group: Group, it: Standing, kind: str) -> None:
    """Counts one thing said. Raises TooFast, or TooFast `slow_mode`; both say how long to `wait` in seconds."""
    if actor.pk is None:  # the house itself
        return
    limits.spend(f"say:{actor.pk}", most=MOST_RULERS if it.moderator else MOST, seconds=SECONDS)
    if group.slow_seconds and not it.moderator and kind != Kind.LIKE:
        try:
            limits.spend(standing.slow_key(group, actor), most=1, seconds=group.slow_seconds)
        except TooFast as refusal:
            raise TooFast("slow_mode", wait=refusal.detail["wait"]) from None
