"""An app's own server has a say: before a message, and before somebody watches or goes on the air."""

import asyncio
import hashlib
import json
from urllib.parse import parse_qs, urlsplit

import pytest
from channels.testing import WebsocketCommunicator

from chat import standing, tasks
from chat.models import Group
from config.asgi import application
from core.models import Event, User
from partners.callbacks import asking
from partners.tests.receiver import Receiver
from rooms.models import Channel, Stay


@pytest.fixture(autouse=True)
def nobody_was_silent():
    asking._records.clear()


@pytest.fixture
def suite(app) -> Channel:
    """A channel of the app, with an id of its own there."""
    cid = app.server("ann").post("/api/v1/channels/", {"title": "Ann's"}).json()["cid"]
    Channel.objects.filter(cid=cid).update(external_id="suite-7")
    return Channel.objects.select_related("group").get(cid=cid)


def says(**answer: object):
    return lambda call: (
        200,
        {},
        json.dumps({"ActionStatus": "OK", "ErrorInfo": "", "ErrorCode": 0, **answer}).encode(),
    )


def asks(app, **fields: str) -> None:
    answer = app.server().patch(f"/api/v1/apps/{app.realm}/callbacks/", fields)
    assert answer.status_code == 200, answer.json()


def say(app, group: Group, who: str = "bob", **fields: object):
    path = f"/api/v1/groups/{group.gid.replace('@', '%40').replace('#', '%23')}/messages/"
    return app.client(who).post(path, {"text": "hello", **fields})


def said(group: Group) -> list[dict]:
    return [
        each for row in Event.objects.filter(name="chat.messages", subject=group.gid) for each in row.data["messages"]
    ]


def test_IM_28_the_question_is_the_vendors(app, suite) -> None:
    with Receiver(says()) as them:
        asks(app, messages=them.url + "im?ours=1", token="secret")
        assert say(app, suite.group).json()["seq"] == 1
    (call,) = them.calls
    query = {name: values[0] for name, values in parse_qs(urlsplit(call.path).query).items()}
    assert query.pop("Sign") == hashlib.sha256(f"secret{query.pop('RequestTime')}".encode()).hexdigest()
    assert query == {
        "ours": "1",
        "SdkAppid": app.realm,
        "CallbackCommand": "Group.CallbackBeforeSendMsg",
        "contenttype": "json",
        "ClientIP": "127.0.0.1",
        "OptPlatform": "RESTAPI",
    }
    body = json.loads(call.body)
    assert body["MsgBody"] == [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "hello"}}]
    assert (body["GroupId"], body["Type"], body["From_Account"]) == (suite.group.gid, "AVChatRoom", "bob")
    assert (body["OnlineOnlyFlag"], body["MsgPriority"]) == (0, "Normal")


@pytest.mark.parametrize(
    ("answer", "status", "code"),
    [
        ({"ErrorCode": 1}, 403, "refused_by_app"),
        ({"ErrorCode": 10100, "ErrorInfo": "Not on Sundays"}, 403, "app_refused"),
        ({"ErrorCode": 10200, "ErrorInfo": "Nor then"}, 403, "app_refused"),
    ],
)
def test_IM_28_what_the_app_refuses_is_refused(app, suite, answer: dict, status: int, code: str) -> None:
    with Receiver(says(**answer)) as them:
        asks(app, messages=them.url)
        refused = say(app, suite.group)
    assert (refused.status_code, refused.json()["error"]["code"]) == (status, code)
    if "ErrorInfo" in answer:
        error = refused.json()["error"]
        assert (error["message"], error["app_code"]) == (answer["ErrorInfo"], answer["ErrorCode"])
    assert said(suite.group) == []


def test_IM_28_what_the_app_drops_is_success_to_its_sender_and_said_to_nobody(app, suite) -> None:
    with Receiver(says(ErrorCode=2)) as them:
        asks(app, messages=them.url)
        assert say(app, suite.group).json() == {"dropped": True}
    assert said(suite.group) == []


def test_IM_28_what_the_app_rewrites_is_said_in_its_words(app, suite) -> None:
    with Receiver(says(MsgBody=[{"MsgType": "TIMTextElem", "MsgContent": {"Text": "hi"}}])) as them:
        asks(app, messages=them.url)
        say(app, suite.group)
    assert [each["text"] for each in said(suite.group)] == ["hi"]


def test_an_inquiry_is_counted_when_the_app_lets_it_through_alone(app, suite) -> None:
    inquiry = {"kind": "inquiry", "text": "", "data": {"about": "the blue one"}}
    with Receiver(says(ErrorCode=1)) as them:
        asks(app, messages=them.url)
        say(app, suite.group, **inquiry)
        them.answer = says()
        say(app, suite.group, **inquiry)
    assert json.loads(them.calls[0].body)["MsgBody"][0]["MsgContent"]["Ext"] == "footlight.inquiry"
    tasks.count_likes()
    suite.group.refresh_from_db()
    assert suite.group.inquiries == 1


NONSENSE = [
    lambda call: (500, {}, b"{}"),
    lambda call: (302, {"Location": "/elsewhere"}, b""),
    lambda call: (200, {}, b"not json"),
    lambda call: (200, {}, b"[]"),
    lambda call: (200, {}, b"{}"),
    says(ErrorCode=7),
    says(ErrorCode="many"),
    says(MsgBody=[{"MsgType": "TIMFaceElem", "MsgContent": {"Data": "x"}}]),
    says(MsgBody=[{"MsgType": "TIMTextElem", "MsgContent": {"Text": ["x"]}}]),
    says(MsgBody=[]),
    says(MsgBody=[{"MsgType": "TIMTextElem", "MsgContent": {"Text": "a" * 3000}}]),
]


