"""What a new house has to give and to sell."""

from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import call_command

from billing.models import CoinPack, Gift

pytestmark = pytest.mark.django_db
first_gifts = import_module("billing.migrations.0006_first_gifts")


def test_a_fresh_house_has_a_catalogue(client):
    Gift.objects.all().delete()
    first_gifts.make(apps, None)
    shown = client.get("/api/v1/gifts/").json()
    assert [gift["code"] for gift in shown][:3] == ["rose", "candle", "applause"]
    assert {gift["effect"] for gift in shown} == {"none", "banner", "stage"}
    assert all(gift["price"] > 0 and gift["icon"] for gift in shown)


def test_a_catalogue_that_staff_wrote_stays_theirs():
    Gift.objects.all().delete()
    Gift.objects.create(code="own", name="Own", icon="x", price=3)
    first_gifts.make(apps, None)
    assert [gift.code for gift in Gift.objects.all()] == ["own"]


def test_the_demo_sells_packs(settings):
    settings.DEBUG = True
    call_command("demo")
    assert [str(pack) for pack in CoinPack.objects.all()][:2] == ["100 · 0.99 USD", "550 · 4.99 USD"]
