"""Moderators: what they do to people and messages, by services; the sockets are walked in tests/."""

import functools
import json

import pytest

from chat import history
from chat.models import (
    Deed,
    Membership,
    Message,
    MessageState,
    ModerationDeed,
    Report,
    ReportState,
    SensitiveWord,
)
from chat.services import groups, members, messages, moderation, reports, review, words
from chat.standing import Seat
from core.errors import BadInput, DomainError, IllegalMove, LoginRequired, NotAllowed, NotFound, TooFast
from core.guests import new_guest

pytestmark = pytest.mark.django_db


@pytest.fixture
def gid(channel):
    return channel.group.gid


@pytest.fixture
def say(gid):
    def said(actor, text="hello", **fields):
        return messages.say(actor=actor, gid=gid, text=text, **fields)

    return said


@pytest.fixture
def rules(channel):
    def be(**values):
        type(channel.group).objects.filter(pk=channel.group.pk).update(**values)

    return be


@pytest.fixture
def moderator(channel, stranger):
    Membership.objects.create(group=channel.group, user=stranger, role="admin")
    return stranger


def code_of(call, kind=DomainError):
    with pytest.raises(kind) as refusal:
        call()
    return refusal.value.code


def heard(gid):
    return history.recent(gid)[2]


def test_im21_who_is_muted_may_not_speak_and_may_when_the_time_is_over(gid, say, host, viewer, later):
    moderation.mute(actor=host, gid=gid, uid="viewer", seconds=60, reason="shouting")
    assert code_of(lambda: say(viewer), NotAllowed) == "muted"
    assert messages.welcome(actor=viewer, gid=gid)["me"]["muted_until"]  # coming back does not help
    later(seconds=61)
    assert say(viewer)["seq"]
    deed = ModerationDeed.objects.get()
    assert (deed.deed, deed.actor, deed.target, deed.reason) == (Deed.MUTE, host, viewer, "shouting")


def test_a_mute_without_end_is_lifted_by_zero_seconds(gid, say, host, viewer):
    moderation.mute(actor=host, gid=gid, uid="viewer", seconds=None)
    assert messages.me(actor=viewer, gid=gid)["muted_until"] == "forever"
    moderation.mute(actor=host, gid=gid, uid="viewer", seconds=0)
    assert say(viewer)["seq"]


def test_im21_a_moderators_custom_message_mutes(gid, say, host, viewer):
    order = {"action": "mute", "Members_Account": ["viewer"], "MuteTime": 60}
    say(host, kind="custom", data={"data": json.dumps(order)})
    assert code_of(lambda: say(viewer), NotAllowed) == "muted"
    assert heard(gid)[-1]["priority"] == "HIGH"


def test_im22_a_custom_message_removes_even_where_the_room_has_no_place(gid, say, host, viewer, monkeypatch):
    monkeypatch.setattr(history, "LIMIT", 0)
    monkeypatch.setattr("chat.drafts.PATIENCE", 0)
    order = {"action": "kick", "Members_Account": ["viewer"], "Duration": 600}
    assert code_of(lambda: say(host, kind="custom", data={"data": json.dumps(order)})) == "room_busy"
    assert code_of(lambda: messages.welcome(actor=viewer, gid=gid)) == "not_allowed"


def test_the_same_words_of_somebody_else_are_only_words(gid, say, viewer, host):
    order = {"action": "mute", "Members_Account": ["host"], "MuteTime": 60}
    say(viewer, kind="custom", data={"data": json.dumps(order)})
    assert say(host)["seq"]


@pytest.mark.parametrize(
    "order",
    [
        {"action": "mute"},
        {"action": "mute", "Members_Account": []},
        {"action": "mute", "Members_Account": "viewer"},
        {"action": "mute", "Members_Account": [7]},
        {"action": "mute", "Members_Account": ["viewer"], "MuteTime": "long"},
        {"action": "kick", "Members_Account": ["nobody"]},
    ],
)
def test_it_refuses_orders_without_sense(say, host, viewer, order):
    with pytest.raises(DomainError):
        say(host, kind="custom", data={"data": json.dumps(order)})
    assert not ModerationDeed.objects.exists()


def test_im9_who_is_kicked_is_out_for_that_time(gid, host, viewer, later):
    moderation.kick(actor=host, gid=gid, uid="viewer", seconds=60)
    assert code_of(lambda: messages.welcome(actor=viewer, gid=gid)) == "not_allowed"
    later(seconds=61)
    assert messages.welcome(actor=viewer, gid=gid)["me"]["may_speak"]


