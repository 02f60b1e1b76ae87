from django.urls import path

from core.api_users import Me

urlpatterns = [path("users/me/", Me.as_view(), name="me")]
