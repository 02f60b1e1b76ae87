"""What staff set for an app's Agora channels, and read of them."""

import pytest

from partners.models import KickingRule, Partner
from partners.tasks import send_kicking_rules
from partners.tests.agora_server import Agora

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(staff, client):
    client.force_login(staff)
    return client


def save(desk, app, **changed):
    fields = ("name", "version", "agora_app_id", "agora_api_url", "agora_customer_id", "im_admin")
    typed = {name: getattr(app.row, name) for name in fields}
    page = f"/admin/partners/partner/{app.row.pk}/change/"
    return desk.post(page, {**typed, "expires_at_0": "", "expires_at_1": "", **changed})


def test_NCS_1_staff_sets_the_secret_and_finds_the_address(desk, app) -> None:
    page = desk.get(f"/admin/partners/partner/{app.row.pk}/change/").content.decode()
    assert f"/agora/{app.realm}/" in page
    assert app.row.agora_secret not in page
    assert save(desk, app, new_secret="new secret", agora_app_id="a0").status_code == 302
    app.row.refresh_from_db()
    assert (app.row.agora_secret, app.row.agora_app_id) == ("new secret", "a0")
    agora = Agora(app)
    agora.room = "test_webhook"
    assert agora.tell(103, 12121212) == "test"


def test_a_secret_that_is_left_empty_stays(desk, app) -> None:
    was = app.row.agora_secret
    assert save(desk, app, name="Other").status_code == 302
    app.row.refresh_from_db()
    assert (app.row.name, app.row.agora_secret) == ("Other", was)


def test_a_wrong_name_is_told_in_the_form(desk, app) -> None:
    assert save(desk, app, name=" ").status_code == 200
    assert Partner.objects.get().name == "Their app"


def test_NCS_9_whoever_came_and_went_too_often_is_on_a_list(desk, app) -> None:
    agora = Agora(app)
    agora.tell(103, 7)
    agora.tell(104, 7, reason=999)
    agora.tell(103, 8)
    page = desk.get("/admin/partners/kickingrule/?why=abnormal").content.decode()
    assert "Came and went too often." in page
    assert "/admin/partners/kickingrule/?why=abnormal" in desk.get("/admin/").content.decode()


def test_CALL_23_what_failed_is_told_again_by_staff(desk, app, later) -> None:
    agora = Agora(app)
    agora.tell(103, 7)
    agora.tell(104, 7, reason=999)
    later(seconds=61)
    send_kicking_rules()
    rule = KickingRule.objects.get()
    assert (rule.due_at, rule.error) == (None, "the app names no Agora account")
    desk.post(f"/admin/partners/kickingrule/{rule.pk}/retry/", {"reason": "mended"})
    rule.refresh_from_db()
    assert (rule.wants, rule.error, rule.due_at is not None) == ("post", "", True)
