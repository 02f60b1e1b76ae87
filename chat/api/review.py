"""`groups/{gid}/held/` and `reports/`: what waits for a moderator."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from chat.api.paging import GroupView, OldestFirst
from chat.review_shapes import LoggedOut, ReportOut, logged, report
from chat.services import reports, review
from core.api import checked


class DecisionIn(serializers.Serializer):
    id = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    accept = serializers.BooleanField()
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True)


class DismissIn(serializers.Serializer):
    id = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    dismiss = serializers.BooleanField(help_text="true; whatever else answers a report is done to message or person")
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True)

    def validate_dismiss(self, value: bool) -> bool:
        if not value:
            raise serializers.ValidationError(code="invalid")
        return value


class Held(GroupView):
    """Messages that wait for review, oldest first: let through, or refused."""

    serializer_class = LoggedOut
    pagination_class = OldestFirst

    @extend_schema(responses=LoggedOut(many=True))
    def get(self, request: Request, gid: str) -> Response:
        return self.page(review.held(actor=request.actor, gid=gid), logged)

    @extend_schema(request=DecisionIn, responses=LoggedOut)
    def post(self, request: Request, gid: str) -> Response:
        fields = checked(DecisionIn, request)
        decide = review.approve if fields.pop("accept") else review.refuse
        message = decide(actor=request.actor, gid=gid, **fields)
        return Response(logged(message))


class Reports(GroupView):
    """Open reports, oldest first."""

    serializer_class = ReportOut
    pagination_class = OldestFirst

    @extend_schema(responses=ReportOut(many=True))
    def get(self, request: Request, gid: str) -> Response:
        return self.page(reports.waiting(actor=request.actor, gid=gid), report)

    @extend_schema(request=DismissIn, responses={204: None})
    def post(self, request: Request, gid: str) -> Response:
        fields = checked(DismissIn, request)
        fields.pop("dismiss")
        reports.dismiss(actor=request.actor, gid=gid, **fields)
        return Response(status=204)
