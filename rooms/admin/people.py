"""One page for everything about a person, and what staff may do with them. Registered here and not in core, since it
knows of rooms, chat and money."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.enums import ActionVariant

from billing.admin.fields import CoinsForm
from billing.services import topups
from core import farewell, services
from core.admin import PersonAdmin
from core.desk import service_action
from core.desk_about import WithAbout
from core.models import User
from core.own_data import as_file
from rooms.admin.about import of_person
from rooms.admin.asks import BanForm, MuteForm
from rooms.services import bans, quiet


def ban(actor: User, person: User, *, seconds: int | None, privileges: list[str], reason: str) -> None:
    facts = {"time_in_seconds": seconds, "forever": seconds is None, "privileges": privileges, "reason": reason}
    bans.add(actor=actor, uid=person.uid, realm=person.realm, **facts)


def mute(actor: User, person: User, *, seconds: int | None, reason: str) -> None:
    quiet.everywhere(actor=actor, user=person, seconds=seconds, reason=reason)


def give(actor: User, person: User, *, coins: int, reason: str, key: str) -> None:
    topups.give(actor=actor, user=person, coins=coins, reason=reason, key=f"{key}:{person.pk}")


def is_there(person: User) -> bool:
    return person.erased_at is None


admin.site.unregister(User)


@admin.register(User)
class EverybodyAdmin(WithAbout, PersonAdmin):
    about_template, about = "admin/core/user/about.html", staticmethod(of_person)
    ban = service_action(
        "ban",
        label=_("Ban"),
        effect=_("Out of every room of the house at once, and not in again before it is over."),
        icon="block",
        variant=ActionVariant.DANGER,
        right="ban",
        legal=lambda person: is_there(person) and not person.is_staff,
        asks=BanForm,
        service=ban,
    )
    mute = service_action(
        "mute",
        label=_("Mute"),
        effect=_("In every room where they are, belong or spoke in the last day."),
        icon="mic_off",
        right="mute",
        legal=lambda person: is_there(person) and not person.is_staff,
        asks=MuteForm,
        service=mute,
    )
    sign_out = service_action(
        "sign_out",
        label=_("Sign out everywhere"),
        effect=_("Every browser and device of theirs has to sign in again."),
        icon="logout",
        legal=is_there,
        service=lambda actor, person: services.sign_out_everywhere(user=person),
    )
    top_up = service_action(
        "top_up",
        label=_("Give coins"),
        effect=_("They can be spent at once. The person reads the reason in their statement."),
        icon="add_card",
        right="give",
        legal=is_there,
        asks=CoinsForm,
        service=give,
    )
    erase = service_action(
        "erase",
        label=_("Delete the account"),
        effect=_(
            "Final: name, picture and e-mail go, and whatever rooms still show of their words; their channels are "
            "deleted; nobody signs in with it again. What the accounts need stays, under a name that says nothing. "
            "Coins that are left are lost."
        ),
        icon="person_remove",
        variant=ActionVariant.DANGER,
        legal=lambda person: is_there(person) and not person.is_staff and not person.is_superuser,
        service=lambda actor, person: farewell.erase(actor=actor, user=person),
    )
    actions = ("ban", "mute", "sign_out")
    more = {"title": _("More"), "icon": "more_horiz", "items": ["top_up", "export", "erase"]}
    actions_detail = ("ban", "mute", "sign_out", more)

    @action(description=_("Everything of theirs as a file"), url_path="export", icon="download", permissions=["act"])
    def export(self, request: HttpRequest, object_id: str) -> HttpResponse:
        person = self.get_row(request, object_id)
        content = farewell.export(actor=request.user, user=person)
        self.note(request, "export", person)
        return as_file(content, f"person-{person.pk}")

    export.legal = is_there

    def has_ban_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """The acts of this page reach into other desks, and take the rights of those."""
        return request.user.has_perm("rooms.change_ban")

    def has_mute_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return request.user.has_perm("chat.change_group")

    def has_give_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return request.user.has_perm("billing.change_account")

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or is_there(obj))
