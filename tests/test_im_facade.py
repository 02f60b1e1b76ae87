"""The chat SDK on a page of the site, against the real server: what people who know the vendor's web SDK rely on."""

from collections.abc import Callable
from urllib.parse import quote

import pytest

from tests.chromium import Browser
from tests.house import Person, until

pytestmark = pytest.mark.walk

BEGIN = """async () => {
  window.IM = (await import("footlight/client/im")).default;
  window.im = IM.create({SDKAppID: 1});
  window.received = []; window.events = [];
  im.on(IM.EVENT.MESSAGE_RECEIVED, ({data}) => received.push(...data));
  for (const name of ["SDK_READY", "PROFILE_UPDATED", "KICKED_OUT"]) im.on(IM.EVENT[name], () => events.push(name));
  window.settle = (promise) => promise.then(({code, data}) => ({code, data}), ({code, message}) => ({code, message}));
}"""


class Sdk:
    """The SDK in a page of the site; `sdk("im.login()")` answers how the promise settled."""

    def __init__(self, browser: Browser) -> None:
        self.browser, self.page = browser, browser.open("/")
        self.page.evaluate(BEGIN)

    def refused_requests(self) -> list[str]:
        """Browsers print every REST refusal as an error. They are expected here, and forgotten."""
        said, self.browser.faults[:] = list(self.browser.faults), []
        return said

    def __call__(self, call: str, **values: object) -> dict:
        body = f"(values) => {{ const {{gid}} = values; return settle({call}); }}"
        return self.page.evaluate(body, {"gid": None, **values})

    def text(self, gid: str, words: str, priority: str = "NORMAL") -> dict:
        options = f"{{to: gid, conversationType: IM.TYPES.CONV_GROUP, priority: IM.TYPES.MSG_PRIORITY_{priority},"
        return self(
            f"im.sendMessage(im.createTextMessage({options} payload: {{text: values.words}}}}))", gid=gid, words=words
        )

    def hears(self, type: str, within: float = 8, **payload: object) -> dict:
        """The next message of this type whose payload has these fields."""
        found: list[dict] = []

        def heard() -> bool:
            self.page.wait_for_timeout(50)
            for message in self.page.evaluate("received"):
                if message["type"] == f"TIM{type}Elem" and payload.items() <= message["payload"].items():
                    found.append(message)
                    return True
            return False

        assert until(heard, within), self.page.evaluate("received")
        return found[0]


@pytest.fixture
def sdk(start: Callable[..., Browser]) -> Callable[..., Sdk]:
    """`sdk("host")` logged in; `sdk()` is a guest's."""

    def begin(name: str = "", login: bool = True) -> Sdk:
        one = Sdk(start(name))
        if name and login:
            assert one("im.login()")["code"] == 0
        return one

    return begin


@pytest.fixture
def gid(channel: dict) -> str:
    return channel["gid"]


@pytest.fixture
def pair(sdk: Callable[..., Sdk], gid: str) -> tuple[Sdk, Sdk]:
    """The host and a viewer, both in the room."""
    people = sdk("host"), sdk("viewer")
    for one in people:
        assert one("im.joinGroup({groupID: gid})", gid=gid)["data"]["status"] == "JoinedSuccess"
    return people


def group(gid: str, what: str = "") -> str:
    return f"groups/{quote(gid, safe='')}/{what}"


def test_im12_the_same_app_has_one_instance_on_a_page(sdk) -> None:
    page = sdk().page
    assert page.evaluate("IM.create({SDKAppID: 1}) === im && IM.create({SDKAppID: 2}) !== im")


def test_im13_sending_before_ready_fails_with_a_code(sdk, gid: str) -> None:
    one = sdk("viewer", login=False)
    assert one("im.joinGroup({groupID: gid})", gid=gid)["code"] == 0
    assert one.text(gid, "too early")["code"] == "sdk_not_ready"
    assert one("im.login()")["data"]["userID"] == "viewer"
    assert one.page.evaluate("events") == ["SDK_READY"]
    assert one.text(gid, "now")["code"] == 0


def test_im13_a_guest_receives_and_cannot_log_in_or_send(sdk, pair: tuple[Sdk, Sdk], gid: str) -> None:
    guest = sdk()
    joined = guest("im.joinGroup({groupID: gid})", gid=gid)
    assert (joined["data"]["status"], joined["data"]["group"]["groupID"]) == ("JoinedSuccess", gid)
    assert guest("im.login()")["code"] == "login_required"
    assert "401" in guest.refused_requests()[0]
    assert guest.text(gid, "let me in")["code"] == "sdk_not_ready"
    pair[0].text(gid, "good evening")
    assert guest.hears("Text", text="good evening")["from"] == "host"


