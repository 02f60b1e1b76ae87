from django.urls import path

from partners import agora
from partners.im import door

urlpatterns = [
    path("agora/<str:app_id>/", agora.hear, name="agora"),
    path("im/<str:app_id>/v4/<str:service>/<str:command>", door.answer, name="im"),
]
