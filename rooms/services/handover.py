"""A channel that gets another host."""

from chat.models import Group, GroupType
from chat.services import members, roles
from core.actors import SYSTEM, Actor
from core.audit import act
from core.errors import BadInput, IllegalMove
from core.models import User
from core.people import person_of
from rooms import access, announce
from rooms.flows import ON_AIR
from rooms.models import CallSetup, Channel
from rooms.services import lock, stream_keys

RIGHT = "rooms.delete_channel"  # as final as that


@act("transfer")
def transfer(*, actor: Actor, cid: str, uid: str, reason: str = "") -> Channel:
    """`uid`, of the channel's realm, is its host from now on; a chat that was the old host's follows. What was earned
    stays with who earned it. Raises NotAllowed (staff only), BadInput `unknown_user`, IllegalMove `on_the_air`,
    `owner_already`, and NotAllowed `banned` for somebody whom the chat keeps out."""
    channel = lock.channel(actor, cid)
    access.require_staff(actor, RIGHT, channel)
    heir, before = person_of(channel.realm, uid), channel.owner
    if channel.state in ON_AIR:
        raise IllegalMove("on_the_air")
    if heir == before:
        raise IllegalMove("owner_already")
    if not heir.is_active:
        raise BadInput("unknown_user", uid=uid)
    _hand_over(channel.group, heir, before)
    channel.owner = heir
    channel.version += 1
    channel.save(update_fields=["owner", "version"])
    channel.grants.filter(user=heir).delete()
    CallSetup.objects.filter(channel=channel, user=before).delete()
    stream_keys.take_away(channel)
    announce.recheck(channel)
    announce.channel_changed(channel)
    return channel


def _hand_over(group: Group | None, heir: User, before: User) -> None:
    if group is None or group.owner_id != before.pk:
        return
    if group.type == GroupType.PUBLIC:
        members.let_in(group, heir)
    roles.hand_over(actor=SYSTEM, gid=group.gid, uid=heir.uid)
