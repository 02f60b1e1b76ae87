import threading
import time

import pytest
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from core import health
from core.tasks import TICK, tick

AWAY = "198.51.100.7"
OURS = ["core.health.database", "core.health.redis", "core.health.migrations", "core.health.beat"]
let_go = threading.Event()


def hangs() -> None:
    hangs.started += 1
    let_go.wait(20)


def breaks() -> None:
    raise ConnectionError("nobody is there")


def is_well() -> None:
    pass


@pytest.fixture
def checks(settings):
    """checks("is_well", ...): what the house asks in this test."""

    def only(*names: str) -> None:
        settings.HEALTH_CHECKS = [name if "." in name else f"{__name__}.{name}" for name in names]

    settings.HEALTH_NOTES = []
    let_go.clear()
    yield only
    let_go.set()


def ask(path: str, client: Client | None = None, **headers: str):
    return (client or Client()).get(path, **headers)


def test_it_is_alive_without_a_database_a_session_or_a_known_host(django_db_blocker, settings):
    settings.ALLOWED_HOSTS = ["only.this.example"]
    client = Client(HTTP_HOST="10.0.0.9")
    client.cookies["sessionid"] = "x" * 32
    answer = client.get("/healthz")  # no db mark on this test: a query would fail it
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert "no-store" in answer.headers["Cache-Control"]


def test_it_cannot_be_posted_to():
    assert Client().post("/healthz").status_code == 405


@pytest.mark.django_db(transaction=True)
def test_it_is_ready_when_every_part_answers(checks):
    checks(*OURS)
    tick()
    answer = ask("/readyz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert list(answer.json()["checks"]) == ["database", "redis", "migrations", "beat"]
    assert all(check["ok"] and check["ms"] >= 0 for check in answer.json()["checks"].values())


@pytest.mark.django_db(transaction=True)
def test_it_is_not_ready_before_the_first_tick_nor_when_beat_fell_silent(checks, later):
    checks("core.health.beat")
    cache.delete(TICK)
    assert ask("/readyz").json()["checks"]["beat"]["error"] == "NotWell: no tick yet"
    tick()
    later(seconds=29)
    assert ask("/readyz").status_code == 200
    later(seconds=3)
    answer = ask("/readyz")
    assert answer.status_code == 503
    assert "s ago" in answer.json()["checks"]["beat"]["error"]


@pytest.mark.django_db(transaction=True)
def test_it_is_not_ready_while_a_migration_is_missing_and_names_it(checks):
    checks("core.health.migrations")
    last = max(name for app, name in health._last_migrations() if app == "core")
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied("core", last)
    try:
        answer = ask("/readyz")
    finally:
        recorder.record_applied("core", last)
    assert answer.status_code == 503
    assert f"core.{last}" in answer.json()["checks"]["migrations"]["error"]
    assert ask("/readyz").status_code == 200


def test_it_names_the_part_that_failed_and_why(checks):
    checks("is_well", "breaks")
    answer = ask("/readyz")
    assert answer.status_code == 503
    found = answer.json()
    assert found["status"] == "unavailable"
    assert found["checks"]["is_well"]["ok"] is True
    assert found["checks"]["breaks"]["ok"] is False
    assert found["checks"]["breaks"]["error"] == "ConnectionError: nobody is there"


def test_it_answers_in_time_while_one_part_hangs_and_costs_one_thread(checks, monkeypatch):
    monkeypatch.setattr(health, "WITHIN", 0.2)
    hangs.started = 0
    checks("hangs", "is_well")
    began = time.monotonic()
    answers = [ask("/readyz") for _ in range(3)]
    assert time.monotonic() - began < 15  # and not the twenty seconds of the one that hangs
    assert {answer.status_code for answer in answers} == {503}
    found = answers[-1].json()["checks"]
    assert found["hangs"] == {"ok": False, "ms": 200.0, "error": "no answer in time"}
    assert found["is_well"]["ok"] is True
    assert hangs.started == 1


@pytest.mark.django_db(transaction=True)
def test_it_tells_details_to_this_machine_and_not_through_a_proxy(checks):
    checks("core.health.database")
    assert "checks" in ask("/readyz", REMOTE_ADDR="127.0.0.1").json()
    assert "checks" in ask("/readyz", REMOTE_ADDR="::1").json()
    for others in (
        {"REMOTE_ADDR": AWAY},
        {"REMOTE_ADDR": ""},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_FORWARDED": "for=127.0.0.1"},
    ):
        assert ask("/readyz", **others).json() == {"status": "ok"}


@pytest.mark.django_db(transaction=True)
def test_it_tells_details_to_staff_from_anywhere_and_to_nobody_else(checks, staff, viewer):
    checks("core.health.database")
    client = Client(REMOTE_ADDR=AWAY)
    client.force_login(viewer)
    assert "checks" not in ask("/readyz", client).json()
    client.force_login(staff)
    assert "checks" in ask("/readyz", client).json()


def test_it_does_not_ask_a_dead_database_who_is_asking(checks, monkeypatch):
    monkeypatch.setattr(health, "database", breaks)
    checks("core.health.database")
    client = Client(REMOTE_ADDR=AWAY)
    client.cookies["sessionid"] = "x" * 32
    answer = ask("/readyz", client)
    assert (answer.status_code, answer.json()) == (503, {"status": "unavailable"})


@pytest.mark.django_db
def test_it_shows_figures_to_this_machine_and_to_staff_only(staff, viewer, channel):
    page = ask("/metrics", REMOTE_ADDR="127.0.0.1").content.decode()
    assert "footlight_live_channels 0.0" in page
    assert "footlight_viewers_now 0.0" in page
    assert "django_http_requests_total_by_method_total" in page
    client = Client(REMOTE_ADDR=AWAY)
    assert ask("/metrics", client).status_code == 404
    client.force_login(viewer)
    assert ask("/metrics", client).status_code == 404
    assert ask("/metrics", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR=AWAY).status_code == 404
    client.force_login(staff)
    assert ask("/metrics", client).status_code == 200


def without_database() -> int:
    raise DatabaseError


@pytest.mark.django_db
def test_it_shows_its_own_counters_while_the_database_is_gone(settings):
    settings.GAUGES = [f"{__name__}.without_database"]
    page = ask("/metrics", REMOTE_ADDR="127.0.0.1")
    assert page.status_code == 200
    assert b"without_database" not in page.content
    assert b"process_resident_memory_bytes" in page.content
