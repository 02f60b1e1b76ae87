"""The pages where a show is seen again, and its film."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.shapes import person
from rooms import access, film_door, selectors, shapes
from rooms.flows import RECORDING, RecordingState
from rooms.services import recordings, replays
from rooms.views import entrances

PAGE = 24  # cards, or rows of the desk
SPEEDS = ("0.5", "0.75", "1", "1.25", "1.5", "2")


@require_safe
def replay(request: HttpRequest, rid: str) -> HttpResponse:
    """Whoever may not watch is told why, as on the channel's page; whoever may not know of it finds nothing."""
    found = replays.find(request.actor, rid)
    gate, rules = replays.gate(request.actor, found.channel), access.is_host(request.actor, found.channel)
    may_read = not gate and replays.may_read(request.actor, found)
    context = {
        "recording": found,
        "channel": found.channel,
        "gate": gate,
        "is_host": rules,
        "may_read": may_read,
        "verbs": RECORDING.verbs(found.state) if rules else [],
        "error_words": shapes.recording(found)["error_words"],
        "speeds": SPEEDS,
        **entrances(request),
        "page_data": {
            "rid": found.rid,
            "gid": found.group.gid if may_read else None,
            "state": found.state,
            "seconds": found.seconds,
            "title": found.title,
            "host": person(found.channel.owner),
            "me": person(request.user) if request.user.is_authenticated else None,
        },
    }
    return render(request, "rooms/replay.html", context)


@require_safe
def film(request: HttpRequest, rid: str) -> HttpResponseBase:
    found = replays.recording(actor=request.actor, rid=rid)
    return film_door.film(request, found, download="download" in request.GET)


@require_safe
def poster(request: HttpRequest, rid: str) -> HttpResponseBase:
    return film_door.poster(request, replays.recording(actor=request.actor, rid=rid))


@require_safe
def past(request: HttpRequest, cid: str) -> HttpResponse:
    """All of a channel that can be seen again."""
    rows = replays.listed(actor=request.actor, cid=cid).filter(state=RecordingState.READY)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    channel = selectors.channel_for(request.actor, cid)
    return render(request, "rooms/past.html", {"channel": channel, "page": page})


@require_safe
@login_required
def desk(request: HttpRequest, cid: str) -> HttpResponse:
    """The host's recordings, whatever became of them."""
    channel = selectors.channel_for(request.actor, cid)
    access.require_host(request.actor, channel)
    page = Paginator(replays.of_channel(request.actor, channel), PAGE).get_page(request.GET.get("page"))
    for row in page:
        row.verbs, row.error_words = RECORDING.verbs(row.state), shapes.recording(row)["error_words"]
    return render(request, "rooms/recordings.html", {"channel": channel, "page": page})


@login_required
def delete(request: HttpRequest, rid: str) -> HttpResponse:
    """Asks on GET, does it on POST."""
    found = replays.find(request.actor, rid)
    access.require_host(request.actor, found.channel)
    if request.method != "POST":
        return render(request, "rooms/confirm_recording.html", {"recording": found})
    recordings.delete(actor=request.actor, rid=rid)
    messages.success(request, _("The recording is deleted."))
    return redirect(reverse("channel_recordings", args=[found.channel.cid]))


@login_required
@require_POST
def retry(request: HttpRequest, rid: str) -> HttpResponse:
    recordings.retry(actor=request.actor, rid=rid)
    return redirect("replay", rid=rid)
