"""The chat SDK without a server: what its methods send, what it makes of our frames, and how it refuses."""

import json

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.walk
ME = {"uid": "viewer", "nick": "Vee", "avatar": "/media/v.webp"}
GID = "@TGS#ONE"
HOST = {"uid": "host", "nick": "Hana", "avatar": "/h.webp"}
AT = "2026-11-21T12:00:00Z"

SDK = """async ({body, me, gid}) => {
  const IM = (await import("footlight/client/im")).default;
  const {EVENT, TYPES} = IM;
  const im = IM.create({SDKAppID: Math.random()});
  im.setLogLevel(4);
  const heard = [], received = [];
  for (const name of Object.values(EVENT)) im.on(name, (event) => heard.push([event.name, event.data]));
  im.on(EVENT.MESSAGE_RECEIVED, ({data}) => received.push(...data));
  const asked = [], answers = {"GET users/me/": me};
  window.fetch = async (url, {method, body}) => {
    const key = `${method} ${url.replace("/api/v1/", "")}`;
    asked.push(body instanceof FormData ? [key, [...body.keys()]] : [key, body ? JSON.parse(body) : null]);
    const answer = answers[key];
    const ok = answer && !answer.error;
    const json = async () => answer ?? {error: {code: "not_found"}};
    return {ok, status: ok ? 200 : 403, json, blob: async () => new Blob()};
  };
  const welcome = (more = {}, mine = {}) => last().hears({
    type: "chat.welcome", epoch: "e", seq: 0, recent: [],
    profile: {gid, type: "AVChatRoom", title: "A room", custom: {mood: "calm"}, owner: {uid: "host"}, version: 1,
      ...more},
    me: {...me, role: "", may_speak: true, ...mine},
  });
  const says = (frame) => last().hears({type: "chat.message", epoch: "e", sender: null, priority: "NORMAL",
    at: "2026-11-21T12:00:00Z", ...frame});
  const join = async (more, mine, groupID = gid) => {
    const joined = im.joinGroup({groupID});
    await turn();
    welcome({gid: groupID, ...more}, mine);
    return joined;
  };
  const settle = (promise) => promise.catch((error) => ({code: error.code, message: error.message}));
  const does = new Function("IM", "im", "it", `with (it) { return (async () => {${body}})() }`);
  return does(IM, im, {EVENT, TYPES, heard, received, asked, answers, welcome, says, join, settle, me, gid});
}"""


@pytest.fixture
def sdk(page: Page):
    return lambda body: page.evaluate(SDK, {"body": body, "me": ME, "gid": GID})


# ---- The instance, and being ready ----


def test_im12_the_same_id_gives_the_same_instance(sdk) -> None:
    assert sdk("return [IM.create({SDKAppID: 1}) === IM.create({SDKAppID: 1}), im === IM.create({SDKAppID: 1})]") == [
        True,
        False,
    ]


def test_im12_the_log_level_says_what_is_printed(sdk) -> None:
    answer = sdk(
        """const printed = [];
        for (const how of ["debug", "info", "warn", "error"]) console[how] = () => printed.push(how);
        im.setLogLevel(0); await im.login(); await settle(im.quitGroup("x"));
        const loud = new Set(printed.splice(0)); im.setLogLevel(4); await settle(im.quitGroup("x"));
        return [[...loud].sort(), printed]"""
    )
    assert answer == [["debug", "info", "warn"], []]


def test_im13_login_tells_that_the_sdk_is_ready(sdk) -> None:
    answer = sdk(
        "const before = im.isReady(); const {code, data} = await im.login();"
        "return [before, im.isReady(), code, data, heard]"
    )
    profile = {"userID": "viewer", "nick": "Vee", "avatar": "/media/v.webp"}
    assert answer == [False, True, 0, profile, [["sdkStateReady", None]]]


def test_im13_a_guest_cannot_log_in(sdk) -> None:
    answer = sdk(
        'answers["GET users/me/"] = {error: {code: "login_required", message: "Sign in first."}};'
        "return [await settle(im.login()), im.isReady(), heard]"
    )
    assert answer == [{"code": "login_required", "message": "Sign in first."}, False, []]


