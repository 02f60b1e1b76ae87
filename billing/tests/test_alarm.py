"""When the sums differ, everybody who watches the house hears of it."""

import logging

import pytest
from django.test import Client

from billing import audit, checks
from billing.models import Account, Audit
from billing.tasks import take_sums
from billing.tests.worlds import give

pytestmark = pytest.mark.django_db


def test_sums_that_agree_say_nothing(viewer, caplog):
    give(viewer, 100)
    with caplog.at_level(logging.ERROR):
        assert take_sums()
    assert (caplog.records, checks.billing_halted()) == ([], 0)


def test_a_difference_is_an_alarm_in_log_and_gauge_until_staff_clear_it(viewer, staff, caplog):
    give(viewer, 100)
    Account.objects.filter(owner=viewer).update(balance=101)
    with caplog.at_level(logging.ERROR):
        assert not take_sums()
    assert "ALARM" in caplog.text
    assert b"footlight_billing_halted 1.0" in Client().get("/metrics").content
    audit.clear(actor=staff, row=Audit.objects.get())
    assert b"footlight_billing_halted 0.0" in Client().get("/metrics").content


@pytest.mark.django_db(transaction=True)
def test_readyz_names_it_and_still_sends_people_here(settings, viewer):
    settings.HEALTH_CHECKS = ["core.health.database"]
    give(viewer, 100)
    assert Client().get("/readyz").json()["checks"]["billing"]["ok"]
    Account.objects.filter(owner=viewer).update(balance=101)
    take_sums()
    answer = Client().get("/readyz")
    assert answer.status_code == 200
    assert "halted" in answer.json()["checks"]["billing"]["error"]
