from django.urls import path

from core.api_users import Guests, Letters, Me, OneUser, Users

urlpatterns = [
    path("users/", Users.as_view(), name="users"),
    path("users/me/", Me.as_view(), name="me"),
    path("users/me/letters/", Letters.as_view(), name="my-letters"),
    path("users/guests/", Guests.as_view(), name="guests"),
    path("users/<str:uid>/", OneUser.as_view(), name="user"),
]
