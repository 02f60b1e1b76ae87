"""An app goes for good. Its row stays: the ledger speaks of it, and its id never comes again."""

from django.db import transaction

from chat.models import Group
from chat.services import groups
from core.actors import SYSTEM, Actor
from core.audit import act
from core.errors import IllegalMove
from core.models import User
from core.services import sign_out_everywhere
from partners import selectors
from partners.models import Partner, Status
from rooms.flows import ChannelState
from rooms.models import Channel
from rooms.services import channels

SECRETS = ("usersig_key", "guard_token", "agora_secret")


@act("delete", atomic=False)
def delete(*, actor: Actor, app_id: str) -> None:
    """Its channels are deleted, its groups disbanded, its people signed off and shown out, its keys and secrets gone;
    what coins it has left stay in the ledger. It must be disabled before. Not one transaction but many, since an app
    may be large: the last one marks it, so that whoever is interrupted asks again.

    Raises NotFound, IllegalMove `app_not_disabled`."""
    _require_disabled(selectors.app_for(actor, app_id))
    for cid in Channel.objects.filter(realm=app_id).exclude(state=ChannelState.DELETED).values_list("cid", flat=True):
        channels.delete(actor=SYSTEM, cid=cid)
    for gid in Group.objects.filter(realm=app_id, disbanded_at=None).values_list("gid", flat=True):
        groups.disband(actor=SYSTEM, gid=gid)
    for user in User.objects.filter(realm=app_id, is_active=True).iterator():
        _sign_off(user)
    _forget(actor, app_id)


@transaction.atomic
def _sign_off(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)
    sign_out_everywhere(user=user)


@transaction.atomic
def _forget(actor: Actor, app_id: str) -> None:
    partner = selectors.app_for(actor, app_id, lock=True)
    _require_disabled(partner)
    for relation in Partner._meta.related_objects:  # keys, addresses, secrets, what was heard: all that hangs on it
        relation.related_model.objects.filter(**{relation.field.name: partner}).delete()
    partner.status, partner.origins = Status.DELETED, []
    for name in SECRETS:
        setattr(partner, name, "")
    partner.save(update_fields=["status", "origins", *SECRETS])


def _require_disabled(partner: Partner) -> None:
    if partner.status != Status.DISABLED:
        raise IllegalMove("app_not_disabled", state=partner.status)
