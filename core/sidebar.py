"""The staff pages by desk. Named by address, so that core need not know who stands above it: whoever brings a desk adds
a line here, and one for each group of staff that works at it in core/staff_groups.py."""

from django.apps import apps
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

# desk: (label, app, model, icon, the query of a list that is looked at filtered or a page below it, and the right that
# such a page asks for)
DESKS = {
    _("Stage"): (
        (_("Live wall"), "rooms", "channel", "grid_view", "live/", "rooms.watch_channel"),
        (_("Channels"), "rooms", "channel", "live_tv"),
        (_("Frozen shows"), "rooms", "channel", "ac_unit", "frozen=yes"),
        (_("Shows"), "rooms", "broadcast", "theaters"),
        (_("Recordings"), "rooms", "recording", "movie"),
        (_("Stays"), "rooms", "stay", "event_seat"),
        (_("Upload rights"), "rooms", "uploadgrant", "mic"),
        (_("Bans"), "rooms", "ban", "gpp_bad"),
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
    _("Partners"): (
        (_("Apps"), "partners", "partner", "apps"),
        (_("API keys"), "partners", "apikey", "key"),
        (_("Inbound events"), "partners", "inboundevent", "input"),
        (_("Kicking rules"), "partners", "kickingrule", "person_off"),
        (_("Came and went too often"), "partners", "kickingrule", "flag", "why=abnormal"),
        (_("Webhooks"), "partners", "webhook", "webhook"),
        (_("Deliveries"), "partners", "delivery", "outgoing_mail"),
        (_("Deliveries given up"), "partners", "delivery", "unsubscribe", "state__exact=failed"),
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
        if row[1] in apps.app_configs and any(map(request.user.has_perm, _rights(*row)))
    ]


def _rights(label: str, app: str, model: str, icon: str, query: str = "", right: str = "") -> list[str]:
    return [right] if right else [f"{app}.{may}_{model}" for may in ("view", "change")]


def _item(request: HttpRequest, label: str, app: str, model: str, icon: str, query: str = "", right: str = "") -> dict:
    page = reverse(f"admin:{app}_{model}_changelist")
    if query.endswith("/"):
        return {"title": label, "icon": icon, "link": page + query, "active": request.path == page + query}
    asked = request.META["QUERY_STRING"]
    others = [(*row, "")[4] for rows in DESKS.values() for row in rows if row[1:3] == (app, model) and row[0] != label]
    looked_at = query in asked if others else True
    elsewhere = any(other and (other in asked or request.path == page + other) for other in others)
    active = request.path.startswith(page) and looked_at and not elsewhere
    return {"title": label, "icon": icon, "link": f"{page}?{query}" if query else page, "active": active}
