"""Conversation and moderation through the REST door of a group."""

import pytest

from chat import history
from chat.models import Deed, Message, MessageState, ModerationDeed, Restriction, SensitiveWord, WordLevel
from chat.services import members, messages, reports, roles, words
from chat.tests.doors import error_of
from core import clock
from core.tests.staff import queries_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator(audience, host, viewer):
    roles.set_role(actor=host, gid=audience.gid, uid="viewer", role="admin")
    return viewer


def say(group, actor, text="hello") -> Message:
    said = messages.say(actor=actor, gid=group.gid, text=text)
    row, _ = Message.objects.get_or_create(
        group=group, epoch=said["epoch"], seq=said["seq"], defaults=facts(actor, text)
    )
    return row


def facts(sender, text: str) -> dict:
    return {"sender": sender, "kind": "text", "payload": {"text": text}, "created_at": clock.now()}


def hold(group, sender, text="hmm") -> Message:
    return Message.objects.create(group=group, state=MessageState.HELD, **facts(sender, text))


def deeds() -> list[tuple[str, str]]:
    return list(ModerationDeed.objects.order_by("id").values_list("deed", "reason"))


# ---- Who may not speak or be here ----


def test_im21_a_moderator_mutes_for_a_time_and_the_muted_are_refused(door, audience, moderator, stranger):
    muted = door(audience, moderator).post("restrictions/", uid="stranger", kind="mute", seconds=60, reason="spam")
    assert muted.status_code == 204
    assert error_of(door(audience, stranger).post("messages/", text="but"))[1] == "muted"
    (row,) = door(audience, moderator).get("restrictions/").json()["results"]
    assert (row["uid"], row["nick"], row["kind"], row["reason"]) == ("stranger", "Stranger", "mute", "spam")
    assert row["until"]
    assert door(audience, moderator).delete("restrictions/", uid="stranger", kind="mute").status_code == 204
    assert door(audience, stranger).post("messages/", text="thanks").status_code == 201
    assert deeds() == [(Deed.MUTE, "spam"), (Deed.UNMUTE, "")]


@pytest.mark.parametrize("fields", [{}, {"seconds": None}])
def test_a_mute_without_an_end_is_for_good(door, audience, moderator, stranger, fields):
    door(audience, moderator).post("restrictions/", uid="stranger", kind="mute", **fields)
    assert door(audience, moderator).get("restrictions/").json()["results"][0]["until"] is None


def test_im22_who_is_put_out_comes_back_when_the_time_is_over(door, audience, moderator, stranger, later):
    door(audience, moderator).post("restrictions/", uid="stranger", kind="kick", reason="calm down")
    assert error_of(door(audience, stranger).get()) == (403, "not_allowed")
    later(seconds=61)
    assert door(audience, stranger).get().status_code == 200
    assert door(audience, moderator).get("restrictions/").json()["results"] == []


def test_im22_a_ban_keeps_one_out_until_it_is_lifted(door, club, host, stranger):
    members.add(actor=host, gid=club.gid, uid="stranger")
    assert door(club, host).post("restrictions/", uid="stranger", kind="ban").status_code == 204
    assert not club.memberships.filter(user=stranger).exists()
    assert error_of(door(club, stranger).post("join/")) == (403, "banned")
    door(club, host).delete("restrictions/", uid="stranger", kind="ban")
    assert door(club, stranger).post("join/").json() == {"status": "joined"}


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"uid": "host", "kind": "ban"}, (403, "not_over_them")),
        ({"uid": "viewer", "kind": "mute"}, (403, "not_over_them")),
        ({"uid": "nobody", "kind": "ban"}, (400, "unknown_user")),
        ({"uid": "stranger", "kind": "tickle"}, (400, "bad_input")),
        ({"uid": "stranger", "kind": "ban", "seconds": -1}, (400, "bad_input")),
        ({"uid": "stranger", "kind": "ban", "seconds": 10**9}, (400, "bad_seconds")),
        ({"uid": "stranger", "kind": "ban", "seconds": 10**30}, (400, "bad_seconds")),
        ({"uid": "stranger", "kind": "kick", "seconds": None}, (400, "bad_seconds")),
        ({"uid": "stranger", "kind": "ban", "reason": "x" * 201}, (400, "bad_input")),
        ({"kind": "ban"}, (400, "bad_input")),
    ],
    ids=str,
)
def test_what_a_moderator_may_not_do_leaves_nothing_behind(door, audience, moderator, stranger, fields, refusal):
    assert error_of(door(audience, moderator).post("restrictions/", **fields)) == refusal
    assert not Restriction.objects.exists()
    assert not ModerationDeed.objects.exists()


