"""Staff look after webhooks: what failed, why, and once more."""

import pytest

from core.events import record
from core.models import User
from partners import dashboard
from partners.models import Delivery, Webhook


@pytest.fixture
def desk(client, staff):
    client.force_login(staff)
    return client


@pytest.fixture
def failed(app, hook, them, beat) -> Delivery:
    them.answer = lambda call: (500, {}, b"")
    hook("transfer")
    record("transfer", subject="7", realm=app.realm, amount=1, memo="<b>水墨</b>")
    beat()
    return Delivery.objects.get()


def test_the_desks_show_endpoints_and_what_became_of_each_message(desk, failed) -> None:
    for page in ("webhook/", f"webhook/{failed.webhook_id}/change/", "delivery/", f"delivery/{failed.pk}/change/"):
        assert desk.get(f"/admin/partners/{page}").status_code == 200
    shown = desk.get(f"/admin/partners/delivery/{failed.pk}/change/").content.decode()
    assert "HTTP 500" in shown
    assert "&lt;b&gt;水墨&lt;/b&gt;" in shown
    assert failed.webhook.secret not in shown


def test_staff_send_one_again(desk, failed, them, beat) -> None:
    them.answer = lambda call: (200, {}, b"")
    assert desk.post(f"/admin/partners/delivery/{failed.pk}/replay/", {"reason": "mended"}).status_code == 302
    beat()
    failed.refresh_from_db()
    assert (failed.state, failed.attempts) == ("delivered", 1)
    assert [one["status"] for one in failed.log] == [500, 200]


@pytest.mark.parametrize(("verb", "status"), [("disable", "disabled"), ("test", "active")])
def test_staff_switch_one_off_or_try_it(desk, failed, verb: str, status: str) -> None:
    desk.post(f"/admin/partners/webhook/{failed.webhook_id}/{verb}/", {"reason": "why"})
    assert Webhook.objects.get().status == status
    assert Delivery.objects.filter(name="webhook.test").count() == (verb == "test")


def test_one_that_is_off_is_switched_on(desk, failed) -> None:
    Webhook.objects.update(status="disabled", off_reason="failing")
    desk.post(f"/admin/partners/webhook/{failed.webhook_id}/enable/", {"reason": "why"})
    hook = Webhook.objects.get()
    assert (hook.status, hook.off_reason, hook.failing_since) == ("active", "", None)


def test_the_probes_speak_of_webhooks(failed, client, later) -> None:
    record("transfer", subject="8", realm="x", amount=1)
    shown = client.get("/metrics").content.decode()
    for gauge in ("outbox_lag_seconds", "webhooks_failing 1.0", "webhooks_disabled 0.0", "deliveries_waiting 1.0"):
        assert f"footlight_{gauge}" in shown


def test_the_first_page_of_staff_says_that_a_webhook_fails(desk, failed) -> None:
    figures = {figure.label: figure for figure in dashboard.figures(User.objects.get(username="staff"))}
    assert (figures["Webhooks that fail"].value, figures["Webhooks that fail"].tone) == (1, "bad")
    assert desk.get(figures["Webhooks that fail"].url).status_code == 200
    assert "Webhooks that fail" in desk.get("/admin/").content.decode()


def test_whoever_may_not_see_them_is_told_nothing_of_webhooks(viewer) -> None:
    assert list(dashboard.figures(viewer)) == []