def test_im13_im16_somebody_else_or_a_bad_signature_is_refused(sdk) -> None:
    answer = sdk(
        """const other = await settle(im.login({userID: "rival"}));
        answers["GET users/me/"] = {error: {code: "usersig_forged", message: "No."}};
        return [other, await settle(im.login({userID: "viewer", userSig: "x"})), im.isReady()]"""
    )
    assert [answer[0]["code"], answer[1]["code"], answer[2]] == ["not_allowed", "usersig_forged", False]


@pytest.mark.parametrize(
    "call",
    [
        "sendMessage(im.createTextMessage({to: gid, payload: {text: 'x'}}))",
        "getMyProfile()",
        "updateMyProfile({nick: 'x'})",
    ],
)
def test_im13_what_needs_somebody_signed_in_fails_with_a_code_before_ready(sdk, call: str) -> None:
    answer = sdk(f"await join(); return [await settle(im.{call}), last().sent, asked]")
    assert answer == [{"code": "sdk_not_ready", "message": "Sign in first: the chat is not ready."}, [], []]


def test_im13_after_logout_every_room_is_left_and_nothing_may_be_said(sdk) -> None:
    answer = sdk(
        """await im.login(); await join(); const leaving = im.logout(); await turn();
        last().hears({type: "reply", re: 1}); await leaving;
        const refused = await settle(im.sendMessage(im.createTextMessage({to: gid, payload: {text: "x"}})));
        return [last().sent[0].type, last().closed, refused.code, heard.map(([name]) => name)]"""
    )
    assert answer == ["chat.leave", True, "sdk_not_ready", ["sdkStateReady", "sdkStateNotReady"]]


def test_a_handler_that_was_taken_off_hears_nothing_and_one_that_fails_hides_nothing(sdk) -> None:
    answer = sdk(
        """const seen = []; const me = {name: "context"};
        const first = () => { throw new Error("mine"); }, second = function () { seen.push(this.name); };
        im.on(EVENT.SDK_READY, first); im.on(EVENT.SDK_READY, second, me); await im.login();
        im.off(EVENT.SDK_READY, second); await im.login(); return seen"""
    )
    assert answer == ["context"]


# ---- Joining and leaving ----


def test_im18_a_guest_joins_an_audience_at_once_and_twice_is_already(sdk) -> None:
    answer = sdk(
        """const first = await join({}, {uid: null}), second = await im.joinGroup({groupID: gid});
        const {data} = first;
        return [sockets.length, new URL(last().url).pathname, data.status, second.data.status, data.group]"""
    )
    assert answer[:4] == [1, "/ws/chat/%40TGS%23ONE/", "JoinedSuccess", "AlreadyInGroup"]
    assert (answer[4]["groupID"], answer[4]["name"], answer[4]["ownerID"]) == (GID, "A room", "host")
    assert answer[4]["groupCustomField"] == [{"key": "mood", "value": "calm"}]


def test_im18_two_joins_at_once_open_one_door(sdk) -> None:
    answer = sdk(
        """const both = [im.joinGroup({groupID: gid}), im.joinGroup({groupID: gid})]; await turn(); welcome();
        return [sockets.length, (await Promise.all(both)).map(({data}) => data.status)]"""
    )
    assert answer == [1, ["JoinedSuccess", "AlreadyInGroup"]]


def test_im18_a_refused_join_says_why_and_comes_back_no_more(sdk) -> None:
    answer = sdk(
        """const joined = settle(im.joinGroup({groupID: gid})); await turn();
        last().hears({type: "error", code: "not_found", message: "There is nothing here."});
        last().ends(4003, "not_found"); const refused = await joined;
        return [refused, sockets.length, (await settle(im.quitGroup(gid))).code]"""
    )
    assert answer == [{"code": "not_found", "message": "There is nothing here."}, 1, "not_in_group"]


def test_im18_a_join_that_nobody_answers_is_given_up(sdk) -> None:
    answer = sdk(
        """const joined = settle(im.joinGroup({groupID: gid})); await turn();
        timers.find(({ms}) => ms === 20000).does(); return [(await joined).code, last().closed]"""
    )
    assert answer == ["offline", True]


