"""The chat of a room through its sockets and REST, as the running house does it."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import quote

import pytest

from tests.house import House, Person, Talk, rows, until

pytestmark = pytest.mark.walk


@pytest.fixture
def rival(running: House) -> Person:
    return Person.known(running, "rival")


@pytest.fixture
def gid(channel: dict) -> str:
    return channel["gid"]


class Room:
    """People's sockets in one room."""

    def __init__(self, gid: str, stack: ExitStack) -> None:
        self.path, self.stack = f"/ws/chat/{quote(gid)}/", stack

    def enter(self, person: Person) -> Talk:
        talk = self.stack.enter_context(person.socket(self.path))
        talk.welcome = talk.hears("chat.welcome")
        return talk


@pytest.fixture
def room(gid: str) -> Iterator[Room]:
    with ExitStack() as stack:
        yield Room(gid, stack)


def groups(gid: str, rest: str = "") -> str:
    return f"groups/{quote(gid)}/{rest}"


def test_im3_a_system_notice_reaches_everybody_who_is_here_and_is_not_kept(gid, room, host, viewer, guest):
    talks = [room.enter(person) for person in (host, viewer, guest)]
    assert host.api("POST", groups(gid, "system-notices/"), text="Ten minutes", data="t-10").status_code < 300
    for talk in talks:
        heard = talk.hears("chat.notice")
        assert (heard["text"], heard["data"]) == ("Ten minutes", "t-10")
    assert room.enter(guest).welcome["recent"] == []
    assert viewer.api("POST", groups(gid, "system-notices/"), text="me too").status_code == 403


def test_im15_joining_and_quitting_is_told_gathered_and_can_be_switched_off(gid, room, host, viewer, rival, guest):
    witness = room.enter(guest)
    room.enter(viewer)
    told = witness.hears("chat.tip", operation="join")
    assert [person["uid"] for person in told["people"]] == ["viewer"]
    with rival.socket(room.path) as leaving:
        leaving.hears("chat.welcome")
        witness.hears("chat.tip", operation="join")
        assert leaving.says("chat.leave")["type"] == "reply"
        assert leaving.closes() == 1000
    assert [person["uid"] for person in witness.hears("chat.tip", operation="quit")["people"]] == ["rival"]
    host.api("PATCH", groups(gid), tell_joins=False)
    room.enter(rival)
    witness.hears("chat.tip", operation="profile")
    host.api("PATCH", groups(gid), notice="after the joining that is not told")
    heard = witness.hears("chat.tip")
    assert heard["operation"] == "profile", heard


def test_im15_moderators_named_and_dismissed_are_told_and_may_and_may_not(gid, room, host, viewer, guest):
    witness, named = room.enter(guest), room.enter(viewer)
    assert host.api("PATCH", groups(gid, "members/"), uid="viewer", role="admin").status_code == 200
    assert witness.hears("chat.tip", operation="set_admin")["people"][0]["uid"] == "viewer"
    assert named.hears("chat.me")["me"]["moderator"] is True
    assert named.says("chat.mute", uid="rival", seconds=60)["type"] == "reply"
    host.api("PATCH", groups(gid, "members/"), uid="viewer", role="member")
    assert witness.hears("chat.tip", operation="cancel_admin")["people"][0]["uid"] == "viewer"
    assert named.hears("chat.me", within=5)["me"]["moderator"] is False
    assert named.says("chat.mute", uid="rival", seconds=0)["code"] == "not_allowed"


def test_im15_a_changed_profile_is_told_with_its_custom_fields(gid, room, host, guest):
    witness = room.enter(guest)
    host.api("PATCH", groups(gid), notice="Be kind", custom={"mood": "calm"})
    told = witness.hears("chat.tip", operation="profile")
    assert told["profile"]["custom"] == {"mood": "calm"}
    assert told["operator"]["uid"] == "host"
    assert room.enter(guest).welcome["profile"]["notice"] == "Be kind"


