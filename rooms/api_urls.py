from django.urls import path
from rest_framework.routers import SimpleRouter

from rooms.api import money, shows
from rooms.api.channels import ChannelViewSet

router = SimpleRouter()
router.register("channels", ChannelViewSet, basename="channel")
urlpatterns = [
    path("channels/<str:cid>/gifts/", money.Gifts.as_view(), name="channel-gifts"),
    path("channels/<str:cid>/red-packets/", money.RedPackets.as_view(), name="channel-red-packets"),
    path("channels/<str:cid>/ranking/", money.Ranking.as_view(), name="channel-ranking"),
    path("channels/<str:cid>/prices/", money.Prices.as_view(), name="channel-prices"),
    path("channels/<str:cid>/shows/", shows.Shows.as_view(), name="channel-shows"),
    *router.urls,
]
