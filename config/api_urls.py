from django.urls import include, path

urlpatterns = [path("", include("rooms.api_urls")), path("", include("chat.api_urls"))]
