"""Groups of staff and what each may do: one table, by address, so that core need not know who stands above it.

`app.model: verbs`, where `change` is also the right to the acts of that desk, and `delete` to those that are final.
After every migration a group is given what the table says and it was not given before; what it was given once is
remembered (GivenRight). So a new app's rows reach groups that are there already, and what a superuser took away or
added by hand stays so: the pages of groups are theirs, the table only says how a house begins."""

from django.apps import AppConfig
from django.contrib.auth.models import Group, Permission
from django.db import connections

from core.models import GivenRight

READ, WORK, MAKE, WATCH = "view", "view change", "view add change", "view change watch"

GROUPS: dict[str, dict[str, str]] = {
    "support": {
        "core.user": WORK,
        "rooms.channel": READ,
        "rooms.broadcast": READ,
        "rooms.recording": READ,
        "rooms.stay": WORK,
        "rooms.seat": READ,
        "rooms.call": READ,
        "rooms.ban": READ,
        "chat.group": READ,
        "chat.membership": READ,
        "chat.joinrequest": READ,
        "chat.message": READ,
        "chat.report": WORK,
        "chat.restriction": READ,
        "chat.moderationdeed": READ,
        "partners.partner": READ,
    },
    "moderator": {
        "core.user": READ,
        "rooms.channel": WATCH,
        "rooms.broadcast": READ,
        "rooms.recording": WORK,
        "rooms.stay": WORK,
        "rooms.seat": WORK,
        "rooms.call": WORK,
        "rooms.ban": MAKE,
        "rooms.uploadgrant": MAKE,
        "chat.group": MAKE,
        "chat.membership": MAKE,
        "chat.joinrequest": WORK,
        "chat.message": WORK,
        "chat.report": WORK,
        "chat.restriction": MAKE,
        "chat.moderationdeed": READ,
        "chat.sensitiveword": MAKE,
    },
    "finance": {
        "core.user": READ,
        "rooms.broadcast": READ,
        "billing.account": WORK,
        "billing.transfer": WORK,
        "billing.minute": READ,
        "billing.unsettled": READ,
        "billing.price": "view add",
        "billing.gift": MAKE,
        "billing.redeemcode": WORK,
        "billing.coinpack": MAKE,
        "billing.purchase": READ,
        "billing.payout": WORK,
        "billing.audit": WORK,
    },
    "engineer": {
        "core.event": READ,
        "core.auditrow": READ,
        "rooms.channel": READ,
        "rooms.broadcast": READ,
        "rooms.recording": WORK,
        "rooms.stay": READ,
        "billing.unsettled": READ,
        "partners.partner": WORK,
        "partners.apikey": WORK,
        "partners.inboundevent": READ,
        "partners.kickingrule": WORK,
        "partners.webhook": WORK,
        "partners.delivery": WORK,
    },
}


def after_migrate(app_config: AppConfig, using: str, **_: object) -> None:
    if {GivenRight._meta.db_table, Group._meta.db_table} <= set(connections[using].introspection.table_names()):
        for name, rights in GROUPS.items():
            _give(name, rights, app_config.label, using)


def _give(name: str, rights: dict[str, str], app: str, using: str) -> None:
    given = set(GivenRight.objects.using(using).filter(group=name).values_list("right", flat=True))
    missing = [right for right in _of_app(rights, app) if right not in given]
    if not missing:
        return
    found = Permission.objects.using(using).filter(content_type__app_label=app)
    there = {f"{app}.{one.codename}": one for one in found}
    rows = [GivenRight(group=name, right=right) for right in missing if right in there]
    group = _group(name, using, begun=bool(given))
    if group:
        group.permissions.add(*(there[row.right] for row in rows))
    GivenRight.objects.using(using).bulk_create(rows)


def _of_app(rights: dict[str, str], app: str) -> list[str]:
    own = ((address.partition(".")[2], verbs) for address, verbs in rights.items() if address.startswith(f"{app}."))
    return [f"{app}.{verb}_{model}" for model, verbs in own for verb in verbs.split()]


def _group(name: str, using: str, *, begun: bool) -> Group | None:
    """A group that a superuser deleted (or renamed) does not come back."""
    groups = Group.objects.using(using)
    return groups.filter(name=name).first() if begun else groups.get_or_create(name=name)[0]
