from django.urls import path
from django.views.generic import RedirectView

from core import views

urlpatterns = [
    path("me/", views.profile, name="profile"),
    path("preferences/", views.preferences, name="preferences"),
    path("jsi18n/<str:language>/", views.catalog, name="jsi18n"),
    path("media/<path:path>", views.media, name="media"),
    path("admin/login/", views.admin_login, name="admin_login"),
    # The site's own page: it asks again who one is, and closes the sockets of other sessions afterwards.
    path("admin/password_change/", RedirectView.as_view(pattern_name="account_change_password")),
]
