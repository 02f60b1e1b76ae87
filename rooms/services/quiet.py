"""Somebody is muted wherever they may speak next."""

from datetime import timedelta

from django.db.models import Q

from chat.models import Group
from chat.services import moderation
from core import clock
from core.actors import Actor
from core.audit import act
from core.models import User
from rooms import access
from rooms.flows import OPEN

LATELY = timedelta(days=1)


@act("mute")
def everywhere(*, actor: Actor, user: User, seconds: int | None, reason: str) -> int:
    """In every room where they are now, belong, or spoke in the last day, but for their own; `seconds` None is for
    good. Answers in how many. Raises NotAllowed."""
    access.require_staff(actor, "chat.change_group", user)
    spoke = Q(messages__sender=user, messages__created_at__gte=clock.now() - LATELY)
    is_here = Q(channels__stays__user=user, channels__stays__state__in=OPEN)
    rows = Group.objects.filter(spoke | is_here | Q(memberships__user=user), realm=user.realm, disbanded_at=None)
    gids = list(rows.exclude(owner=user).order_by("gid").values_list("gid", flat=True).distinct())
    for gid in gids:
        moderation.mute(actor=actor, gid=gid, uid=user.uid, seconds=seconds, reason=reason)
    return len(gids)
