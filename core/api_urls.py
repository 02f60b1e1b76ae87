from django.urls import path

from core.api_users import Guests, Me

urlpatterns = [
    path("users/me/", Me.as_view(), name="me"),
    path("users/guests/", Guests.as_view(), name="guests"),
]