@pytest.mark.parametrize(
    ("said", "status"), [("joined", "JoinedSuccess"), ("already", "AlreadyInGroup"), ("waiting", "WaitAdminApproval")]
)
def test_im18_a_members_group_is_asked_first(sdk, said: str, status: str) -> None:
    answer = sdk(
        f"""answers["POST groups/%40TGS%23ONE/join/"] = {{status: "{said}"}}; await im.login();
        const joined = settle(im.joinGroup({{groupID: gid}})); await turn();
        last().hears({{type: "error", code: "not_allowed"}}); last().ends(4003, "not_allowed");
        await turn(); await turn();
        if (sockets.length > 1) welcome({{type: "Public"}}, {{role: "member"}});
        return [(await joined).data.status, sockets.length, asked.at(-1)[0]]"""
    )
    assert answer == [status, 1 if said == "waiting" else 2, "POST groups/%40TGS%23ONE/join/"]


def test_im18_a_member_who_comes_again_is_already_in_the_group(sdk) -> None:
    assert (
        sdk('await im.login(); return (await join({type: "Public"}, {role: "member"})).data.status') == "AlreadyInGroup"
    )


def test_im18_several_groups_may_be_joined_at_once(sdk) -> None:
    answer = sdk(
        """await join(); await join({}, {}, "@TGS#TWO");
        const {data} = await im.getGroupsInfo(); return data.groupList.map(({groupID}) => groupID)"""
    )
    assert answer == [GID, "@TGS#TWO"]


def test_im9_the_owner_cannot_quit(sdk) -> None:
    answer = sdk('await join({}, {role: "owner"}); return [await settle(im.quitGroup(gid)), last().closed]')
    assert answer == [
        {"code": "owner_cannot_quit", "message": "The owner cannot leave the group, only disband it."},
        False,
    ]


def test_im18_quitting_says_goodbye_and_does_not_come_back(sdk) -> None:
    answer = sdk(
        """await join(); const quitting = im.quitGroup(gid); await turn();
        const [{type, id}] = last().sent; last().hears({type: "reply", re: id}); last().ends(1000);
        await quitting; timers.forEach(({ms, does}) => ms < 1000 && does());
        return [type, sockets.length, (await settle(im.quitGroup(gid))).code]"""
    )
    assert answer == ["chat.leave", 1, "not_in_group"]


def test_im25_the_groups_profile_follows_what_is_counted(sdk) -> None:
    answer = sdk(
        """await join({version: 5, likes: 1}); const told = (version, likes) => last().hears({type: "chat.profile",
          profile: {gid, type: "AVChatRoom", version, likes}});
        told(6, 1000); told(4, 7);
        return (await im.getGroupProfile({groupID: gid})).data.group.likes"""
    )
    assert answer == 1000


def test_im25_a_group_that_is_not_joined_is_asked_for(sdk) -> None:
    answer = sdk(
        """answers["GET groups/%40TGS%23TWO/"] = {gid: "@TGS#TWO", title: "Two"};
        return (await im.getGroupsInfo(["@TGS#TWO"])).data.groupList[0].name"""
    )
    assert answer == "Two"


# ---- What is received ----


def test_im14_messages_come_as_arrays_with_type_and_payload(sdk) -> None:
    frames = [
        {"seq": 1, "kind": "text", "text": "hello", "sender": HOST, "priority": "HIGH"},
        {"seq": 2, "kind": "face", "text": "🎉"},
        {"seq": 3, "kind": "custom", "data": {"data": "d", "desc": "e", "ext": "f"}},
        {"seq": 4, "kind": "like", "data": {"count": 3}},
        {"seq": 5, "kind": "text", "text": "mine, from elsewhere", "sender": ME},
    ]
    answer = sdk(
        f"""await join(); const full = (frame) => ({{type: "chat.message", epoch: "e", sender: null, priority: "NORMAL",
          at: "{AT}", ...frame}});
        last().hears({json.dumps(frames)}.map(full)); await turn();
        return heard.filter(([name]) => name === "onMessageReceived")"""
    )
    ((_, messages),) = answer
    first = messages[0]
    assert first == {
        "ID": "e:1",
        "type": "TIMTextElem",
        "payload": {"text": "hello"},
        "from": "host",
        "nick": "Hana",
        "avatar": "/h.webp",
        "to": GID,
        "conversationType": "GROUP",
        "conversationID": f"GROUP{GID}",
        "priority": "High",
        "time": 1795262400,
        "flow": "in",
        "sequence": 1,
        "status": "success",
    }
    assert [message["type"] for message in messages] == [
        "TIMTextElem",
        "TIMFaceElem",
        "TIMCustomElem",
        "TIMCustomElem",
        "TIMTextElem",
    ]
    assert messages[1]["payload"]["data"] == "🎉"
    assert messages[2]["payload"] == {"data": "d", "description": "e", "extension": "f"}
    assert json.loads(messages[3]["payload"]["data"]) == {"kind": "like", "count": 3}
    assert messages[4]["flow"] == "out"