# ---- What was said ----


def test_im28_something_is_said_through_the_api_and_stands_in_the_line(door, audience, viewer):
    first, second = (door(audience, viewer).post("messages/", text=text) for text in ("one", "two"))
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json() == {"epoch": first.json()["epoch"], "seq": first.json()["seq"] + 1}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, "bad_text"),
        ({"text": "x" * 501}, "bad_text"),
        ({"kind": "shout", "text": "x"}, "bad_kind"),
        ({"kind": "gift", "data": {"coins": 5}}, "bad_kind"),
        ({"kind": "custom"}, "bad_data"),
        ({"text": ["a", "list"]}, "bad_input"),
        ({"text": "x", "mentions": ["a"] * 11}, "bad_input"),
    ],
    ids=str,
)
def test_what_cannot_be_said_is_refused(door, audience, viewer, fields, code):
    assert error_of(door(audience, viewer).post("messages/", **fields)) == (400, code)


def test_im4_a_guest_says_nothing(door, audience):
    assert error_of(door(audience, None).post("messages/", text="hello")) == (401, "login_required")


def test_moderators_read_the_log_by_state_in_pages(door, audience, moderator, stranger):
    shown = [say(audience, stranger, f"line {n}") for n in range(3)]
    held = hold(audience, stranger)
    everything = door(audience, moderator).get("messages/").json()["results"]
    assert [row["id"] for row in everything] == [held.pk, *(row.pk for row in reversed(shown))]
    (row,) = door(audience, moderator).get("messages/", state="held").json()["results"]
    assert (row["id"], row["text"], row["sender"]["uid"]) == (held.pk, "hmm", "stranger")
    page = door(audience, moderator).get("messages/", page_size=2).json()
    assert (len(page["results"]), bool(page["next"])) == (2, True)
    assert error_of(door(audience, moderator).get("messages/", state="odd")) == (400, "bad_input")


def test_im9_members_do_not_recall_and_moderators_delete(door, audience, moderator, stranger):
    said = say(audience, stranger, "oops")
    address, named = f"messages/{said.seq}/", {"epoch": said.epoch, "reason": "asked to"}
    assert error_of(door(audience, stranger).delete(address, **named)) == (403, "not_allowed")
    assert door(audience, moderator).delete(address, **named).status_code == 204
    said.refresh_from_db()
    assert said.state == MessageState.DELETED
    assert deeds() == [(Deed.DELETE, "asked to")]


@pytest.mark.parametrize(
    ("seq", "fields", "refusal"),
    [
        (99, {"epoch": "none"}, (404, "unknown_message")),
        (1, {}, (400, "bad_input")),
        (2**70, {"epoch": "none"}, (404, "unknown_message")),
    ],
)
def test_a_message_that_is_not_there_is_not_deleted(door, audience, moderator, seq, fields, refusal):
    assert error_of(door(audience, moderator).delete(f"messages/{seq}/", **fields)) == refusal


# ---- What waits for a moderator ----


def test_im2_a_held_message_is_let_through_once(door, audience, moderator, stranger):
    waiting = hold(audience, stranger, "a word")
    (row,) = door(audience, moderator).get("held/").json()["results"]
    assert row["id"] == waiting.pk
    let_through = door(audience, moderator).post("held/", id=waiting.pk, accept=True, reason="harmless")
    assert (let_through.status_code, let_through.json()["state"]) == (200, "shown")
    assert door(audience, moderator).get("held/").json()["results"] == []
    again = door(audience, moderator).post("held/", id=waiting.pk, accept=False)
    assert error_of(again) == (409, "decided_already")
    assert deeds() == [(Deed.APPROVE, "harmless")]


def test_im2_a_word_on_the_list_holds_a_message_for_review(door, audience, moderator, stranger, staff):
    words.add(actor=staff, text="rosebud", level=WordLevel.HOLD)
    answer = door(audience, stranger).post("messages/", text="Rosebud!").json()
    assert answer["held"] is True
    (row,) = door(audience, moderator).get("held/").json()["results"]
    assert (row["id"], row["text"]) == (answer["id"], "Rosebud!")
    assert door(audience, moderator).post("held/", id=answer["id"], accept=False).json()["state"] == "refused"
    assert SensitiveWord.objects.count() == 1


def test_a_held_message_of_another_group_is_not_decided_here(door, audience, club, host, moderator, stranger):
    theirs = hold(club, host)
    assert error_of(door(audience, moderator).post("held/", id=theirs.pk, accept=True)) == (404, "not_found")
    assert error_of(door(audience, moderator).post("held/", id=2**63, accept=True)) == (400, "bad_input")


