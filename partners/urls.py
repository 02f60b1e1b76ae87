from django.urls import path, re_path

from partners import agora
from partners.aec import door as aec
from partners.im import door as im

urlpatterns = [
    re_path(r"^aec/(?P<app_id>[^/]+)/?$", aec.events, name="aec"),  # servers post as they were told: with or without
    path("agora/<str:app_id>/", agora.hear, name="agora"),
    path("im/<str:app_id>/v4/<str:service>/<str:command>", im.answer, name="im"),
]
