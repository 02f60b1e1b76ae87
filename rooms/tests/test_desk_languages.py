"""Whoever of the staff reads Chinese finds no English on a desk: neither ours nor that of what it is made with."""

import re

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils import translation

from rooms.tests.rows import Maker

pytestmark = pytest.mark.django_db
SAME = {"Redis", "webhook"}  # in both languages


@pytest.fixture
def left(monkeypatch) -> set[str]:
    """What was looked up and had no other words."""
    found = set()

    def listened(name: str) -> None:
        ask = getattr(translation.trans_real, name)

        def asked(*words):
            answer = ask(*words)
            if isinstance(answer, str) and answer in words and re.search("[a-z]{2}", answer):
                found.add(answer)
            return answer

        monkeypatch.setattr(translation._trans, name, asked)

    for name in ("gettext", "pgettext", "ngettext", "npgettext"):
        listened(name)
    return found


@pytest.fixture
def reader(staff, client) -> Client:
    client.force_login(staff)
    client.cookies["django_language"] = "zh-hans"
    return client


@pytest.mark.parametrize("model", admin.site._registry, ids=lambda model: model._meta.label)
def test_a_desk_is_all_chinese(reader, model, left):
    desk = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    pages = [f"{reverse(f'{desk}_changelist')}?q=nothing", reverse(f"{desk}_add")]
    Maker().make(model, 2)
    pages += [reverse(f"{desk}_changelist"), reverse(f"{desk}_change", args=[model._default_manager.last().pk])]
    for page in pages:
        assert reader.get(page).status_code in (200, 403)
    assert left - SAME == set()


@pytest.mark.parametrize(
    "page",
    [
        "",
        "rooms/channel/live/",
        "chat/group/notify_all/",
        "chat/sensitiveword/import/",
        "chat/sensitiveword/export/",
        "chat/sensitiveword/test/",
        "billing/redeemcode/make/",
        "billing/transfer/revenue/",
        "partners/apikey/make/",
        "search/?s=chan",
    ],
)
def test_and_so_is_what_stands_beside_the_desks(reader, page, left):
    assert reader.get(f"/admin/{page}").status_code == 200
    assert left - SAME == set()