def test_im15_im21_a_mute_is_told_holds_through_a_rejoin_and_ends(gid, room, host, viewer, guest, running):
    witness, ruler = room.enter(guest), room.enter(host)
    with viewer.socket(room.path) as muted:
        muted.hears("chat.welcome")
        order = json.dumps({"action": "mute", "Members_Account": ["viewer"], "MuteTime": 600})
        assert ruler.says("chat.send", kind="custom", data={"data": order})["type"] == "reply"
        told = witness.hears("chat.tip", operation="member_profile")
        assert (told["people"][0]["uid"], told["operator"]["uid"]) == ("viewer", "host")
        assert muted.hears("chat.me")["me"]["muted_until"] == told["muted_until"]
        assert muted.says("chat.send", text="but")["code"] == "muted"
    back = room.enter(viewer)
    assert back.welcome["me"]["muted_until"]
    assert back.says("chat.send", text="but")["code"] == "muted"
    ruler.says("chat.mute", uid="viewer", seconds=0)
    assert back.hears("chat.me")["me"]["muted_until"] is None
    assert back.says("chat.send", text="thank you")["type"] == "reply"


def test_im22_who_is_kicked_is_told_put_out_and_kept_out(gid, room, host, viewer, guest):
    witness, ruler, out = room.enter(guest), room.enter(host), room.enter(viewer)
    assert ruler.says("chat.kick", uid="viewer", seconds=600, reason="spam")["type"] == "reply"
    assert out.hears("kicked")["reason"] == "kicked"
    assert out.closes() == 4003
    assert witness.hears("chat.tip", operation="kicked")["people"][0]["uid"] == "viewer"
    with viewer.socket(room.path) as again:
        assert again.hears("error")["code"] == "not_allowed"
        assert again.closes() == 4003
    ruler.says("chat.unban", uid="viewer")
    room.enter(viewer)


def test_a_deleted_line_is_taken_from_everybodys_page(gid, room, host, viewer, guest):
    witness, ruler, speaker = room.enter(guest), room.enter(host), room.enter(viewer)
    said = speaker.says("chat.send", text="rude")
    place = {name: said[name] for name in ("epoch", "seq")}
    assert speaker.says("chat.delete", **place)["code"] == "not_allowed"  # IM-9: nobody recalls their own
    assert ruler.says("chat.delete", **place, reason="rude")["type"] == "reply"
    assert witness.hears("chat.message", kind="deleted")["data"] == place
    late = room.enter(guest).welcome["recent"]
    assert [message["kind"] for message in late] == ["deleted", "deleted"]
    assert "rude" not in json.dumps(late)


def test_what_is_reported_and_what_is_held_reaches_those_who_decide_and_nobody_else(
    gid, room, host, viewer, guest, running
):
    witness, ruler, speaker = room.enter(guest), room.enter(host), room.enter(viewer)
    said = speaker.says("chat.send", text="odd")
    assert witness.says("chat.report", epoch=said["epoch"], seq=said["seq"])["code"] == "login_required"
    speaker.says("chat.report", epoch=said["epoch"], seq=said["seq"], reason="just odd")
    assert ruler.hears("chat.reported")["report"]["reason"] == "just odd"
    host.api("PATCH", groups(gid), notice="the end")
    witness.hears("chat.profile")
    assert not [frame for frame in witness.frames if frame["type"] == "chat.reported"]


def test_one_person_alone_hears_what_is_said_to_them(gid, room, host, viewer, rival):
    sender, to, other = room.enter(host), room.enter(viewer), room.enter(rival)
    assert sender.says("user.send", uid="viewer", data="quit", desc="sync")["type"] == "reply"
    heard = to.hears("user.message")
    assert (heard["from"]["uid"], heard["data"], heard["desc"]) == ("host", "quit", "sync")
    sender.says("chat.send", text="for all")
    other.hears("chat.message")
    assert not [frame for frame in other.frames if frame["type"] == "user.message"]
    assert sender.says("user.send", uid="nobody", data="x")["code"] == "unknown_user"


def test_im9_a_disbanded_room_shows_everybody_out(gid, room, host, viewer, guest):
    talks = [room.enter(person) for person in (viewer, guest)]
    assert host.api("POST", groups(gid, "quit/")).json()["error"]["code"] == "owner_cannot_quit"
    assert viewer.api("DELETE", groups(gid)).status_code in (403, 404)
    assert host.api("DELETE", groups(gid)).status_code == 204
    for talk in talks:
        assert talk.hears("kicked")["reason"] == "disbanded"
        assert talk.closes() == 4003
    with guest.socket(room.path) as late:
        assert late.hears("error")["code"] == "not_found"