def test_a_report_is_dismissed_or_goes_with_its_message(door, audience, moderator, host, stranger):
    said = [say(audience, host, text) for text in ("one", "two")]
    for message in said:
        reports.report(actor=stranger, gid=audience.gid, epoch=message.epoch, seq=message.seq, reason="rude")
    first, second = door(audience, moderator).get("reports/").json()["results"]
    assert (first["reporter"]["uid"], first["reason"], first["message"]["text"]) == ("stranger", "rude", "one")
    assert door(audience, moderator).post("reports/", id=first["id"], dismiss=True).status_code == 204
    door(audience, moderator).delete(f"messages/{said[1].seq}/", epoch=said[1].epoch)
    assert door(audience, moderator).get("reports/").json()["results"] == []
    assert error_of(door(audience, moderator).post("reports/", id=second["id"], dismiss=True)) == (404, "not_found")


def test_a_report_is_answered_with_true_and_nothing_else(door, audience, moderator):
    assert error_of(door(audience, moderator).post("reports/", id=1, dismiss=False)) == (400, "bad_input")


# ---- A word of the house ----


def test_im3_a_system_notice_reaches_everybody_and_whoever_comes_later_is_not_told(door, audience, moderator, told):
    heard = told(lambda: door(audience, moderator).post("system-notices/", text="Back at nine", data='{"a": 1}'))
    (notice,) = [data for name, data in heard if name == "chat.notice"]
    assert (notice["text"], notice["data"]) == ("Back at nine", '{"a": 1}')
    assert history.recent(audience.gid)[2] == []
    assert Message.objects.get().payload == {"text": "Back at nine"}  # the log has it, for a replay


@pytest.mark.parametrize("fields", [{}, {"text": "  "}, {"text": "x" * 1001}, {"data": "x" * 4001}], ids=len)
def test_an_empty_or_endless_notice_is_refused(door, audience, moderator, fields):
    assert door(audience, moderator).post("system-notices/", **fields).status_code == 400


# ---- Who may not ----

MODERATORS_ONLY = [
    ("get", "restrictions/", {}),
    ("post", "restrictions/", {"uid": "host", "kind": "mute"}),
    ("delete", "restrictions/", {"uid": "host", "kind": "mute"}),
    ("get", "messages/", {}),
    ("delete", "messages/1/", {"epoch": "e"}),
    ("get", "held/", {}),
    ("post", "held/", {"id": 1, "accept": True}),
    ("get", "reports/", {}),
    ("post", "reports/", {"id": 1, "dismiss": True}),
    ("get", "requests/", {}),
    ("post", "requests/", {"uid": "viewer", "accept": True}),
    ("post", "system-notices/", {"text": "hello"}),
]


@pytest.mark.parametrize(("method", "tail", "fields"), MODERATORS_ONLY)
def test_only_moderators_rule_and_strangers_learn_nothing(door, audience, club, stranger, method, tail, fields):
    def ask(group, person):
        return error_of(getattr(door(group, person), method)(tail, **fields))

    assert ask(audience, stranger) == (403, "not_allowed")
    assert ask(audience, None) == (401, "login_required")
    assert ask(club, stranger) == (404, "not_found")
    assert ask(club, None) == (404, "not_found")


@pytest.mark.parametrize("gid", ["@TGS%23NOTHING", "nothing", "x" * 300])
def test_a_group_that_is_not_there_is_a_coded_404(client, viewer, gid):
    client.force_login(viewer)
    for tail in ("", "members/", "restrictions/", "messages/", "held/"):
        answer = client.get(f"/api/v1/groups/{gid}/{tail}")
        assert answer.status_code == 404
        assert answer.json()["error"]["code"] == "not_found"


def test_lists_cost_the_same_for_many_rows(door, audience, moderator, stranger):
    moderators = door(audience, moderator)
    pages = [moderators.base + tail for tail in ("messages/", "held/", "restrictions/", "members/")]
    hold(audience, stranger)
    few = [queries_for(moderators.client, page) for page in pages]
    for _ in range(20):
        hold(audience, stranger)
    assert [queries_for(moderators.client, page) for page in pages] == few


def test_it_is_all_in_the_schema(client, db):
    schema = client.get("/api/schema/").content.decode()
    for tail in ("", "owner/", "join/", "quit/", "members/", "requests/", "restrictions/", "messages/"):
        assert f"/api/v1/groups/{{gid}}/{tail}" in schema
    for tail in ("messages/{seq}/", "held/", "reports/", "system-notices/"):
        assert f"/api/v1/groups/{{gid}}/{tail}:" in schema
