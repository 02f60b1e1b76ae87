from django.contrib import admin
from django.urls import path
from django.views.generic import RedirectView

from core import dashboard, own_data, views

urlpatterns = [
    path("me/", views.profile, name="profile"),
    path("me/letters/", views.letters_read, name="letters_read"),
    path("me/data/", own_data.export, name="my_data"),
    path("me/leave/", own_data.leave, name="leave"),
    path("preferences/", views.preferences, name="preferences"),
    path("jsi18n/<str:language>/", views.catalog, name="jsi18n"),
    path("media/<path:path>", views.media, name="media"),
    path("admin/login/", views.admin_login, name="admin_login"),
    path("admin/now/", admin.site.admin_view(dashboard.now), name="dashboard_now"),
    path("admin/over-time/", admin.site.admin_view(dashboard.over_time), name="dashboard_over_time"),
    path("admin/find/", admin.site.admin_view(views.find_person), name="find_person"),
    # The site's own page: it asks again who one is, and closes the sockets of other sessions afterwards.
    path("admin/password_change/", RedirectView.as_view(pattern_name="account_change_password")),
]
