"""The staff pages by desk. Named by address, so that core need not know who stands above it: whoever brings a desk adds
a line here, and one for each group of staff that works at it in core/staff_groups.py."""

from django.apps import apps
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

# desk: (label, app, model, icon, and the query of a list that is looked at filtered)
DESKS = {
    _("Stage"): (
        (_("Channels"), "rooms", "channel", "live_tv"),
        (_("Shows"), "rooms", "broadcast", "theaters"),
        (_("Stays"), "rooms", "stay", "event_seat"),
        (_("Upload rights"), "rooms", "uploadgrant", "mic"),
    ),
    _("Chat"): (
        (_("Groups"), "chat", "group", "forum"),
        (_("Memberships"), "chat", "membership", "group"),
        (_("Requests to join"), "chat", "joinrequest", "person_add"),
        (_("Messages"), "chat", "message", "chat_bubble"),
        (_("Held for review"), "chat", "message", "hourglass_top", "state__exact=held"),
        (_("Reports"), "chat", "report", "flag", "state__exact=open"),
        (_("Restrictions"), "chat", "restriction", "block"),
        (_("Acts of moderation"), "chat", "moderationdeed", "gavel"),
        (_("Sensitive words"), "chat", "sensitiveword", "speaker_notes_off"),
    ),
    _("Coins"): (
        (_("Accounts"), "billing", "account", "account_balance_wallet"),
        (_("Transfers"), "billing", "transfer", "swap_horiz"),
        (_("Minutes"), "billing", "minute", "timer"),
        (_("Unsettled"), "billing", "unsettled", "report"),
        (_("Prices"), "billing", "price", "sell"),
        (_("Gifts"), "billing", "gift", "redeem"),
        (_("Codes"), "billing", "redeemcode", "confirmation_number"),
        (_("Coin packs"), "billing", "coinpack", "toll"),
        (_("Purchases"), "billing", "purchase", "shopping_cart"),
        (_("Payouts"), "billing", "payout", "payments"),
        (_("Payouts that wait"), "billing", "payout", "hourglass_top", "state__exact=asked"),
        (_("Audits"), "billing", "audit", "balance"),
    ),
    _("People"): (
        (_("People"), "core", "user", "person"),
        (_("Staff groups"), "auth", "group", "badge"),
    ),
    _("House"): (
        (_("Events"), "core", "event", "bolt"),
        (_("Audit log"), "core", "auditrow", "history"),
    ),
}


def navigation(request: HttpRequest) -> list[dict]:
    """Only the desks at which this person may read something."""
    desks = ({"title": title, "items": _items(request, rows)} for title, rows in DESKS.items())
    return [desk for desk in desks if desk["items"]]


def _items(request: HttpRequest, rows: tuple[tuple, ...]) -> list[dict]:
    return [
        _item(request, *row)
        for row in rows
        if row[1] in apps.app_configs
        and any(request.user.has_perm(f"{row[1]}.{may}_{row[2]}") for may in ("view", "change"))
    ]


def _item(request: HttpRequest, label: str, app: str, model: str, icon: str, query: str = "") -> dict:
    page = reverse(f"admin:{app}_{model}_changelist")
    asked = request.META["QUERY_STRING"]
    others = [(*row, "")[4] for rows in DESKS.values() for row in rows if row[1:3] == (app, model) and row[0] != label]
    looked_at = query in asked if others else True
    active = request.path.startswith(page) and looked_at and not any(other and other in asked for other in others)
    return {"title": label, "icon": icon, "link": f"{page}?{query}" if query else page, "active": active}
