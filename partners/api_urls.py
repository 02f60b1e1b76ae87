from django.urls import path

from partners.api import apps, usersigs, webhooks

urlpatterns = [
    path("apps/", apps.Apps.as_view(), name="apps"),
    path("apps/<str:app_id>/", apps.OneApp.as_view(), name="app"),
    path("apps/<str:app_id>/disable/", apps.Disable.as_view(), name="app-disable"),
    path("apps/<str:app_id>/enable/", apps.Enable.as_view(), name="app-enable"),
    path("apps/<str:app_id>/callbacks/", apps.AppCallbacks.as_view(), name="app-callbacks"),
    path("apps/<str:app_id>/keys/", apps.Keys.as_view(), name="app-keys"),
    path("apps/<str:app_id>/keys/<str:prefix>/", apps.OneKey.as_view(), name="app-key"),
    path("apps/<str:app_id>/keys/<str:prefix>/rotate/", apps.Rotate.as_view(), name="app-key-rotate"),
    path("webhooks/", webhooks.Webhooks.as_view(), name="webhooks"),
    path("webhooks/<str:wid>/", webhooks.OneWebhook.as_view(), name="webhook"),
    path("webhooks/<str:wid>/rotate/", webhooks.Rotate.as_view(), name="webhook-rotate"),
    path("webhooks/<str:wid>/test/", webhooks.Test.as_view(), name="webhook-test"),
    path("webhooks/<str:wid>/deliveries/", webhooks.Deliveries.as_view(), name="deliveries"),
    path("webhooks/<str:wid>/deliveries/<str:mid>/", webhooks.OneDelivery.as_view(), name="delivery"),
    path("webhooks/<str:wid>/deliveries/<str:mid>/replay/", webhooks.Replay.as_view(), name="delivery-replay"),
    path("usersigs/", usersigs.UserSigs.as_view(), name="usersigs"),
]