@pytest.mark.parametrize("answer", NONSENSE)
def test_without_an_answer_that_can_be_understood_the_apps_rule_decides(app, suite, answer) -> None:
    with Receiver(answer) as them:
        asks(app, messages=them.url, silence="let")
        assert say(app, suite.group).status_code == 201
        asks(app, silence="refuse")
        assert say(app, suite.group).json()["error"]["code"] == "app_silent"


def test_a_server_that_stays_silent_is_not_asked_for_a_while(app, suite) -> None:
    with Receiver(lambda call: (500, {}, b"")) as them:
        asks(app, messages=them.url)
        for _ in range(asking.PATIENCE + 3):
            assert say(app, suite.group).status_code == 201
        assert len(them.calls) == asking.PATIENCE
        (record,) = asking._records.values()
        record.asked_again = 0.0
        say(app, suite.group)
        assert len(them.calls) == asking.PATIENCE + 1


def test_an_app_that_decides_is_asked_however_full_the_room_is(app, suite) -> None:
    app.client("bob").get("/api/v1/users/me/")
    bob = User.objects.get(uid="bob")
    assert not standing.place(bob, suite.group.gid).asks_app
    with Receiver(says()) as them:
        asks(app, messages=them.url)
    assert standing.place(bob, suite.group.gid).asks_app


def test_an_address_within_the_house_is_no_callback(app, settings) -> None:
    settings.WEBHOOK_ALLOW = []
    refused = app.server().patch(f"/api/v1/apps/{app.realm}/callbacks/", {"messages": "https://127.0.0.1/"})
    assert refused.json()["error"]["code"] == "bad_url"


def test_a_muted_person_is_refused_before_the_app_is_asked_and_the_app_hears_of_it(app, suite) -> None:
    say(app, suite.group)
    gid = suite.group.gid.replace("@", "%40").replace("#", "%23")
    app.server().post(f"/api/v1/groups/{gid}/restrictions/", {"uid": "bob", "kind": "mute", "seconds": 60})
    with Receiver(says()) as them:
        asks(app, messages=them.url)
        assert say(app, suite.group).json()["error"]["code"] == "muted"
    assert them.calls == []
    told = Event.objects.get(name="chat.refused")
    assert (told.realm, told.data) == (app.realm, {"uid": "bob", "code": "muted", "kind": "text", "text": "hello"})


def socket(app, path: str, uid: str) -> WebsocketCommunicator:
    headers = [(b"authorization", f"Bearer {app.usersig(uid)}".encode())]
    return WebsocketCommunicator(application, path, headers=headers)


async def heard(talk: WebsocketCommunicator, *types: str) -> dict:
    while True:
        frames = json.loads(await talk.receive_from(10))
        for frame in frames if isinstance(frames, list) else [frames]:
            if frame["type"] in types:
                return frame


@pytest.mark.django_db(transaction=True)
def test_IM_28_on_a_socket_a_slow_app_keeps_the_order_of_what_one_person_says(app, suite) -> None:
    talk = socket(app, f"/ws/chat/{suite.group.gid.replace('#', '%23')}/?platform=iOS", "bob")

    async def scene() -> list[str]:
        await talk.connect()
        await heard(talk, "chat.welcome")
        for number in range(4):
            await talk.send_to(json.dumps({"type": "chat.send", "id": number, "text": str(number)}))
        said = [(await heard(talk, "reply"))["re"] for _ in range(4)]
        await talk.disconnect()
        return said

    with Receiver(says()) as them:
        asks(app, messages=them.url)
        assert asyncio.run(scene()) == [0, 1, 2, 3]
    assert [json.loads(call.body)["MsgBody"][0]["MsgContent"]["Text"] for call in them.calls] == ["0", "1", "2", "3"]
    assert "OptPlatform=iOS" in them.calls[0].path


def status(value: object):
    return lambda call: (200, {}, json.dumps({"status": value}).encode())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("answer", "let"), [("1", True), (1, True), ("0", False), (0, False)])
def test_the_app_says_who_watches(app, suite, answer: object, let: bool) -> None:
    talk = socket(app, f"/ws/rooms/{suite.cid}/", "bob")

    async def scene() -> dict:
        await talk.connect()
        frame = await heard(talk, "room.snapshot", "error")
        await talk.disconnect()
        return frame

    with Receiver(status(answer)) as them:
        asks(app, permissions=them.url)
        frame = asyncio.run(scene())
    asked = json.loads(parse_qs(them.calls[0].body.decode())["data"][0])
    assert (asked["action"], asked["userId"], asked["channelId"]) == ("AEC_LIVE_USER_ONLINE", "bob", "suite-7")
    assert (frame["type"], frame.get("code")) == (("room.snapshot", None) if let else ("error", "refused_by_app"))
    assert Stay.objects.exists() == let


@pytest.mark.django_db(transaction=True)
def test_a_silent_app_keeps_people_out_where_it_wants_that(app, suite) -> None:
    talk = socket(app, f"/ws/rooms/{suite.cid}/", "bob")

    async def scene() -> dict:
        await talk.connect()
        frame = await heard(talk, "room.snapshot", "error")
        await talk.disconnect()
        return frame

    with Receiver(lambda call: (503, {}, b"")) as them:
        asks(app, permissions=them.url, silence="refuse")
        assert asyncio.run(scene())["code"] == "app_silent"
