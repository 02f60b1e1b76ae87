from django.urls import path, re_path

from partners import agora
from partners.aec import door as aec
from partners.im import door as im
from partners.views import apps, embed, sdk

urlpatterns = [
    re_path(r"^aec/(?P<app_id>[^/]+)/?$", aec.events, name="aec"),  # servers post as they were told: with or without
    path("agora/<str:app_id>/", agora.hear, name="agora"),
    path("im/<str:app_id>/v4/<str:service>/<str:command>", im.answer, name="im"),
    path("apps/", apps.apps, name="apps_page"),
    path("embed/<str:cid>/", embed.embed, name="embed"),
    path("sdk/v1/footlight.js", sdk.entry, name="sdk"),
    path("sdk/v1/<str:digest>/<path:name>.js", sdk.module, name="sdk_module"),
]
