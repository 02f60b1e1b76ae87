from django.urls import path

from chat.api import groups, members, messages, restrictions, review

urlpatterns = [
    path("groups/", groups.Groups.as_view(), name="groups"),
    path("groups/<str:gid>/", groups.OneGroup.as_view(), name="group"),
    path("groups/<str:gid>/owner/", groups.Owner.as_view(), name="group-owner"),
    path("groups/<str:gid>/join/", groups.Join.as_view(), name="group-join"),
    path("groups/<str:gid>/quit/", groups.Quit.as_view(), name="group-quit"),
    path("groups/<str:gid>/members/", members.Members.as_view(), name="group-members"),
    path("groups/<str:gid>/requests/", members.JoinRequests.as_view(), name="group-requests"),
    path("groups/<str:gid>/restrictions/", restrictions.Restrictions.as_view(), name="group-restrictions"),
    path("groups/<str:gid>/messages/", messages.Messages.as_view(), name="group-messages"),
    path("groups/<str:gid>/messages/<int:seq>/", messages.OneMessage.as_view(), name="group-message"),
    path("groups/<str:gid>/held/", review.Held.as_view(), name="group-held"),
    path("groups/<str:gid>/reports/", review.Reports.as_view(), name="group-reports"),
    path("groups/<str:gid>/system-notices/", messages.SystemNotices.as_view(), name="group-notices"),
]