def test_im14_nothing_comes_twice_and_a_gap_is_filled_in_order(sdk) -> None:
    answer = sdk(
        """await join(); const word = (seq) => says({seq, kind: "text", text: String(seq)});
        word(1); word(1); word(4); await turn();
        const {id} = last().sent.at(-1);
        const missed = [2, 3, 4].map((seq) => ({epoch: "e", seq, kind: "text", text: String(seq), sender: null,
          priority: "NORMAL", at: "2026-11-21T12:00:00Z"}));
        last().hears([{type: "chat.recovered", recovered: true, epoch: "e", seq: 4, messages: missed, more: false},
          {type: "reply", re: id}]);
        await turn(); word(5); await turn(); return received.map(({payload}) => payload.text)"""
    )
    assert answer == ["1", "2", "3", "4", "5"]


def test_im14_what_was_said_before_one_came_is_not_news(sdk) -> None:
    answer = sdk(
        """const joined = im.joinGroup({groupID: gid}); await turn();
        last().hears({type: "chat.welcome", epoch: "e", seq: 1, profile: {gid, version: 1}, me,
          recent: [{epoch: "e", seq: 1, kind: "text", text: "old", sender: null, priority: "NORMAL"}]});
        await joined; await turn(); return received"""
    )
    assert answer == []


@pytest.mark.parametrize(
    ("operation", "number", "besides", "payload"),
    [
        ("join", 1, {}, {"memberCount": 7}),
        ("quit", 2, {}, {}),
        ("kicked", 3, {"operator": HOST}, {"operatorID": "host"}),
        ("set_admin", 4, {"operator": HOST}, {}),
        ("cancel_admin", 5, {"operator": HOST}, {}),
        (
            "profile",
            6,
            {"operator": HOST, "profile": {"notice": "be kind", "custom": {"mood": "wild"}}},
            {"newGroupProfile": {"notification": "be kind", "groupCustomField": [{"key": "mood", "value": "wild"}]}},
        ),
        (
            "member_profile",
            7,
            {"operator": HOST, "muted_until": "2026-11-21T12:01:00Z"},
            {"memberList": [{"userID": "viewer", "nick": "Vee", "avatar": "/media/v.webp", "muteTime": 60}]},
        ),
    ],
)
def test_im15_each_tip_has_its_operation(sdk, operation: str, number: int, besides: dict, payload: dict) -> None:
    tip = {
        "type": "chat.tip",
        "operation": operation,
        "people": [ME],
        "count": 7,
        "operator": None,
        "at": AT,
        **besides,
    }
    (message,) = sdk(f"await join(); last().hears({json.dumps(tip)}); await turn(); return received")
    assert (message["type"], message["payload"]["operationType"]) == ("TIMGroupTipElem", number)
    assert message["payload"]["userIDList"] == ["viewer"]
    assert message["nick"] == (HOST if "operator" in besides else ME)["nick"]
    assert payload.items() <= message["payload"].items()


@pytest.mark.parametrize(("until", "seconds"), [("null", 0), ('"forever"', 4_294_967_295)])
def test_im15_a_mute_that_is_lifted_or_for_good_has_its_number(sdk, until: str, seconds: int) -> None:
    (message,) = sdk(
        f"""await join(); last().hears({{type: "chat.tip", operation: "member_profile", people: [me], operator: null,
          at: "{AT}", muted_until: {until}}}); await turn(); return received"""
    )
    assert message["payload"]["memberList"][0]["muteTime"] == seconds