def test_a_ban_lasts_until_it_is_lifted(gid, host, viewer, later):
    moderation.ban(actor=host, gid=gid, uid="viewer", reason="spam")
    later(days=400)
    assert code_of(lambda: messages.welcome(actor=viewer, gid=gid)) == "not_allowed"
    moderation.unban(actor=host, gid=gid, uid="viewer")
    assert messages.welcome(actor=viewer, gid=gid)["me"]["may_speak"]
    assert list(ModerationDeed.objects.values_list("deed", flat=True)) == ["unban", "ban"]


@pytest.mark.parametrize("seconds", [-1, 400 * 86_400])
def test_it_refuses_times_out_of_range(gid, host, viewer, seconds):
    assert code_of(lambda: moderation.mute(actor=host, gid=gid, uid="viewer", seconds=seconds)) == "bad_seconds"


def test_viewers_moderate_nobody_and_guests_neither(gid, viewer, host, say):
    seq = say(host)
    for actor, error in ((viewer, NotAllowed), (new_guest(), LoginRequired)):
        for act in (
            lambda actor=actor: moderation.mute(actor=actor, gid=gid, uid="host", seconds=60),
            lambda actor=actor: moderation.kick(actor=actor, gid=gid, uid="host"),
            lambda actor=actor: moderation.delete(actor=actor, gid=gid, **seq),
            lambda actor=actor: review.held(actor=actor, gid=gid),
        ):
            assert code_of(act, error)


def test_nobody_rules_over_the_owner_or_another_moderator(gid, host, moderator, viewer):
    for uid in ("host", "stranger"):
        assert code_of(lambda uid=uid: moderation.ban(actor=moderator, gid=gid, uid=uid)) == "not_over_them"
    moderation.mute(actor=moderator, gid=gid, uid="viewer", seconds=60)
    moderation.mute(actor=host, gid=gid, uid="stranger", seconds=60)


def test_staff_rule_over_everybody(gid, staff, host, say):
    moderation.mute(actor=staff, gid=gid, uid="host", seconds=60)
    assert code_of(lambda: say(host)) == "muted"


def test_a_deleted_message_is_gone_for_who_comes_later_and_stays_in_the_log(
    gid, say, host, viewer, django_capture_on_commit_callbacks
):
    said = say(viewer, "rude")
    with django_capture_on_commit_callbacks(execute=True):
        moderation.delete(actor=host, gid=gid, **said, reason="rude")
    first, second = heard(gid)
    assert (first["seq"], first["kind"], first.get("text"), first["sender"]) == (1, "deleted", None, None)
    assert (second["kind"], second["data"]) == ("deleted", said)
    row = Message.objects.get()
    assert (row.state, row.payload["text"]) == (MessageState.DELETED, "rude")


def test_im9_nobody_recalls_their_own(gid, say, viewer):
    said = say(viewer)
    assert code_of(lambda: moderation.delete(actor=viewer, gid=gid, **said)) == "not_allowed"


def test_a_message_of_another_epoch_or_number_is_not_there(gid, say, host):
    said = say(host)
    for wrong in ({**said, "seq": 99}, {**said, "epoch": "x"}):
        assert code_of(lambda wrong=wrong: moderation.delete(actor=host, gid=gid, **wrong), NotFound)


def test_everybody_is_muted_but_those_who_rule(rules, say, host, viewer):
    rules(muted_all=True)
    assert code_of(lambda: say(viewer)) == "muted_all"
    assert say(host)["seq"]


def test_slow_mode_says_how_long_to_wait(gid, rules, say, host, viewer):
    rules(slow_seconds=30)
    say(viewer)
    with pytest.raises(TooFast) as refusal:
        say(viewer)
    assert refusal.value.code == "slow_mode"
    assert 25 < refusal.value.detail["wait"] <= 30
    assert 25 < messages.me(actor=viewer, gid=gid)["wait"] <= 30
    say(host), say(host)


@pytest.mark.parametrize(
    "text",
    ["see https://spam.example", "go to WWW.spam.biz now", "spam.com", "https:// spam", "buy at my-shop.top/x"],
)
def test_links_are_refused_where_the_owner_says_so(rules, say, viewer, text):
    rules(block_links=True)
    assert code_of(lambda: say(viewer, text)) == "link_refused"


@pytest.mark.parametrize("text", ["e.g. this", "3.5 million", "wait...what", "Mr.Smith", "1.com2"])
def test_sentences_with_dots_are_no_links(rules, say, viewer, text):
    rules(block_links=True)
    assert say(viewer, text)["seq"]


