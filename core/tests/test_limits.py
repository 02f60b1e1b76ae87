"""How often, and how many: limits that all processes share, and the crowd of one."""

import pytest
import redis

from core import crowd, limits
from core.errors import TooFast, Unavailable
from core.limits import Due


def test_it_counts_the_trailing_seconds_and_says_how_long_to_wait():
    for _ in range(3):
        limits.spend(Due("thing", 3, 60))
    with pytest.raises(TooFast) as refusal:
        limits.spend(Due("thing", 3, 60))
    assert 55 < refusal.value.detail["wait"] <= 60
    limits.spend(Due("another", 3, 60))


def test_what_is_refused_is_not_counted():
    limits.spend(Due("thing", 1, 60))
    first = limits.left("thing", seconds=60)
    with pytest.raises(TooFast):
        limits.spend(Due("thing", 1, 60))
    assert limits.left("thing", seconds=60) <= first


def test_nothing_spent_nothing_to_wait_for():
    assert limits.left("never", seconds=60) == 0


def test_without_redis_it_says_unavailable(monkeypatch):
    limits._script.cache_clear()
    monkeypatch.setattr(limits, "redis_client", lambda: redis.Redis(port=1))
    with pytest.raises(Unavailable):
        limits.spend(Due("thing", 1, 60))
    limits._script.cache_clear()


def test_a_person_and_an_address_fill_only_so_many_places(settings):
    settings.SOCKETS_PER_PERSON, settings.SOCKETS_PER_ADDRESS = 2, 3
    one, other = crowd.limits("u1", "10.0.0.9"), crowd.limits("u2", "10.0.0.9")
    assert [crowd.enter(one) for _ in range(3)] == [True, True, False]
    assert [crowd.enter(other) for _ in range(2)] == [True, False]
    for keys in (one, one, other):
        crowd.leave(keys)
    assert crowd.enter(other)
    crowd.leave(other)


def test_zero_is_any_number(settings):
    settings.SOCKETS_PER_PERSON = settings.SOCKETS_PER_ADDRESS = 0
    keys = crowd.limits("u1", "10.0.0.9")
    assert all(crowd.enter(keys) for _ in range(500))
    for _ in range(500):
        crowd.leave(keys)
