"""A person leaves a group at one of their clients: what the others do is their app's choice (port `quit_sync`).

"synced": they leave as well; "independent": they stay. Either way they hear it in a message that no page shows."""

import json

from chat import announce
from chat.models import Group
from chat.services.groups import group_for
from core import ports
from core.actors import SYSTEM, Actor

MARK = "footlight.quit"


def tell_others(*, actor: Actor, gid: str, platform: str) -> None:
    """`platform` is the one that was left at; clients of the same one have nothing to do. Raises NotFound."""
    if actor.pk and actor.realm:  # the site's own pages each go their own way
        _tell(group_for(actor, gid), actor, platform)


def _tell(group: Group, actor: Actor, platform: str) -> None:
    for mode in ports.ask("quit_sync", realm=group.realm):
        if mode and group.realm == actor.realm:
            word = {"gid": group.gid, "platform": platform, "mode": mode}
            announce.personal(group, SYSTEM, actor, {"data": json.dumps(word), "desc": "", "ext": MARK})