def test_who_was_away_gets_exactly_what_they_missed(gid, room, host, guest):
    speaker = room.enter(host)
    with guest.socket(room.path) as away:
        start = away.hears("chat.welcome")
    for n in range(70):
        reply = speaker.says("chat.send", text=f"line {n}")
        assert reply.get("seq") or reply.get("dropped"), reply
    back = room.enter(guest)
    missed, place = [], {"epoch": start["epoch"], "seq": start["seq"]}
    while True:
        back.connection.send(json.dumps({"type": "chat.recover", **place}))
        page = back.hears("chat.recovered")
        assert page["recovered"]
        missed += page["messages"]
        place["seq"] = page["seq"]
        if not page["more"]:
            break
    assert [message["seq"] for message in missed] == list(range(start["seq"] + 1, place["seq"] + 1))
    assert missed[-50:] == back.welcome["recent"][-50:]


def test_an_unknown_line_is_not_recovered_and_says_so(room, host, guest):
    speaker, asks = room.enter(host), room.enter(guest)
    speaker.says("chat.send", text="one")
    asks.connection.send(json.dumps({"type": "chat.recover", "epoch": "another", "seq": 3}))
    answer = asks.hears("chat.recovered")
    assert answer["recovered"] is False
    assert [message["text"] for message in answer["messages"]] == ["one"]


def test_likes_are_counted_and_told_with_the_profile(room, viewer, guest):
    witness, fan = room.enter(guest), room.enter(viewer)
    assert guest.api("GET", "channels/").status_code == 200
    assert witness.says("chat.like", count=5)["code"] == "login_required"
    for _ in range(4):
        fan.says("chat.like", count=25)
    assert until(lambda: witness.hears("chat.profile")["profile"]["likes"] == 100, 10)


def test_the_number_of_people_is_told(room, viewer, guest):
    witness = room.enter(guest)
    room.enter(viewer), room.enter(viewer)
    assert until(lambda: witness.hears("chat.profile", within=15)["profile"]["online"] == 2, 15)


def test_a_person_holds_so_many_sockets_and_not_one_more(room, rival):
    for _ in range(20):
        room.enter(rival)
    with rival.socket(room.path) as one_more:
        assert one_more.hears("error")["code"] == "too_many_sockets"
        assert one_more.closes() == 4029


def test_bad_fields_are_answered_and_the_socket_stays(room, host):
    talk = room.enter(host)
    for command, fields in (
        ("chat.like", {"count": 0}),
        ("chat.like", {"count": 101}),
        ("chat.recover", {"epoch": "x"}),
        ("chat.recover", {"epoch": "x", "seq": -1}),
        ("chat.mute", {"uid": "viewer", "seconds": "long"}),
        ("chat.delete", {"epoch": "x", "seq": 2**60}),
        ("chat.send", {"kind": "custom", "data": [[[]]]}),
        ("chat.send", {"text": "hi", "mentions": ["x"] * 11}),
        ("chat.send", {"text": "nul \0"}),
        ("user.send", {"uid": "viewer"}),
    ):
        assert talk.says(command, **fields)["type"] == "error", (command, fields)
    assert talk.says("chat.send", text="unharmed")["type"] == "reply"


def test_what_was_said_is_in_the_log_for_those_who_rule(gid, room, host, viewer, running):
    room.enter(viewer).says("chat.send", text="for the record")
    assert until(lambda: rows(running, "SELECT 1 FROM chat_message WHERE payload LIKE '%for the record%'"), 5)
    (entry, *_) = host.api("GET", groups(gid, "messages/")).json()["results"]
    assert (entry["text"], entry["sender"]["uid"], entry["state"]) == ("for the record", "viewer", "shown")
    assert viewer.api("GET", groups(gid, "messages/")).status_code == 403


def test_im1_a_room_has_no_last_place_and_guests_hear_without_an_account(room, host, guest):
    """The sockets that one address may hold are the only limit here; a hall comes from many."""
    people = [guest, *(Person(guest.house) for _ in range(7))]
    crowd = [room.enter(person) for person in people for _ in range(15)]
    room.enter(host).says("chat.send", text="good evening, all of you")
    for talk in crowd:
        assert talk.hears("chat.message", within=20)["text"] == "good evening, all of you"
