"""The desk of who belongs to a group, who rules it, and who asked to be let in."""

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.enums import ActionVariant

from chat.models import GroupType, JoinRequest, MemberRole, Membership
from chat.services import joining, members, roles
from core.desk import ReadOnlyAdmin, StaffAdmin, service_action
from core.errors import BadInput

ROLE_COLOURS = {MemberRole.OWNER: "primary", MemberRole.ADMIN: "info", MemberRole.MEMBER: ""}


def give(role: str):
    return lambda actor, member: roles.set_role(actor=actor, gid=member.group.gid, uid=member.user.uid, role=role)


def answer(accept: bool):
    return lambda actor, asked: joining.answer(actor=actor, gid=asked.group.gid, uid=asked.user.uid, accept=accept)


@admin.register(Membership)
class MembershipAdmin(StaffAdmin):
    list_display = ("user", "group", "role_now", "created_at")
    list_filter = ("role",)
    list_select_related = ("user", "group")
    search_fields = ("user__uid", "user__nick", "group__title", "group__gid")
    autocomplete_fields = ("group", "user")
    fields = ("group", "user")
    ordering = ("-id",)
    name = service_action(
        "name",
        label=_("Name a moderator"),
        effect=_("They may mute, put out and ban people, delete messages, and change what the group says."),
        icon="add_moderator",
        legal=lambda member: member.role == MemberRole.MEMBER,
        service=give(MemberRole.ADMIN),
    )
    dismiss = service_action(
        "dismiss",
        label=_("Dismiss the moderator"),
        effect=_("They go on as everybody else."),
        icon="remove_moderator",
        legal=lambda member: member.role == MemberRole.ADMIN,
        service=give(MemberRole.MEMBER),
    )
    remove = service_action(
        "remove",
        label=_("Put out of the group"),
        effect=_("The person no longer belongs to the group and loses what is for members only."),
        icon="person_remove",
        variant=ActionVariant.DANGER,
        legal=lambda member: member.role != MemberRole.OWNER and member.group.type == GroupType.PUBLIC,
        service=lambda actor, member: members.remove(actor=actor, gid=member.group.gid, uid=member.user.uid),
    )
    actions = actions_detail = ("name", "dismiss", "remove")

    def has_change_permission(self, request: HttpRequest, obj: Membership | None = None) -> bool:
        return False  # somebody belongs or does not

    def save_model(self, request: HttpRequest, obj: Membership, form: ModelForm, change: bool) -> None:
        if obj.user.realm != obj.group.realm:  # the service looks a uid up in the group's realm
            raise BadInput("unknown_user", uid=obj.user.uid)
        obj.pk = members.add(actor=request.user, gid=obj.group.gid, uid=obj.user.uid).pk

    @display(description=_("role"), ordering="role", label=ROLE_COLOURS)
    def role_now(self, member: Membership) -> tuple[str, str]:
        return member.role, member.get_role_display()


@admin.register(JoinRequest)
class JoinRequestAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "user", "group", "words")
    list_display_links = ("created_at", "user")
    list_select_related = ("user", "group")
    search_fields = ("user__uid", "user__nick", "group__title", "group__gid")
    fields = (("group", "user"), "words", "created_at")
    ordering = ("id",)
    accept = service_action(
        "accept",
        label=_("Let in"),
        effect=_("The person belongs to the group."),
        icon="person_add",
        service=answer(True),
    )
    refuse = service_action(
        "refuse",
        label=_("Refuse"),
        effect=_("The request is gone. The person may ask again."),
        icon="person_off",
        service=answer(False),
    )
    actions = actions_detail = ("accept", "refuse")
