"""The desk of accounts: what each has, its statement, and coins given by staff."""

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from billing import statements
from billing.admin.fields import CoinsForm
from billing.models import Account, Holder
from billing.services import topups
from core.desk import ReadOnlyAdmin, service_action
from core.models import User
from core.streams import csv_file

SHOWN = 15  # transfers on an account's page


class OwnerFilter(admin.SimpleListFilter):
    title, parameter_name = _("whose"), "whose"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("people", _("people's")), ("apps", _("apps'")), ("house", _("the house's own"))]

    def queryset(self, request: HttpRequest, accounts: QuerySet[Account]) -> QuerySet[Account]:
        holder = {"people": Holder.PERSON, "apps": Holder.APP, "house": Holder.HOUSE}.get(self.value())
        return accounts.filter(holder=holder) if holder else accounts


def give(actor: User, account: Account, *, coins: int, reason: str, key: str) -> None:
    facts = {"actor": actor, "coins": coins, "reason": reason, "key": f"{key}:{account.pk}"}
    if account.owner:
        topups.give(user=account.owner, **facts)
    else:
        topups.fund_app(realm=account.realm, **facts)


@admin.register(Account)
class AccountAdmin(ReadOnlyAdmin):
    list_display = ("whose", "balance")
    list_filter = (OwnerFilter,)
    list_select_related = ("owner",)
    search_fields = ("owner__uid", "owner__nick", "name", "realm")
    ordering = ("-id",)
    fields = (("whose", "balance"), "statement")
    readonly_fields = ("whose", "statement")
    top_up = service_action(
        "top_up",
        label=_("Give coins"),
        effect=_("They can be spent at once. The person reads the reason in their statement."),
        icon="add_card",
        legal=lambda account: account.holder != Holder.HOUSE,
        asks=CoinsForm,
        service=give,
    )
    actions = ("top_up",)
    actions_detail = ("top_up", "export")

    @display(description=_("account"), ordering="owner")
    def whose(self, account: Account) -> str:
        if account.owner:
            return str(account.owner)
        names = {"name": account.name or account.realm}
        return (_("%(name)s, an app") if account.holder == Holder.APP else _("%(name)s, of the house")) % names

    @display(description=_("statement"))
    def statement(self, account: Account) -> SafeString:
        rows = [(row, statements.signed(row, account), statements.other_side(row, account)) for row in _latest(account)]
        return render_to_string("admin/billing/account/statement.html", {"account": account, "rows": rows})

    @action(description=_("Statement as CSV"), url_path="export", icon="download", permissions=["view"])
    def export(self, request: HttpRequest, object_id: str) -> HttpResponse:
        account = self.get_row(request, object_id)
        return csv_file(request, f"account-{account.pk}", statements.csv_lines(account))

    export.legal = lambda account: True


def _latest(account: Account) -> list:
    return list(statements.of(account)[:SHOWN])


class AccountFilter(admin.SimpleListFilter):
    """`?account=`: of one account, both ways; the account's page leads here."""

    title, parameter_name = _("account"), "account"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        pk = request.GET.get(self.parameter_name, "")
        account = Account.objects.select_related("owner").filter(pk=pk).first() if _is_id(pk) else None
        return [(pk, str(account))] if account else []

    def queryset(self, request: HttpRequest, rows: QuerySet) -> QuerySet:
        pk = self.value()
        return rows.filter(Q(source=pk) | Q(target=pk)) if _is_id(pk) else rows


def _is_id(text: str | None) -> bool:
    return bool(text) and text.isascii() and text.isdigit() and len(text) < 19
