"""Both sockets against the real platform: who gets in, what is said, and how one is shown out."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from urllib.parse import quote

import pytest
from websockets.exceptions import InvalidStatus

from tests.house import House, Person, rows, until

pytestmark = pytest.mark.walk


def chat(channel: dict) -> str:
    return f"/ws/chat/{quote(channel['gid'])}/"


def room(channel: dict, query: str = "") -> str:
    return f"/ws/rooms/{channel['cid']}/{query}"


def test_what_one_says_all_hear_guests_included(channel: dict, guest: Person, viewer: Person) -> None:
    with guest.socket(chat(channel)) as at_the_back, viewer.socket(chat(channel)) as speaker:
        assert at_the_back.hears("chat.welcome")["me"]["may_speak"] is False
        assert speaker.hears("chat.welcome")["me"]["may_speak"] is True
        reply = speaker.says("chat.send", text="good evening")
        heard = at_the_back.hears("chat.message")
        assert (heard["text"], heard["epoch"], heard["seq"]) == ("good evening", reply["epoch"], reply["seq"])
        assert heard["sender"]["uid"] == "viewer"
        assert speaker.hears("chat.message") == heard


def test_a_guest_who_speaks_is_refused_and_goes_on_hearing(channel: dict, guest: Person, viewer: Person) -> None:
    with guest.socket(chat(channel)) as hears, viewer.socket(chat(channel)) as speaker:
        hears.hears("chat.welcome")
        assert hears.says("chat.send", text="let me")["code"] == "login_required"
        speaker.says("chat.send", text="still here?")
        assert hears.hears("chat.message")["text"] == "still here?"


def test_who_comes_late_finds_what_was_said(channel: dict, guest: Person, viewer: Person) -> None:
    with viewer.socket(chat(channel)) as speaker:
        for n in range(3):
            speaker.says("chat.send", text=f"line {n}")
    with guest.socket(chat(channel)) as late:
        assert [m["text"] for m in late.hears("chat.welcome")["recent"]] == ["line 0", "line 1", "line 2"]


def test_coming_in_is_joining_and_the_room_is_told(channel: dict, guest: Person, viewer: Person) -> None:
    with guest.socket(room(channel)) as first:
        snapshot = first.hears("room.snapshot")
        assert snapshot["channel"]["cid"] == channel["cid"]
        assert snapshot["me"]["host"] is False
        with viewer.socket(room(channel)) as second:
            second.hears("room.snapshot")
            assert until(lambda: first.hears("channel.changed")["channel"]["viewers"] == 2, 10)


def test_a_second_tab_takes_over_and_the_older_is_told(channel: dict, viewer: Person) -> None:
    with viewer.socket(room(channel)) as older:
        older.hears("room.snapshot")
        with viewer.socket(room(channel)) as newer:
            newer.hears("room.snapshot")
            assert older.hears("kicked")["reason"] == "elsewhere"
            assert older.closes() == 4003


def test_a_full_room_says_so(channel: dict, host: Person, running: House) -> None:
    host.api("PATCH", f"channels/{channel['cid']}/", max_people=1)
    with Person(running).socket(room(channel)) as first:
        first.hears("room.snapshot")
        with Person(running).socket(room(channel)) as second:
            assert second.hears("error")["code"] == "full"
            assert second.closes() == 4003
        assert first.says("stay.leave")["type"] == "reply"
        with Person(running).socket(room(channel)) as third:
            third.hears("room.snapshot")


def test_a_closed_socket_is_watched_and_a_return_continues_the_stay(
    channel: dict, viewer: Person, running: House
) -> None:
    def stay() -> list[tuple]:
        query = "SELECT sid, s.state FROM rooms_stay s JOIN rooms_channel c ON c.id = channel_id WHERE cid = ?"
        return rows(running, query, channel["cid"])

    with viewer.socket(room(channel)) as talk:
        talk.hears("room.snapshot")
        ((sid, state),) = stay()
        assert state == "up"
    assert until(lambda: stay() == [(sid, "lost")], 10)
    with viewer.socket(room(channel)) as again:
        assert again.hears("room.snapshot")["me"]["sid"] == sid
        assert stay() == [(sid, "up")]


def test_the_beat_ends_a_stay_that_did_not_come_back(channel: dict, viewer: Person, running: House) -> None:
    with viewer.socket(room(channel)) as talk:
        sid = talk.hears("room.snapshot")["me"]["sid"]
    assert until(lambda: rows(running, "SELECT state FROM rooms_stay WHERE sid = ?", sid) == [("lost",)], 10)
    rows(running, "UPDATE rooms_stay SET deadline = datetime('now', '-1 second') WHERE sid = ?", sid)
    assert until(lambda: rows(running, "SELECT state FROM rooms_stay WHERE sid = ?", sid) == [("ended",)], 20)


def test_a_guest_is_not_let_into_a_login_channel(host: Person, guest: Person, viewer: Person) -> None:
    channel = host.api("POST", "channels/", title="For members of the house", kind="LOGIN_PUBLIC").json()
    for path in (room(channel), chat(channel)):
        with guest.socket(path) as outside:
            assert outside.hears("error")["code"] == "login_required"
            assert outside.closes() == 4003
        with viewer.socket(path) as inside:
            inside.hears("room.snapshot", "chat.welcome")


def test_only_those_with_the_right_open_the_studio(channel: dict, viewer: Person, host: Person) -> None:
    with viewer.socket(room(channel, "?as=host")) as talk:
        assert talk.hears("error")["code"] == "no_upload_right"
        assert talk.closes() == 4003
    with host.socket(room(channel, "?as=host")) as studio:
        assert studio.hears("room.snapshot")["me"]["may_upload"] is True


@pytest.mark.parametrize(
    "path", ["/ws/chat/%40TGS%23NOTHING/", "/ws/rooms/nothing/", "/ws/rooms/a%00b/", "/ws/elsewhere/"]
)
def test_an_unknown_place_is_accepted_and_closed_with_4003(guest: Person, path: str) -> None:
    with guest.socket(path) as talk:
        assert talk.closes() == 4003


def test_a_page_from_elsewhere_gets_403(channel: dict, guest: Person) -> None:
    with pytest.raises(InvalidStatus) as refusal, guest.socket(chat(channel), origin="https://elsewhere.example"):
        pass
    assert refusal.value.response.status_code == 403


@pytest.mark.parametrize("frame", ["hello", "[]", "7", '{"type": "dance"}', '{"type": ["a"]}', "{}", b"\x00\x01"])
def test_what_is_not_our_protocol_closes_with_4400(channel: dict, guest: Person, frame: str | bytes) -> None:
    for path in (chat(channel), room(channel)):
        with guest.socket(path) as talk:
            talk.connection.send(frame)
            assert talk.closes() == 4400


def test_a_known_command_with_bad_fields_is_an_error_and_the_socket_stays(channel: dict, viewer: Person) -> None:
    with viewer.socket(chat(channel)) as talk:
        for wrong in ({}, {"text": None}, {"text": {"a": 1}}, {"text": "x" * 501}, {"text": " "}, {"text": "\x00"}):
            assert talk.says("chat.send", **wrong)["type"] == "error"
        assert talk.says("chat.send", text="unharmed")["type"] == "reply"
    with viewer.socket(room(channel)) as talk:
        for wrong in ({"sdp": ""}, {"sdp": "v=0"}, {"sdp": 7}, {}, {"sdp": "\r\n" * 900}):
            assert talk.says("media.publish", **wrong)["type"] == "error"
            assert talk.says("media.answer", **wrong)["type"] == "error"
        for wrong in ({}, {"direction": "up"}, {"direction": "watch"}, {"direction": "watch", "candidate": "x" * 2000}):
            assert talk.says("media.trickle", **wrong)["type"] in ("error", "reply")
        assert talk.says("ping")["type"] == "reply"


def test_a_frame_too_big_closes_with_1009(channel: dict, viewer: Person) -> None:
    with viewer.socket(chat(channel)) as talk:
        talk.connection.send(json.dumps({"type": "chat.send", "text": "x" * 9000}))
        assert talk.closes() == 1009


def test_too_many_frames_close_with_4029(channel: dict, guest: Person) -> None:
    with guest.socket(room(channel)) as talk:
        for _ in range(121):
            talk.connection.send('{"type": "ping"}')
        assert talk.closes() == 4029


def test_signing_out_closes_the_sockets(channel: dict, running: House) -> None:
    person = Person(running).sign_in("rival")
    with person.socket(chat(channel)) as talk, person.socket(room(channel)) as in_room:
        talk.hears("chat.welcome"), in_room.hears("room.snapshot")
        token = person.http.cookies["csrftoken"]
        person.http.post("/accounts/logout/", data={"csrfmiddlewaretoken": token}, headers={"Referer": person.origin})
        assert talk.closes(within=5) == 4001
        assert in_room.closes(within=5) == 4001


def test_closing_the_channel_shows_everybody_out(channel: dict, host: Person, guest: Person) -> None:
    with guest.socket(room(channel)) as talk:
        talk.hears("room.snapshot")
        host.api("POST", f"channels/{channel['cid']}/close/")
        assert talk.hears("kicked")["reason"] == "channel_closed"
        assert talk.closes() == 4003
    with guest.socket(room(channel)) as talk:
        assert talk.hears("error")["code"] == "channel_closed"


def test_of_ten_tabs_that_come_at_once_one_stays(channel: dict, viewer: Person) -> None:
    with ExitStack() as tabs, ThreadPoolExecutor(10) as pool:
        talks = list(pool.map(lambda _: tabs.enter_context(viewer.socket(room(channel))), range(10)))
        closed = list(pool.map(lambda talk: talk.is_shown_out(within=5), talks))
    assert closed.count(False) == 1


def test_who_said_goodbye_sees_no_more(channel: dict, guest: Person) -> None:
    with guest.socket(room(channel)) as talk:
        talk.hears("room.snapshot")
        assert talk.says("stay.leave")["type"] == "reply"
        assert talk.closes() == 1000


def test_a_studio_without_a_show_is_shut_with_the_right(channel: dict, host: Person, viewer: Person) -> None:
    host.api("POST", f"channels/{channel['cid']}/uploaders/", uid="viewer")
    with viewer.socket(room(channel, "?as=host")) as studio:
        studio.hears("room.snapshot")
        host.api("DELETE", f"channels/{channel['cid']}/uploaders/", uid="viewer")
        assert studio.hears("error")["code"] == "no_upload_right"
        assert studio.closes() == 4003


def test_a_chat_that_closes_its_doors_shows_guests_out(channel: dict, host: Person, guest: Person) -> None:
    with guest.socket(chat(channel)) as talk:
        talk.hears("chat.welcome")
        host.api("PATCH", f"channels/{channel['cid']}/", kind="LOGIN_PUBLIC")
        assert talk.hears("error")["code"] == "login_required"
        assert talk.closes() == 4003


def test_a_deleted_channel_takes_its_chat_with_it(channel: dict, host: Person, viewer: Person) -> None:
    with viewer.socket(chat(channel)) as talk:
        talk.hears("chat.welcome")
        host.api("DELETE", f"channels/{channel['cid']}/")
        assert talk.closes() == 4003


def test_a_platform_of_nonsense_is_the_web(channel: dict, guest: Person, running: House) -> None:
    with guest.socket(room(channel, "?platform=%00%F0%9F%8E%AD")) as talk:
        sid = talk.hears("room.snapshot")["me"]["sid"]
        assert rows(running, "SELECT platform FROM rooms_stay WHERE sid = ?", sid) == [("web",)]


@pytest.fixture
def same_password_afterwards(running: House) -> Iterator[None]:
    """Everybody else signs in as before."""
    query = "SELECT password, username FROM core_user WHERE username = 'rival'"
    before = rows(running, query)
    yield
    rows(running, "UPDATE core_user SET password = ? WHERE username = ?", *before[0])


@pytest.mark.usefixtures("same_password_afterwards")
def test_a_new_password_spares_the_tab_that_changed_it(channel: dict, running: House) -> None:
    person, elsewhere = Person(running).sign_in("rival"), Person(running).sign_in("rival")
    with person.socket(chat(channel)) as mine, elsewhere.socket(chat(channel)) as other:
        mine.hears("chat.welcome"), other.hears("chat.welcome")
        token = person.http.cookies["csrftoken"]
        fields = {"oldpassword": "footlight-demo", "password1": "another-light-7", "password2": "another-light-7"}
        headers = {"Referer": person.origin}
        path = "/accounts/password/change/"
        person.http.post(path, data={**fields, "csrfmiddlewaretoken": token}, headers=headers)
        assert other.closes(within=5) == 4001
        assert mine.says("chat.send", text="still here")["type"] == "reply"


def test_call23_whoever_is_banned_is_out_of_room_and_chat_within_five_seconds_and_stays_out(
    channel: dict, host: Person, viewer: Person
) -> None:
    with viewer.socket(room(channel)) as there, viewer.socket(chat(channel)) as talks:
        there.hears("room.snapshot"), talks.hears("chat.welcome")
        rule = host.api("POST", "bans/", cid=channel["cid"], uid="viewer", time=1, reason="noise").json()
        assert there.hears("kicked", within=5)["reason"] == "banned"
        assert (there.closes(within=5), talks.closes(within=5)) == (4003, 4003)
    with viewer.socket(room(channel)) as again:
        assert again.hears("error")["code"] == "banned_here"
    assert host.api("DELETE", f"bans/{rule['id']}/").status_code == 204
    with viewer.socket(room(channel)) as back:
        back.hears("room.snapshot")
