"""The line of a room against a model of it, on a real Redis: whatever happens in whatever order."""

import secrets
from bisect import bisect_right

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from chat import history
from core.events import redis_client

LIMIT, KEEP, PAGE = 24, 15, 4
FLOORS = {"HIGH": 0, "NORMAL": 4, "LOW": 10, "LOWEST": 20}
SECOND, CUT = 1000, 2  # ms; stamps are cut to whole ms, and the room's second is one of them longer
LATELY, ABOUT = 1000, 40  # ms for which as many HIGH are expected again; where it is just so, either is right
CODES = {"a": "after", "d": "dropped"}
# Time passes where the room looks: what it took lies further back.
PASS = """
for index, entry in ipairs(redis.call('LRANGE', KEYS[1], 0, -1)) do
  local at, mark = string.match(entry, '(%d+)(h?)')
  redis.call('LSET', KEYS[1], index - 1, string.format('%.0f', at - ARGV[1] * 1000) .. mark)
end
local peak, at = string.match(redis.call('GET', KEYS[2]) or '', '(%d+) (%d+)')
if peak then redis.call('SET', KEYS[2], string.format('%d %.0f', peak, at - ARGV[1] * 1000)) end
"""
MISSING = [-1, 0, 1, PAGE, PAGE + 1, KEEP - 1, KEEP, KEEP + 1, KEEP + 9]  # where it is just so, or just not
OFFERS = st.lists(st.tuples(st.sampled_from(list(FLOORS)), st.integers(0, 12)), min_size=1, max_size=40)


class Line(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.gid = f"@TGS#{secrets.token_hex(8)}"
        self.redis, self.passed = redis_client(), 0
        self._begin(history.recent(self.gid)[0])

    def _begin(self, epoch: str) -> None:
        self.epoch, self.line = epoch, []  # what stands at each number: its text, or None where it was taken away
        self.taken: list[int] = []  # ms, of the moments that the room saw
        self.high: list[int] = []  # of them those of HIGH
        self.peak, self.peak_at = 0, 0  # the most HIGH in a second, taken or waiting, and when
        self.counts: dict[str, int] = {}
        self.nonces: dict[str, int] = {}

    def _key(self, name: str) -> str:
        return history._key(self.gid, name)

    @rule(offers=OFFERS)
    def publish(self, offers: list[tuple[str, int]]) -> None:
        # Half of them carry a word of the client's; a few of those come again.
        made = [
            history.Offer(priority, f"n{mark}" if mark < 6 else "", f'{{"text":"{secrets.token_hex(4)}"}}')
            for priority, mark in offers
        ]
        earliest, self.waits = self._now(), 0
        decisions = history.publish(self.gid, made)
        assert decisions.epoch == self.epoch
        taken_at = self._last_stamp() if any(each.code == "a" for each in decisions.each) else 0
        for offer, decision in zip(made, decisions.each, strict=True):
            self._decided(offer, decision, taken_at or earliest, taken_at)
        demand = min(self._within(SECOND, taken_at or earliest, self.high) + self.waits, LIMIT)
        if demand >= self.peak or self._now() - self.peak_at >= LATELY - ABOUT:
            self.peak, self.peak_at = demand, taken_at or earliest

    def _kept(self, offer: history.Offer, now: int, *, least: bool) -> int:
        """Places that only HIGH may have, at least or at most."""
        if offer.priority == "HIGH":
            return 0
        lasts = now - self.peak_at < LATELY + (-ABOUT if least else ABOUT)
        high = self._within(SECOND + (CUT if least else -CUT), now, self.high)
        return max(self.waits, self.peak - high if lasts else 0)

    def _decided(self, offer: history.Offer, decision: history.Decision, earliest: int, taken_at: int) -> None:
        if offer.nonce and offer.nonce in self.nonces:
            assert (decision.code, decision.seq) == ("r", self.nonces[offer.nonce])
            return
        free = LIMIT - FLOORS[offer.priority]
        if decision.code == "a":
            assert self._within(SECOND - CUT, taken_at) + self._kept(offer, taken_at, least=True) < free
            self.line.append(offer.text)
            assert decision.seq == len(self.line)
            self.taken.append(taken_at)
            if offer.priority == "HIGH":
                self.high.append(taken_at)
            if offer.nonce:
                self.nonces[offer.nonce] = decision.seq
        else:
            assert decision.code == ("w" if offer.priority == "HIGH" else "d")
            assert self._within(SECOND + CUT, earliest) + self._kept(offer, earliest, least=False) >= free
            self.waits += decision.code == "w"
        for name in ("before", CODES[decision.code]) if decision.code != "w" else ():
            key = f"{offer.priority}:{name}"
            self.counts[key] = self.counts.get(key, 0) + 1

    def _now(self) -> int:
        seconds, micros = self.redis.time()
        return seconds * 1000 + micros // 1000 + self.passed

    def _within(self, ms: int, now: int, moments: list[int] | None = None) -> int:
        moments = self.taken if moments is None else moments
        return len(moments) - bisect_right(moments, now - ms)

    def _last_stamp(self) -> int:
        return history.recent(self.gid, 1)[2][-1]["ts"] + self.passed

    @rule(ms=st.sampled_from([100, 300, 950, 1300]))
    def time_passes(self, ms: int) -> None:
        self.redis.eval(PASS, 2, self._key("window"), self._key("demand"), ms)
        self.passed += ms

    @rule()
    def the_clock_is_set_back(self) -> None:
        self.redis.eval(PASS, 2, self._key("window"), self._key("demand"), -3_600_000)
        self.taken.clear()
        self.high.clear()
        self.peak = 0

    @rule(count=st.integers(1, 5))
    def some_are_refused(self, count: int) -> None:
        history.refused(self.gid, count)
        for name in ("before", "refused"):
            self.counts[f"HIGH:{name}"] = self.counts.get(f"HIGH:{name}", 0) + count

    @rule(back=st.integers(0, KEEP + 5))
    def take_away(self, back: int) -> None:
        seq = max(len(self.line) - back, 1)
        history.take_away(self.gid, self.epoch, seq)
        if 0 <= len(self.line) - seq < KEEP:
            self.line[seq - 1] = None

    @rule()
    def redis_is_emptied(self) -> None:
        self.redis.delete(
            *(self._key(name) for name in ("epoch", "seq", "history", "window", "counts", "waiting", "demand"))
        )
        self.redis.delete(*(self._key(f"nonce:{nonce}") for nonce in self.nonces), "nothing")
        old, (new, seq, recent) = self.epoch, history.recent(self.gid)
        assert (new != old, seq, recent) == (True, 0, [])
        assert not history.since(self.gid, old, len(self.line)).recovered
        self._begin(new)

    @rule(missing=st.sampled_from(MISSING), known=st.sampled_from([True, True, True, False]))
    def somebody_comes_back(self, missing: int, known: bool) -> None:
        last = max(len(self.line) - missing, 0)
        missing = len(self.line) - last
        missed = history.since(self.gid, self.epoch if known else "another", last)
        assert missed.recovered == (known and 0 <= missing <= KEEP)
        if missed.recovered:
            assert self._texts(missed.messages) == self.line[last : last + PAGE]
            assert missed.seq == last + len(missed.messages)
            assert missed.more == (missed.seq < len(self.line))
        else:
            assert (missed.seq, missed.more) == (len(self.line), False)
            assert self._texts(missed.messages) == self.line[-KEEP:]

    def _texts(self, messages: list[dict]) -> list[str | None]:
        numbers = [message["seq"] for message in messages]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers))) if numbers else True
        return [None if message.get("kind") == "deleted" else f'{{"text":"{message["text"]}"}}' for message in messages]

    @rule(back=st.integers(0, KEEP - 1))
    def somebody_asks_for_one(self, back: int) -> None:
        seq = len(self.line) - back
        if seq > 0:
            assert self._texts([history.one(self.gid, seq)]) == [self.line[seq - 1]]

    @invariant()
    def the_counters_are_exact(self) -> None:
        assert history.counts(self.gid) == self.counts

    def teardown(self) -> None:
        self.redis.delete(*self.redis.keys(self._key("*")), "nothing")


