"""Coin packs: bought through a provider, paid once, believed only when signed."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

import pytest
import stripe
from django.test import Client

from billing import audit
from billing.models import CoinPack, Purchase, Transfer
from billing.tests.doors import API, post, told
from billing.tests.worlds import coins_of

pytestmark = pytest.mark.django_db
SECRET = "whsec_only_for_tests"


@pytest.fixture
def pack(db):
    return CoinPack.objects.create(coins=100, price=199, currency="EUR")


@pytest.fixture
def begun(as_viewer, pack, settings):
    """A purchase at the local provider: `(its row, where to pay)`."""
    settings.PAYMENT_PROVIDER = "local"
    answer = post(as_viewer, "wallet/purchases/", {"pack": pack.pk})
    assert answer.status_code == 201
    return Purchase.objects.get(pk=answer.json()["id"]), answer.json()["url"]


def test_the_local_provider_asks_on_a_page_of_ours_and_pays_once(begun, as_viewer, viewer):
    row, url = begun
    page = as_viewer.get(url).content.decode()
    assert "100 coins" in page
    assert "1.99 EUR" in page
    assert as_viewer.post(url, {"paid": ""}).headers["Location"] == "/wallet/"
    assert as_viewer.post(url, {"paid": ""}).status_code == 409
    row.refresh_from_db()
    assert (row.state, coins_of(viewer), audit.differences()) == ("paid", 100, [])


def test_whoever_cancels_gets_no_coins(begun, as_viewer):
    row, url = begun
    as_viewer.post(url, {"not_paid": ""})
    row.refresh_from_db()
    assert (row.state, Transfer.objects.count()) == ("failed", 0)


def test_the_page_is_the_buyers_alone_and_only_while_that_provider_is_the_houses(begun, as_viewer, stranger, settings):
    _, url = begun
    other = Client()
    assert "login" in other.get(url).headers["Location"]
    other.force_login(stranger)
    assert (other.get(url).status_code, other.post(url, {"paid": ""}).status_code) == (404, 404)
    settings.PAYMENT_PROVIDER = ""
    assert as_viewer.post(url, {"paid": ""}).status_code == 404
    assert not Transfer.objects.exists()


def test_what_is_not_offered_is_not_sold(as_viewer, pack, settings):
    pack.active = False
    pack.save()
    for wrong in (pack.pk, 10**20, -1, "1", None, 1.5, True):
        assert told(post(as_viewer, "wallet/purchases/", {"pack": wrong}))[0] in (400, 404)
    settings.PAYMENT_PROVIDER = ""
    assert told(post(as_viewer, "wallet/purchases/", {"pack": pack.pk})) == (503, "nothing_for_sale")
    assert as_viewer.get(API + "wallet/").json()["packs"] == []
    assert not Purchase.objects.exists()


class FakeStripe(BaseHTTPRequestHandler):
    """Answers what Checkout answers, and remembers what it was asked."""

    asked: list[dict] = []
    status = 200

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.asked.append({"path": self.path, "once": self.headers["Idempotency-Key"], **form})
        session = {"id": "cs_test_1", "object": "checkout.session", "url": "https://checkout.stripe.test/cs_test_1"}
        body = json.dumps(session if self.status == 200 else {"error": {"message": "no"}}).encode()
        self.send_response(self.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        return


@pytest.fixture
def checkout(settings):
    """Stripe is the house's provider, and its API a small server here."""
    server = HTTPServer(("127.0.0.1", 0), FakeStripe)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    FakeStripe.asked.clear()
    FakeStripe.status = 200
    settings.STRIPE_API_URL = f"http://127.0.0.1:{server.server_port}"
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET = "sk_test_x", SECRET
    settings.PAYMENT_PROVIDERS = {"stripe": "billing.providers.stripe.Stripe"}
    settings.PAYMENT_PROVIDER = "stripe"
    yield FakeStripe
    server.shutdown()
    server.server_close()


@pytest.fixture
def bought(checkout, as_viewer, pack):
    assert post(as_viewer, "wallet/purchases/", {"pack": pack.pk}).status_code == 201
    return Purchase.objects.get()


