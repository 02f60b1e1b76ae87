"""The pages of channels: lobby, watch, studio, and the desk where a host keeps their channels."""

from collections.abc import Iterable
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from billing.models import PriceKind
from chat.services import members as group_members
from core.shapes import person
from rooms import access, selectors
from rooms.flows import CHANNEL, ChannelState
from rooms.forms import ChannelForm, PersonForm, SettingsForm
from rooms.models import GROUP_KINDS, MOST_SEATS, Category, Channel, Kind, Source
from rooms.services import channels as services
from rooms.services import pulls, replays
from rooms.services.follows import follows

PAGE = 24  # cards
MOST_PAGES = 40
HERO = 5  # shows on the main stage
PAST = 6  # shows to see again, on the page of their channel
GIFT_STEPS = (1, 10, 66)
SLOW_STEPS = (3, 5, 10, 30, 60, 120)  # seconds
MUTE_STEPS = tuple((60 * minutes, minutes) for minutes in (1, 5, 10, 60))


def lobby(request: HttpRequest) -> HttpResponse:
    """`q`, `category`, `sort`, `page`: plain GET. `page` is how far down, not which slice: the list only grows."""
    asked = {name: request.GET.get(name, "").strip()[:80] for name in ("q", "category", "sort")}
    if asked["category"] not in Category.values:
        asked["category"] = ""
    context = {**asked, "categories": Category.choices, **_cards(request, asked)}
    if not asked["q"] and not asked["category"]:
        context["hero"] = _priced(selectors.lobby(request.actor).filter(state=ChannelState.LIVE)[:HERO])
    return render(request, "rooms/lobby.html", context)


def _cards(request: HttpRequest, asked: dict[str, str]) -> dict:
    """One page of shows, and how many there are of all subjects (`total`)."""
    of_all = selectors.lobby(request.actor, query=asked["q"])
    rows = selectors.lobby(request.actor, query=asked["q"], category=asked["category"], sort=asked["sort"] or "watched")
    found, page = rows.count(), _page(request)
    return {
        "shows": _priced(rows[: PAGE * page]),
        "first_new": PAGE * (page - 1),
        "total": of_all.count() if asked["category"] else found,
        "next_page": page + 1 if found > PAGE * page and page < MOST_PAGES else None,
        "next_count": min(PAGE, found - PAGE * page),
    }


def _priced(rows: Iterable[Channel]) -> list[Channel]:
    """With `minute_price` on every one, in one query."""
    channels = list(rows)
    costs = selectors.costs(channels)
    for channel in channels:
        channel.minute_price = costs[channel.cid][PriceKind.PLAY]
    return channels


def _page(request: HttpRequest) -> int:
    page = request.GET.get("page", "")
    return min(max(int(page), 1), MOST_PAGES) if page.isascii() and page.isdigit() and len(page) < 6 else 1


def watch(request: HttpRequest, cid: str) -> HttpResponse:
    channel = selectors.channel_for(request.actor, cid)
    return render(request, "rooms/watch.html", _place(request, channel))


@login_required
def studio(request: HttpRequest, cid: str) -> HttpResponse:
    channel = selectors.channel_for(request.actor, cid)
    access.require_upload(request.actor, channel)
    if channel.source == Source.PROXY and access.owns(request.actor, channel):
        return redirect(reverse("channel_settings", args=[cid]) + "#pull")
    return render(request, "rooms/studio.html", _place(request, channel))


def _place(request: HttpRequest, channel: Channel) -> dict:
    """What watch and studio know, for the template and, as `page_data`, for the script."""
    actor, gate = request.actor, access.gate(request.actor, channel)
    inside = access.may_watch(actor, channel)
    doors = entrances(request)
    return {
        "channel": channel,
        "past": replays.latest(actor, channel, PAST) if inside else [],
        "gate": gate,
        "viewers": selectors.viewers(channel),
        "may_upload": access.may_upload(actor, channel),
        "is_host": access.is_host(actor, channel),
        **doors,
        "gift_steps": GIFT_STEPS,
        "slow_steps": SLOW_STEPS,
        "mute_steps": MUTE_STEPS,
        "page_data": {
            "cid": channel.cid,
            "gid": channel.group.gid if channel.group and inside else None,
            "gate": gate,
            "snapshot": selectors.snapshot(channel) if inside else None,
            "follows": inside and _follows(request, channel),
            "me": person(request.user) if request.user.is_authenticated else None,
            "login_url": doors["login_url"],
        },
    }


