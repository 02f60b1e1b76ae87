from django.urls import path
from rest_framework.routers import SimpleRouter

from rooms.api import bans, calls, control, money, seats, shows, stream_keys
from rooms.api.channels import ChannelViewSet
from rooms.api.recordings import RecordingViewSet

router = SimpleRouter()
router.register("channels", ChannelViewSet, basename="channel")
router.register("recordings", RecordingViewSet, basename="recording")
urlpatterns = [
    path("channels/<str:cid>/gifts/", money.Gifts.as_view(), name="channel-gifts"),
    path("channels/<str:cid>/red-packets/", money.RedPackets.as_view(), name="channel-red-packets"),
    path("channels/<str:cid>/ranking/", money.Ranking.as_view(), name="channel-ranking"),
    path("channels/<str:cid>/prices/", money.Prices.as_view(), name="channel-prices"),
    path("channels/<str:cid>/stream-key/", stream_keys.StreamKeys.as_view(), name="channel-stream-key"),
    path("channels/<str:cid>/shows/", shows.Shows.as_view(), name="channel-shows"),
    path("channels/<str:cid>/freeze/", control.Freeze.as_view(), name="channel-freeze"),
    path("channels/<str:cid>/unfreeze/", control.Unfreeze.as_view(), name="channel-unfreeze"),
    path("channels/<str:cid>/tell/", control.Tell.as_view(), name="channel-tell"),
    path("channels/<str:cid>/transfer/", control.Transfer.as_view(), name="channel-transfer"),
    path("channels/<str:cid>/audience/", seats.Audience.as_view(), name="channel-audience"),
    path("channels/<str:cid>/seats/", seats.Seats.as_view(), name="channel-seats"),
    path("channels/<str:cid>/seats/<int:number>/lock/", seats.SeatLock.as_view(), name="channel-seat-lock"),
    *(path(f"seats/<str:rid>/{verb}/", seats.verb_view(verb), name=f"seat-{verb}") for verb in seats.VERBS),
    path("calls/", calls.Calls.as_view(), name="calls"),
    path("calls/preparation/", calls.Preparation.as_view(), name="call-preparation"),
    path("calls/<str:call_id>/", calls.OneCall.as_view(), name="call"),
    *(path(f"calls/<str:call_id>/{verb}/", calls.verb_view(verb), name=f"call-{verb}") for verb in calls.VERBS),
    path("bans/", bans.Bans.as_view(), name="bans"),
    path("bans/<int:pk>/", bans.OneBan.as_view(), name="ban"),
    *router.urls,
]
