/**
 * Private calls as a library, without a page: the vendor's CallAPI with its names, states and rules, over our own
 * signalling (docs/protocol.md, "In private").
 *
 *     const api = new CallAPI();
 *     api.initialize({appId: "", userId: me.uid, rtcEngine: new CallMedia(show), signalClient: new SocketSignal(show.room, cid)});
 *     api.addListener({onCallStateChanged(state, stateReason, eventReason, eventInfo) { ... }});
 *     await api.prepareForCall({roomId: cid, rtcToken: {uid: me.uid, channelName: ""}, localView, remoteView,
 *       callTimeoutMillisecond: 15000, userExtension: null, firstFrameWaittingDisabled: false});
 *     await api.call(host.uid, "video");
 *
 * The house decides what state a call is in; the page hears it and asks for the next. Methods take the vendor's
 * `completion(error)` as their last argument, or are awaited. There is no `canJoinRtcOnCalling`: a call has no room
 * before it is accepted.
 */
import {CallError} from "footlight/client/call-error";
import {RestSignal, SocketSignal} from "footlight/client/call-signals";
import {infoOf, told} from "footlight/client/call-told";
import {CALL_TYPE, ERROR_EVENT, ERROR_TYPE, EVENT, OPEN, REASON, STATE} from "footlight/client/call-types";

const CONFIG = ["appId", "userId", "rtcEngine", "signalClient"];
/** A preparation is whole each time; null is a value, absence is not. */
const PREPARATION = ["roomId", "rtcToken", "localView", "remoteView", "callTimeoutMillisecond", "userExtension", "firstFrameWaittingDisabled"];
const BUSY = ["calling", "connecting", "connected"];
const TOGETHER = ["connecting", "connected"];

export class CallAPI {
  /** @type {"idle" | "prepared" | "calling" | "connecting" | "connected" | "failed"} */ state = "idle";
  /** @type {object | null} the call one is in, as the house told it last */ current = null;
  /** @type {object | null} the last one, as it ended */ last = null;
  #config = null;
  #preparation = null;
  #listeners = new Set();
  #off = [];
  #seen = ""; // the call whose first frame came
  #ending = null; // resolves when a deinitialization was heard back

  // ---- Setting up and taking down ----

