"""Saying something: numbered, stamped by the server, refused in words."""

import pytest
import redis

from chat import history
from chat.models import Message, Priority
from chat.services import messages
from core.errors import BadInput, LoginRequired, NotAllowed, TooFast, Unavailable
from core.events import redis_client
from core.guests import new_guest

pytestmark = pytest.mark.django_db


def say(actor, channel, text="hello", **fields):
    return messages.say(actor=actor, gid=channel.group.gid, text=text, **fields)


def last(channel):
    return history.recent(channel.group.gid)[2][-1]


def test_every_message_has_the_next_number_of_its_room(channel, viewer, host):
    first, second = say(viewer, channel), say(host, channel)
    assert second == {"epoch": first["epoch"], "seq": first["seq"] + 1}
    assert list(Message.objects.order_by("seq").values_list("seq", flat=True)) == [1, 2]


def test_who_arrives_is_told_what_was_said(channel, host):
    for n in range(30):
        say(host, channel, f"line {n}")
    welcome = messages.welcome(actor=new_guest(), gid=channel.group.gid)
    assert [m["text"] for m in welcome["recent"]] == [f"line {n}" for n in range(30)]
    assert welcome["seq"] == 30
    assert welcome["me"]["uid"] is None
    assert welcome["me"]["may_speak"] is False


def test_the_server_stamps_the_sender(channel, host):
    say(host, channel)
    assert last(channel)["sender"] == {"uid": "host", "nick": "Host", "avatar": "", "role": "owner"}


def test_im4_guests_receive_only(channel):
    with pytest.raises(LoginRequired):
        say(new_guest(), channel)


@pytest.mark.parametrize("text", ["", "   ", "x" * 501])
def test_it_refuses_empty_and_endless_lines(channel, viewer, text):
    with pytest.raises(BadInput) as refusal:
        say(viewer, channel, text)
    assert refusal.value.code == "bad_text"


@pytest.mark.parametrize("kind", ["shout", "gift", "red_packet", "follow", "deleted", "board"])
def test_it_refuses_kinds_it_does_not_know_and_those_that_are_the_servers(channel, host, kind):
    with pytest.raises(BadInput) as refusal:
        say(host, channel, kind=kind, data={"count": 1})
    assert refusal.value.code == "bad_kind"


@pytest.mark.parametrize(
    ("kind", "asked", "stamped"),
    [
        ("text", "HIGH", "NORMAL"),
        ("text", "LOWEST", "NORMAL"),
        ("like", "HIGH", "LOW"),
        ("inquiry", "HIGH", "NORMAL"),
        ("custom", "HIGH", "NORMAL"),
        ("custom", "LOWEST", "LOWEST"),
        ("custom", "", "NORMAL"),
        ("custom", "nonsense", "NORMAL"),
    ],
)
def test_im26_the_kind_decides_the_priority_whatever_the_client_asks(channel, viewer, kind, asked, stamped):
    data = {"custom": {"data": "x"}, "inquiry": {"about": "the blue one"}}.get(kind)
    say(viewer, channel, kind=kind, data=data, priority=asked)
    assert last(channel)["priority"] == stamped


def test_im19_text_is_normal_unless_said_otherwise(channel, viewer):
    say(viewer, channel)
    assert last(channel)["priority"] == Priority.NORMAL


def test_im6_danmaku_gifts_and_likes_are_told_apart(channel, viewer, host):
    say(viewer, channel, "what a show")
    say(viewer, channel, kind="like", data={"count": 3})
    messages.say_for_house(group=channel.group, kind="gift", data={"name": "rose", "quantity": 1}, sender=viewer)
    heard = history.recent(channel.group.gid)[2]
    assert [(m["kind"], m["priority"]) for m in heard] == [("text", "NORMAL"), ("like", "LOW"), ("gift", "HIGH")]


@pytest.mark.parametrize("faces", ["😀", "👨‍👩‍👧‍👦 🎉", "👍🏽❤️", "🇨🇳"])
def test_a_face_is_emoji(channel, viewer, faces):
    say(viewer, channel, faces, kind="face")
    assert last(channel)["kind"] == "face"


@pytest.mark.parametrize("faces", ["hello", "😀 hi", "", "12", "😀" * 40])
def test_a_face_is_nothing_but_emoji(channel, viewer, faces):
    with pytest.raises(BadInput):
        say(viewer, channel, faces, kind="face")


@pytest.mark.parametrize(
    "data",
    [
        *(None, "text", [], {}, {"data": 7}, {"data": "x" * 5000}, {"data": None, "desc": "d"}, {"other": "x"}),
        *({"data": "\ud83d"}, {"data": "\0"}),
    ],
)
def test_it_refuses_custom_messages_without_sense(channel, viewer, data):
    with pytest.raises(BadInput) as refusal:
        say(viewer, channel, kind="custom", data=data)
    assert refusal.value.code == "bad_data"


def test_only_those_who_rule_show_vouchers(channel, viewer, host):
    with pytest.raises(NotAllowed):
        say(viewer, channel, kind="voucher", data={"title": "Ten off"})
    say(host, channel, kind="voucher", data={"title": "Ten off"})
    assert last(channel)["data"]["title"] == "Ten off"


@pytest.mark.parametrize("more", [{"\0": 1}, {"shop": [{"name": "\udc00"}]}])
def test_it_refuses_what_no_encoding_and_no_database_takes_however_deep(channel, host, more):
    with pytest.raises(BadInput):
        say(host, channel, kind="voucher", data={"title": "Ten off", **more})


def test_an_answer_carries_the_line_it_answers(channel, viewer, host):
    first = say(viewer, channel, "where is it made?")
    say(host, channel, "in Jingdezhen", reply_to=first["seq"], mentions=["viewer"])
    answer = last(channel)
    assert answer["reply_to"] == {**first, "nick": "Viewer", "text": "where is it made?"}
    assert answer["mentions"] == ["viewer"]


def test_an_answer_to_nothing_is_said_without_it(channel, viewer):
    say(viewer, channel, reply_to=99)
    assert "reply_to" not in last(channel)


def test_a_message_sent_again_with_its_nonce_appears_once(channel, viewer, host):
    first = say(viewer, channel, "once", nonce="a1")
    assert say(viewer, channel, "once", nonce="a1") == first
    assert say(host, channel, "mine", nonce="a1") != first
    assert Message.objects.count() == 2


def test_twenty_things_in_half_a_minute_and_not_one_more(channel, viewer):
    for _ in range(20):
        say(viewer, channel)
    with pytest.raises(TooFast) as refusal:
        say(viewer, channel)
    assert 0 < refusal.value.detail["wait"] <= 30


def test_who_rules_may_say_more(channel, host):
    for _ in range(25):
        say(host, channel)
    assert Message.objects.count() == 25


def test_a_redis_that_came_back_empty_starts_another_epoch(channel, viewer):
    before = say(viewer, channel)
    redis_client().delete(*history._keys(channel.group.gid))
    after = say(viewer, channel)
    assert after["seq"] == 1
    assert after["epoch"] != before["epoch"]


def test_without_redis_it_says_unavailable_and_keeps_nothing(channel, viewer, monkeypatch):
    nowhere = redis.Redis(port=1)
    monkeypatch.setattr(history, "redis_client", lambda: nowhere)
    history._script.cache_clear()
    with pytest.raises(Unavailable):
        say(viewer, channel)
    history._script.cache_clear()
    assert not Message.objects.exists()
