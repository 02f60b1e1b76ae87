"""The desk of API keys: which servers may call, what they may do, and when they last did."""

from datetime import timedelta

from django import forms
from django.contrib import admin
from django.db.models import Case, QuerySet, When
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.enums import ActionVariant
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminSelectWidget

from core import clock
from core.actors import Actor
from core.desk import ReadOnlyAdmin, ReasonForm, house_action, service_action
from partners.models import ApiKey, Partner, Status
from partners.scopes import EVERYTHING, SCOPES
from partners.services import apps

DAY = 86_400  # seconds
LASTS = (("", _("for good")), (DAY, _("a day")), (30 * DAY, _("30 days")), (365 * DAY, _("a year")))


class KeyForm(ReasonForm):
    app = forms.ModelChoiceField(
        label=_("App"), queryset=Partner.objects.exclude(status=Status.DELETED), widget=UnfoldAdminSelectWidget
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=[(EVERYTHING, _("everything")), *((scope, scope) for scope in SCOPES)],
        initial=[EVERYTHING],
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )
    lasts = forms.TypedChoiceField(
        label=_("Good for"),
        choices=LASTS,
        coerce=int,
        empty_value=None,
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    field_order = ("app", "scopes", "lasts", "reason")


class Ended(admin.SimpleListFilter):
    title, parameter_name = _("state"), "ended"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("no", _("opens")), ("yes", _("expired"))]

    def queryset(self, request: HttpRequest, rows: QuerySet[ApiKey]) -> QuerySet[ApiKey]:
        return {"yes": rows.filter(over=True), "no": rows.filter(over=False)}.get(self.value(), rows)


def make(actor: Actor, *, app: Partner, scopes: list[str], lasts: int | None, reason: str) -> tuple[ApiKey, str]:
    ends = clock.now() + timedelta(seconds=lasts) if lasts else None
    return apps.make_key(actor=actor, app_id=app.app_id, scopes=scopes, expires_at=ends)


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnlyAdmin):
    list_display = ("begins", "partner", "opens", "state_now", "used_at", "expires_at", "created_at")
    list_display_links = ("begins",)
    list_filter = (Ended, "partner")
    list_select_related = ("partner",)
    search_fields = ("=prefix", "=partner__app_id", "partner__name")
    fields = (("partner", "begins"), "opens", ("used_at", "expires_at"), "created_at")
    readonly_fields = ("begins", "opens")
    make = house_action(
        "make",
        label=_("Make a key"),
        effect=_("It is shown once, on the next page. Hand it over by a safe way."),
        icon="add",
        asks=KeyForm,
        service=make,
        shows=lambda desk, request, made: desk.show_once(request, *made),
    )
    revoke = service_action(
        "revoke",
        label=_("Revoke"),
        effect=_("From now on nothing opens with it. It is gone for good."),
        icon="key_off",
        variant=ActionVariant.DANGER,
        service=lambda actor, key: apps.revoke_key(actor=actor, app_id=key.partner.app_id, prefix=key.prefix),
    )
    actions = actions_detail = ("revoke",)
    actions_list = ("make",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApiKey]:
        over = Case(When(expires_at__lte=clock.now(), then=True), default=False)
        return super().get_queryset(request).annotate(over=over)

    def show_once(self, request: HttpRequest, key: ApiKey, secret: str) -> HttpResponse:
        page = {"key": key, "secret": secret, "title": _("The new key"), "opts": self.opts}
        back = reverse("admin:partners_apikey_changelist")
        context = {**self.admin_site.each_context(request), **page, "back": back}
        return TemplateResponse(request, "admin/partners/apikey/made.html", context)  # no page of staff is kept

    @display(description=_("begins with"), ordering="prefix")
    def begins(self, key: ApiKey) -> str:
        return f"fl_{key.prefix}_…"

    @display(description=_("what it may do"))
    def opens(self, key: ApiKey) -> str:
        return str(_("everything")) if EVERYTHING in key.scopes else ", ".join(key.scopes)

    @display(description=_("state"), label={"open": "success", "over": ""})
    def state_now(self, key: ApiKey) -> tuple[str, str]:
        return ("over", _("expired")) if key.over else ("open", _("opens"))
