"""What the group views share."""

from collections.abc import Callable

from django.db.models import QuerySet
from rest_framework.generics import GenericAPIView
from rest_framework.response import Response

from chat.models import Group
from core.api import Page


class OldestFirst(Page):
    ordering = "id"


class GroupView(GenericAPIView):
    queryset = Group.objects.none()
    filter_backends = ()
    pagination_class = Page

    def page(self, rows: QuerySet, shape: Callable) -> Response:
        return self.get_paginated_response([shape(row) for row in self.paginate_queryset(rows)])
