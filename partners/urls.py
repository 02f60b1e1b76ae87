from django.urls import re_path

from partners.aec import door

urlpatterns = [
    re_path(r"^aec/(?P<app_id>[^/]+)/?$", door.events, name="aec"),  # servers post as they were told: with or without
]
