from django.urls import path

from chat.api import groups, members

urlpatterns = [
    path("groups/", groups.Groups.as_view(), name="groups"),
    path("groups/<str:gid>/", groups.OneGroup.as_view(), name="group"),
    path("groups/<str:gid>/owner/", groups.Owner.as_view(), name="group-owner"),
    path("groups/<str:gid>/join/", groups.Join.as_view(), name="group-join"),
    path("groups/<str:gid>/quit/", groups.Quit.as_view(), name="group-quit"),
    path("groups/<str:gid>/members/", members.Members.as_view(), name="group-members"),
    path("groups/<str:gid>/requests/", members.JoinRequests.as_view(), name="group-requests"),
]
