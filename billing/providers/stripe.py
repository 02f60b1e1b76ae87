"""Stripe Checkout: the person pays on Stripe's page, and Stripe's signed call says so."""

import json
import logging

import stripe
from django.conf import settings
from django.utils.translation import gettext as _

from billing.models import Purchase
from billing.services.purchases import Begun, Heard
from core.errors import BadInput, Unavailable

log = logging.getLogger(__name__)
NAME = "stripe"
MARK = "footlight"  # in the metadata of our sessions: an account may serve other shops as well
SECONDS = 10
TOLERANCE = 300  # seconds that a call may be old
PAID = ("checkout.session.completed", "checkout.session.async_payment_succeeded")
NOT_PAID = ("checkout.session.expired", "checkout.session.async_payment_failed")


class Stripe:
    name = NAME

    def begin(self, purchase: Purchase, back: str) -> Begun:
        once = {"idempotency_key": f"{MARK}-{purchase.pk}-{purchase.created_at.timestamp()}"}
        try:
            session = _client().v1.checkout.sessions.create(params=_session(purchase, back), options=once)
        except stripe.StripeError as error:
            log.warning("Stripe did not begin purchase %s: %s", purchase.pk, type(error).__name__)
            raise Unavailable() from None
        return Begun(session.id, session.url)

    def heard(self, body: bytes, headers: dict[str, str]) -> Heard | None:
        """`completed` without payment is a promise (a bank transfer), and says nothing yet."""
        event = _verified(body, headers.get("Stripe-Signature", ""))
        session = event["data"]["object"]
        if event["type"] not in (*PAID, *NOT_PAID) or MARK not in (session.get("metadata") or {}):
            return None
        paid = event["type"] in PAID
        if paid and session.get("payment_status") != "paid":
            return None
        return Heard(session["id"], paid, session["amount_total"], session["currency"])


def _client() -> stripe.StripeClient:
    http = stripe.RequestsClient(timeout=SECONDS)
    where = {"api": settings.STRIPE_API_URL}
    return stripe.StripeClient(settings.STRIPE_SECRET_KEY, http_client=http, base_addresses=where)


def _session(purchase: Purchase, back: str) -> dict:
    product = {"name": _("%(coins)s coins") % {"coins": purchase.coins}}
    price = {"currency": purchase.currency.lower(), "unit_amount": purchase.price, "product_data": product}
    return {
        "mode": "payment",
        "line_items": [{"price_data": price, "quantity": 1}],
        "client_reference_id": str(purchase.pk),
        "metadata": {MARK: str(purchase.pk)},
        "success_url": back,
        "cancel_url": back,
    }


def _verified(body: bytes, signature: str) -> dict:
    """Raises BadInput `bad_signature`."""
    try:
        stripe.WebhookSignature.verify_header(body.decode(), signature, settings.STRIPE_WEBHOOK_SECRET, TOLERANCE)
        return json.loads(body)
    except (ValueError, stripe.SignatureVerificationError):
        raise BadInput("bad_signature") from None
