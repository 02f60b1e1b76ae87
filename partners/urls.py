from django.urls import path

from partners import agora

urlpatterns = [
    path("agora/<str:app_id>/", agora.hear, name="agora"),
]
