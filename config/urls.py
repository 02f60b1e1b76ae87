from django.contrib import admin
from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from core.api_nowhere import Nowhere

urlpatterns = [
    path("", include("core.urls")),
    path("", include("rooms.urls")),
    path("", include("billing.payment_urls")),
    path("", include("billing.urls")),
    path("", include("partners.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
    path("api/v1/", include("config.api_urls")),
    re_path("^api/", Nowhere.as_view()),
    path("", include("core.health_urls")),
]
