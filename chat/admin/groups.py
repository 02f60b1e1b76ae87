"""The desk of groups: made, described, quietened, told something, disbanded."""

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display
from unfold.enums import ActionVariant

from chat.admin.asks import NoticeForm
from chat.models import Group
from chat.services import groups, notices, profile
from core.desk import ReasonForm, StaffAdmin, house_action, service_action
from core.models import User

LISTS = (
    (_("Who belongs to it"), "chat_membership", "group__id__exact"),
    (_("Messages"), "chat_message", "group__id__exact"),
    (_("Restrictions"), "chat_restriction", "group__id__exact"),
    (_("Acts of moderation"), "chat_moderationdeed", "group__id__exact"),
)


def to_all(actor: User, *, text: str, data: str, reason: str) -> str:
    count = notices.to_all(actor=actor, text=text, data=data)
    return ngettext("%(count)d room was told.", "%(count)d rooms were told.", count) % {"count": count}


def reaches() -> str:
    count = notices.rooms("").count()
    return ngettext(
        "Everybody who is in the %(count)d room of the site now is told. It is not kept.",
        "Everybody who is in one of the %(count)d rooms of the site now is told. It is not kept.",
        count,
    ) % {"count": count}


def stands(group: Group) -> bool:
    return group.disbanded_at is None


@admin.register(Group)
class GroupAdmin(StaffAdmin):
    list_display = ("title", "gid", "state_now", "type", "access", "owner", "members", "realm", "created_at")
    list_filter = ("type", "access", "muted_all", ("disbanded_at", admin.EmptyFieldListFilter), "realm")
    list_select_related = ("owner",)
    search_fields = ("title", "gid", "owner__uid", "owner__nick", "=external_id")
    autocomplete_fields = ("owner",)
    readonly_fields = ("gid", "realm", "access", "likes", "follows", "vouchers", "inquiries", "created_at")
    readonly_fields += ("disbanded_at", "elsewhere")
    add_fieldsets = ((None, {"fields": ("title", "type", "owner")}),)
    fieldsets = (
        (None, {"fields": (("gid", "realm"), ("type", "access"), ("owner", "join_option"), "elsewhere")}),
        (_("What it says about itself"), {"fields": ("title", "notice", "introduction", "avatar", "custom")}),
        (
            _("The rules of the conversation"),
            {"fields": (("muted_all", "slow_seconds"), ("followers_only", "block_links"), "tell_joins")},
        ),
        (_("Figures"), {"fields": (("likes", "follows"), ("vouchers", "inquiries"), ("created_at", "disbanded_at"))}),
    )
    notify = service_action(
        "notify",
        label=_("Send a system notice"),
        effect=_("Everybody who is there now is told. It is not kept."),
        icon="campaign",
        legal=stands,
        asks=NoticeForm,
        service=lambda actor, group, text, data, reason: notices.send(actor=actor, gid=group.gid, text=text, data=data),
    )
    notify_all = house_action(
        "notify_all",
        label=_("Send a system notice to all rooms"),
        effect=reaches,
        icon="campaign",
        asks=NoticeForm,
        service=to_all,
    )
    mute_all = service_action(
        "mute_all",
        label=_("Mute everybody"),
        effect=_("Only the owner and moderators may speak."),
        icon="volume_off",
        legal=lambda group: stands(group) and not group.muted_all,
        asks=ReasonForm,
        service=lambda actor, group, reason: profile.change(actor=actor, gid=group.gid, muted_all=True, reason=reason),
    )
    unmute_all = service_action(
        "unmute_all",
        label=_("Let everybody speak"),
        effect=_("Whoever is muted by name stays muted."),
        icon="volume_up",
        legal=lambda group: stands(group) and group.muted_all,
        asks=ReasonForm,
        service=lambda actor, group, reason: profile.change(actor=actor, gid=group.gid, muted_all=False, reason=reason),
    )
    disband = service_action(
        "disband",
        label=_("Disband"),
        effect=_(
            "Final: everybody is shown out, nobody reads or says anything there again. A channel for its members "
            "closes; any other goes on without chat."
        ),
        icon="delete",
        variant=ActionVariant.DANGER,
        right="delete",
        legal=stands,
        service=lambda actor, group: groups.disband(actor=actor, gid=group.gid),
    )
    actions = actions_detail = ("notify", "mute_all", "unmute_all", "disband")
    actions_list = ("notify_all",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        return super().get_queryset(request).annotate(members=Count("memberships"))

    def get_fieldsets(self, request: HttpRequest, obj: Group | None = None) -> tuple:
        return self.fieldsets if obj else self.add_fieldsets

    def get_readonly_fields(self, request: HttpRequest, obj: Group | None = None) -> tuple[str, ...]:
        """What it is was settled when it was made; whose it is, its owner settles."""
        return (*self.readonly_fields, "type", "owner") if obj else ()

    def get_form(self, request: HttpRequest, *args: object, **kwargs: object) -> type[ModelForm]:
        """Every group has a name; nobody needs to own a group that staff makes."""
        form = super().get_form(request, *args, **kwargs)
        for name, required in (("title", True), ("owner", False)):
            if name in form.base_fields:
                form.base_fields[name].required = required
        return form

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or stands(obj))

    def save_model(self, request: HttpRequest, obj: Group, form: ModelForm, change: bool) -> None:
        if change:
            changed = {name: form.cleaned_data[name] for name in form.changed_data}
            profile.change(actor=request.user, gid=obj.gid, **changed)
            return
        asked = {name: form.cleaned_data[name] for name in ("title", "type", "owner")}
        made = groups.create_for(actor=request.user, **asked)
        obj.pk, obj.gid = made.pk, made.gid

    def response_post_save_add(self, request: HttpRequest, obj: Group) -> HttpResponse:
        """To its page, where the id stands that apps ask for."""
        return HttpResponseRedirect(reverse("admin:chat_group_change", args=(obj.pk,)))

    @display(description=_("members"), ordering="members")
    def members(self, group: Group) -> int:
        return group.members

    @display(description=_("state"), label={"disbanded": "danger", "muted": "warning", "open": "success"})
    def state_now(self, group: Group) -> tuple[str, str]:
        if not stands(group):
            return "disbanded", _("disbanded")
        return ("muted", _("everybody is muted")) if group.muted_all else ("open", _("open"))

    @display(description=_("see also"))
    def elsewhere(self, group: Group) -> SafeString:
        links = [(reverse(f"admin:{name}_changelist"), lookup, group.pk, label) for label, name, lookup in LISTS]
        return format_html_join(" · ", '<a class="text-link" href="{}?{}={}">{}</a>', links)