def test_im14_a_word_of_the_house_is_a_system_notice(sdk) -> None:
    (message,) = sdk(
        f"""await join(); last().hears({{type: "chat.notice", text: "Back in five", data: "{{}}", at: "{AT}"}});
        await turn(); return received"""
    )
    assert message["type"] == "TIMGroupSystemNoticeElem"
    assert (message["payload"]["operationType"], message["payload"]["userDefinedField"]) == (255, "{}")
    assert message["payload"]["groupProfile"] == {"groupID": GID}


def test_im23_a_word_to_one_person_comes_once_however_many_rooms_are_joined(sdk) -> None:
    answer = sdk(
        f"""await im.login(); await join(); await join({{}}, {{}}, "@TGS#TWO");
        const word = {{type: "user.message", from: {json.dumps(HOST)}, data: "quit", desc: "", ext: "", at: "{AT}"}};
        for (const socket of sockets) socket.hears(word);
        await turn(); return received"""
    )
    (message,) = answer
    assert (message["conversationType"], message["type"], message["from"]) == ("C2C", "TIMCustomElem", "host")
    assert (message["payload"]["data"], message["to"]) == ("quit", "viewer")


@pytest.mark.parametrize(("reason", "number"), [("kicked", 4), ("banned", 4), ("disbanded", 5)])
def test_im22_who_is_put_out_is_told_and_not_in_the_group_any_more(sdk, reason: str, number: int) -> None:
    answer = sdk(
        f"""await join(); last().hears({{type: "kicked", reason: "{reason}"}}); last().ends(4003, "{reason}");
        await turn();
        return [received[0].payload, (await settle(im.quitGroup(gid))).code, sockets.length]"""
    )
    assert answer[0]["operationType"] == number
    assert answer[1:] == ["not_in_group", 1]


def test_a_session_that_ended_elsewhere_is_told(sdk) -> None:
    answer = sdk("await im.login(); await join(); last().ends(4001); await turn(); return heard.map(([name]) => name)")
    assert answer[-2:] == ["sdkStateNotReady", "kickedOut"]


def test_a_line_that_breaks_and_comes_back_is_told(sdk) -> None:
    answer = sdk(
        """await join(); last().ends(1006); timers.at(-1).does(); welcome();
        return heard.filter(([name]) => name === "netStateChange").map(([, {state}]) => state)"""
    )
    assert answer == ["disconnected", "connecting", "connected"]


# ---- Saying something ----


def test_im19_a_text_goes_out_with_normal_priority_and_its_promise_holds_the_message(sdk) -> None:
    answer = sdk(
        """await im.login(); await join();
        const message = im.createTextMessage({to: gid, conversationType: TYPES.CONV_GROUP, payload: {text: "hello"}});
        const before = {...message}; const sending = im.sendMessage(message); await turn();
        const {nonce, ...sent} = last().sent[0];
        says({seq: 1, kind: "text", text: "hello", sender: me, nonce});
        last().hears({type: "reply", re: 1, epoch: "e", seq: 1});
        const {code, data} = await sending; await turn();
        return {before, sent, code, same: data.message === message, after: message, received}"""
    )
    assert answer["sent"] == {"type": "chat.send", "id": 1, "kind": "text", "text": "hello", "priority": "NORMAL"}
    assert (answer["code"], answer["same"], answer["after"]["status"]) == (0, True, "success")
    assert (answer["after"]["ID"], answer["after"]["sequence"]) == ("e:1", 1)
    assert answer["received"] == []  # its sender has drawn it


def test_im20_a_new_message_carries_ones_own_name_and_picture(sdk) -> None:
    answer = sdk(
        'await im.login(); return im.createFaceMessage({to: gid, payload: {index: 0, data: "🎉"}})',
    )
    assert (answer["from"], answer["nick"], answer["avatar"]) == ("viewer", "Vee", "/media/v.webp")
    assert (answer["flow"], answer["status"], answer["priority"]) == ("out", "unSend", "Normal")


