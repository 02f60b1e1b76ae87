"""The promises of the chat, each asked of what was written down. An empty answer is the proof; otherwise each line
says what was broken, and for whom."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping

from bench.flood.records import Log, Sent, Shown

TOLD = {"taken": "after", "dropped": "dropped", "refused": "refused"}  # to the sender, and how the room counts it
COUNTED_REFUSAL = "room_busy"  # the room's own; others say no before the room is asked


def holes(logs: Iterable[Log]) -> list[str]:
    """Within what a listener claims, every number was shown."""
    return [
        f"{log.name}: nothing shown for {span.epoch}:{seq}"
        for log in logs
        for span in log.spans
        for seq in sorted(set(range(span.since + 1, span.until + 1)) - {each.seq for each in span.shown})
    ]


def losses(sent: Iterable[Sent], logs: Iterable[Log]) -> list[str]:
    """What was acknowledged was shown, under that very number, to everybody who claims that stretch."""
    broken = []
    taken = [each for each in sent if each.outcome == "taken"]
    for log in logs:
        word_at = {(each.epoch, each.seq): each.word for each in log.shown}
        for each in taken:
            claimed = any(span.epoch == each.epoch and span.since < each.seq <= span.until for span in log.spans)
            if claimed and word_at.get((each.epoch, each.seq)) != each.word:
                broken.append(f"{log.name}: {each.word} was taken as {each.epoch}:{each.seq} and not shown there")
    return broken


def inversions(logs: Iterable[Log]) -> list[str]:
    """All were shown the same under one number, and numbers only grow."""
    broken, said = [], {}
    for log in logs:
        last: dict[str, int] = {}
        for each in log.shown:
            what = (each.uid, each.word)
            if said.setdefault((each.epoch, each.seq), what) != what:
                broken.append(f"{log.name}: {each.epoch}:{each.seq} is {what}, others heard something else there")
            if each.seq <= last.get(each.epoch, -1):
                broken.append(f"{log.name}: {each.epoch}:{each.seq} came after {last[each.epoch]}")
            last[each.epoch] = each.seq
    return broken


def inventions(sent: Iterable[Sent], logs: Iterable[Log]) -> list[str]:
    """Whatever was shown had been said, by that person, and its sender was not told that nobody would see it."""
    by_word = {each.word: each for each in sent}
    broken = []
    for log in logs:
        for each in log.shown:
            origin = by_word.get(each.word)
            if origin is None or origin.uid != each.uid:
                broken.append(f"{log.name}: {each.uid} never said {each.word!r}")
            elif origin.outcome in ("dropped", "refused") and origin.tries == 1:  # an earlier try may have been taken
                broken.append(f"{log.name}: {each.word} was {origin.outcome} and yet shown")
    return broken


def repeats(logs: Iterable[Log]) -> list[str]:
    """Nobody was shown anything twice: not a number, and not a word of one epoch, retried or not."""
    return [
        f"{log.name}: {key} {name} was shown {times} times"
        for log in logs
        for key in ("seq", "word")
        for name, times in Counter((each.epoch, getattr(each, key)) for each in log.shown).items()
        if times > 1
    ]


def worst_window(shown: Iterable[Shown], *, ms: int = 1000) -> int:
    """The most messages whose stamps lie in any (t - ms, t]."""
    by_epoch: dict[str, list[int]] = {}
    for epoch, _, ts in {(each.epoch, each.seq, each.ts) for each in shown}:
        by_epoch.setdefault(epoch, []).append(ts)
    worst = 0
    for stamps in map(sorted, by_epoch.values()):
        worst = max([worst, *(n + 1 - bisect_right(stamps, ts - ms) for n, ts in enumerate(stamps))])
    return worst


def told(sent: Iterable[Sent]) -> Counter[str]:
    """What the senders were told, under the names of the room's counters."""
    counted: Counter[str] = Counter()
    for each in sent:
        asked_of_the_room = each.outcome in ("taken", "dropped") or each.code == COUNTED_REFUSAL
        if asked_of_the_room:
            counted[f"{each.priority}:before"] += 1
            counted[f"{each.priority}:{TOLD[each.outcome]}"] += 1
    return counted


def sums(sent: Iterable[Sent], counts: Mapping[str, int]) -> list[str]:
    """The room's counters are what the senders were told, and add up, to the last one. What nobody could tell its
    sender may be counted or not."""
    sent = list(sent)
    expected, untold = told(sent), Counter(each.priority for each in sent if each.outcome == "unknown")
    broken = [
        f"{name}: the senders were told {expected[name]}, the room counts {counts.get(name, 0)}"
        for name in sorted({*expected, *counts})
        if not 0 <= counts.get(name, 0) - expected[name] <= untold[name.partition(":")[0]]
    ]
    for priority in {name.partition(":")[0] for name in counts}:
        before, *parts = (counts.get(f"{priority}:{name}", 0) for name in ("before", *TOLD.values()))
        if before != sum(parts):
            broken.append(f"{priority}: {before} before, {' + '.join(map(str, parts))} afterwards")
    return broken


def all_broken(sent: list[Sent], logs: list[Log]) -> list[str]:
    """Every promise that holds whatever parts died meanwhile."""
    return [
        *holes(logs),
        *losses(sent, logs),
        *inversions(logs),
        *inventions(sent, logs),
        *repeats(logs),
    ]
