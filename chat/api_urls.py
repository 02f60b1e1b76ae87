from django.urls import path

from chat.api import Members

urlpatterns = [path("groups/<str:gid>/members/", Members.as_view(), name="group-members")]
