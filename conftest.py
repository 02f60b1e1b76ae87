"""People and places every test may ask for, and the few fixtures that make real parts safe to test with."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation

from billing.models import Gift
from chat.lexicon import lexicon
from core import clock, triggers
from core.errors import DomainError
from core.models import User
from rooms.services import channels


def pytest_configure() -> None:
    """Workers share one Redis: each has a corner of the cache to itself. A busy machine is no finding of Hypothesis.
    Static files are found when they are asked for, as with DEBUG: else each test client would first look for all."""
    hypothesis.settings.register_profile("house", deadline=None)
    hypothesis.settings.load_profile("house")
    settings.WHITENOISE_AUTOREFRESH = True
    settings.CACHES["default"]["KEY_PREFIX"] = os.environ.get("PYTEST_XDIST_WORKER", "main")
    TransactionTestCase._fixture_teardown = _flush_all(TransactionTestCase._fixture_teardown)


def _flush_all(teardown):
    """Between tests with real transactions all rows go, also those that the database lets nobody delete."""

    def flush(case: TransactionTestCase) -> None:
        triggers.remove(connection, triggers.tables())
        try:
            teardown(case)
        finally:
            triggers.install(connection, triggers.tables())

    return flush


def person(name: str) -> User:
    return User.objects.create_user(name, password="footlight-demo", nick=name.title())


@pytest.fixture
def host(db):
    return person("host")


@pytest.fixture
def viewer(db):
    return person("viewer")


@pytest.fixture
def stranger(db):
    return person("stranger")


@pytest.fixture
def staff(db):
    user = person("staff")
    User.objects.filter(pk=user.pk).update(is_staff=True, is_superuser=True)
    user.refresh_from_db()
    return user


@pytest.fixture
def channel(host):
    return channels.create(actor=host, title="The first suite")


@pytest.fixture
def rose(db):
    return Gift.objects.update_or_create(code="rose", defaults={"name": "Rose", "icon": "🌹", "price": 10})[0]


@pytest.fixture
def later():
    """`later(seconds=31)` moves the house's clock on; the end of the test puts it back."""

    def move(**by: float) -> None:
        clock.offset += timedelta(**by)

    yield move
    clock.offset = timedelta(0)


@pytest.fixture
def stopped(db, later, monkeypatch):
    """The house's clock stands still but for `later`: for what happens to the tenth of a second."""
    at = clock.now()
    monkeypatch.setattr(clock, "now", lambda: at + clock.offset)


@pytest.fixture(autouse=True)
def fresh_cache():
    """Rate limits and ticks of one test are nothing to the next."""
    yield
    cache.delete_pattern("*")


@pytest.fixture(autouse=True)
def fresh_language():
    """Whoever was answered in Chinese leaves no Chinese behind in the thread that asked."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def fresh_words():
    """What staff wrote in one test is not in force in the next."""
    lexicon._version = None


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def together():
    """`together(calls)` runs them in threads that start at once; answers their results, refusals included."""

    def run(calls: list) -> list:
        barrier = threading.Barrier(len(calls))

        def one(call):
            barrier.wait()
            try:
                return call()
            except DomainError as refusal:
                return refusal
            finally:
                connection.close()

        with ThreadPoolExecutor(len(calls)) as pool:
            return list(pool.map(one, calls))

    return run


@pytest.fixture(autouse=True)
def media_folder(settings, tmp_path):
    settings.MEDIA_ROOT, settings.HLS_ROOT = tmp_path / "media", str(tmp_path / "hls")
    settings.HLS_KEEP_FREE = 0