  /** @param {{appId: string, userId: string, rtcEngine: object, signalClient: object}} config */
  initialize(config) {
    const missing = CONFIG.filter((name) => config?.[name] === undefined);
    if (missing.length) throw new CallError("incomplete_config", "", {missing});
    this.#unplug();
    this.#config = config;
    const {rtcEngine, signalClient} = config;
    this.#off = [
      signalClient.on("changed", (frame) => this.#changed(frame)),
      signalClient.on("event", (frame) => this.#event(frame)),
      signalClient.on("error", (frame) => this.#error(frame.errorEvent, frame.errorType, frame.errorCode, "", frame.call)),
      signalClient.on("open_call", (call) => this.#reconcile(call)),
      signalClient.on("line", (online) => !online && this.#ending?.()),
      rtcEngine.on("joined", () => this.#joined()),
      rtcEngine.on("frame", () => this.#firstFrame()),
      rtcEngine.on("far", (stream) => this.#show("remoteView", stream)),
      rtcEngine.on("refused", (code) => this.#mediaRefused(code)),
    ];
  }

  /** Whatever is under way is cancelled, refused or hung up; nothing is called any more. */
  deinitialize(completion) {
    return this.#answered(completion, async () => {
      const {signalClient} = this.#initialized();
      if (signalClient.online) {
        const heard = new Promise((resolve) => (this.#ending = resolve));
        await signalClient.deinitialize();
        if (this.state !== "idle") await heard;
      } else {
        this.#become({state: "idle", stateReason: "none", eventReason: "deinitialize", eventInfo: {}, call: null});
      }
      this.#unplug();
    });
  }

  /** @param {Record<string, (...values: any[]) => void>} listener any of the on... methods */
  addListener(listener) {
    this.#listeners.add(listener);
  }

  removeListener(listener) {
    this.#listeners.delete(listener);
  }

  /** @param {object} preparation all of it, each time */
  prepareForCall(preparation, completion) {
    return this.#answered(completion, async () => {
      const {userId, signalClient} = this.#initialized();
      if (BUSY.includes(this.state)) throw new CallError("currently_busy");
      const missing = PREPARATION.filter((name) => preparation?.[name] === undefined);
      if (missing.length) throw this.#fail(new CallError("incomplete_config", "", {missing}));
      const {uid, channelName} = preparation.rtcToken ?? {};
      if (uid !== userId || channelName !== "") throw this.#fail(new CallError("uid_mismatch"));
      if (preparation.roomId !== signalClient.cid) throw this.#fail(new CallError("incomplete_config", "", {wrong: ["roomId"]}));
      if (!signalClient.online) throw this.#offline();
      try {
        await this.#prepare(preparation);
      } catch (error) {
        throw this.#fail(error);
      }
    });
  }

  async #prepare(preparation) {
    const {rtcToken, callTimeoutMillisecond, userExtension, firstFrameWaittingDisabled} = preparation;
    await this.#config.signalClient.prepare({
      uid: rtcToken.uid,
      timeout: callTimeoutMillisecond,
      extension: userExtension,
      wait_for_frame: !firstFrameWaittingDisabled,
    });
    this.#preparation = preparation;
    if (![...BUSY, "prepared"].includes(this.state)) this.#become({state: "prepared", stateReason: "none", eventReason: "none", eventInfo: {}, call: null});
  }

  // ---- The caller's and the callee's verbs ----

  /**
   * @param {string} remoteUserId the host of the room
   * @param {"video" | "audio" | 0 | 1} [callType]
   * @param {object} [callExtension] for the other side, laid over that of the preparation
   */
  call(remoteUserId, callType = "video", callExtension = {}, completion) {
    return this.#answered(completion, async () => {
      const {signalClient} = this.#initialized();
      if (this.state !== "prepared") throw this.#alert(new CallError("not_prepared"));
      if (!signalClient.online) throw this.#offline();
      const kind = Object.keys(CALL_TYPE).find((name) => name === callType || CALL_TYPE[name] === callType);
      const call = await signalClient.ring({kind, extension: callExtension});
      if (call.host.uid === remoteUserId) return call;
      if (OPEN.includes(call.state)) await signalClient.cancel(call.call_id);
      throw this.#alert(new CallError("wrong_person"));
    });
  }

  cancelCall(completion) {
    return this.#verb("cancel", ["calling"], "caller", "", completion);
  }

  /** @param {string} [remoteUserId] the caller; another is a mismatch */
  accept(remoteUserId = "", completion) {
    return this.#verb("accept", ["calling"], "host", remoteUserId, completion);
  }

  reject(remoteUserId = "", completion) {
    return this.#verb("refuse", ["calling"], "host", remoteUserId, completion);
  }

  hangup(remoteUserId = "", completion) {
    return this.#verb("hangUp", TOGETHER, "", remoteUserId, completion);
  }

  #verb(verb, states, role, remoteUserId, completion) {
    return this.#answered(completion, async () => {
      const {signalClient} = this.#initialized();
      const call = this.current;
      const fits = call && states.includes(this.state) && (!role || this.role === role) && ["", this.peer?.uid].includes(remoteUserId);
      if (!fits) {
        this.#tell("onCallEventChanged", "stateMismatch", call ? infoOf(call) : {});
        throw new CallError("state_mismatch");
      }
      if (!signalClient.online) throw this.#offline();
      return signalClient[verb](call.call_id);
    });
  }

  /** @returns {"caller" | "host" | ""} one's own part in the present call */
  get role() {
    if (!this.current) return "";
    return this.current.caller.uid === this.#config.userId ? "caller" : "host";
  }

  /** The other person of the present call. */
  get peer() {
    return this.current?.[this.role === "caller" ? "host" : "caller"] ?? null;
  }

  // ---- What the house says ----

  #changed(frame) {
    if (frame.call && this.current?.call_id === frame.call.call_id && frame.call.version <= this.current.version) return;
    if (!frame.call && frame.state === this.state) return; // heard already, in the answer
    if (!frame.call && frame.state === "prepared" && BUSY.includes(this.state)) return; // of another page of this person
    this.#become(frame);
    if (frame.state === "idle") this.#ending?.();
  }

  #become({call, state, stateReason, eventReason, eventInfo}) {
    const before = this.state;
    const {rtcEngine, userId} = this.#config;
    this.state = state;
    this.current = BUSY.includes(state) ? call : null;
    if (call && !this.current) this.last = call;
    if (before !== "connected" && state === "connected") rtcEngine.hear(true);
    if (TOGETHER.includes(state)) this.#join(call);
    else if (TOGETHER.includes(before)) this.#leave();
    this.#tell("onCallStateChanged", state, stateReason, eventReason, eventInfo);
    if (eventReason !== "none") this.#tell("onCallEventChanged", eventReason, eventInfo);
    if (before !== "connected" && state === "connected") {
      this.#tell("onCallConnected", call.call_id, call.caller.uid, userId, Date.parse(call.connected_at));
    } else if (before === "connected" && !BUSY.includes(state) && call) {
      this.#tell("onCallDisconnected", call.call_id, call.ended_by ?? "", userId, Date.parse(call.ended_at), call.duration);
    }
    if (BUSY.includes(before) && state === "prepared") this.#prepareAgain();
  }

  #join(call) {
    const {rtcEngine} = this.#config;
    if (rtcEngine.call === call.call_id) return;
    this.#tell("onCallEventChanged", "joinRTCStart", infoOf(call));
    rtcEngine.join(call.call_id, call.kind);
    if (this.state === "connected") rtcEngine.hear(true);
  }

  #leave() {
    this.#seen = "";
    this.#config.rtcEngine.leave();
    this.#tell("onCallEventChanged", "localLeft", {});
  }

  /** As with the vendor, whoever returns from a call is prepared for the next. */
  #prepareAgain() {
    if (this.#preparation && !this.#ending && this.#config.signalClient.online) this.#prepare(this.#preparation).catch((error) => this.#fail(error));
  }

  #event({call, event}) {
    const {rtcEngine} = this.#config;
    if (this.current?.call_id === call.call_id && call.version > this.current.version) this.current = call;
    if (event === "remoteJoined") rtcEngine.remoteJoined();
    if (event === "remoteLeave") rtcEngine.remoteLeft();
    this.#tell("onCallEventChanged", event, infoOf(call));
  }

  /** After the line was away: what was missed is read from the call itself. */
  async #reconcile(open) {
    const {signalClient, userId} = this.#config;
    const known = this.current;
    const calls = [];
    if (known && known.call_id !== open?.call_id) calls.push(await signalClient.read(known.call_id).catch(() => null));
    calls.push(open);
    for (const call of calls.filter(Boolean)) {
      for (const {type, frame} of told(call, userId, this.current)) {
        if (type === "changed") this.#changed(frame);
        if (type === "error") this.#error(frame.errorEvent, frame.errorType, frame.errorCode, "", frame.call);
        // Not that a side was lost: it was this one.
      }
    }
    if (open && this.current?.state === "connecting") this.#sayFirstFrame();
  }

  // ---- What the media say ----

  #joined() {
    for (const event of ["joinRTCSuccessed", "localJoined"]) this.#tell("onCallEventChanged", event, this.current ? infoOf(this.current) : {});
  }

  #firstFrame() {
    this.#seen = this.#config.rtcEngine.call;
    this.#sayFirstFrame();
  }

  /** Said again after the line was away: twice is harmless. */
  #sayFirstFrame() {
    const {signalClient} = this.#config;
    if (this.#seen && this.#seen === this.current?.call_id && signalClient.online) signalClient.firstFrame(this.#seen).catch(() => {});
  }

  #mediaRefused(code) {
    if (code === "no_call") return; // it is over: the house is about to say so
    this.#error("rtcOccurError", "rtc", code);
    if (TOGETHER.includes(this.state)) this.hangup("", () => {});
  }

  #show(view, stream) {
    const sink = this.#preparation?.[view];
    if (sink) sink.srcObject = stream;
  }

  // ---- What all of them need ----

  #initialized() {
    if (!this.#config) throw new CallError("not_initialized");
    return this.#config;
  }

  #unplug() {
    for (const off of this.#off.splice(0)) off();
    this.#config?.rtcEngine.leave();
    this.#config = this.#preparation = this.current = this.#ending = null;
    this.state = "idle";
  }

  #fail(error) {
    const reason = error.code === "incomplete_config" || error.code === "uid_mismatch" ? "none" : "messageFailed";
    this.#become({state: "failed", stateReason: reason, eventReason: "none", eventInfo: {code: error.code, message: error.message}, call: null});
    return error;
  }

  #alert(error) {
    this.#error("normalError", "normal", error.code, error.message);
    return error;
  }

  #offline() {
    const error = new CallError("offline");
    this.#error("sendMessageFail", "message", error.code, error.message);
    return error;
  }

  #error(event, type, code, message = "", call = this.current) {
    this.#tell("onCallError", event, type, code, message, call ? infoOf(call) : {});
  }

  /** Every answer and every refusal in one shape. */
  async #answered(completion, does) {
    try {
      const answer = await does();
      completion?.(null);
      return answer;
    } catch (error) {
      const refusal = error instanceof CallError ? error : new CallError(error.code ?? "error", error.message, error.frame);
      if (!completion) throw refusal;
      completion(refusal);
    }
  }

  #tell(name, ...values) {
    for (const listener of [...this.#listeners]) {
      try {
        listener[name]?.(...values);
      } catch (fault) {
        console.error("[call]", `a listener's ${name} failed`, fault); // the others still hear it
      }
    }
  }
}

export {CALL_TYPE, CallError, ERROR_EVENT, ERROR_TYPE, EVENT, REASON, RestSignal, SocketSignal, STATE};
export default CallAPI;
