"""No list of the staff pages asks the database more often because there is more to show."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group as StaffGroup
from django.urls import reverse

from core.tests.staff import counted, queries_for
from rooms.tests.rows import Maker

pytestmark = pytest.mark.django_db
FEW, MANY = 10, 200


@pytest.mark.parametrize("model", admin.site._registry, ids=lambda model: model._meta.label)
def test_a_list_asks_as_often_for_two_hundred_rows_as_for_ten(client, staff, model, monkeypatch):
    client.force_login(staff)
    desk, maker = admin.site._registry[model], Maker()
    monkeypatch.setattr(desk, "list_per_page", MANY + FEW)
    page = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    maker.make(model, FEW)
    client.get(page)  # what is asked once and kept
    few = queries_for(client, page)
    maker.make(model, MANY - FEW)
    many, answer = counted(client, page)
    assert many == few
    assert len(answer.context["cl"].result_list) >= MANY or model is StaffGroup
