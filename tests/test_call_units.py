"""The CallAPI without a server: its states and what each of them tells, its rules, over both of its signallers."""

import json

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.walk

API = """async ({body, over}) => {
  const {default: CallAPI, SocketSignal, RestSignal} = await import("footlight/client/call");
  const {Connection} = await import("footlight/socket");
  const {Emitter} = await import("footlight/emitter");
  const uid = over.uid ?? "viewer";
  const told = [], states = [], events = [], errors = [], asked = [], did = [];
  const row = (more = {}) => ({call_id: "k1", cid: "c1", kind: "video", state: "ringing", extension: {}, price: 30,
    caller: {uid: "viewer", nick: "Vee"}, host: {uid: "host", nick: "Hana"}, version: 1, duration: null,
    deadline: "2026-11-21T12:00:15Z", created_at: "2026-11-21T12:00:00Z", connected_at: null, ended_at: null,
    ended_by: null, end_reason: "", ...more});
  const talking = {state: "talking", version: 3, connected_at: "2026-11-21T12:00:05Z"};
  const ended = {state: "ended", version: 4, connected_at: "2026-11-21T12:00:05Z", ended_at: "2026-11-21T12:01:05.5Z",
    ended_by: "viewer", duration: 60500, end_reason: "hung_up"};
  class Engine extends Emitter {
    call = "";
    join(call, kind) { this.call = call; did.push(["join", call, kind]); }
    leave() { if (this.call) did.push(["leave"]); this.call = ""; }
    hear(on) { did.push(["hear", on]); }
    remoteJoined() { did.push(["remoteJoined"]); }
    remoteLeft() { did.push(["remoteLeft"]); }
  }
  const answers = {};
  window.fetch = async (url, {method, body}) => {
    const key = `${method} ${url.replace("/api/v1/", "")}`;
    asked.push([key, body ? JSON.parse(body) : null]);
    const answer = answers[key];
    if (answer === "offline") throw new Error("offline");
    const ok = !answer?.error;
    return {ok, status: ok ? 200 : 409, json: async () => answer ?? null};
  };
  const room = new Connection("/ws/rooms/c1/", {first: "room.snapshot"});
  const signal = over.rest ? new RestSignal("c1", uid) : new SocketSignal(room, "c1");
  const engine = new Engine(), api = new CallAPI();
  const listener = {
    onCallStateChanged: (...four) => { told.push("state"); states.push(four); },
    onCallEventChanged: (event, info) => events.push([event, info.callId ?? null]),
    onCallError: (...all) => errors.push(all.slice(0, 3)),
    onCallConnected: (...all) => { told.push("connected"); did.push(["connected", ...all]); },
    onCallDisconnected: (...all) => { told.push("disconnected"); did.push(["disconnected", ...all]); },
  };
  api.addListener(listener);
  const config = {appId: "", userId: uid, rtcEngine: engine, signalClient: signal};
  const whole = {roomId: "c1", rtcToken: {uid, channelName: ""}, localView: null, remoteView: null,
    callTimeoutMillisecond: 15000, userExtension: null, firstFrameWaittingDisabled: false};
  const open = (call = null) => { room.open(); last().hears({type: "room.snapshot", me: {call}}); };
  const hears = (name, frame) => last().hears({type: `call.${name}`, ...frame});
  const changed = (state, reason, more = {}) =>
    hears("changed", {state, stateReason: reason, eventReason: reason, eventInfo: {}, call: row(more)});
  const said = () => last().sent.at(-1);
  const answer = (fields = {}) => last().hears({type: "reply", re: said().id, ...fields});
  const refuse = (code) => last().hears({type: "error", re: said().id, code, message: "No."});
  const settle = (promise) => promise.then(() => "ok", (error) => error.code);
  const prepare = async (more = {}) => {
    const done = settle(api.prepareForCall({...whole, ...more}));
    await turn();
    if (said()?.type === "call.prepare") answer();
    return done;
  };
  const ready = async () => { api.initialize(config); open(); await prepare(); states.length = events.length = 0; };
  const rings = async () => {
    const done = settle(api.call("host", "video", {song: "Lark"}));
    await turn(); answer({call: row()}); changed("calling", "localVideoCall"); return done;
  };
  const names = () => states.map(([state, reason]) => `${state} ${reason}`);
  const it = {api, room, signal, engine, config, whole, row, talking, ended, told, states, events, errors, asked, did,
    answers, open, hears, changed, said, answer, refuse, settle, prepare, ready, rings, names, listener};
  return new Function("CallAPI", "it", `with (it) { return (async () => {${body}})() }`)(CallAPI, it);
}"""


