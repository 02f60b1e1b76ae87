"""The rules of a conversation: who is kept from saying what, and how often."""

from chat import content, standing
from chat.models import Group, Kind
from chat.standing import Standing
from core.actors import Actor
from core.errors import BadInput, NotAllowed
from core.limits import Due

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


def dues(actor: Actor, group: Group, it: Standing, kind: str) -> list[Due]:
    """What one thing said takes of what its sender may say. TooFast, or TooFast `slow_mode`, is the refusal."""
    if actor.pk is None:  # the house itself
        return []
    owed = [Due(f"say:{actor.pk}", MOST_RULERS if it.moderator else MOST, SECONDS)]
    if group.slow_seconds and not it.moderator and kind != Kind.LIKE:
        owed.append(Due(standing.slow_key(group, actor), 1, group.slow_seconds, "slow_mode"))
    return owed
