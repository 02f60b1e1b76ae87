"""The staff pages by desk. Named by address, so that core need not know who stands above it."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

# desk: (label, app, model, icon)
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
        (_("Messages"), "chat", "message", "chat_bubble"),
        (_("Sensitive words"), "chat", "sensitiveword", "speaker_notes_off"),
    ),
    _("Coins"): (
        (_("Accounts"), "billing", "account", "account_balance_wallet"),
        (_("Transfers"), "billing", "transfer", "swap_horiz"),
    ),
    _("People"): (
        (_("People"), "core", "user", "person"),
        (_("Staff groups"), "auth", "group", "badge"),
    ),
    _("House"): (
        (_("Events"), "core", "event", "bolt"),
        (_("Audit log"), "admin", "logentry", "history"),
    ),
}


def navigation(request: HttpRequest) -> list[dict]:
    """Only the desks at which this person may read something."""
    desks = ({"title": title, "items": _items(request, rows)} for title, rows in DESKS.items())
    return [desk for desk in desks if desk["items"]]


def _items(request: HttpRequest, rows: tuple[tuple, ...]) -> list[dict]:
    return [
        {"title": label, "icon": icon, "link": reverse(f"admin:{app}_{model}_changelist")}
        for label, app, model, icon in rows
        if any(request.user.has_perm(f"{app}.{may}_{model}") for may in ("view", "change"))
    ]
