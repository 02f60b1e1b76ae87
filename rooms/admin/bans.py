"""The desk of rules that keep people out or off the air."""

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.formats import localize
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextInputWidget

from core import clock
from core.desk import StaffAdmin, service_action
from core.desk_fields import DAY, LengthField
from core.errors import BadInput
from rooms.models import Ban, Privilege
from rooms.services import bans


class InForce(admin.SimpleListFilter):
    title, parameter_name = _("in force"), "in_force"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("yes", _("in force")), ("no", _("over"))]

    def queryset(self, request: HttpRequest, rows: QuerySet[Ban]) -> QuerySet[Ban]:
        now = Q(until=None) | Q(until__gt=clock.now())
        return {"yes": rows.filter(now), "no": rows.exclude(now)}.get(self.value(), rows)


class BanRowForm(forms.ModelForm):
    seconds = LengthField(longest=DAY)
    privileges = forms.MultipleChoiceField(
        label=_("Takes away"),
        choices=Privilege.choices,
        initial=[Privilege.JOIN],
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )
    reason = forms.CharField(label=_("Reason"), max_length=200, widget=UnfoldAdminTextInputWidget)

    class Meta:
        model = Ban
        fields = ("channel", "user", "address", "reason")


@admin.register(Ban)
class BanAdmin(StaffAdmin):
    form = BanRowForm
    list_display = ("whom", "where", "takes", "ends", "reason", "created_by", "created_at")
    list_filter = (InForce,)
    list_select_related = ("user", "channel", "created_by")
    search_fields = ("user__uid", "user__nick", "channel__title", "=channel__cid", "=address", "reason")
    autocomplete_fields = ("channel", "user")
    add_fields = (("user", "channel"), "address", ("seconds", "privileges"), "reason")
    fields = (("user", "channel"), "address", ("takes", "until"), "reason", ("created_by", "created_at"))
    lift = service_action(
        "lift",
        label=_("Lift"),
        effect=_("Whoever it concerned may come back at once."),
        icon="lock_open",
        service=lambda actor, ban: bans.remove(actor=actor, pk=ban.pk),
    )
    actions = actions_detail = ("lift",)

    def get_fields(self, request: HttpRequest, obj: Ban | None = None) -> tuple:
        return self.fields if obj else self.add_fields

    def get_readonly_fields(self, request: HttpRequest, obj: Ban | None = None) -> tuple[str, ...]:
        return ("takes",) if obj else ()

    def has_change_permission(self, request: HttpRequest, obj: Ban | None = None) -> bool:
        return False  # lifted, or made anew

    def save_model(self, request: HttpRequest, obj: Ban, form: BanRowForm, change: bool) -> None:
        """Staff name a person by their row, the service by name and realm."""
        if obj.user and obj.channel and obj.user.realm != obj.channel.realm:
            raise BadInput("unknown_user", uid=obj.user.uid)
        seconds = form.cleaned_data["seconds"]
        whom = {"uid": obj.user.uid, "realm": obj.user.realm} if obj.user else {}
        made = bans.add(
            actor=request.user,
            cid=obj.channel.cid if obj.channel else "",
            ip=obj.address or "",
            time_in_seconds=seconds,
            forever=seconds is None,
            privileges=form.cleaned_data["privileges"],
            reason=form.cleaned_data["reason"],
            **whom,
        )
        obj.pk, obj.created_at, obj.updated_at = made.pk, made.created_at, made.updated_at

    @display(description=_("whom"), ordering="user")
    def whom(self, ban: Ban) -> str:
        return " · ".join(str(part) for part in (ban.user, ban.address) if part) or _("everybody")

    @display(description=_("where"), ordering="channel")
    def where(self, ban: Ban) -> str:
        return str(ban.channel) if ban.channel else _("the whole house")

    @display(description=_("takes away"))
    def takes(self, ban: Ban) -> str:
        return ", ".join(str(Privilege(name).label) for name in ban.privileges)

    @display(description=_("until"), ordering="until")
    def ends(self, ban: Ban) -> str:
        return localize(localtime(ban.until)) if ban.until else _("for good")
