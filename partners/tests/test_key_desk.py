"""Staff look after the keys of apps."""

import re

import pytest

from core.models import AuditRow, User
from core.tests.staff import act
from core.tests.test_staff_groups import one_of, sign_in
from partners.models import ApiKey

LIST = "/admin/partners/apikey/"
APPS = "/api/v1/apps/"


@pytest.fixture
def desk(client, staff):
    client.force_login(staff)
    return client


def test_a_key_that_is_revoked_opens_nothing_from_then_on(desk, app) -> None:
    assert app.server().get(APPS).status_code == 200
    page = desk.get(LIST).content.decode()
    key = ApiKey.objects.get()
    assert f"fl_{key.prefix}_…" in page
    assert app.api_key not in page
    assert key.digest not in page
    act(desk, f"{LIST}{key.pk}/revoke/")
    assert app.server().get(APPS).status_code == 401
    row = AuditRow.objects.get()
    assert (row.verb, row.kind, row.reason, row.before["digest"]) == ("revoke", "partners.apikey", "rule 4", "***")


def test_a_key_that_staff_make_is_shown_once_and_does_what_it_may(desk, app) -> None:
    sent = {"app": app.row.pk, "scopes": ["channels:read"], "lasts": "86400", "reason": "their new server"}
    shown = desk.post(f"{LIST}make/", sent)
    key = re.search(r"fl_[0-9a-f]+_[\w-]+", shown.content.decode())[0]
    assert "no-store" in shown.headers["Cache-Control"]
    assert app.server(key=key).get("/api/v1/channels/").status_code == 200
    assert app.server(key=key).get("/api/v1/users/").status_code == 403
    assert ApiKey.objects.first().expires_at
    assert key not in desk.get(LIST).content.decode()
    row = AuditRow.objects.get()
    assert (row.verb, row.reason, row.asked["scopes"]) == ("make", "their new server", ["channels:read"])
    assert key not in str(row.asked)


def test_engineers_look_after_keys_and_nobody_else_does(app) -> None:
    key = ApiKey.objects.get()
    for group, status in (("engineer", 200), ("moderator", 403), ("support", 403), ("finance", 403)):
        client = sign_in(one_of(group))
        assert client.get(LIST).status_code == status
        assert client.get(f"{LIST}{key.pk}/revoke/").status_code == status
        assert client.get(f"{LIST}make/").status_code == status


@pytest.mark.parametrize("verb", ["test", "rotate"])
def test_staff_without_the_right_find_no_webhook_over_rest(app, hook, verb) -> None:
    wid = hook("*")["id"]
    helper = User.objects.create_user("helper", is_staff=True)
    client = sign_in(helper)
    assert client.get(f"/api/v1/webhooks/{wid}/").status_code == 404
    assert client.post(f"/api/v1/webhooks/{wid}/{verb}/").status_code == 404


def test_staff_who_change_a_webhook_over_rest_leave_a_row(desk, app, hook) -> None:
    wid = hook("*")["id"]
    assert desk.patch(f"/api/v1/webhooks/{wid}/", {"status": "paused"}, "application/json").status_code == 200
    row = AuditRow.objects.get()
    assert (row.verb, row.kind, row.before["status"], row.after["status"]) == (
        "change",
        "partners.webhook",
        "active",
        "paused",
    )
