from django.urls import path

from core import views

urlpatterns = [
    path("me/", views.profile, name="profile"),
    path("preferences/", views.preferences, name="preferences"),
    path("jsi18n/<str:language>/", views.catalog, name="jsi18n"),
    path("media/<path:path>", views.media, name="media"),
    path("admin/login/", views.admin_login, name="admin_login"),
]
