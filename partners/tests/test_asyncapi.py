"""docs/asyncapi.yaml against frames that the house really sends."""

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker

from billing.services import payouts, topups
from chat.models import Kind
from chat.services import groups, members, messages, moderation, notices, profile, review, roles
from core import events
from core.actors import SYSTEM
from core.models import User
from partners.tests import world
from rooms import selectors
from rooms.models import Call, Seat
from rooms.services import calls, channels, seats, stays

PAGE = yaml.safe_load((Path(__file__).parents[2] / "docs" / "asyncapi.yaml").read_text())
MESSAGES = PAGE["components"]["messages"]
NAMES = ("host", "viewer", "member", "stranger")


@pytest.fixture
def sent(monkeypatch, django_capture_on_commit_callbacks):
    """`sent(call)` answers the frames that the sockets were told meanwhile."""

    def listen(call) -> list[dict]:
        frames: list[dict] = []

        def hear(told: list[tuple[str, dict]]) -> None:
            frames.extend(json.loads(message["text"]) for _, message in told if message["type"] == "hub.frame")

        monkeypatch.setattr(events, "_send_all", hear)
        with django_capture_on_commit_callbacks(execute=True):
            call()
        return frames

    return listen


def faults(frame: dict) -> list[str]:
    schema = MESSAGES[frame["type"]]["payload"]
    found = Draft202012Validator(schema, format_checker=FormatChecker()).iter_errors(frame)
    return [f"{frame['type']}: {fault.json_path} {fault.message[:200]}" for fault in found]


def evening(people: list[User]) -> None:
    """A show with nearly everything in it."""
    host, viewer, member, _ = people
    it = world.build(people)
    cid, gid, club = it.channel.cid, it.channel.group.gid, it.club.gid
    call = Call.objects.get()
    calls.refuse(actor=host, call_id=call.call_id)
    channels.update(actor=host, cid=cid, title="Another title")
    seat = seats.accept(actor=host, rid=Seat.objects.get().rid)
    seats.mute(actor=host, rid=seat.rid, kind="audio", muted=True)
    seats.lock_seat(actor=host, cid=cid, number=3, seat=True)
    seats.leave(actor=viewer, rid=seat.rid)
    call = calls.ring(actor=viewer, cid=cid)
    calls.accept(actor=host, call_id=call.call_id)
    for one in (host, viewer):
        calls.first_frame(actor=one, call_id=call.call_id)
    calls.hang_up(actor=viewer, call_id=call.call_id)
    profile.change(actor=host, gid=club, notice="Bring a chair")
    moderation.unmute(actor=host, gid=club, uid=member.uid)
    messages.to_person(actor=host, gid=club, uid=member.uid, data="psst")
    notices.send(actor=host, gid=club, text="Doors close")
    roles.set_role(actor=host, gid=club, uid=member.uid, role="admin")
    held = it.club.messages.get(state="held")
    review.approve(actor=host, gid=club, id=held.pk)
    members.remove(actor=host, gid=club, uid=member.uid)
    topups.give(actor=SYSTEM, user=viewer, coins=500, reason="a start", key="e")
    payouts.approve(actor=SYSTEM, row=payouts.ask(actor=viewer, coins=100))
    stays.leave(actor=viewer, cid=cid, role="VIEWER")
    channels.stop(actor=host, cid=cid)
    groups.disband(actor=host, gid=club)
    assert gid


@pytest.fixture
def people(db) -> list[User]:
    return [User.objects.create_user(name) for name in NAMES]


def test_every_frame_of_an_evening_is_as_the_page_says(sent, people) -> None:
    frames = sent(lambda: evening(people))
    wrong = [fault for frame in frames for fault in faults(frame)]
    assert not wrong, "\n".join(wrong)
    heard = {frame["type"] for frame in frames}
    rooms = {"channel.changed", "stay.changed", "seat.changed", "seats.changed", "call.changed"}
    chat = {"chat.tip", "chat.profile", "chat.notice", "chat.decided", "user.message", "member.added", "member.removed"}
    assert heard >= {*rooms, *chat, "wallet.changed", "payout.changed"}


def test_what_a_socket_is_told_first_is_as_the_page_says(channel, host, viewer) -> None:
    gid = channel.group.gid
    messages.say(actor=host, gid=gid, text="Hello", kind=Kind.TEXT)
    welcome = json.loads(events.encode(messages.welcome(actor=viewer, gid=gid)))
    assert not faults({"type": "chat.welcome", **welcome})
    assert welcome["recent"]
    assert not [fault for one in welcome["recent"] for fault in faults({"type": "chat.message", **one})]
    snapshot = json.loads(events.encode(selectors.snapshot(channel)))
    assert not faults({"type": "room.snapshot", "me": {}, "ice_servers": [], **snapshot})


def test_the_page_would_notice() -> None:
    assert faults({"type": "channel.changed", "channel": {"cid": 7}})
    assert faults({"type": "member.added"})
