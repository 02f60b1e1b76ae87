"""The book of inbound calls, and the desk where staff read it."""

import time

import pytest
from django.test import Client

from partners.models import InboundEvent, Inlet
from partners.services import inbound

DESK = "/admin/partners/inboundevent/"


@pytest.fixture
def desk(staff, client) -> Client:
    client.force_login(staff)
    return client


def keep(app, **facts: object) -> InboundEvent:
    usual = {"inlet": Inlet.AEC, "raw": '{"action": "<b>"}', "status": 200, "answer": {"status": "1"}}
    return inbound.keep(partner=app.row, began=time.monotonic(), **{**usual, **facts})


def test_AEC_21_staff_read_what_came_what_it_was_answered_and_whether_it_is_a_repeat(app, desk) -> None:
    row = keep(app, name="AEC_LIVE_CLOSE_CHANNEL", subject="c1", duplicate=True, answer={"status": "0", "data": 10002})
    page = desk.get(f"{DESK}{row.pk}/change/").content.decode()
    assert "{&quot;action&quot;: &quot;&lt;b&gt;&quot;}" in page
    assert "10002" in page
    listed = desk.get(DESK).content.decode()
    assert "AEC_LIVE_CLOSE_CHANNEL" in listed
    assert str(app.row) in listed


def test_AEC_21_the_desk_is_filtered_by_app_door_and_name(app, other_app, desk) -> None:
    keep(app, name="ours")
    keep(other_app, name="theirs", inlet=Inlet.AGORA)
    for query in (f"partner__id__exact={app.row.pk}", "inlet__exact=aec", "name=ours"):
        rows = desk.get(f"{DESK}?{query}").context["cl"].result_list
        assert [row.name for row in rows] == ["ours"]


def test_AEC_21_nobody_changes_what_came(app, desk) -> None:
    row = keep(app)
    desk.post(f"{DESK}{row.pk}/change/", {"raw": "forged"})
    desk.post(f"{DESK}{row.pk}/delete/", {"post": "yes"})
    assert InboundEvent.objects.get().raw == row.raw
    assert desk.get(f"{DESK}add/").status_code == 403


def test_whatever_comes_is_kept_as_far_as_it_fits(app) -> None:
    row = keep(app, raw=b"\xff\x00" + b"a" * 100_000, name="n\ud800" * 99, subject="s" * 999, address="")
    row.refresh_from_db()
    assert (len(row.raw), len(row.name), len(row.subject)) == (inbound.LONGEST, 64, 128)
    assert "\0" not in row.raw
