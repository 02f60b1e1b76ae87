"""The checkers of the chat's promises catch what they are for: each is shown a run that keeps them, and one broken."""

from dataclasses import replace

from bench.flood import proofs
from bench.flood.records import Log, Sent, Shown, Span

EPOCH = "one"


def sent(seq: int, epoch: str = EPOCH) -> Sent:
    return Sent(f"w{seq}", "ada", "NORMAL", 0.0, "taken", "", epoch, seq)


def shown(seq: int, **other: object) -> Shown:
    return Shown(EPOCH, seq, 1000 + seq, "ada", f"w{seq}", "NORMAL", 0.0)._replace(**other)


def log(*each: Shown, since: int = 0, until: int | None = None, name: str = "ear") -> Log:
    return Log(name, [Span(EPOCH, since, each[-1].seq if until is None else until, list(each))])


SENT = [sent(1), sent(2), sent(3), replace(sent(9), outcome="dropped", epoch="", seq=0)]
WHOLE = log(shown(1), shown(2), shown(3))


def test_a_run_that_keeps_every_promise_breaks_none() -> None:
    late = log(shown(3), since=2, name="late")
    assert proofs.all_broken(SENT, [WHOLE, late]) == []


def test_a_number_that_was_never_shown_is_a_hole_also_at_the_end() -> None:
    assert len(proofs.holes([log(shown(1), shown(3))])) == 1
    assert len(proofs.holes([log(shown(1), until=3)])) == 2


def test_an_admitted_loss_is_no_hole_and_no_loss() -> None:
    admitted = Log("ear", [Span(EPOCH, 0, 1, [shown(1)]), Span(EPOCH, 2, 3, [shown(3)])])
    assert proofs.all_broken(SENT, [admitted]) == []


def test_what_was_acknowledged_and_not_shown_is_a_loss() -> None:
    assert len(proofs.losses(SENT, [log(shown(1), shown(3))])) == 1


def test_what_was_shown_under_another_number_is_a_loss() -> None:
    assert len(proofs.losses(SENT, [log(shown(1), shown(2, word="w3"), shown(3, word="w2"))])) == 2


def test_an_inversion_is_seen_and_so_are_two_who_heard_different_things() -> None:
    assert len(proofs.inversions([log(shown(2), shown(1), until=2)])) == 1
    assert len(proofs.inversions([WHOLE, log(shown(1), shown(2, word="w3"), shown(3))])) == 1


def test_another_epoch_may_begin_at_one_again() -> None:
    both = Log("ear", [*WHOLE.spans, Span("two", 0, 1, [shown(1, epoch="two", word="w7")])])
    again = replace(sent(7, "two"), seq=1)
    assert proofs.all_broken([*SENT, again], [both]) == []


def test_what_nobody_said_is_an_invention_and_so_are_words_in_anothers_mouth() -> None:
    assert len(proofs.inventions(SENT, [log(shown(1, word="never"))])) == 1
    assert len(proofs.inventions(SENT, [log(shown(1, uid="eve"))])) == 1


def test_what_its_sender_was_told_was_dropped_may_not_be_shown() -> None:
    assert len(proofs.inventions(SENT, [log(shown(4, word="w9"))])) == 1


def test_what_was_left_unanswered_may_be_shown_once_or_not_at_all() -> None:
    unknown = [replace(each, outcome="unknown", epoch="", seq=0) for each in SENT[:3]]
    assert proofs.all_broken(unknown, [log(shown(1))]) == []
    assert len(proofs.repeats([log(shown(1), shown(2, word="w1"))])) == 1


def test_a_number_shown_twice_is_a_repeat() -> None:
    assert len(proofs.repeats([log(shown(1), shown(1, word="w2"))])) == 1


def test_the_worst_window_counts_what_lies_within_a_trailing_second() -> None:
    at = [shown(n, ts=ts) for n, ts in enumerate([0, 500, 999, 1000, 1999, 2500])]
    assert proofs.worst_window(at) == 3
    assert proofs.worst_window([*at, *at]) == 3  # heard by two
    assert proofs.worst_window([shown(1, ts=5), shown(2, ts=5, epoch="two")]) == 1
    assert proofs.worst_window([]) == 0


COUNTS = {"NORMAL:before": 4, "NORMAL:after": 3, "NORMAL:dropped": 1}


def test_sums_that_are_what_the_senders_were_told_break_nothing() -> None:
    assert proofs.sums(SENT, COUNTS) == []


def test_a_counter_that_is_one_off_is_seen() -> None:
    for name in COUNTS:
        wrong = {**COUNTS, name: COUNTS[name] + 1}
        assert any(name in line for line in proofs.sums(SENT, wrong))
        assert any("afterwards" in line for line in proofs.sums(SENT, wrong))


def test_only_the_rooms_own_refusal_is_counted() -> None:
    no = Sent("w", "ada", "HIGH", 0.0, "refused", "room_busy")
    assert proofs.sums([no], {"HIGH:before": 1, "HIGH:refused": 1}) == []
    assert proofs.sums([replace(no, code="muted")], {}) == []
    assert proofs.sums([no], {}) != []