@pytest.fixture
def api(page: Page):
    return lambda body, **over: page.evaluate(API, {"body": body, "over": over})


# ---- Setting up ----


def test_call5_a_config_without_one_of_its_parts_is_refused(api) -> None:
    answer = api(
        """const missing = [];
        for (const name of Object.keys(config)) {
          const {[name]: _, ...rest} = config;
          try { api.initialize(rest); } catch (error) { missing.push(...error.detail.missing); }
        }
        return [missing, await settle(api.prepareForCall(whole))]"""
    )
    assert answer == [["appId", "userId", "rtcEngine", "signalClient"], "not_initialized"]


def test_call6_preparing_leads_from_idle_to_prepared_and_says_all_of_it(api) -> None:
    answer = api(
        """api.initialize(config); open();
        const before = api.state, done = await prepare();
        const {type, uid, timeout, extension, wait_for_frame} = said();
        return [before, done, api.state, names(), [type, uid, timeout, extension, wait_for_frame]]"""
    )
    assert answer == ["idle", "ok", "prepared", ["prepared none"], ["call.prepare", "viewer", 15000, None, True]]


@pytest.mark.parametrize(
    "name",
    [
        "roomId",
        "rtcToken",
        "localView",
        "remoteView",
        "callTimeoutMillisecond",
        "userExtension",
        "firstFrameWaittingDisabled",
    ],
)
def test_call21_a_preparation_that_lacks_a_property_fails(api, name: str) -> None:
    answer = api(
        f"""api.initialize(config); open();
        return [await prepare({{{name}: undefined}}), api.state, states.at(-1)[3].code, last().sent.length]"""
    )
    assert answer == ["incomplete_config", "failed", "incomplete_config", 0]


def test_call6_a_token_for_somebody_else_or_for_one_room_only_is_refused(api) -> None:
    answer = api(
        """api.initialize(config); open();
        const other = await prepare({rtcToken: {uid: "rival", channelName: ""}});
        const narrow = await prepare({rtcToken: {uid: "viewer", channelName: "c1"}});
        return [other, narrow, api.state, await prepare(), api.state]"""
    )
    assert answer == ["uid_mismatch", "uid_mismatch", "failed", "ok", "prepared"]


def test_call6_what_the_house_refuses_is_a_failure_with_its_code(api) -> None:
    answer = api(
        """api.initialize(config); open();
        const done = settle(api.prepareForCall(whole)); await turn(); refuse("not_found");
        return [await done, names(), states.at(-1)[3].code]"""
    )
    assert answer == ["not_found", ["failed messageFailed"], "not_found"]


def test_call6_nobody_prepares_anew_during_a_call(api) -> None:
    answer = api("await ready(); await rings(); return [await settle(api.prepareForCall(whole)), api.state]")
    assert answer == ["currently_busy", "calling"]


def test_the_completion_is_told_instead_of_a_rejection(api) -> None:
    answer = api(
        """api.initialize(config); open();
        const heard = [];
        await api.prepareForCall({}, (error) => heard.push(error.code));
        const done = api.prepareForCall(whole, (error) => heard.push(error)); await turn(); answer(); await done;
        return heard"""
    )
    assert answer == ["incomplete_config", None]


# ---- Calling ----


def test_call8_a_call_is_made_only_when_prepared(api) -> None:
    answer = api(
        """api.initialize(config); open();
        return [await settle(api.call("host")), errors, api.state]"""
    )
    assert answer == ["not_prepared", [["normalError", "normal", "not_prepared"]], "idle"]


def test_call4_calls_are_refused_while_offline(api) -> None:
    answer = api(
        """await ready(); last().ends(1006);
        return [await settle(api.call("host")), errors, last().sent.length]"""
    )
    assert answer == ["offline", [["sendMessageFail", "message", "offline"]], 1]