@pytest.mark.parametrize("priority", ["HIGH", "NORMAL", "LOW", "LOWEST"])
def test_im19_every_priority_can_be_asked_for(sdk, priority: str) -> None:
    answer = sdk(
        f"""await im.login(); await join();
        im.sendMessage(im.createCustomMessage({{to: gid, conversationType: TYPES.CONV_GROUP,
          priority: TYPES.MSG_PRIORITY_{priority}, payload: {{data: "d", description: "e", extension: "f"}}}}));
        await turn(); return last().sent[0]"""
    )
    assert (answer["kind"], answer["priority"]) == ("custom", priority)
    assert answer["data"] == {"data": "d", "desc": "e", "ext": "f"}


@pytest.mark.parametrize(
    "reply", ['{type: "reply", re: 1, dropped: true}', '{type: "reply", re: 1, held: true, id: 9}']
)
def test_im24_what_the_room_had_no_place_for_is_a_success_to_its_sender(sdk, reply: str) -> None:
    answer = sdk(
        f"""await im.login(); await join();
        const sending = im.sendMessage(im.createTextMessage({{to: gid, payload: {{text: "x"}}}})); await turn();
        last().hears({reply}); const {{code, data}} = await sending; return [code, data.message.status]"""
    )
    assert answer == [0, "success"]


def test_im19_a_refusal_has_the_servers_code_and_words(sdk) -> None:
    answer = sdk(
        """await im.login(); await join();
        const message = im.createTextMessage({to: gid, payload: {text: "x"}});
        const sending = im.sendMessage(message).catch((error) => error); await turn();
        last().hears({type: "error", re: 1, code: "slow_mode", message: "Wait a moment.", wait: 3});
        const {code, message: words, detail} = await sending; return [code, words, detail.wait, message.status]"""
    )
    assert answer == ["slow_mode", "Wait a moment.", 3, "fail"]


def test_im19_sending_again_after_a_broken_line_says_it_once(sdk) -> None:
    answer = sdk(
        """await im.login(); await join();
        const message = im.createTextMessage({to: gid, payload: {text: "x"}});
        const sending = settle(im.sendMessage(message)); await turn();
        const [{nonce}] = last().sent; last().ends(1006); const first = (await sending).code;
        timers.at(-1).does(); welcome(); says({seq: 1, kind: "text", text: "x", sender: me, nonce});
        im.sendMessage(message); await turn();
        return [first, last().sent.at(-1).nonce === nonce, received]"""
    )
    assert answer == ["offline", True, []]


def test_im19_two_messages_with_the_same_words_are_two(sdk) -> None:
    answer = sdk(
        """await im.login(); await join();
        for (let i = 0; i < 2; i++) im.sendMessage(im.createTextMessage({to: gid, payload: {text: "666"}}));
        await turn(); return new Set(last().sent.map(({nonce}) => nonce)).size"""
    )
    assert answer == 2


def test_im19_nothing_is_sent_to_a_group_one_is_not_in(sdk) -> None:
    answer = sdk(
        'await im.login(); return settle(im.sendMessage(im.createTextMessage({to: gid, payload: {text: "x"}})))'
    )
    assert answer == {"code": "not_in_group", "message": "Join the group first."}


def test_im23_a_custom_message_to_one_person_goes_through_a_room_of_both(sdk) -> None:
    answer = sdk(
        """await im.login(); await join();
        const to = (create, payload) =>
          im.sendMessage(create.call(im, {to: "host", conversationType: TYPES.CONV_C2C, payload}));
        to(im.createCustomMessage, {data: "quit"}); await turn();
        return [last().sent[0], (await settle(to(im.createTextMessage, {text: "x"}))).code]"""
    )
    assert answer == [
        {"type": "user.send", "id": 1, "uid": "host", "data": "quit", "desc": "", "ext": ""},
        "bad_message",
    ]


# ---- Oneself ----


