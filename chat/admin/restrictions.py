"""The desk of who may not speak or be in a group."""

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.formats import localize
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from chat.models import Restriction, RestrictionKind
from chat.services import moderation
from core.desk import ReasonForm, StaffAdmin, service_action
from core.desk_fields import LengthField
from core.errors import BadInput
from core.models import User

KIND_COLOURS = {RestrictionKind.MUTE: "warning", RestrictionKind.BAN: "danger"}


class RestrictionForm(forms.ModelForm):
    seconds = LengthField(initial=600)

    class Meta:
        model = Restriction
        fields = ("group", "user", "kind", "reason")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        if "reason" in self.fields:
            self.fields["reason"].required = True

    def clean(self) -> dict:
        """A new word about somebody takes the place of the old one."""
        about = {name: self.cleaned_data.get(name) for name in ("group", "user", "kind")}
        if all(about.values()):
            self.instance = Restriction.objects.filter(**about).first() or self.instance
        return super().clean()


def lift(actor: User, rule: Restriction, reason: str) -> None:
    service = moderation.unmute if rule.kind == RestrictionKind.MUTE else moderation.unban
    service(actor=actor, gid=rule.group.gid, uid=rule.user.uid, reason=reason)


@admin.register(Restriction)
class RestrictionAdmin(StaffAdmin):
    form = RestrictionForm
    list_display = ("user", "kind_now", "group", "ends", "reason", "created_at")
    list_filter = ("kind",)
    list_select_related = ("user", "group")
    search_fields = ("user__uid", "user__nick", "group__title", "group__gid", "reason")
    autocomplete_fields = ("group", "user")
    add_fields = ("group", "user", ("kind", "seconds"), "reason")
    fields = ("group", "user", ("kind", "until"), "reason", "created_at")
    lift = service_action(
        "lift",
        label=_("Lift"),
        effect=_("Whoever was muted may speak again; whoever was banned may come back."),
        icon="lock_open",
        asks=ReasonForm,
        service=lift,
    )
    actions = actions_detail = ("lift",)

    def get_fields(self, request: HttpRequest, obj: Restriction | None = None) -> tuple:
        return self.fields if obj else self.add_fields

    def has_change_permission(self, request: HttpRequest, obj: Restriction | None = None) -> bool:
        return False  # lifted, or said anew

    def save_model(self, request: HttpRequest, obj: Restriction, form: RestrictionForm, change: bool) -> None:
        if obj.user.realm != obj.group.realm:  # the service looks a uid up in the group's realm
            raise BadInput("unknown_user", uid=obj.user.uid)
        service = moderation.mute if obj.kind == RestrictionKind.MUTE else moderation.ban
        asked = {"seconds": form.cleaned_data["seconds"], "reason": obj.reason}
        service(actor=request.user, gid=obj.group.gid, uid=obj.user.uid, **asked)
        obj.pk = Restriction.objects.get(group=obj.group, user=obj.user, kind=obj.kind).pk

    @display(description=_("kind"), ordering="kind", label=KIND_COLOURS)
    def kind_now(self, rule: Restriction) -> tuple[str, str]:
        return rule.kind, rule.get_kind_display()

    @display(description=_("until"), ordering="until")
    def ends(self, rule: Restriction) -> str:
        return localize(localtime(rule.until)) if rule.until else _("for good")