class TestLine(Line.TestCase):
    settings = settings(max_examples=120, stateful_step_count=30, deadline=None)

    @pytest.fixture(autouse=True)
    def _small(self, monkeypatch) -> None:
        monkeypatch.setattr(history, "LIMIT", LIMIT)
        monkeypatch.setattr(history, "KEEP", KEEP)
        monkeypatch.setattr(history, "PAGE", PAGE)


def later(gid: str, ms: int) -> None:
    redis_client().eval(PASS, 2, history._key(gid, "window"), history._key(gid, "demand"), ms)


@pytest.fixture
def gid() -> str:
    return f"@TGS#{secrets.token_hex(8)}"


@pytest.mark.parametrize(("priority", "places"), [("HIGH", 40), ("NORMAL", 36), ("LOW", 30), ("LOWEST", 20)])
def test_each_priority_leaves_the_last_places_to_those_above_it(gid: str, priority: str, places: int) -> None:
    decisions = history.publish(gid, [history.Offer(priority, "", "{}")] * 50)
    assert [each.code for each in decisions.each].count("a") == places
    above = history.publish(gid, [history.Offer("HIGH", "", "{}")] * 50)
    assert [each.code for each in above.each].count("a") == 40 - places
    assert 0 < above.free_in <= 1.001


def test_a_place_is_kept_for_what_waits_elsewhere(gid: str) -> None:
    high, text = history.Offer("HIGH", "", "{}"), history.Offer("NORMAL", "", "{}")
    history.publish(gid, [high] * 40)
    waits = history.publish(gid, [high] * 3, who="one process")
    assert [each.code for each in waits.each] == ["w"] * 3
    later(gid, 2100)
    others = history.publish(gid, [text] * 40, who="another")
    assert [each.code for each in others.each].count("a") == 36 - 3
    comes = history.publish(gid, [high] * 3 + [text] * 3, who="one process")
    assert [each.code for each in comes.each] == ["a"] * 3 + ["d"] * 3
    later(gid, 2100)
    after = history.publish(gid, [text] * 40, who="another")
    assert [each.code for each in after.each].count("a") == 36


def test_who_died_while_waiting_keeps_no_place_for_long(gid: str) -> None:
    history.publish(gid, [history.Offer("HIGH", "", "{}")] * 45, who="a process")
    key = history._key(gid, "waiting")
    assert 0 < redis_client().ttl(key) <= 3
    redis_client().hset(key, "a process", "5 1 1")  # that time is over
    later(gid, 2100)
    others = history.publish(gid, [history.Offer("NORMAL", "", "{}")] * 40, who="another")
    assert [each.code for each in others.each].count("a") == 36


def test_what_is_older_than_five_minutes_is_not_brought_back(gid: str, monkeypatch) -> None:
    said = history.publish(gid, [history.Offer("HIGH", "", '{"text":"old"}')])
    assert history.since(gid, said.epoch, 0).recovered
    monkeypatch.setattr(history, "SECONDS", -1)
    assert not history.since(gid, said.epoch, 0).recovered
    assert history.since(gid, said.epoch, 1).recovered  # nothing was missed
    assert history.one(gid, 1)["text"] == "old"
