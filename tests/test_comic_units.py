"""The co-mic facade without a server: what its methods send, and which events, in which order, it makes of frames that
come once, twice, late or in the other order."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.walk

SDK = """async ({body, as}) => {
  const {CoMic} = await import("footlight/client/comic");
  const {Emitter} = await import("footlight/emitter");
  const room = new Emitter(), asked = [], answers = [], heard = [];
  room.ask = async (type, fields) => {
    asked.push([type, fields]);
    const answer = answers.shift() ?? {};
    if (answer.code) throw Object.assign(new Error(answer.message ?? ""), {code: answer.code});
    return answer;
  };
  const comic = new CoMic(room);
  const names = ["onUserConnectionRequest", "onUserConnectionCancelled", "onUserConnectionAccepted",
    "onUserConnectionRejected", "onUserConnectionTimeout", "onUserConnectionTerminated", "onUserConnectionExited",
    "onRequestReceived", "onRequestCancelled", "onKickedOffSeat"];
  const short = (value) => value?.userId ?? value;
  const keeps = (name) => (...values) => heard.push([name, ...values.map(short)]);
  const observer = Object.fromEntries(names.map((name) => [name, keeps(name)]));
  observer.onConnectedUsersUpdated = (...lists) =>
    heard.push(["onConnectedUsersUpdated", ...lists.map((list) => list.map(short))]);
  observer.onSeatListChanged = (list, joined, left) =>
    heard.push(["onSeatListChanged", list.length, joined.map(({index}) => index), left.map(({index}) => index)]);
  comic.addObserver(observer);
  const person = (uid) => ({uid, nick: uid, avatar: ""});
  const now = Date.now();
  const seat = (uid, state, version = 1, more = {}) => ({rid: `r-${uid}`, cid: "c1", state, number: null,
    person: person(uid), mic: true, camera: true, mic_held: false, camera_held: false, version,
    since: new Date(now).toISOString(), created_at: new Date(now).toISOString(),
    deadline: ["asked", "invited"].includes(state) ? new Date(now + 60000).toISOString() : null, ...more});
  const sits = (uid, number = 1, version = 2) => seat(uid, "seated", version, {number});
  let version = 1;
  const changed = (state) => room.emit("seat.changed", {type: "seat.changed", seat: state});
  const list = (users, {joined = [], left = [], at = ++version, locks = {}} = {}) => {
    version = at;
    room.emit("seats.changed", {cid: "c1", version: at, size: 9, locks, users, joined, left});
  };
  const snapshot = ({users = [], mine = null, requests, at = version} = {}) => room.emit("room.snapshot", {
    channel: {cid: "c1", owner: person("host"), state: "live"},
    me: {uid: as, seat: mine, ...(as === "host" ? {requests: requests ?? []} : {})},
    seats: {version: at, size: 9, locks: {}, users},
  });
  const events = () => heard.splice(0).filter(([name]) => name !== "onSeatListChanged");
  snapshot();
  heard.length = 0;
  const settle = (promise) => promise.then(() => "done", ({code, message}) => [code, message]);
  const it = {comic, room, asked, answers, heard, events, seat, sits, changed, list, snapshot, settle};
  return new Function("it", `with (it) { return (async () => {${body}})() }`)(it);
}"""


@pytest.fixture
def sdk(page: Page) -> Callable[..., object]:
    return lambda body, who="guest": page.evaluate(SDK, {"body": body, "as": who})


JOINED = ["onConnectedUsersUpdated", ["guest"], ["guest"], []]
LEFT = ["onConnectedUsersUpdated", [], [], ["guest"]]


def test_mic2_a_request_names_host_patience_and_camera(sdk) -> None:
    answer = sdk(
        """await comic.requestIntraRoomConnection("", 60, true);
        await comic.requestIntraRoomConnection("host", 30, false); return asked"""
    )
    assert answer == [
        ["seat.ask", {"video": True, "timeout": 60, "number": None}],
        ["seat.ask", {"video": False, "timeout": 30, "number": None}],
    ]


def test_mic3_a_request_is_news_to_the_host_alone(sdk) -> None:
    told = 'changed(seat("guest", "asked")); return [events(), comic.seating.waiting.map(({rid}) => rid)]'
    assert sdk(told, "host") == [[["onUserConnectionRequest", "guest"], ["onRequestReceived", "guest"]], ["r-guest"]]
    assert sdk(told) == [[], ["r-guest"]]


def test_mic5_the_requester_hears_of_the_host_and_both_of_the_list(sdk) -> None:
    accepted = """changed(seat("guest", "asked")); events();
      changed(sits("guest")); list([sits("guest")], {joined: [sits("guest")]}); return events()"""
    assert sdk(accepted) == [["onUserConnectionAccepted", "host"], JOINED]
    assert sdk(accepted, "host") == [JOINED]
    assert sdk(accepted, "third") == [JOINED]


def test_mic6_a_refusal_names_the_host_and_moves_no_list(sdk) -> None:
    refused = 'changed(seat("guest", "asked")); events(); changed(seat("guest", "refused", 2)); return heard'
    assert sdk(refused) == [["onUserConnectionRejected", "host"]]
    assert sdk(refused, "host") == []


def test_mic7_a_hand_taken_down_is_told_to_the_host(sdk) -> None:
    body = """changed(seat("guest", "asked")); events(); answers.push({seat: seat("guest", "cancelled", 2)});
      if (%s) await comic.cancelIntraRoomConnection(); changed(seat("guest", "cancelled", 2));
      return [events(), asked, comic.seating.waiting]"""
    assert sdk(body % "true") == [[], [["seat.cancel", {"rid": "r-guest"}]], []]
    told = [["onUserConnectionCancelled", "guest"], ["onRequestCancelled", "guest"]]
    assert sdk(body % "false", "host") == [told, [], []]


def test_mic8_both_sides_hear_that_nobody_answered(sdk) -> None:
    expired = 'changed(seat("guest", "asked")); events(); changed(seat("guest", "expired", 2)); return heard'
    assert sdk(expired) == [["onUserConnectionTimeout", "host"]]
    assert sdk(expired, "host") == [["onUserConnectionTimeout", "guest"]]


@pytest.mark.parametrize(
    "code", ["seats_full", "already_seated", "already_asked", "not_here", "muted", "banned", "login_required"]
)
def test_mic9_a_refusal_is_a_code_and_words_by_promise_or_callback(sdk, code: str) -> None:
    answer = sdk(
        f"""answers.push({{code: "{code}", message: "No."}}, {{code: "{code}", message: "No."}});
        const said = [], callback = {{onSuccess: () => said.push("yes"), onError: (...no) => said.push(no)}};
        await comic.requestIntraRoomConnection("", 60, true, callback);
        await comic.requestIntraRoomConnection("", 60, true, callback);
        await comic.requestIntraRoomConnection("", 60, true, callback);
        answers.push({{code: "{code}", message: "No."}});
        return [said, await settle(comic.requestIntraRoomConnection("", 60, true))]"""
    )
    assert answer == [[[code, "No."], [code, "No."], "yes"], [code, "No."]]


def test_mic9_what_is_not_there_is_refused_without_asking(sdk) -> None:
    answer = sdk(
        """const codes = [];
        for (const verb of ["terminateIntraRoomConnection", "leaveSeat", "cancelIntraRoomConnection"])
          codes.push((await settle(comic[verb]()))[0]);
        for (const ended of [comic.disconnectUser("stranger"), comic.kickUserOffSeatByAdmin(4)])
          codes.push((await settle(ended))[0]);
        return [codes, asked]"""
    )
    assert answer == [["not_seated", "not_seated", "no_request", "not_seated", "not_seated"], []]


def test_mic10_whoever_is_removed_hears_it_without_argument_and_all_hear_the_list(sdk) -> None:
    removed = """changed(seat("guest", "asked")); changed(sits("guest")); list([sits("guest")]); events();
      const gone = {...sits("guest", 1, 3), state: "removed"};
      changed(gone); list([], {left: [gone]}); return events()"""
    assert sdk(removed) == [["onUserConnectionTerminated"], ["onKickedOffSeat", 1, "host"], LEFT]
    assert sdk(removed, "host") == [LEFT]
    assert sdk(removed, "third") == [LEFT]


def test_mic11_the_host_hears_who_left_and_the_guest_needs_no_telling(sdk) -> None:
    left = """changed(seat("guest", "asked")); changed(sits("guest")); list([sits("guest")]); events();
      const gone = {...sits("guest", 1, 3), state: "left"};
      answers.push({seat: gone}); if (%s) await comic.terminateIntraRoomConnection();
      changed(gone); list([], {left: [gone]}); return [events(), asked]"""
    assert sdk(left % "true") == [[LEFT], [["seat.leave", {"rid": "r-guest"}]]]
    assert sdk(left % "false", "host") == [[["onUserConnectionExited", "guest"], LEFT], []]


def test_mic12_seats_are_numbered_and_addressed(sdk) -> None:
    answer = sdk(
        """const hand = seat("guest", "asked", 1, {number: 3});
        answers.push({seat: hand}); await comic.takeSeat(3, 60); await comic.takeUserOnSeatByAdmin(-1, "other", 60);
        changed(seat("other", "asked")); await comic.responseRemoteRequest("r-other", true);
        await comic.responseRemoteRequest("r-guest", false);
        list([sits("guest", 3)]); await comic.moveToSeat(5);
        await comic.lockSeatByAdmin(2, {lockSeat: true, lockAudio: true}); await comic.kickUserOffSeatByAdmin(3);
        await comic.muteLocalAudio(); await comic.closeRemoteDeviceByAdmin("guest", "camera");
        list([sits("guest", 3)], {locks: {2: ["seat", "audio"]}});
        return [asked, comic.getSeatList()[1], comic.getSeatList()[2].userId, comic.getConnectedUsers()]"""
    )
    assert answer[0] == [
        ["seat.ask", {"video": True, "timeout": 60, "number": 3}],
        ["seat.invite", {"video": True, "timeout": 60, "number": None, "uid": "other"}],
        ["seat.accept", {"rid": "r-other"}],
        ["seat.refuse", {"rid": "r-guest"}],
        ["seat.move", {"rid": "r-guest", "number": 5}],
        ["seat.lock", {"number": 2, "seat": True, "video": False, "audio": True}],
        ["seat.remove", {"rid": "r-guest"}],
        ["seat.mute", {"rid": "r-guest", "kind": "audio", "muted": True}],
        ["seat.mute", {"rid": "r-guest", "kind": "video", "muted": True}],
    ]
    assert answer[1] == {
        "index": 2,
        "userId": "",
        "userName": "",
        "avatarUrl": "",
        "isLocked": True,
        "isAudioLocked": True,
        "isVideoLocked": False,
        "isAudioMuted": False,
        "isVideoMuted": False,
    }
    assert answer[2] == "guest"
    assert answer[3] == [{"userId": "guest", "userName": "guest", "avatarUrl": ""}]


def test_mic12_the_seat_list_says_who_sat_down_and_who_got_up(sdk) -> None:
    answer = sdk(
        'list([sits("guest", 4)]); list([sits("guest", 4), sits("b", 2)]); list([sits("b", 2)]); '
        'return heard.filter(([name]) => name === "onSeatListChanged")'
    )
    assert [one[1:] for one in answer] == [[9, [4], []], [9, [2], []], [9, [], [4]]]


@pytest.mark.parametrize("order", ["request first", "list first", "all twice", "list twice first"])
def test_mic15_the_answer_comes_before_the_list_however_the_frames_come(sdk, order: str) -> None:
    orders = {
        "request first": "one(); many()",
        "list first": "many(); one()",
        "all twice": "one(); one(); many(); many(); one()",
        "list twice first": "many(); many(); one(); one()",
    }
    body = f"""changed(seat("guest", "asked")); events();
      const play = (state, users, moved, at) => {{
        const one = () => changed(state), many = () => list(users, {{...moved, at}});
        {orders[order]};
      }};
      play(sits("guest"), [sits("guest")], {{joined: [sits("guest")]}}, 2);
      const gone = {{...sits("guest", 1, 3), state: %s}};
      play(gone, [], {{left: [gone]}}, 3);
      return events()"""
    assert sdk(body % '"removed"') == [
        ["onUserConnectionAccepted", "host"],
        JOINED,
        ["onUserConnectionTerminated"],
        ["onKickedOffSeat", 1, "host"],
        LEFT,
    ]
    assert sdk(body % '"left"', "host") == [JOINED, ["onUserConnectionExited", "guest"], LEFT]
    assert sdk(body % '"left"', "third") == [JOINED, LEFT]


def test_mic15_an_older_list_that_comes_late_takes_nobody_off_the_seat(sdk) -> None:
    answer = sdk(
        """changed(seat("guest", "asked")); changed(sits("guest")); events();
        list([sits("b", 2)], {at: 5}); list([sits("guest"), sits("b", 2)], {at: 6}); list([], {at: 4});
        return [events(), comic.seating.mine.state]"""
    )
    lists = [
        ["onConnectedUsersUpdated", ["b"], ["b"], []],
        ["onConnectedUsersUpdated", ["guest", "b"], ["guest"], []],
    ]
    assert answer == [lists, "seated"]


def test_mic16_what_happened_while_the_line_was_gone_is_told_after_it(sdk) -> None:
    lost = """changed(seat("guest", "asked")); %s events(); snapshot({users: %s, mine: %s, requests: %s, at: 7});
      return events()"""
    waits, sat = "", 'changed(sits("guest")); list([sits("guest")]);'
    assert sdk(lost % (waits, '[sits("guest")]', 'sits("guest")', "[]")) == [
        ["onUserConnectionAccepted", "host"],
        JOINED,
    ]
    assert sdk(lost % (sat, "[]", "null", "[]")) == [["onUserConnectionTerminated"], LEFT]
    assert sdk(lost % (sat, "[]", "null", "[]"), "host") == [["onUserConnectionExited", "guest"], LEFT]
    cancelled = [["onUserConnectionCancelled", "guest"], ["onRequestCancelled", "guest"]]
    assert sdk(lost % (waits, "[]", "null", "[]"), "host") == cancelled
    assert sdk(lost % (waits, "[]", "null", '[seat("guest", "asked")]'), "host") == []


def test_an_invitation_goes_the_other_way_round(sdk) -> None:
    body = """changed(seat("guest", "invited")); const first = events(); const other = %s; changed(other);
      return [first, events()]"""
    asked = [["onUserConnectionRequest", "host"], ["onRequestReceived", "host"]]
    accepted, refused = 'sits("guest")', 'seat("guest", "refused", 2)'
    cancelled, expired = 'seat("guest", "cancelled", 2)', 'seat("guest", "expired", 2)'
    assert sdk(body % accepted) == [asked, []]
    assert sdk(body % accepted, "host") == [[], [["onUserConnectionAccepted", "guest"]]]
    assert sdk(body % refused, "host") == [[], [["onUserConnectionRejected", "guest"]]]
    assert sdk(body % cancelled)[1] == [["onUserConnectionCancelled", "host"], ["onRequestCancelled", "host"]]
    assert sdk(body % cancelled, "host") == [[], []]
    assert sdk(body % expired, "host") == [[], [["onUserConnectionTimeout", "guest"]]]


def test_a_command_that_was_refused_leaves_later_news_heard(sdk) -> None:
    answer = sdk(
        """changed(seat("guest", "asked")); changed(sits("guest")); list([sits("guest")]); events();
        answers.push({code: "offline"}); const [code] = await settle(comic.leaveSeat());
        changed({...sits("guest", 1, 3), state: "removed"}); return [code, events()[0]]"""
    )
    assert answer == ["offline", ["onUserConnectionTerminated"]]


def test_a_seat_in_another_channel_is_none_here(sdk) -> None:
    assert sdk('changed(seat("guest", "invited", 1, {cid: "c2"})); return [heard, comic.seating.mine]') == [[], None]


def test_a_lock_on_a_seat_holds_whoever_sits_there_without_a_new_version(sdk) -> None:
    answer = sdk(
        """changed(sits("guest")); list([sits("guest")]); 
        list([{...sits("guest"), mic_held: true}], {locks: {1: ["audio"]}});
        return comic.seating.mine.mic_held"""
    )
    assert answer is True


def test_an_observer_that_fails_leaves_the_others_their_news(sdk) -> None:
    answer = sdk(
        """console.error = () => {}; const said = [];
        comic.addObserver({onConnectedUsersUpdated() { throw new Error("mine"); }});
        comic.addObserver({onConnectedUsersUpdated: (all) => said.push(all.length)});
        list([sits("guest")]); return said"""
    )
    assert answer == [1]


ON_STAGE = """async () => {
  const {peopleOf} = await import("footlight/on-stage");
  const person = (uid) => ({uid, nick: uid, avatar: ""});
  const stay = (uid, host = false) => ({sid: `s-${uid}`, person: person(uid), host, state: "up"});
  const seat = (uid, number, more = {}) => ({person: person(uid), number, mic: true, camera: true, mic_held: false,
    camera_held: false, ...more});
  const show = {others: () => [stay("b"), stay("a"), stay("host", true)]};
  const seating = {list: {users: [seat("a", 1, {mic_held: true}), seat("b", 2, {camera: false}), seat("me", 5)]}};
  const people = peopleOf(show, seating, {person: person("me"), host: false, state: "up"});
  return people.map(({sid, mic, camera}) => [sid, mic ?? null, camera ?? null]);
}"""


def test_the_stage_begins_with_the_host_and_oneself_and_goes_on_by_seats(page: Page) -> None:
    assert page.evaluate(ON_STAGE) == [
        ["s-host", None, None],
        ["own", True, True],
        ["s-a", False, True],
        ["s-b", True, False],
    ]
