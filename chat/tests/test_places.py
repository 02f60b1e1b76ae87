"""Who gets the places of an overrun room, by a clock that the test drives. The rest is real."""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from chat import history
from chat.history import Offer
from core.events import redis_client

TIME = "local time = redis.call('TIME')\nlocal now = time[1] * 1000000 + time[2]\n"
MS = 1000  # us
SECOND = 1001 * MS


@pytest.fixture
def gid() -> str:
    return f"@TGS#{secrets.token_hex(8)}"


@pytest.fixture
def at(gid: str, monkeypatch) -> Iterator[Callable[[int], None]]:
    """`at(us)`: so late it is now."""
    clock = f"clock:{gid}"
    text = (history.HERE / "publish.lua").read_text()
    assert TIME in text
    driven = redis_client().register_script(text.replace(TIME, f"local now = tonumber(redis.call('GET', '{clock}'))\n"))
    monkeypatch.setattr(history, "_script", lambda name: driven)
    began = 1_700_000_000_000_000
    redis_client().set(clock, began)
    yield lambda us: redis_client().set(clock, began + us)
    redis_client().delete(clock, *redis_client().keys(f"chat:{gid}:*"))


def taken(decisions: history.Decisions) -> int:
    return [each.code for each in decisions.each].count("a")


def say(gid: str, count: int, priority: str = "NORMAL", **other: object) -> history.Decisions:
    return history.publish(gid, [Offer(priority, "", "{}")] * count, **other)


@dataclass
class Process:
    """A pump without its event loop: HIGH go at once or when a place comes free, the rest every 100 ms."""

    gid: str
    name: str
    late: int  # us that it comes back too late
    waiting: list[int] = field(default_factory=list)  # when they were said, us
    rest: list[Offer] = field(default_factory=list)
    due: int | None = None
    waits: list[int] = field(default_factory=list)  # us that those which were taken waited
    others: list[int] = field(default_factory=list)  # when others were taken

    def high(self, now: int) -> None:
        self.due = now if not self.waiting else self.due
        self.waiting.append(now)

    def other(self, priority: str, now: int) -> None:
        self.rest.append(Offer(priority, "", "{}"))
        self.due = min(now + 100 * MS, self.due or now + 100 * MS)

    def flush(self, now: int) -> None:
        offers = [Offer("HIGH", "", "{}", now - born) for born in self.waiting]
        offers += sorted(self.rest, key=lambda offer: history.YIELDING.index(offer.priority))
        decisions = history.publish(self.gid, offers, who=self.name)
        codes = [each.code for each in decisions.each]
        self.waits += [now - born for born, code in zip(self.waiting, codes, strict=False) if code == "a"]
        self.others += [now] * codes[len(self.waiting) :].count("a")
        self.waiting = [born for born, code in zip(self.waiting, codes, strict=False) if code == "w"]
        self.rest, self.due = [], None
        if self.waiting:
            self.due = now + round(decisions.free_in * 1_000_000) + self.late


