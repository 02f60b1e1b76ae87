"""What the chat does when somebody leaves, and what it hands to who asks for theirs."""

from django.db import transaction
from redis import RedisError

from chat import history
from chat.models import GroupType, JoinRequest, MemberRole, Membership, Message, Report, Restriction
from chat.services import groups, members
from core.actors import SYSTEM
from core.models import User


def forget(*, user: User) -> None:
    """Port `person_leaves`: their words stay in the log under the new name until it is forgotten; what rooms still show
    of them goes. Groups of their own are disbanded."""
    for gid in user.chat_groups.filter(disbanded_at=None, type=GroupType.PUBLIC).values_list("gid", flat=True):
        groups.disband(actor=SYSTEM, gid=gid)
    for member in Membership.objects.filter(user=user).exclude(role=MemberRole.OWNER).select_related("group"):
        members.end(member.group, [user])
    JoinRequest.objects.filter(user=user).delete()
    shown = Message.objects.filter(sender=user, seq__isnull=False).select_related("group")
    lines = [(row.group.gid, row.epoch, row.seq) for row in shown.order_by("-id")[: history.KEEP]]
    transaction.on_commit(lambda: _take_away(lines))


def export(*, user: User) -> dict[str, object]:
    """Port `person_export`."""
    said = Message.objects.filter(sender=user).order_by("id")
    rows = said.values("created_at", "group__gid", "group__title", "kind", "payload", "state")
    return {
        "messages": list(rows.iterator(chunk_size=1000)),
        "memberships": list(Membership.objects.filter(user=user).values("group__gid", "group__title", "role")),
        "restrictions": list(
            Restriction.objects.filter(user=user).values("group__gid", "kind", "until", "reason", "created_at")
        ),
        "reports": list(Report.objects.filter(reporter=user).values("created_at", "reason", "state", "message_id")),
    }


def _take_away(lines: list[tuple[str, str, int]]) -> None:
    """Their name stands in every line of theirs that a room keeps for those who come."""
    for gid, epoch, seq in lines:
        try:
            history.take_away(gid, epoch, seq)
        except RedisError:
            return  # Redis is away, and what it kept went with it