@pytest.mark.parametrize(("kind", "sent"), [("video", "video"), ("audio", "audio"), (0, "video"), (1, "audio")])
def test_call8_kind_and_extension_travel(api, kind: str | int, sent: str) -> None:
    answer = api(
        f"""await ready();
        api.call("host", {json.dumps(kind)}, {{song: "Lark"}}).catch(() => {{}}); await turn();
        return [said().type, said().kind, said().extension]"""
    )
    assert answer == ["call.ring", sent, {"song": "Lark"}]


def test_call9_another_person_than_the_host_is_not_rung_for_long(api) -> None:
    answer = api(
        """await ready();
        const done = settle(api.call("rival")); await turn(); answer({call: row()}); await turn();
        const cancelled = [said().type, said().call_id]; answer({call: row()});
        return [await done, cancelled]"""
    )
    assert answer == ["wrong_person", ["call.cancel", "k1"]]


def test_call5_call12_call14_every_move_tells_exactly_four(api) -> None:
    answer = api(
        """await ready(); await rings();
        changed("connecting", "remoteAccepted", {state: "connecting", version: 2});
        changed("connected", "recvRemoteFirstFrame", talking);
        changed("prepared", "localHangup", ended);
        return [names(), states.every((four) => four.length === 4), events.map(([event]) => event)]"""
    )
    assert answer == [
        [
            "calling localVideoCall",
            "connecting remoteAccepted",
            "connected recvRemoteFirstFrame",
            "prepared localHangup",
        ],
        True,
        ["localVideoCall", "joinRTCStart", "remoteAccepted", "recvRemoteFirstFrame", "localLeft", "localHangup"],
    ]


def test_call13_call14_connected_and_disconnected_carry_who_when_and_how_long(api) -> None:
    answer = api(
        """await ready(); await rings();
        changed("connecting", "remoteAccepted", {state: "connecting", version: 2});
        changed("connected", "recvRemoteFirstFrame", talking); changed("prepared", "localHangup", ended);
        return did"""
    )
    at = 1795262405000
    assert answer == [
        ["join", "k1", "video"],
        ["hear", True],
        ["connected", "k1", "viewer", "viewer", at],
        ["leave"],
        ["disconnected", "k1", "viewer", "viewer", at + 60500, 60500],
    ]


def test_call13_the_first_frame_is_said_once_and_again_after_a_lost_line(api) -> None:
    answer = api(
        """await ready(); await rings();
        const connecting = {state: "connecting", version: 2};
        changed("connecting", "remoteAccepted", connecting);
        engine.emit("frame", "video"); await turn();
        const first = [said().type, said().call_id];
        last().ends(1006); open(row(connecting)); await turn();
        return [first, said().type, names()]"""
    )
    said = ["calling localVideoCall", "connecting remoteAccepted"]
    assert answer == [["call.first_frame", "k1"], "call.first_frame", said]


def test_after_a_call_it_prepares_again_by_itself(api) -> None:
    answer = api(
        """await ready(); await rings();
        changed("prepared", "remoteRejected", {state: "refused", version: 2}); await turn();
        const again = said().type; answer(); await turn();
        return [again, api.state, names()]"""
    )
    assert answer == ["call.prepare", "prepared", ["calling localVideoCall", "prepared remoteRejected"]]


@pytest.mark.parametrize(
    "reason",
    ["remoteRejected", "remoteCallBusy", "callingTimeout", "localCancelled", "remoteCancelled", "remoteCallingTimeout"],
)
def test_call11_call12_each_way_a_ring_can_end_is_told(api, reason: str) -> None:
    answer = api(
        f"""await ready(); await rings(); changed("prepared", "{reason}", {{state: "expired", version: 2}});
        return [names().at(-1), events.at(-1), api.current]"""
    )
    assert answer == [f"prepared {reason}", [reason, None], None]


# ---- Answering ----


def test_call9_call10_the_host_knows_their_part_and_answers(api) -> None:
    answer = api(
        """await ready(); changed("calling", "remoteVideoCall");
        const part = [api.role, api.peer.uid];
        const done = settle(api.accept("viewer")); await turn();
        const sent = [said().type, said().call_id]; answer({call: row()});
        return [part, await done, sent]""",
        uid="host",
    )
    assert answer == [["host", "viewer"], "ok", ["call.accept", "k1"]]