def flood(gid: str, at: Callable, *, seconds: int, late: tuple[int, int]) -> list[Process]:
    """40 HIGH, 160 NORMAL and 200 LOW a second, evenly, through two processes in turn; then all that waits."""
    processes = [Process(gid, f"process {n}", late[n]) for n in range(2)]
    for ms in range(seconds * 1000 + 3000):
        now = ms * MS
        if ms < seconds * 1000:
            for priority, every in (("NORMAL", 25), ("LOW", 20)):  # of four and of five ms each
                if ms * 4 % every < 4:
                    processes[ms % 2].other(priority, now)
            if ms % 25 == 0:
                processes[ms // 25 % 2].high(now)
        for process in processes:
            if process.due is not None and process.due <= now:
                at(now)
                process.flush(now)
    return processes


@pytest.mark.parametrize("late", [(0, 0), (3 * MS, 6 * MS)])
def test_im22_im24_high_ones_that_come_at_forty_a_second_get_all_the_places(gid: str, at: Callable, late) -> None:
    one, other = flood(gid, at, seconds=5, late=late)
    waits = [*one.waits, *other.waits]
    assert len(waits) == 200
    assert max(waits) < 2_000 * MS
    given_away = sorted([*one.others, *other.others])
    assert 0 < len(given_away) <= 36
    assert given_away[-1] < 1_000 * MS  # while nobody could know


def test_im24_a_process_that_comes_late_for_its_places_loses_nothing_by_it(gid: str, at: Callable) -> None:
    one, other = flood(gid, at, seconds=15, late=(25 * MS, 45 * MS))
    waits = [*one.waits, *other.waits]
    assert len(waits) == 600
    assert max(waits) < 1_000 * MS  # what the others got in the first second, and nothing on top of it
    frames = redis_client().lrange(f"chat:{gid}:history", 0, -1)
    stamps = [int(str(frame).split('"ts":')[1].split(",")[0]) for frame in frames]
    assert len(stamps) > 100
    assert stamps == sorted(stamps)
    assert all(later - first > 1000 for first, later in zip(stamps, stamps[40:], strict=False))


def test_who_waits_in_two_processes_waits_as_long_in_both(gid: str, at: Callable) -> None:
    one, other = flood(gid, at, seconds=5, late=(0, 6 * MS))
    assert abs(sum(one.waits) / len(one.waits) - sum(other.waits) / len(other.waits)) < 150 * MS


def test_without_important_ones_nothing_is_kept_but_the_last_places(gid: str, at: Callable) -> None:
    for second in range(3):
        at(second * SECOND)
        assert taken(say(gid, 100)) == 36


def test_as_many_as_came_in_the_last_second_are_expected_again_and_no_more(gid: str, at: Callable) -> None:
    say(gid, 10, "HIGH")
    assert taken(say(gid, 100)) == 26  # they have their places
    at(SECOND)
    say(gid, 2, "HIGH")
    assert taken(say(gid, 100)) == 34  # ten were too long ago


def test_a_pause_of_half_a_second_does_not_give_the_places_away(gid: str, at: Callable) -> None:
    for n in range(40):
        at(n * 25 * MS)
        say(gid, 1, "HIGH")
    at(1500 * MS)  # the places of the first half are free
    assert taken(say(gid, 100)) == 0
    assert taken(say(gid, 20, "HIGH")) == 20


def test_two_seconds_later_nobody_expects_them_any_more(gid: str, at: Callable) -> None:
    say(gid, 40, "HIGH")
    at(2 * SECOND)
    assert taken(say(gid, 100)) == 36


def test_a_room_says_until_when_it_has_no_place(gid: str, at: Callable) -> None:
    say(gid, 20)
    at(300 * MS)
    closed = say(gid, 16).closed
    assert closed == {"NORMAL": 0.701, "LOW": 0.701, "LOWEST": 0.701}
    at(1000 * MS)
    assert taken(say(gid, 1)) == 0
    at(SECOND)
    assert say(gid, 0).closed == {"NORMAL": 0, "LOW": 0, "LOWEST": 0}


def test_what_is_free_for_one_may_be_closed_to_another(gid: str, at: Callable) -> None:
    assert say(gid, 25).closed == {"NORMAL": 0, "LOW": 0, "LOWEST": 1.001}


def test_places_that_are_kept_for_important_ones_are_closed_until_nobody_expects_them(gid: str, at: Callable) -> None:
    for n in range(40):
        at(n * 25 * MS)
        closed = say(gid, 1, "HIGH").closed
    assert closed["NORMAL"] == pytest.approx(1.0, abs=0.03)


def test_a_place_is_left_to_who_waits_longer_elsewhere_but_not_for_long(gid: str, at: Callable) -> None:
    old, young = [Offer("HIGH", "", "{}", 400 * MS)], [Offer("HIGH", "", "{}", 100 * MS)]
    say(gid, 40, "HIGH")
    at(500 * MS)
    history.publish(gid, old, who="one")
    at(SECOND)
    (polite,) = (decisions := history.publish(gid, young, who="another")).each
    assert (polite.code, decisions.free_in) == ("w", 0.025)
    assert taken(history.publish(gid, old, who="one")) == 1
    assert taken(history.publish(gid, young, who="another")) == 1  # nobody waits longer now


def test_a_place_that_is_not_fetched_goes_to_the_next(gid: str, at: Callable) -> None:
    old, young = [Offer("HIGH", "", "{}", 400 * MS)], [Offer("HIGH", "", "{}", 100 * MS)]
    say(gid, 40, "HIGH")
    at(500 * MS)
    history.publish(gid, old, who="one that died")
    at(SECOND + 25 * MS)
    assert taken(history.publish(gid, young, who="another")) == 1
