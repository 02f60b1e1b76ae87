from django.urls import path

from partners.api import apps, usersigs

urlpatterns = [
    path("apps/", apps.Apps.as_view(), name="apps"),
    path("apps/<str:app_id>/", apps.OneApp.as_view(), name="app"),
    path("apps/<str:app_id>/disable/", apps.Disable.as_view(), name="app-disable"),
    path("apps/<str:app_id>/enable/", apps.Enable.as_view(), name="app-enable"),
    path("apps/<str:app_id>/callbacks/", apps.AppCallbacks.as_view(), name="app-callbacks"),
    path("apps/<str:app_id>/keys/", apps.Keys.as_view(), name="app-keys"),
    path("apps/<str:app_id>/keys/<str:prefix>/", apps.OneKey.as_view(), name="app-key"),
    path("apps/<str:app_id>/keys/<str:prefix>/rotate/", apps.Rotate.as_view(), name="app-key-rotate"),
    path("usersigs/", usersigs.UserSigs.as_view(), name="usersigs"),
]
