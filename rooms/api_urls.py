from rest_framework.routers import SimpleRouter

from rooms.api import ChannelViewSet

router = SimpleRouter()
router.register("channels", ChannelViewSet, basename="channel")
urlpatterns = router.urls
