"""Saying something: numbered, stamped by the server, refused in words."""

import pytest
import redis

from chat import history
from chat.models import Message
from chat.services import messages
from core.errors import BadInput, LoginRequired, Unavailable
from core.events import redis_client
from core.guests import new_guest

pytestmark = pytest.mark.django_db


def say(actor, channel, text="hello"):
    return messages.send(actor=actor, gid=channel.group.gid, kind="text", text=text)


def test_every_message_has_the_next_number_of_its_room(channel, viewer, host):
    first, second = say(viewer, channel), say(host, channel)
    assert second == {"epoch": first["epoch"], "seq": first["seq"] + 1}
    assert list(Message.objects.order_by("seq").values_list("seq", flat=True)) == [1, 2]


def test_who_arrives_is_told_what_was_said(channel, viewer):
    for n in range(60):
        say(viewer, channel, f"line {n}")
    welcome = messages.welcome(actor=new_guest(), gid=channel.group.gid)
    assert [m["text"] for m in welcome["recent"]] == [f"line {n}" for n in range(10, 60)]
    assert welcome["seq"] == 60
    assert welcome["me"] == {"uid": None, "role": "", "may_speak": False}


def test_the_server_stamps_the_sender(channel, host):
    say(host, channel)
    (message,) = messages.welcome(actor=host, gid=channel.group.gid)["recent"]
    assert message["sender"] == {"uid": "host", "nick": "Host", "avatar": "", "role": "owner"}
    assert message["priority"] == "NORMAL"


def test_guests_receive_only(channel):
    with pytest.raises(LoginRequired):
        say(new_guest(), channel)


@pytest.mark.parametrize("text", ["", "   ", "x" * 501])
def test_it_refuses_empty_and_endless_lines(channel, viewer, text):
    with pytest.raises(BadInput) as refusal:
        say(viewer, channel, text)
    assert refusal.value.code == "bad_text"


def test_it_refuses_a_kind_it_does_not_know(channel, viewer):
    with pytest.raises(BadInput):
        messages.send(actor=viewer, gid=channel.group.gid, kind="shout", text="hello")


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