@pytest.mark.parametrize(
    ("verb", "before"),
    [
        ("api.accept()", ""),
        ("api.reject()", ""),
        ("api.hangup()", ""),
        ("api.cancelCall()", ""),
        ("api.accept()", "await rings();"),
        ("api.hangup()", "await rings();"),
        ("api.accept('rival')", 'changed("calling", "remoteVideoCall");'),
    ],
)
def test_call12_a_verb_out_of_place_is_a_mismatch_and_says_nothing(api, verb: str, before: str) -> None:
    uid = "host" if "remote" in before else "viewer"
    answer = api(
        f"""await ready(); {before} const sent = last().sent.length;
        return [await settle({verb}), events.at(-1)[0], last().sent.length - sent]""",
        uid=uid,
    )
    assert answer == ["state_mismatch", "stateMismatch", 0]


@pytest.mark.parametrize(("verb", "sent"), [("cancelCall", "call.cancel"), ("hangup", "call.hang_up")])
def test_call11_call14_the_callers_ways_out(api, verb: str, sent: str) -> None:
    connect = "" if verb == "cancelCall" else 'changed("connected", "recvRemoteFirstFrame", talking);'
    answer = api(f"await ready(); await rings(); {connect} api.{verb}().catch(() => {{}}); await turn(); return said()")
    assert (answer["type"], answer["call_id"]) == (sent, "k1")


# ---- What happens to a call ----


def test_call16_call18_the_other_side_leaves_and_returns(api) -> None:
    answer = api(
        """await ready(); await rings(); changed("connected", "recvRemoteFirstFrame", talking); events.length = 0;
        hears("event", {event: "remoteLeave", call: row({...talking, state: "broken", version: 4})});
        hears("event", {event: "remoteJoined", call: row({...talking, version: 5})});
        return [events, did.slice(-2), api.state]"""
    )
    assert answer == [
        [["remoteLeave", "k1"], ["remoteJoined", "k1"]],
        [["remoteLeft"], ["remoteJoined"]],
        "connected",
    ]


def test_call19_a_side_that_is_gone_is_an_rtc_error_and_the_end(api) -> None:
    answer = api(
        """await ready(); await rings(); changed("connected", "recvRemoteFirstFrame", talking);
        hears("error", {errorEvent: "rtcOccurError", errorType: "rtc", errorCode: 123, call: row(ended)});
        changed("prepared", "localHangup", {...ended, ended_by: null, end_reason: "timeout"});
        return [errors, api.state, did.at(-1)]"""
    )
    assert answer[:2] == [[["rtcOccurError", "rtc", 123]], "prepared"]
    assert answer[2][-1] == 60500


def test_media_that_are_refused_hang_up(api) -> None:
    answer = api(
        """await ready(); await rings(); changed("connecting", "remoteAccepted", {state: "connecting", version: 2});
        engine.emit("refused", "not_allowed"); await turn();
        return [errors, said().type]"""
    )
    assert answer == [[["rtcOccurError", "rtc", "not_allowed"]], "call.hang_up"]


def test_a_page_that_comes_back_finds_its_call_again(api) -> None:
    answer = api(
        """api.initialize(config); open(row({...talking, state: "broken", version: 4}));
        await turn(); return [names(), did.slice(0, 2), api.role, events.map(([event]) => event)]"""
    )
    joined = [["hear", True], ["join", "k1", "video"]]
    assert answer == [["connected recvRemoteFirstFrame"], joined, "caller", ["joinRTCStart", "recvRemoteFirstFrame"]]


def test_what_ended_while_the_line_was_away_is_read_from_the_call(api) -> None:
    answer = api(
        """await ready(); await rings(); changed("connected", "recvRemoteFirstFrame", talking);
        answers["GET calls/k1/"] = row({...ended, ended_by: "host"});
        last().ends(1006); open(null); await turn(); await turn();
        return [names().at(-1), did.at(-1)[0], did.at(-1)[2]]"""
    )
    assert answer == ["prepared remoteHangup", "disconnected", "host"]


def test_older_and_repeated_frames_change_nothing(api) -> None:
    answer = api(
        """await ready(); await rings(); changed("connected", "recvRemoteFirstFrame", talking);
        changed("connected", "recvRemoteFirstFrame", talking); changed("calling", "localVideoCall");
        return names()"""
    )
    assert answer == ["calling localVideoCall", "connected recvRemoteFirstFrame"]