def test_im17_a_new_name_is_saved_and_stands_on_the_next_message(sdk) -> None:
    answer = sdk(
        """await im.login(); answers["PATCH users/me/"] = {...me, nick: "Jun"};
        const {data} = await im.updateMyProfile({nick: "Jun"});
        const mine = (await im.getMyProfile()).data;
        return [asked.at(-1), data.nick, mine.nick, im.createTextMessage({to: gid, payload: {text: "x"}}).nick,
          heard.at(-1)[0]]"""
    )
    assert answer == [["PATCH users/me/", {"nick": "Jun"}], "Jun", "Jun", "Jun", "onProfileUpdated"]


def test_im17_a_picture_goes_as_a_file_and_an_empty_one_takes_it_away(sdk) -> None:
    answer = sdk(
        """await im.login(); answers["PATCH users/me/"] = me;
        await im.updateMyProfile({nick: "Jun", avatar: new Blob(["x"])}); await im.updateMyProfile({avatar: ""});
        return asked.slice(-2)"""
    )
    assert answer == [["PATCH users/me/", ["avatar", "nick"]], ["PATCH users/me/", {"avatar": None}]]


def test_im17_a_picture_that_is_not_there_is_refused(sdk) -> None:
    answer = sdk('await im.login(); return (await settle(im.updateMyProfile({avatar: "/nowhere.png"}))).code')
    assert answer == "bad_avatar"


# ---- Beside a page's own chat ----


def test_a_chat_that_a_page_has_open_is_taken_over_and_heard_once(sdk) -> None:
    answer = sdk(
        """const {Connection} = await import("footlight/socket"), {ChatStore} = await import("footlight/chat");
        const connection = new Connection("/ws/chat/x/", {first: "chat.welcome"}), store = new ChatStore();
        store.follow(connection); connection.open(); welcome(); im.attach(gid, connection, store);
        says({seq: 1, kind: "text", text: "hello"}); await turn();
        const {data} = await im.joinGroup({groupID: gid});
        return [received.length, store.messages.length, data.status, sockets.length]"""
    )
    assert answer == [1, 1, "AlreadyInGroup", 1]


def test_im16_a_signature_signs_in_and_brings_the_groups_that_are_open_along(sdk) -> None:
    answer = sdk(
        """const heads = [], plain = window.fetch;
        window.fetch = (url, options) => (heads.push(options.headers.Authorization), plain(url, options));
        await join();
        const guest = last().protocols;
        const login = im.login({userID: me.uid, userSig: "sig1"});
        await turn(); await turn(); welcome();
        const signed = (await login).code, {protocols} = last();
        const other = (await settle(im.login({userID: "eve", userSig: "sig2"}))).code;
        return [signed, guest, protocols, other, heads, im.isReady()]"""
    )
    heads = ["Bearer sig1", "Bearer sig2"]
    assert answer == [0, [], ["footlight", "usersig.sig1"], "not_allowed", heads, True]


LEFT = """const left = (mode, platform, from = null) => last().hears({type: "user.message", gid, from, desc: "",
  data: JSON.stringify({gid, platform, mode}), ext: "footlight.quit", at: "2026-11-21T12:00:00Z"});
const leaves = () => last().sent.filter(({type}) => type === "chat.leave");
await im.login(); await join();"""


def test_im23_in_step_it_leaves_what_was_left_elsewhere_and_shows_nobody(sdk) -> None:
    answer = sdk(
        LEFT
        + """left("synced", "android"); await turn();
        const [{id, quit}] = leaves();
        last().hears({type: "reply", re: id}); await turn();
        const told = heard.filter(([name]) => name === EVENT.GROUP_QUIT).map(([, data]) => data);
        return [quit, received.length, told, (await settle(im.quitGroup(gid))).code]"""
    )
    assert answer == [False, 0, [{"groupID": GID, "platform": "android"}], "not_in_group"]


def test_im23_otherwise_it_stays(sdk) -> None:
    answer = sdk(
        LEFT
        + """left("independent", "android"); left("synced", "web"); await turn();
        return [leaves().length, received.length]"""
    )
    assert answer == [0, 0]


def test_im23_nobody_else_makes_it_leave(sdk) -> None:
    answer = sdk(
        LEFT
        + """left("synced", "android", {uid: "eve", nick: "Eve", avatar: ""}); await turn();
        return [leaves().length, received.map(({from}) => from)]"""
    )
    assert answer == [0, ["eve"]]
