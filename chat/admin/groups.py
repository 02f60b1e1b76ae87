"""Staff pages of groups, who belongs to them, and what was said."""

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.enums import ActionVariant

from chat.models import Group, MemberRole, Membership, Message
from chat.services import members
from core.desk import ReadOnlyAdmin, StaffAdmin, recent_values, service_action
from core.errors import BadInput


@admin.register(Group)
class GroupAdmin(ReadOnlyAdmin):
    list_display = ("title", "gid", "type", "access", "owner", "members", "realm", "created_at")
    list_filter = ("type", "access", "realm")
    list_select_related = ("owner",)
    search_fields = ("title", "gid", "owner__uid", "owner__nick", "=external_id")
    fields = ("title", ("gid", "realm"), ("type", "access"), ("owner", "join_option"), "created_at")
    readonly_fields = ("gid", "realm")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        return super().get_queryset(request).annotate(members=Count("memberships"))

    @display(description=_("members"), ordering="members")
    def members(self, group: Group) -> int:
        return group.members


@admin.register(Membership)
class MembershipAdmin(StaffAdmin):
    list_display = ("user", "group", "role", "created_at")
    list_filter = ("role",)
    list_select_related = ("user", "group")
    search_fields = ("user__uid", "user__nick", "group__title", "group__gid")
    autocomplete_fields = ("group", "user")
    fields = ("group", "user")
    ordering = ("-id",)
    remove = service_action(
        "remove",
        label=_("Put out of the group"),
        effect=_("The person no longer belongs to the group and loses what is for members only."),
        icon="person_remove",
        variant=ActionVariant.DANGER,
        legal=lambda member: member.role != MemberRole.OWNER,
        service=lambda actor, member: members.remove(actor=actor, gid=member.group.gid, uid=member.user.uid),
    )
    actions = actions_detail = ("remove",)

    def has_change_permission(self, request: HttpRequest, obj: Membership | None = None) -> bool:
        return False  # somebody belongs or does not

    def save_model(self, request: HttpRequest, obj: Membership, form: ModelForm, change: bool) -> None:
        if obj.user.realm != obj.group.realm:  # the service looks a uid up in the group's realm
            raise BadInput("unknown_user", uid=obj.user.uid)
        obj.pk = members.add(actor=request.user, gid=obj.group.gid, uid=obj.user.uid).pk


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "group", "sender", "text", "kind", "priority")
    list_display_links = ("created_at", "text")
    list_filter = (recent_values("kind", _("kind")), "priority")
    list_select_related = ("group", "sender")
    search_fields = ("sender__uid", "sender__nick", "group__title", "group__gid", "payload__text")
    fields = (("group", "sender"), "text", ("kind", "priority"), ("epoch", "seq"), "created_at")
    readonly_fields = ("text",)

    @display(description=_("text"))
    def text(self, message: Message) -> str:
        return message.payload.get("text", "")
