"""The first page of staff."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core.cache import cache
from django.test import Client

from core import clock, series
from core.dashboard import Figure as Shown
from core.models import Figure, User
from core.tasks import TICK, keep_series

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(staff, client) -> Client:
    client.force_login(staff)
    return client


@pytest.fixture
def counted(settings):
    """One level and one flow, of this file's own making."""
    settings.SERIES = {
        "here": ("level", "core.tests.test_dashboard.here", "Here"),
        "came": ("flow", "core.tests.test_dashboard.came", "Came"),
    }
    settings.CHARTS = (("here", "came"),)


def here() -> int:
    return 7


def came(since, until) -> int:
    assert until - since == timedelta(minutes=1)
    return 3


def test_each_minute_is_kept_once_however_often_the_beat_asks(counted, stopped):
    assert [keep_series(), keep_series()] == [2, 0]
    assert dict(Figure.objects.values_list("name", "value")) == {"here": 7, "came": 3}


def test_figures_are_forgotten_after_their_days(counted, stopped, later, settings):
    settings.SERIES_KEEP_DAYS = 14
    keep_series()
    later(days=13)
    keep_series()
    assert Figure.objects.count() == 4
    later(days=1, minutes=5)
    keep_series()
    assert Figure.objects.count() == 4


def test_lines_add_up_what_flows_and_show_the_highest_of_what_stands(counted, desk):
    now = clock.now().replace(second=0, microsecond=0)
    ten = now.replace(minute=now.minute // 10 * 10) - timedelta(minutes=20)
    for minute, value in ((0, 2), (1, 5)):
        for name in ("here", "came"):
            Figure.objects.create(name=name, at=ten + timedelta(minutes=minute), value=value)
    lines = desk.get("/admin/over-time/", {"span": "24h"}).json()
    at = lines["at"].index(ten.isoformat())
    assert (lines["series"]["here"][at], lines["series"]["came"][at]) == (5, 7)
    assert lines["series"]["here"][at + 1] is None


@pytest.mark.parametrize(("span", "points"), [("3h", 180), ("24h", 144), ("14d", 168), ("nonsense", 180)])
def test_every_span_has_its_points(counted, desk, span, points):
    assert len(desk.get("/admin/over-time/", {"span": span}).json()["at"]) == points


def test_a_long_span_is_read_by_the_hour(counted, desk):
    at = series._floor(clock.now(), timedelta(hours=2)) - timedelta(hours=4)
    for minute in range(0, 120, 30):
        Figure.objects.create(name="came", at=at + timedelta(minutes=minute), value=1)
    lines = series.lines("14d")
    assert lines["series"]["came"][lines["at"].index(at.isoformat())] == 4


def test_it_shows_how_the_house_stands_and_what_is_wrong(desk):
    cache.set(TICK, clock.now().isoformat(), timeout=60)
    parts = {str(part.label): part for part in desk.get("/admin/").context["parts"]}
    assert parts["Beat"].tone == "good"
    assert "second" in parts["Beat"].detail
    cache.delete(TICK)
    parts = {str(part.label): part for part in desk.get("/admin/now/").context["parts"]}
    assert (parts["Beat"].tone, parts["Outbox"].tone) == ("bad", "good")


def test_a_part_of_the_house_adds_figures_of_its_own_by_settings(desk, settings):
    settings.DASHBOARD_FIGURES = [*settings.DASHBOARD_FIGURES, "core.tests.test_dashboard.failed"]
    assert "Failed deliveries" in desk.get("/admin/now/").content.decode()


def failed(user: User) -> list:
    return [Shown("Failed deliveries", 4, tone="bad")]


def test_it_shows_figures_only_to_those_who_may_read_their_desk(client, channel):
    helper = User.objects.create_user("helper", is_staff=True)
    helper.user_permissions.add(Permission.objects.get(codename="view_report"))
    client.force_login(helper)
    labels = [figure.label for figure in client.get("/admin/").context["figures"]]
    assert labels == ["Open reports"]
    assert channel.cid not in client.get("/admin/").content.decode()


@pytest.mark.parametrize("page", ["/admin/now/", "/admin/over-time/", "/admin/find/"])
def test_nobody_but_staff_reads_it(client, viewer, page):
    client.force_login(viewer)
    assert client.get(page).status_code == 302
