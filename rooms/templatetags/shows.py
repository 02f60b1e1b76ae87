"""How a channel is drawn."""

from datetime import timedelta
from zlib import crc32

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone

from core import ports
from rooms import access
from rooms.flows import ON_AIR
from rooms.models import Category, Channel, Kind

register = template.Library()

SCENES = {
    Category.MUSIC: ("cello", "vinyl"),
    Category.CRAFT: ("kiln", "ink"),
    Category.OUTDOORS: ("harbour", "peaks", "rain"),
    Category.GAMES: ("chess",),
    Category.CLASSROOM: ("desk", "ink"),
    Category.MARKET: ("tea", "kiln"),
    Category.TALK: ("rain", "desk"),
}
ANY_SCENE = ("harbour", "peaks", "rain", "desk", "tea", "vinyl")


@register.filter
def scene(channel: Channel) -> str:
    """The cover's address; without a cover, a picture of ours that stays the same for this channel."""
    if channel.cover:
        return channel.cover.url
    choice = SCENES.get(channel.category, ANY_SCENE)
    return static(f"scenes/{choice[crc32(channel.cid.encode()) % len(choice)]}.svg")


@register.filter
def still(channel: Channel) -> str:
    """What the room looks like now, where somebody takes pictures of it (port `thumbnail`: an address or ""); else its
    cover."""
    return next(filter(None, ports.ask("thumbnail", channel=channel)), "") or scene(channel)


@register.simple_tag(takes_context=True)
def window(context: template.Context, channel: Channel) -> str:
    """Where a picture of the running show is to be had, for whoever may watch it; "" for all others and off the air. It
    need not be there yet: the page looks again and again, and shows the cover meanwhile."""
    if not settings.THUMBNAILS or channel.frozen_at or channel.state not in ON_AIR:
        return ""
    may = access.may_watch(context["request"].actor, channel)
    return reverse("thumbnail", args=[channel.cid]) if may else ""


@register.filter
def just_started(channel: Channel) -> bool:
    """In its first minute, of which "0 minutes" would say too little. `channel` comes from selectors.lobby."""
    return timezone.now() - channel.went_live < timedelta(minutes=1)


@register.filter
def door(channel: Channel) -> str:
    """Who is let in, in one word: "" for everyone, "signed_in" or "members"."""
    return {Kind.GLOBAL_PUBLIC: "", Kind.LOGIN_PUBLIC: "signed_in"}.get(channel.kind, "members")


@register.filter
def is_full(channel: Channel) -> bool:
    """For a row counted by the lobby (`watching`)."""
    return bool(channel.max_people) and channel.watching >= channel.max_people
