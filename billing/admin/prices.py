"""The desk of prices: what is in force, at which level, and what was before."""

from django import forms
from django.contrib import admin
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from billing.models import Price
from billing.services import pricing
from core.desk import StaffAdmin

LEVELS = {"house": _("the house"), "host": _("a host"), "channel": _("a channel")}
OF_LEVEL = {"house": Q(place="", host=None), "host": Q(host__isnull=False), "channel": ~Q(place="")}
HELP = {
    "place": _("A channel's id, as in its address; empty for a host or the whole house."),
    "host": _("Empty for a channel or the whole house."),
    "value": _("Empty: this level says nothing any more, and the next one counts."),
}


class LevelFilter(admin.SimpleListFilter):
    title, parameter_name = _("of"), "level"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return list(LEVELS.items())

    def queryset(self, request: HttpRequest, rows: QuerySet[Price]) -> QuerySet[Price]:
        return rows.filter(OF_LEVEL[self.value()]) if self.value() in OF_LEVEL else rows


class ForceFilter(admin.SimpleListFilter):
    title, parameter_name = _("in force"), "now"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("yes", _("in force")), ("no", _("history"))]

    def queryset(self, request: HttpRequest, rows: QuerySet[Price]) -> QuerySet[Price]:
        return rows.filter(replaced=self.value() == "no") if self.value() in ("yes", "no") else rows


class PriceForm(forms.ModelForm):
    def clean(self) -> dict:
        fields = super().clean()
        if fields.get("place") and fields.get("host"):
            self.add_error("place", _("Of a host or of a channel, not of both."))
        return fields


@admin.register(Price)
class PriceAdmin(StaffAdmin):
    """A price is never changed: a new one is set."""

    form = PriceForm
    list_display = ("kind", "level", "of_whom", "value_now", "state_now", "created_by", "created_at")
    list_filter = (ForceFilter, LevelFilter, "kind")
    list_select_related = ("host", "created_by")
    search_fields = ("=place", "host__uid", "host__nick")
    autocomplete_fields = ("host",)
    ordering = ("-id",)
    fields = ("kind", ("host", "place"), "value")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Price]:
        same = Q(kind=OuterRef("kind"), place=OuterRef("place"), pk__gt=OuterRef("pk"))
        newer = Price.objects.filter(same, Q(host=OuterRef("host")) | Q(host=None, place=OuterRef("of_house")))
        house = Case(When(host=None, then="place"), default=Value("-"))
        return super().get_queryset(request).annotate(of_house=house).annotate(replaced=Exists(newer))

    def has_change_permission(self, request: HttpRequest, obj: Price | None = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Price | None = None) -> tuple:
        return (*self.fields, ("created_by", "created_at")) if obj else self.fields

    def get_form(self, request: HttpRequest, *args: object, **kwargs: object) -> type[forms.ModelForm]:
        return super().get_form(request, *args, **{"help_texts": HELP, **kwargs})

    def save_model(self, request: HttpRequest, obj: Price, form: forms.ModelForm, change: bool) -> None:
        obj.pk = pricing.set_by_staff(actor=request.user, **form.cleaned_data).pk

    @display(description=_("of"))
    def level(self, row: Price) -> str:
        return LEVELS["channel" if row.place else "host" if row.host else "house"]

    @display(description=_("whose"))
    def of_whom(self, row: Price) -> str:
        return row.place or str(row.host or "–")

    @display(description=_("value"), ordering="value")
    def value_now(self, row: Price) -> object:
        return "–" if row.value is None else row.value

    @display(description=_("state"), label={"now": "success", "was": ""})
    def state_now(self, row: Price) -> tuple[str, str]:
        return ("was", _("replaced")) if row.replaced else ("now", _("in force"))
