"""Staff pages of accounts and transfers: read-only, for only the ledger moves coins."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from billing.models import Account, Transfer
from core.desk import ReadOnlyAdmin, recent_values


class OwnerFilter(admin.SimpleListFilter):
    title, parameter_name = _("whose"), "whose"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("people", _("people's")), ("house", _("the house's own"))]

    def queryset(self, request: HttpRequest, accounts: QuerySet[Account]) -> QuerySet[Account]:
        return accounts.filter(owner__isnull=self.value() == "house") if self.value() else accounts


@admin.register(Account)
class AccountAdmin(ReadOnlyAdmin):
    list_display = ("whose", "balance")
    list_filter = (OwnerFilter,)
    list_select_related = ("owner",)
    search_fields = ("owner__uid", "owner__nick", "name")
    ordering = ("-id",)
    fields = ("owner", "name", "balance")

    @display(description=_("account"), ordering="owner")
    def whose(self, account: Account) -> str:
        return str(account.owner) if account.owner else _("%(name)s, of the house") % {"name": account.name}


@admin.register(Transfer)
class TransferAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "kind", "amount", "source", "target", "memo")
    list_display_links = ("created_at", "kind")
    list_filter = (recent_values("kind", _("kind")),)
    list_select_related = ("source__owner", "target__owner")
    search_fields = ("=key", "source__owner__uid", "target__owner__uid", "source__name", "target__name", "memo")
    date_hierarchy = "created_at"
    fields = (("kind", "amount"), ("source", "target"), "memo", ("key", "created_at"))
