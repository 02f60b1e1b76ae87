"""Making groups, keeping them in step with what they belong to, and disbanding them."""

from typing import Any

from django.db import transaction

from chat import access as rights
from chat import announce
from chat.models import Access, Group, GroupType, MemberRole, Membership
from chat.selectors import group_for, group_named
from chat.services import members, profile
from core import clock, external, people, ports
from core.actors import Actor, App, rules
from core.audit import act
from core.errors import BadInput, IllegalMove, LoginRequired, NotAllowed, NotFound
from core.models import User


def create(*, actor: User, title: str, type: str = GroupType.AVCHATROOM, access: str = "", **fields: Any) -> Group:
    """A group of `actor`. `fields` are those of the profile. Raises LoginRequired and what `profile.fill` raises."""
    if not actor.pk:
        raise LoginRequired()
    return _create(actor, actor.realm, title, type, access, fields)


def create_named(*, actor: Actor, title: str, owner: str = "", external_id: str = "", **fields: Any) -> Group:
    """As outsiders ask for it: a person's own; of an app's server, somebody's or nobody's, under the app's own id.

    Raises what `create`, people.owner_for and external.own_id raise, IllegalMove `external_id_taken`."""
    fields["external_id"] = external.own_id(actor, external_id)
    if isinstance(actor, App) and not owner:
        return create_for(actor=actor, owner=None, realm=actor.realm, title=title, **fields)
    return create(actor=people.owner_for(actor, owner), title=title, **fields)


def create_for(
    *, actor: Actor, owner: User | None, title: str, realm: str = "", type: str = GroupType.AVCHATROOM, **fields: Any
) -> Group:
    """Whoever rules a realm makes groups there for others, or nobody. Raises NotAllowed and what `create` raises."""
    realm = owner.realm if owner else realm
    if not rules(actor, realm, "chat.add_group"):
        raise NotAllowed()
    return _create(owner, realm, title, type, "", fields)


@transaction.atomic
def _create(owner: User | None, realm: str, title: str, type: str, access: str, fields: dict[str, Any]) -> Group:
    if type not in GroupType.values:
        raise BadInput("bad_type", types=GroupType.values)
    readers = access or (Access.MEMBERS if type == GroupType.PUBLIC else Access.OPEN)
    group = Group(realm=realm, external_id=fields.pop("external_id", None), owner=owner, type=type, access=readers)
    profile.fill(group, {**fields, "title": title})
    external.insert(group, "gid")
    if owner:
        Membership.objects.create(group=group, user=owner, role=MemberRole.OWNER)
    announce.created(group)
    return group


@act("disband")
def disband(*, actor: Actor, gid: str) -> None:
    """For good: everybody is shown out, nothing is read or said there any more. Raises NotFound, NotAllowed."""
    group = group_for(actor, gid)
    rights.require_owner(actor, group)
    ports.ask("group_disbanded", group=group)  # channels are locked before their group
    group = group_for(actor, gid, lock=True)
    ports.ask("group_disbanded", group=group)  # and those that were put on it meanwhile
    group.join_requests.all().delete()
    group.disbanded_at = clock.now()
    group.version += 1
    group.save(update_fields=["disbanded_at", "version"])
    announce.disbanded(group)


def for_member(*, actor: Actor, gid: str) -> Group:
    """The group, for one of its members: only they may build a channel on it. Held until the transaction ends."""
    group = group_for(actor, gid, lock=True)
    if group.realm != actor.realm or not rights.is_member(actor, group):
        raise NotFound("unknown_group", gid=gid)
    return group


def named(*, actor: User, name: str) -> Group:
    """The audience that an app calls so; where there is none it is made, and `actor` its owner. Inside the caller's
    transaction. Raises IllegalMove `group_gone` for one that was disbanded."""
    group = group_named(actor.realm, name)
    if group is None:
        try:
            return _create(actor, actor.realm, name[:120], GroupType.AVCHATROOM, "", {"external_id": name})
        except IllegalMove:  # somebody named it in the same moment
            group = group_named(actor.realm, name)
    if group.disbanded_at:
        raise IllegalMove("group_gone")
    return group


def set_access(*, group: Group, access: str) -> None:
    if group.access != access:
        Group.objects.filter(pk=group.pk).update(access=access)
        group.access = access
        announce.readers_changed(group)


@transaction.atomic
def empty(*, group: Group) -> None:
    """What it belonged to is gone: nobody but the owner reads or writes there any more."""
    set_access(group=group, access=Access.MEMBERS)
    members.keep(group=group, uids=[])