def list_word(staff, text, level, category="abuse"):
    words.add(actor=staff, text=text, level=level, category=category)
    words.matcher("", fresh=True)


def test_im2_blocked_words_are_refused_masked_ones_masked_and_doubtful_ones_held(gid, say, staff, viewer):
    list_word(staff, "dreadful", "block")
    list_word(staff, "silly", "mask")
    list_word(staff, "casino", "hold", "advertising")
    with pytest.raises(BadInput) as refusal:
        say(viewer, "how DREADFUL")
    assert (refusal.value.code, refusal.value.detail) == ("word_refused", {"category": "abuse"})
    say(viewer, "how silly of me")
    assert heard(gid)[-1]["text"] == "how ***** of me"
    outcome = say(viewer, "my casino is silly")
    assert outcome["held"]
    assert len(heard(gid)) == 1
    assert SensitiveWord.objects.count() == 3


def hold(say, staff, viewer):
    list_word(staff, "casino", "hold", "advertising")
    return say(viewer, "my casino")["id"]


def test_a_held_message_is_said_when_it_is_let_through(gid, say, staff, host, viewer):
    waiting = hold(say, staff, viewer)
    (row,) = review.held(actor=host, gid=gid)
    assert row.found[0]["word"] == "casino"
    review.approve(actor=host, gid=gid, id=waiting)
    row.refresh_from_db()
    (said,) = heard(gid)
    assert (row.state, row.seq, said["text"], said["sender"]["uid"]) == ("shown", said["seq"], "my casino", "viewer")
    assert Message.objects.count() == 1


def test_a_held_message_is_decided_once(gid, say, staff, host, viewer):
    waiting = hold(say, staff, viewer)
    review.refuse(actor=host, gid=gid, id=waiting, reason="an advertisement")
    assert code_of(lambda: review.approve(actor=host, gid=gid, id=waiting), IllegalMove) == "decided_already"
    assert heard(gid) == []


def test_a_room_that_cannot_take_it_leaves_it_held(gid, say, staff, host, viewer, monkeypatch):
    waiting = hold(say, staff, viewer)
    monkeypatch.setattr(history, "LIMIT", 0)
    monkeypatch.setattr("chat.drafts.PATIENCE", 0)
    assert code_of(lambda: review.approve(actor=host, gid=gid, id=waiting)) == "room_busy"
    assert review.held(actor=host, gid=gid).count() == 1


def test_a_report_counts_once_a_person_and_is_closed_by_the_act(gid, say, host, viewer, stranger):
    said = say(viewer, "rude")
    for _ in range(2):
        reports.report(actor=stranger, gid=gid, **said, reason="rude")
    (row,) = reports.waiting(actor=host, gid=gid)
    assert (row.reporter, row.message.payload["text"]) == (stranger, "rude")
    moderation.delete(actor=host, gid=gid, **said)
    assert Report.objects.get().state == ReportState.ACTED


def test_a_dismissed_report_leaves_the_message(gid, say, host, viewer, stranger):
    said = say(viewer)
    reports.report(actor=stranger, gid=gid, **said)
    reports.dismiss(actor=host, gid=gid, id=Report.objects.get().pk, reason="harmless")
    assert not reports.waiting(actor=host, gid=gid)
    assert Message.objects.get().state == MessageState.SHOWN


def test_guests_report_nothing(gid, say, viewer):
    said = say(viewer)
    assert code_of(lambda: reports.report(actor=new_guest(), gid=gid, **said), LoginRequired)


def test_a_banned_persons_rights_end_in_a_member_group(host, viewer):
    group = groups.create(actor=host, title="Club", access="members", type="Public")
    members.add(actor=host, gid=group.gid, uid="viewer")
    moderation.ban(actor=host, gid=group.gid, uid="viewer")
    assert not group.memberships.filter(user=viewer).exists()


def test_a_socket_that_was_told_to_look_again_sees_the_new_rules(gid, host, viewer):
    seat = Seat()
    say = functools.partial(messages.say, actor=viewer, gid=gid, text="hello", seat=seat)
    say()
    moderation.mute(actor=host, gid=gid, uid="viewer", seconds=60)
    seat.forget()
    assert code_of(say) == "muted"


def test_a_socket_that_missed_the_word_looks_again_by_itself(gid, host, viewer, monkeypatch):
    seat = Seat()
    say = functools.partial(messages.say, actor=viewer, gid=gid, text="hello", seat=seat)
    say()
    moderation.ban(actor=host, gid=gid, uid="viewer")
    monkeypatch.setattr(Seat, "LASTS", 0)
    seat._until = 0
    assert code_of(say) == "not_allowed"
