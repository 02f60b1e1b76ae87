"""The desk of redeem codes: made by the hundred, given out once as a file."""

import csv
from datetime import date, datetime, time, timedelta
from io import StringIO

from django import forms
from django.contrib import admin
from django.db.models import Case, QuerySet, When
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from unfold.decorators import display
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminTextInputWidget

from billing.admin.fields import CoinsField
from billing.models import RedeemCode
from billing.services import topups
from core import clock
from core.desk import ReadOnlyAdmin, ReasonForm, house_action
from core.models import User
from core.streams import safe

MOST_COINS = 2**31 - 1


class CodesForm(ReasonForm):
    coins = CoinsField(label=_("Coins each"), most=MOST_COINS)
    count = forms.IntegerField(
        label=_("How many"), min_value=1, max_value=topups.MOST_CODES, widget=UnfoldAdminIntegerFieldWidget
    )
    until = forms.DateField(
        label=_("Good until the end of"),
        required=False,
        widget=UnfoldAdminTextInputWidget({"type": "date"}),
        help_text=_("Empty: for good."),
    )
    field_order = ("coins", "count", "until", "reason")


def make(actor: User, *, coins: int, count: int, until: date | None, reason: str) -> HttpResponse:
    """The new codes as a file: the only time that they are shown."""
    expires_at = timezone.make_aware(datetime.combine(until + timedelta(days=1), time.min)) if until else None
    rows = topups.make_codes(actor=actor, coins=coins, count=count, expires_at=expires_at, note=reason)
    out = StringIO()
    table = csv.writer(out)
    table.writerow(["code", "coins", "until", "note"])
    table.writerows([row.code, row.coins, until or "", safe(row.note)] for row in rows)
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="codes.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response


@admin.register(RedeemCode)
class RedeemCodeAdmin(ReadOnlyAdmin):
    list_display = (
        "shown",
        "coins",
        "state_now",
        "note",
        "expires_at",
        "used_by",
        "used_at",
        "created_by",
        "created_at",
    )
    list_filter = (("used_at", admin.EmptyFieldListFilter), "coins")
    list_select_related = ("used_by", "created_by")
    search_fields = ("=code", "note", "used_by__uid", "used_by__nick")
    date_hierarchy = "created_at"
    fields = (("shown", "coins"), "note", "expires_at", ("used_by", "used_at"), ("created_by", "created_at"))
    readonly_fields = ("shown",)
    make = house_action(
        "make",
        label=_("Make codes"),
        effect=_("They come as a file, this once: keep it. Whoever has a code has its coins."),
        icon="add",
        asks=CodesForm,
        service=make,
    )
    actions_list = ("make",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[RedeemCode]:
        over = Case(When(expires_at__lte=clock.now(), then=True), default=False)
        return super().get_queryset(request).annotate(over=over)

    @display(description=_("code"))
    def shown(self, row: RedeemCode) -> str:
        return str(row)

    @display(description=_("state"), label={"free": "success", "used": "", "over": "warning"})
    def state_now(self, row: RedeemCode) -> tuple[str, str]:
        if row.used_at:
            return "used", pgettext("a code", "redeemed")
        return ("over", _("out of date")) if row.over else ("free", _("not redeemed"))