def entrances(request: HttpRequest) -> dict[str, str]:
    """The doors for somebody who is not signed in, each with the way back here."""
    back = urlencode({"next": request.get_full_path()})
    return {f"{name}_url": f"{reverse(f'account_{name}')}?{back}" for name in ("login", "signup")}


def _follows(request: HttpRequest, channel: Channel) -> bool:
    if channel.group is None or not request.user.is_authenticated:
        return False
    return follows(group=channel.group, user=request.user)


@login_required
def channels(request: HttpRequest) -> HttpResponse:
    context = {"own": selectors.own(request.user), "granted": selectors.granted(request.user)}
    return render(request, "rooms/channels.html", context)


@login_required
def new(request: HttpRequest) -> HttpResponse:
    initial = {"kind": Kind.GLOBAL_PUBLIC, "max_people": 0, "seats": MOST_SEATS, "seat_seconds": 60}
    form = ChannelForm(request.POST or None, request.FILES or None, owner=request.user, initial=initial)
    if form.is_valid() and (channel := form.submit(services.create, actor=request.user, **form.values())):
        return redirect("studio", cid=channel.cid)
    return render(request, "rooms/channel_form.html", {"form": form})


def _own(request: HttpRequest, cid: str) -> Channel:
    channel = selectors.channel_for(request.actor, cid)
    access.require_host(request.actor, channel)
    return channel


@login_required
def settings(request: HttpRequest, cid: str) -> HttpResponse:
    channel = _own(request, cid)
    form = SettingsForm(request.POST or None, request.FILES or None, channel=channel)
    if form.is_valid() and form.submit(services.update, actor=request.actor, cid=cid, **form.values()):
        messages.success(request, _("The settings are saved."))
        return redirect("channel_settings", cid=cid)
    return _settings_page(request, channel, form=form)


def _settings_page(request: HttpRequest, channel: Channel, **forms: object) -> HttpResponse:
    """The page with all its forms; those in `forms` were filled in and refused."""
    channel.refresh_from_db()
    context = {
        "channel": channel,
        "form": SettingsForm(channel=channel),
        "uploader_form": PersonForm(prefix="uploader"),
        "member_form": PersonForm(prefix="member"),
        "grants": channel.grants.select_related("user").order_by("id"),
        "verbs": CHANNEL.verbs(channel.state),
        "costs": selectors.costs([channel])[channel.cid],
        "page_data": {"cid": channel.cid},
        "pull": pulls.shape(channel) if channel.source == Source.PROXY else None,
        **forms,
    }
    if channel.kind in GROUP_KINDS and channel.group:
        context["members"] = channel.group.memberships.select_related("user").order_by("id")
    return render(request, "rooms/channel_form.html", context)


@login_required
@require_POST
def uploaders(request: HttpRequest, cid: str) -> HttpResponse:
    channel = _own(request, cid)
    service = services.unset_uploader if "remove" in request.POST else services.set_uploader
    form = PersonForm(request.POST, prefix="uploader")
    if form.is_valid() and form.submit(service, actor=request.actor, cid=cid, **form.cleaned_data):
        return redirect(reverse("channel_settings", args=[cid]) + "#uploaders")
    return _settings_page(request, channel, uploader_form=form)


@login_required
@require_POST
def members(request: HttpRequest, cid: str) -> HttpResponse:
    channel = _own(request, cid)
    service = group_members.remove if "remove" in request.POST else group_members.add
    form = PersonForm(request.POST, prefix="member")
    gid = channel.group.gid if channel.group else ""
    if form.is_valid() and form.submit(service, actor=request.actor, gid=gid, **form.cleaned_data):
        return redirect(reverse("channel_settings", args=[cid]) + "#members")
    return _settings_page(request, channel, member_form=form)


DONE = {
    "close": gettext_lazy("The channel is closed. You can reopen it."),
    "reopen": gettext_lazy("The channel is open again."),
    "delete": gettext_lazy("The channel is deleted."),
}


@login_required
def act(request: HttpRequest, cid: str, verb: str) -> HttpResponse:
    """Asks on GET, does it on POST."""
    channel = _own(request, cid)
    if request.method != "POST":
        return render(request, "rooms/confirm.html", {"channel": channel, "verb": verb})
    getattr(services, verb)(actor=request.actor, cid=cid)
    messages.success(request, DONE[verb])
    return redirect("channels") if verb == "delete" else redirect("channel_settings", cid=cid)
