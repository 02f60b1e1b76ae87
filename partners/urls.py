from django.urls import path

from partners.views import apps, embed, sdk

urlpatterns = [
    path("apps/", apps.apps, name="apps_page"),
    path("embed/<str:cid>/", embed.embed, name="embed"),
    path("sdk/v1/footlight.js", sdk.entry, name="sdk"),
    path("sdk/v1/<str:digest>/<path:name>.js", sdk.module, name="sdk_module"),
]