def test_calls_of_other_channels_are_not_this_pages(api) -> None:
    answer = api(
        """await ready(); changed("calling", "remoteVideoCall", {cid: "c2"});
        hears("event", {event: "remoteLeave", call: row({cid: "c2"})});
        return [states, events]"""
    )
    assert answer == [[], []]


def test_call22_deinitialising_tells_what_became_of_the_call_and_frees_the_media(api) -> None:
    answer = api(
        """await ready(); await rings();
        const done = settle(api.deinitialize()); await turn();
        const sent = said().type;
        changed("prepared", "localCancelled", {state: "cancelled", version: 2}); answer();
        hears("changed", {call: null, state: "idle", stateReason: "none", eventReason: "deinitialize", eventInfo: {}});
        const result = await done; changed("calling", "remoteVideoCall");
        return [sent, result, names(), events.map(([event]) => event), await settle(api.call("host")), engine.call]"""
    )
    assert answer == [
        "call.deinitialize",
        "ok",
        ["calling localVideoCall", "prepared localCancelled", "idle none"],
        ["localVideoCall", "localCancelled", "deinitialize"],
        "not_initialized",
        "",
    ]


def test_a_listener_that_fails_does_not_silence_the_others_and_one_taken_away_hears_nothing(api) -> None:
    answer = api(
        """const heard = []; console.error = () => heard.push("said so");
        api.addListener({onCallStateChanged() { throw new Error("mine"); }});
        const other = {onCallStateChanged: (state) => heard.push(state)}; api.addListener(other);
        await ready(); api.removeListener(other); await rings();
        return heard.filter((one, at, all) => one !== all[at - 1])"""
    )
    assert answer == ["said so", "prepared", "said so"]


# ---- The other signaller ----


def test_call3_the_same_facade_rings_over_rest(api) -> None:
    answer = api(
        """api.initialize(config); await api.prepareForCall(whole);
        answers["POST calls/"] = row(); answers["GET calls/"] = {results: [row({state: "connecting", version: 2})]};
        await api.call("host", "video", {song: "Lark"}); await signal.look();
        answers["POST calls/k1/first_frame/"] = row(talking); engine.emit("frame", "video"); await turn();
        answers["POST calls/k1/hang_up/"] = row(ended); await api.hangup();
        return [names(), asked.filter(([key]) => key.startsWith("P")), did.at(-1)[5]]""",
        rest=True,
    )
    assert answer[0] == [
        "prepared none",
        "calling localVideoCall",
        "connecting remoteAccepted",
        "connected recvRemoteFirstFrame",
        "prepared localHangup",
    ]
    prepared, rung, *verbs = answer[1]
    preparation = {"uid": "viewer", "timeout": 15000, "extension": None, "wait_for_frame": True, "cid": "c1"}
    assert prepared == ["PUT calls/preparation/", preparation]
    assert rung == ["POST calls/", {"kind": "video", "extension": {"song": "Lark"}, "cid": "c1"}]
    assert [key for key, _ in verbs][:2] == ["POST calls/k1/first_frame/", "POST calls/k1/hang_up/"]
    assert answer[2] == 60500


@pytest.mark.parametrize(
    ("become", "reason"),
    [
        ({"state": "refused"}, "localRejected"),
        ({"state": "cancelled"}, "remoteCancelled"),
        ({"state": "expired"}, "remoteCallingTimeout"),
    ],
)
def test_call3_over_rest_the_host_hears_how_it_ended(api, become: dict, reason: str) -> None:
    answer = api(
        f"""api.initialize(config); await api.prepareForCall(whole);
        answers["GET calls/"] = {{results: [row()]}}; await signal.look();
        answers["GET calls/"] = {{results: [row({{...{json.dumps(become)}, version: 2}})]}}; await signal.look();
        return [names().slice(1), events.map(([event]) => event).includes("remoteUserRecvCall")]""",
        uid="host",
        rest=True,
    )
    assert answer == [["calling remoteVideoCall", f"prepared {reason}"], True]


def test_call3_over_rest_a_side_that_is_lost_and_gone_is_told(api) -> None:
    answer = api(
        """api.initialize(config); await api.prepareForCall(whole);
        for (const more of [talking, {...talking, state: "broken", version: 4}, {...ended, version: 5, ended_by: null, end_reason: "timeout"}]) {
          answers["GET calls/"] = {results: [row(more)]}; await signal.look();
        }
        return [names().slice(1), events.map(([event]) => event).includes("remoteLeave"), errors]""",  # noqa: E501
        rest=True,
    )
    said = ["connected recvRemoteFirstFrame", "prepared localHangup"]
    assert answer == [said, True, [["rtcOccurError", "rtc", 123]]]