def event(kind="checkout.session.completed", **session: object) -> str:
    facts = {"id": "cs_test_1", "amount_total": 199, "currency": "eur", "payment_status": "paid"}
    whole = {"object": "checkout.session", "metadata": {"footlight": "1"}, **facts, **session}
    return json.dumps({"id": "evt_1", "object": "event", "type": kind, "data": {"object": whole}})


def call(body: str, *, secret=SECRET, at=None, path="/payments/stripe/", signature=None):
    at = int(at or time.time())
    signed = stripe.WebhookSignature._compute_signature(f"{at}.{body}", secret)
    header = signature if signature is not None else f"t={at},v1={signed}"
    return Client(enforce_csrf_checks=True).post(path, body, "application/json", headers={"Stripe-Signature": header})


def test_a_purchase_at_stripe_is_a_checkout_session_begun_once(checkout, as_viewer, pack):
    first = post(as_viewer, "wallet/purchases/", {"pack": pack.pk}, "k")
    assert first.json()["url"] == "https://checkout.stripe.test/cs_test_1"
    assert post(as_viewer, "wallet/purchases/", {"pack": pack.pk}, "k").json() == first.json()
    (asked,) = checkout.asked
    row = Purchase.objects.get()
    assert (asked["path"], row.reference) == ("/v1/checkout/sessions", "cs_test_1")
    assert asked["line_items[0][price_data][unit_amount]"] == ["199"]
    assert asked["line_items[0][price_data][currency]"] == ["eur"]
    assert asked["success_url"] == ["http://testserver/wallet/"]
    assert asked["once"].startswith(f"footlight-{row.pk}-")


def test_a_stripe_that_says_no_sells_nothing(checkout, as_viewer, pack):
    checkout.status = 400
    assert told(post(as_viewer, "wallet/purchases/", {"pack": pack.pk})) == (503, "unavailable")


def test_a_signed_call_pays_once_however_often_it_comes(bought, viewer):
    for _ in range(3):
        assert call(event()).status_code == 200
    bought.refresh_from_db()
    assert (bought.state, coins_of(viewer), audit.differences()) == ("paid", 100, [])


@pytest.mark.parametrize(
    "forged",
    [
        {"secret": "whsec_somebody_elses"},
        {"signature": ""},
        {"signature": "t=1,v1=00"},
        {"signature": "v1=é"},
        {"at": 1_600_000_000},
    ],
)
def test_a_call_that_is_forged_or_old_moves_nothing(bought, forged):
    assert told(call(event(), **forged)) == (400, "bad_signature")
    bought.refresh_from_db()
    assert (bought.state, Transfer.objects.count()) == ("open", 0)


@pytest.mark.parametrize("wrong", [{"amount_total": 1}, {"amount_total": 19900}, {"currency": "jpy"}])
def test_another_amount_than_the_price_moves_nothing(bought, wrong):
    assert told(call(event(**wrong))) == (400, "wrong_price")
    assert not Transfer.objects.exists()


def test_calls_about_something_else(bought):
    assert told(call(event(id="cs_unknown"))) == (404, "not_found")
    for other in (event("customer.created"), event(metadata={}), event(payment_status="unpaid")):
        assert call(other).status_code == 200
    assert not Transfer.objects.exists()


def test_a_purchase_that_ran_out_may_still_be_paid_and_a_paid_one_stays_paid(bought, viewer):
    call(event("checkout.session.expired"))
    bought.refresh_from_db()
    assert bought.state == "failed"
    call(event("checkout.session.async_payment_succeeded"))
    call(event("checkout.session.expired"))
    bought.refresh_from_db()
    assert (bought.state, coins_of(viewer)) == ("paid", 100)


def test_the_door_is_for_calls_of_the_houses_provider_and_of_a_sane_size(bought):
    assert told(call(event(), path="/payments/local/")) == (404, "not_found")
    assert told(call("x" * 70_000)) == (413, "too_big")
    assert Client().get("/payments/stripe/").status_code == 405
    assert told(call("not json")) == (400, "bad_signature")