def test_im14_texts_custom_messages_tips_and_notices_are_received(
    pair: tuple[Sdk, Sdk], gid: str, host: Person
) -> None:
    speaker, listener = pair
    speaker.text(gid, "hello")
    speaker(
        "im.sendMessage(im.createCustomMessage({to: gid, payload: {data: 'd', description: 'e', extension: 'f'}}))",
        gid=gid,
    )
    speaker("im.sendMessage(im.createFaceMessage({to: gid, payload: {index: 0, data: '🎉'}}))", gid=gid)
    host.api("POST", group(gid, "system-notices/"), text="Back in five minutes", data='{"minutes": 5}')
    host.api("PATCH", group(gid), notice="Be kind")
    text = listener.hears("Text", text="hello")
    assert (text["from"], text["to"], text["flow"], text["priority"]) == ("host", gid, "in", "Normal")
    assert listener.hears("Custom", data="d")["payload"] == {"data": "d", "description": "e", "extension": "f"}
    assert listener.hears("Face", data="🎉")
    assert listener.hears("GroupSystemNotice", userDefinedField='{"minutes": 5}')
    assert listener.hears("GroupTip", operationType=6)["payload"]["newGroupProfile"]["notification"] == "Be kind"


def test_im14_nothing_is_lost_or_doubled_while_the_line_is_away(pair: tuple[Sdk, Sdk], gid: str, host: Person) -> None:
    speaker, listener = pair
    speaker.text(gid, "one")
    assert listener.hears("Text", text="one")
    listener.page.context.set_offline(True)
    speaker.text(gid, "two")
    speaker.text(gid, "three")
    listener.page.context.set_offline(False)
    speaker.text(gid, "four")
    assert listener.hears("Text", text="four", within=30)
    words = listener.page.evaluate(
        "received.filter(({type}) => type === IM.TYPES.MSG_TEXT).map(({payload}) => payload.text)"
    )
    assert words == ["one", "two", "three", "four"]


def test_im15_every_tip_has_its_operation(sdk, pair: tuple[Sdk, Sdk], gid: str, host: Person) -> None:
    _, listener = pair
    rival = sdk("rival")
    rival("im.joinGroup({groupID: gid})", gid=gid)
    joined = listener.hears("GroupTip", operationType=1, userIDList=["rival"])
    assert joined["nick"] == joined["payload"]["memberList"][0]["nick"]
    host.api("PATCH", group(gid, "members/"), uid="rival", role="admin")
    listener.hears("GroupTip", operationType=4, userIDList=["rival"], operatorID="host")
    host.api("PATCH", group(gid, "members/"), uid="rival", role="member")
    listener.hears("GroupTip", operationType=5, userIDList=["rival"])
    host.api("PATCH", group(gid), custom={"mood": "wild"})
    told = listener.hears("GroupTip", operationType=6)
    assert told["payload"]["newGroupProfile"]["groupCustomField"] == [{"key": "mood", "value": "wild"}]
    host.api("POST", group(gid, "restrictions/"), uid="rival", kind="mute", seconds=60)
    muted = listener.hears("GroupTip", operationType=7, userIDList=["rival"])
    assert 55 <= muted["payload"]["memberList"][0]["muteTime"] <= 60
    assert rival("im.quitGroup(gid)", gid=gid)["code"] == 0
    listener.hears("GroupTip", operationType=2, userIDList=["rival"])
    host.api("POST", group(gid, "restrictions/"), uid="rival", kind="kick", seconds=1)
    listener.hears("GroupTip", operationType=3, userIDList=["rival"])


def test_im17_a_new_name_and_picture_stand_on_later_messages(pair: tuple[Sdk, Sdk], gid: str) -> None:
    listener, speaker = pair
    before = speaker("im.getMyProfile()")["data"]["nick"]
    try:
        saved = speaker(
            "(async () => { const canvas = new OffscreenCanvas(40, 40); canvas.getContext('2d').fillRect(0, 0, 40, 40);"
            "return im.updateMyProfile({nick: 'Sora', avatar: await canvas.convertToBlob({type: 'image/png'})}); })()"
        )
        assert (saved["code"], saved["data"]["nick"]) == (0, "Sora")
        assert saved["data"]["avatar"].endswith(".webp")
        assert "PROFILE_UPDATED" in speaker.page.evaluate("events")
        speaker.text(gid, "it is me")
        heard = listener.hears("Text", text="it is me")
        assert (heard["nick"], heard["avatar"]) == ("Sora", saved["data"]["avatar"])
    finally:
        assert speaker(f"im.updateMyProfile({{nick: {before!r}, avatar: ''}})")["code"] == 0


