"""The public shapes of webhooks and of what is delivered to them."""

from rest_framework import serializers

from partners.flows import DeliveryState
from partners.models import Delivery, OffReason, Shape, Webhook, WebhookStatus


def webhook(row: Webhook) -> dict:
    return {
        "id": row.wid,
        "app_id": row.partner.app_id,
        "url": row.url,
        "shape": row.shape,
        "events": row.events,
        "hears_site": row.hears_site,
        "status": row.status,
        "off_reason": row.off_reason,
        "failing_since": row.failing_since,
        "succeeded_at": row.succeeded_at,
        "last_error": row.last_error,
        "old_secret_until": row.old_secret_until,
        "created_at": row.created_at,
    }


def delivery(row: Delivery) -> dict:
    return {
        "id": row.mid,
        "event": row.name,
        "subject": row.subject,
        "state": row.state,
        "attempts": row.attempts,
        "next_at": row.deadline if row.state == DeliveryState.WAITING else None,
        "last_status": row.last_status,
        "last_error": row.last_error,
        "last_ms": row.last_ms,
        "created_at": row.created_at,
        "delivered_at": row.delivered_at,
    }


def whole_delivery(row: Delivery) -> dict:
    return {**delivery(row), "body": row.body, "log": row.log}


class WebhookOut(serializers.Serializer):
    id = serializers.CharField()
    app_id = serializers.CharField()
    url = serializers.CharField()
    shape = serializers.ChoiceField(choices=Shape)
    events = serializers.ListField(child=serializers.CharField())
    hears_site = serializers.BooleanField()
    status = serializers.ChoiceField(choices=WebhookStatus)
    off_reason = serializers.ChoiceField(choices=["", *OffReason.values])
    failing_since = serializers.DateTimeField(allow_null=True)
    succeeded_at = serializers.DateTimeField(allow_null=True)
    last_error = serializers.CharField()
    old_secret_until = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


class WebhookMade(WebhookOut):
    secret = serializers.CharField(help_text="shown this once")


class DeliveryOut(serializers.Serializer):
    id = serializers.CharField(help_text="the same at each try")
    event = serializers.CharField()
    subject = serializers.CharField()
    state = serializers.ChoiceField(choices=DeliveryState)
    attempts = serializers.IntegerField()
    next_at = serializers.DateTimeField(allow_null=True)
    last_status = serializers.IntegerField(allow_null=True)
    last_error = serializers.CharField()
    last_ms = serializers.IntegerField(allow_null=True)
    created_at = serializers.DateTimeField()
    delivered_at = serializers.DateTimeField(allow_null=True)


class TryOut(serializers.Serializer):
    at = serializers.DateTimeField()
    status = serializers.IntegerField(allow_null=True)
    error = serializers.CharField()
    ms = serializers.IntegerField()


class WholeDelivery(DeliveryOut):
    body = serializers.CharField()
    log = TryOut(many=True)