def test_call4_over_rest_a_house_that_is_not_heard_is_offline(api) -> None:
    answer = api(
        """const lines = []; signal.on("line", (online) => lines.push(online));
        api.initialize(config); await api.prepareForCall(whole);
        answers["GET calls/"] = "offline"; await signal.look();
        const refused = await settle(api.call("host"));
        answers["GET calls/"] = {results: []}; await signal.look();
        return [refused, lines]""",
        rest=True,
    )
    assert answer == ["offline", [False, True]]


# ---- What a call costs ----


@pytest.mark.parametrize(
    ("ms", "minutes"), [(-1, 0), (0, 1), (1, 1), (59_999, 1), (60_000, 2), (402_000, 7), (3_600_000, 61)]
)
def test_a_minute_is_paid_for_when_it_begins(api, ms: int, minutes: int) -> None:
    body = f'const {{startedMinutes}} = await import("footlight/call-cost"); return startedMinutes({ms})'
    assert api(body) == minutes


@pytest.mark.parametrize(
    ("balance", "left", "mood"), [(1076, 35, ""), (90, 3, ""), (89, 2, "low"), (30, 1, "low"), (29, 0, "last")]
)
def test_the_bill_says_what_is_left(api, balance: int, left: int, mood: str) -> None:
    answer = api(
        f"""const {{bill}} = await import("footlight/call-cost");
        return bill({{price: 30, connectedAt: 0, now: 402000, minutes: 0, balance: {balance}}})"""
    )
    assert answer == {"together": 402_000, "minutes": 7, "cost": 210, "left": left, "mood": mood}


def test_a_free_call_never_runs_low(api) -> None:
    answer = api(
        """const {bill} = await import("footlight/call-cost");
        const {left, mood, cost} = bill({price: 0, connectedAt: 0, now: 9e6, minutes: 0, balance: 0});
        return [left === Infinity, mood, cost]"""
    )
    assert answer == [True, "", 0]


# ---- Media of the show and of the call over one socket ----


def test_frames_of_a_call_are_its_own_and_commands_carry_it(api) -> None:
    answer = api(
        """const {MediaLine} = await import("footlight/media-line");
        open();
        const show = new MediaLine(room), call = new MediaLine(room, "k1"), heard = [];
        show.on("media.offer", ({sdp}) => heard.push(["show", sdp]));
        call.on("media.offer", ({sdp}) => heard.push(["call", sdp]));
        last().hears({type: "media.offer", sdp: "a"}); last().hears({type: "media.offer", sdp: "b", call: "k1"});
        last().hears({type: "media.offer", sdp: "c", call: "k2"});
        show.tell("media.watch"); call.tell("media.watch");
        call.close(); last().hears({type: "media.offer", sdp: "d", call: "k1"});
        return [heard, last().sent.map(({call = ""}) => call)]"""
    )
    assert answer == [[["show", "a"], ["call", "b"]], ["", "k1"]]


def test_call10_a_publisher_that_is_held_sends_nothing_and_away_does_not_make_it_retry(api) -> None:
    answer = api(
        """const {Publisher} = await import("footlight/publishing");
        const placed = [];
        const line = (kind) => ({receiver: {track: {kind}}, sender: {replaceTrack: async (track) => placed.push([kind, track?.id ?? null]),
          getParameters: () => ({encodings: []})}});
        open();
        const publisher = new Publisher({room});
        publisher.tracks = {audio: {id: "a"}, video: {id: "v"}};
        publisher.wanted = true;
        publisher.pc = {getTransceivers: () => [line("audio"), line("video")], close() {}};
        await publisher.hold(true); await publisher.setTrack("video", {id: "w"}); await publisher.hold(false);
        const before = timers.length;
        last().hears({type: "media.closed", direction: "publish", code: "away"});
        return [placed, publisher.wanted, publisher.pc, timers.length - before, last().sent.length]"""  # noqa: E501
    )
    placed = [["audio", None], ["video", None], ["video", None], ["audio", "a"], ["video", "w"]]
    assert answer == [placed, False, None, 0, 0]