def test_im18_joining_says_how_it_went(sdk, pair: tuple[Sdk, Sdk], gid: str, host: Person) -> None:
    _, member = pair
    assert member("im.joinGroup({groupID: gid})", gid=gid)["data"]["status"] == "AlreadyInGroup"
    assert member("im.joinGroup({groupID: '@TGS#NOTHING'})")["code"] == "not_found"
    made = host.api("POST", "groups/", title="The circle", type="Public", join_option="approval").json()
    club = made["gid"]
    assert member("im.joinGroup({groupID: gid})", gid=club)["data"]["status"] == "WaitAdminApproval"
    host.api("POST", group(club, "requests/"), uid="viewer", accept=True)
    assert member("im.joinGroup({groupID: gid})", gid=club)["data"]["group"]["name"] == "The circle"
    assert member.text(club, "thank you")["code"] == 0
    assert member("im.quitGroup(gid)", gid=club)["code"] == 0
    free = host.api("POST", "groups/", title="The commons", type="Public", join_option="free").json()["gid"]
    assert member("im.joinGroup({groupID: gid})", gid=free)["data"]["status"] == "JoinedSuccess"
    assert member("im.joinGroup({groupID: gid})", gid=free)["data"]["status"] == "AlreadyInGroup"
    guest = sdk()
    assert guest("im.joinGroup({groupID: gid})", gid=free)["code"] == "login_required"


def test_im9_the_owner_cannot_quit_and_whoever_quits_hears_no_more(pair: tuple[Sdk, Sdk], gid: str) -> None:
    owner, member = pair
    assert owner("im.quitGroup(gid)", gid=gid)["code"] == "owner_cannot_quit"
    assert member("im.quitGroup(gid)", gid=gid)["code"] == 0
    owner.text(gid, "is anybody there?")
    member.page.wait_for_timeout(500)
    assert not member.page.evaluate("received.some(({type}) => type === IM.TYPES.MSG_TEXT)")
    assert member.text(gid, "I am gone")["code"] == "not_in_group"


def test_im19_sending_resolves_with_the_message_or_rejects_with_a_code(pair: tuple[Sdk, Sdk], gid: str) -> None:
    owner, member = pair
    sent = member.text(gid, "hello", "HIGH")
    message = sent["data"]["message"]
    assert (sent["code"], message["status"], message["payload"]["text"]) == (0, "success", "hello")
    assert owner.hears("Text", text="hello")["priority"] == "Normal"  # the server stamps it
    assert owner.hears("Text", text="hello")["sequence"] == message["sequence"] > 0
    assert not member.page.evaluate("received.some(({payload}) => payload.text === 'hello')")
    refused = member.text(gid, "x" * 501)
    assert refused["code"] == "bad_text"
    assert refused["message"]
    low = "im.createCustomMessage({to: gid, priority: IM.TYPES.MSG_PRIORITY_LOWEST, payload: {data: 'low'}})"
    assert member(f"im.sendMessage({low})", gid=gid)["code"] == 0
    assert owner.hears("Custom", data="low")["priority"] == "Lowest"


def test_im20_ones_own_message_shows_ones_own_profile_before_it_is_sent(pair: tuple[Sdk, Sdk], gid: str) -> None:
    _, member = pair
    profile = member("im.getMyProfile()")["data"]
    made = member.page.evaluate("(gid) => im.createTextMessage({to: gid, payload: {text: 'x'}})", gid)
    assert (made["from"], made["nick"], made["avatar"]) == (profile["userID"], profile["nick"], profile["avatar"])
    assert (made["flow"], made["priority"], made["status"]) == ("out", "Normal", "unSend")


def test_im23_a_custom_message_reaches_one_person_alone(sdk, pair: tuple[Sdk, Sdk], gid: str) -> None:
    owner, member = pair
    rival = sdk("rival")
    rival("im.joinGroup({groupID: gid})", gid=gid)
    to_one = "im.createCustomMessage({to: 'viewer', conversationType: IM.TYPES.CONV_C2C, payload: {data: 'quit'}})"
    assert owner(f"im.sendMessage({to_one})")["code"] == 0
    heard = member.hears("Custom", data="quit")
    assert (heard["conversationType"], heard["from"]) == ("C2C", "host")
    assert not rival.page.evaluate("received.some(({payload}) => payload.data === 'quit')")


def test_im25_likes_are_read_from_the_groups_profile(pair: tuple[Sdk, Sdk], gid: str, viewer: Person) -> None:
    owner, _ = pair
    with viewer.socket(f"/ws/chat/{quote(gid, safe='')}/") as talk:
        talk.hears("chat.welcome")
        for _ in range(10):
            talk.says("chat.like", count=100)

    def counted() -> bool:
        owner.page.wait_for_timeout(200)
        return owner("im.getGroupProfile({groupID: gid})", gid=gid)["data"]["group"]["likes"] == 1000

    assert until(counted, 10)
