"""Webhooks out: who hears of what, in which words, and under which signature."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from rest_framework.test import APIClient
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from core.events import record
from core.models import Event
from partners.models import Delivery, Webhook
from partners.models.webhook import MOST_WEBHOOKS
from partners.services import webhooks
from partners.tests.test_apps import error_of
from rooms.services import channels

BASE = "/api/v1/webhooks/"


@pytest.fixture
def mine(maker) -> APIClient:
    client = APIClient()
    client.force_login(maker)
    return client


def test_an_apps_server_hears_of_its_realm_signed_as_the_standard_says(app, hook, them, beat) -> None:
    secret = hook("channel.changed")["secret"]
    made = app.server("ann").post("/api/v1/channels/", {"title": "Ann's 水墨"}).json()
    beat()
    (call,) = them.calls
    told = Verifier(secret).verify(call.body, call.headers)
    assert (told["type"], told["app_id"], told["subject"]) == ("channel.changed", app.realm, made["cid"])
    assert told["data"]["channel"]["title"] == "Ann's 水墨"


def test_another_secret_does_not_fit(app, hook, them, beat) -> None:
    hook("channel.changed")
    app.server("ann").post("/api/v1/channels/", {"title": "x"})
    beat()
    with pytest.raises(WebhookVerificationError):
        Verifier("whsec_" + "A" * 43 + "=").verify(them.calls[0].body, them.calls[0].headers)


def test_nobody_hears_of_another_apps_realm_nor_of_the_site(app, other_app, hook, them, beat, host) -> None:
    hook()
    other_app.server("bob").post("/api/v1/channels/", {"title": "Bob's"})
    channels.create(actor=host, title="The site's")
    beat()
    assert them.calls == []
    assert not Event.objects.filter(fanned_out=False).exists()


def test_only_what_was_asked_for_is_told(app, hook, them, beat) -> None:
    hook("group.created")
    app.server("ann").post("/api/v1/channels/", {"title": "x"})
    beat()
    assert [json.loads(call.body)["type"] for call in them.calls] == ["group.created"]


def test_staff_let_an_endpoint_hear_the_site(app, hook, them, beat, host, staff, client) -> None:
    wid = hook("channel.changed")["id"]
    client.force_login(staff)
    page = f"/admin/partners/webhook/{Webhook.objects.get(wid=wid).pk}/hear_site/"
    assert client.post(page, {"reason": "our own app"}).status_code == 302
    channels.create(actor=host, title="The site's")
    beat()
    (call,) = them.calls
    assert json.loads(call.body)["app_id"] == ""
    assert app.server().get(f"{BASE}{wid}/").json()["hears_site"] is True


def test_what_was_there_before_is_not_told(app, hook, them, beat) -> None:
    app.server("ann").post("/api/v1/channels/", {"title": "x"})
    beat()
    hook()
    beat()
    assert them.calls == []


def test_its_secret_is_answered_once_and_lies_sealed(app, hook) -> None:
    made = hook()
    shown = app.server().get(f"{BASE}{made['id']}/").json()
    assert made["secret"].startswith("whsec_")
    assert "secret" not in shown
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM partners_webhook")
        assert made["secret"] not in cursor.fetchone()[0]


def test_both_secrets_sign_while_a_rotation_overlaps(app, hook, them, beat, later) -> None:
    made = hook("channel.changed")
    answer = app.server().post(f"{BASE}{made['id']}/rotate/", {"overlap": 60}).json()
    app.server("ann").post("/api/v1/channels/", {"title": "x"})
    beat()
    for secret in (made["secret"], answer["secret"]):
        Verifier(secret).verify(them.calls[0].body, them.calls[0].headers)
    later(seconds=61)
    app.server("ann").post("/api/v1/channels/", {"title": "y"})
    beat()
    assert len(them.calls[1].headers["webhook-signature"].split()) == 1


def test_its_owner_keeps_webhooks_in_a_session(app, them, mine, client, viewer) -> None:
    told = {"url": them.url, "events": ["*"], "app_id": app.realm}
    made = mine.post(BASE, told).json()
    assert [row["id"] for row in mine.get(BASE, {"app": app.realm}).json()["results"]] == [made["id"]]
    assert mine.patch(f"{BASE}{made['id']}/", {"status": "paused"}).json()["status"] == "paused"
    client.force_login(viewer)
    assert error_of(client.get(f"{BASE}{made['id']}/")) == (404, "not_found")
    assert error_of(client.post(BASE, told, "application/json")) == (404, "not_found")
    assert error_of(APIClient().get(BASE)) == (401, "login_required")
    assert mine.delete(f"{BASE}{made['id']}/").status_code == 204
    assert Webhook.objects.count() == 0


def test_an_app_has_no_hand_on_anothers(app, other_app, hook) -> None:
    wid = hook()["id"]
    for verb, path in (("get", ""), ("patch", ""), ("delete", ""), ("post", "test/"), ("post", "rotate/")):
        assert error_of(getattr(other_app.server(), verb)(f"{BASE}{wid}/{path}")) == (404, "not_found")
    assert error_of(app.client("ann").get(f"{BASE}{wid}/")) == (404, "not_found")
    assert other_app.server().get(BASE).json()["results"] == []


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"url": "http://93.184.216.34/"}, "bad_url"),
        ({"url": "https://10.0.0.1/"}, "bad_url"),
        ({"url": "https://me:pw@93.184.216.34/"}, "bad_url"),
        ({"url": "gopher://93.184.216.34/"}, "bad_url"),
        ({"events": ["weather"]}, "bad_events"),
        ({"events": []}, "bad_events"),
        ({"shape": "agora", "events": ["110"]}, "bad_events"),
        ({"shape": "carrier pigeon"}, "bad_input"),
        ({"secret": "whsec_short"}, "bad_secret"),
        ({"shape": "im", "events": ["*"], "secret": "a b"}, "bad_secret"),
    ],
)
def test_what_cannot_be_an_endpoint_is_refused(app, wrong: dict, code: str) -> None:
    told = {"url": "https://93.184.216.34/hook", "events": ["*"], **wrong}
    assert error_of(app.server().post(BASE, told)) == (400, code)
    assert Webhook.objects.count() == 0


def test_a_changed_address_is_looked_at_like_a_new_one(app, hook) -> None:
    wid = hook()["id"]
    assert error_of(app.server().patch(f"{BASE}{wid}/", {"url": "https://169.254.169.254/"})) == (400, "bad_url")
    assert error_of(app.server().patch(f"{BASE}{wid}/", {"events": ["weather"]})) == (400, "bad_events")
    assert app.server().patch(f"{BASE}{wid}/", {"events": ["transfer"]}).json()["events"] == ["transfer"]


def test_an_app_has_twenty_and_no_more(app, hook) -> None:
    for _ in range(MOST_WEBHOOKS):
        hook()
    told = {"url": "https://93.184.216.34/", "events": ["*"]}
    assert error_of(app.server().post(BASE, told)) == (409, "too_many_webhooks")


def test_an_address_that_turns_inward_is_not_called(app, hook, beat, settings, them) -> None:
    wid = hook("channel.changed")["id"]
    settings.WEBHOOK_ALLOW = []
    app.server("ann").post("/api/v1/channels/", {"title": "x"})
    beat()
    (row,) = app.server().get(f"{BASE}{wid}/deliveries/").json()["results"]
    assert (row["state"], row["last_error"], them.calls) == ("waiting", "address not allowed", [])


def test_a_test_event_is_on_its_way_at_once(app, hook, them, beat) -> None:
    made = hook("transfer")
    sent = app.server().post(f"{BASE}{made['id']}/test/")
    assert sent.status_code == 202
    beat()
    told = Verifier(made["secret"]).verify(them.calls[0].body, them.calls[0].headers)
    assert told["type"] == "webhook.test"
    whole = app.server().get(f"{BASE}{made['id']}/deliveries/{sent.json()['id']}/").json()
    assert (whole["state"], whole["last_status"], whole["attempts"]) == ("delivered", 200, 1)
    assert json.loads(whole["body"]) == told
    assert [one["status"] for one in whole["log"]] == [200]


def test_a_paused_endpoint_is_not_called_and_takes_no_test(app, hook, them, beat) -> None:
    wid = hook("channel.changed")["id"]
    app.server().patch(f"{BASE}{wid}/", {"status": "paused"})
    app.server("ann").post("/api/v1/channels/", {"title": "x"})
    beat()
    assert them.calls == []
    assert error_of(app.server().post(f"{BASE}{wid}/test/")) == (409, "webhook_off")


def test_an_app_that_is_switched_off_hears_nothing(app, hook, them, beat, mine) -> None:
    hook()
    mine.post(f"/api/v1/apps/{app.realm}/disable/")
    record("transfer", subject="1", realm=app.realm, amount=1)
    beat()
    assert them.calls == []


def test_the_list_of_deliveries_is_asked_by_state_event_and_subject(app, hook, them, beat) -> None:
    wid = hook()["id"]
    record("transfer", subject="7", realm=app.realm, amount=1)
    record("group.disbanded", subject="8", realm=app.realm)
    beat()
    ask = app.server().get

    def names(**by) -> list[str]:
        return [row["event"] for row in ask(f"{BASE}{wid}/deliveries/", by).json()["results"]]

    assert names() == ["group.disbanded", "transfer"]
    assert (names(event="transfer"), names(subject="8"), names(state="failed")) == (
        ["transfer"],
        ["group.disbanded"],
        [],
    )
    assert error_of(ask(f"{BASE}{wid}/deliveries/", {"state": "asleep"})) == (400, "bad_input")
    first = ask(f"{BASE}{wid}/deliveries/", {"page_size": 1}).json()
    assert len(first["results"]) == 1
    assert [row["event"] for row in ask(first["next"]).json()["results"]] == ["transfer"]


def test_a_delivery_is_sent_again_with_the_same_id_and_body(app, hook, them, beat) -> None:
    wid = hook("transfer")["id"]
    record("transfer", subject="7", realm=app.realm, amount=1)
    beat()
    mid = Delivery.objects.get().mid
    assert app.server().post(f"{BASE}{wid}/deliveries/{mid}/replay/").status_code == 202
    beat()
    first, again = them.calls
    assert (first.body, first.headers["webhook-id"]) == (again.body, again.headers["webhook-id"])
    assert error_of(app.server().post(f"{BASE}{wid}/deliveries/nothing/replay/")) == (404, "not_found")


def test_a_key_needs_the_scope_of_webhooks(app, mine) -> None:
    key = mine.post(f"/api/v1/apps/{app.realm}/keys/", {"scopes": ["webhooks:read"]}).json()["api_key"]
    assert app.server(key=key).get(BASE).status_code == 200
    told = {"url": "https://93.184.216.34/", "events": ["*"]}
    assert error_of(app.server(key=key).post(BASE, told)) == (403, "scope_missing")


def test_what_staff_switched_off_only_staff_switch_on(app, hook, staff) -> None:
    wid = hook()["id"]
    webhooks.disable(actor=staff, wid=wid)
    assert error_of(app.server().patch(f"{BASE}{wid}/", {"status": "active"})) == (409, "off_by_staff")
    assert webhooks.enable(actor=staff, wid=wid).status == "active"


def test_a_rotation_of_negative_overlap_is_none(app, hook) -> None:
    wid = hook()["id"]
    made = webhooks.rotate(actor=Webhook.objects.get().partner.owner, wid=wid, overlap=timedelta(days=-1))
    assert made.webhook.old_secret == ""
