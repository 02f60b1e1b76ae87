from django.urls import include, path

urlpatterns = [
    path("", include("core.api_urls")),
    path("", include("rooms.api_urls")),
    path("", include("chat.api_urls")),
    path("", include("billing.api_urls")),
    path("", include("partners.api_urls")),
]
