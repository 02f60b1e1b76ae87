/**
 * How the CallAPI speaks with the house: over the room's socket, or over REST alone. Anything with the same verbs and the
 * same news may take their place.
 *
 * Verbs: `prepare(fields)`, `ring({kind, extension})`, `accept(id)`, `refuse(id)`, `cancel(id)`, `hangUp(id)`,
 * `firstFrame(id)`, `deinitialize()`, `read(id)`; those about a call resolve to it. `online` says whether they can be heard.
 * News: `changed` {call, state, stateReason, eventReason, eventInfo}, `event` {call, event}, `error` {call, errorEvent,
 * errorType, errorCode}, `open_call` (the call one is in, or null, after one was away), `line` (online).
 */
import {OPEN} from "footlight/client/call-types";
import {infoOf, told} from "footlight/client/call-told";
import {ours} from "footlight/door";
import {Emitter} from "footlight/emitter";
import {rest} from "footlight/rest";

const LOOK_EVERY = 1_000; // ms between two questions over REST

/** The verbs of one call, whichever way they go: `verb(name, id)` answers the call as it is then. */
class Signal extends Emitter {
  accept(id) {
    return this.verb("accept", id);
  }

  refuse(id) {
    return this.verb("refuse", id);
  }

  cancel(id) {
    return this.verb("cancel", id);
  }

  hangUp(id) {
    return this.verb("hang_up", id);
  }

  firstFrame(id) {
    return this.verb("first_frame", id);
  }
}

export class SocketSignal extends Signal {
  #room;

  /**
   * @param {import("../socket.js").Connection} room
   * @param {string} cid other channels' calls are not this page's
   * @param {() => boolean} [here] whether calls are this page's at all: a person may have several open
   */
  constructor(room, cid, here = () => true) {
    super();
    this.#room = room;
    this.cid = cid;
    const mine = (call) => !call || (call.cid === cid && here());
    for (const name of ["changed", "event", "error"]) room.on(`call.${name}`, (frame) => mine(frame.call) && this.emit(name, frame));
    room.on("room.snapshot", ({me}) => this.emit("open_call", me.call && mine(me.call) ? me.call : null));
    room.on("state", (state) => this.emit("line", state === "open"));
  }

  get online() {
    return this.#room.state === "open";
  }

  /** For whoever began to listen after the first snapshot: the call may have moved on meanwhile. @param {{call: object|null}} me */
  async catchUp({call}) {
    if (call?.cid === this.cid) this.emit("open_call", await this.read(call.call_id).catch(() => call));
  }

  prepare(fields) {
    return this.#room.ask("call.prepare", fields);
  }

  async ring(fields) {
    return (await this.#room.ask("call.ring", fields)).call;
  }

  deinitialize() {
    return this.#room.ask("call.deinitialize");
  }

  /** A row is read over REST: a socket tells news only. */
  read(id) {
    return rest("GET", `calls/${id}/`, undefined, {door: this.#room.door});
  }

  async verb(verb, id) {
    return (await this.#room.ask(`call.${verb}`, {call_id: id})).call;
  }
}

export class RestSignal extends Signal {
  online = true;
  #uid;
  #door;
  #call = null; // as it was told last
  #timer = 0;

  /** @param {string} cid @param {string} uid one's own @param {{door?: import("../door.js").Door}} [options] */
  constructor(cid, uid, {door = ours} = {}) {
    super();
    this.#door = door;
    this.cid = cid;
    this.#uid = uid;
  }

  async prepare(fields) {
    await this.#ask("PUT", "calls/preparation/", {...fields, cid: this.cid});
    this.emit("changed", {call: null, state: "prepared", stateReason: "none", eventReason: "none", eventInfo: {}});
    this.#lookSoon();
  }

  async ring(fields) {
    return this.#take(await this.#ask("POST", "calls/", {...fields, cid: this.cid}));
  }

  async deinitialize() {
    await this.#ask("DELETE", "calls/preparation/");
    if (this.#call) this.#take(await this.read(this.#call.call_id));
    clearTimeout(this.#timer);
    this.emit("changed", {call: null, state: "idle", stateReason: "none", eventReason: "deinitialize", eventInfo: {}});
  }

  read(id) {
    return this.#ask("GET", `calls/${id}/`);
  }

  async verb(verb, id) {
    return this.#take(await this.#ask("POST", `calls/${id}/${verb}/`));
  }

  async #ask(method, path, fields) {
    try {
      const answer = await rest(method, path, fields, {door: this.#door});
      this.#setOnline(true);
      return answer;
    } catch (error) {
      if (error.code === "offline") this.#setOnline(false);
      throw error;
    }
  }

  #setOnline(online) {
    if (online === this.online) return;
    this.online = online;
    this.emit("line", online);
  }

  #lookSoon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.look(), LOOK_EVERY);
  }

  /** Asks once what has become of one's calls here. */
  async look() {
    try {
      const {results} = await this.#ask("GET", "calls/");
      const known = results.find(({call_id}) => call_id === this.#call?.call_id);
      const call = known ?? results.find(({cid, state}) => cid === this.cid && OPEN.includes(state));
      if (call) this.#take(call);
    } catch {
      // `line` has told it where nothing was heard; any other refusal passes
    }
    this.#lookSoon();
  }

  #take(call) {
    const before = this.#call;
    if (before?.call_id === call.call_id && before.version >= call.version) return call;
    this.#call = OPEN.includes(call.state) ? call : null;
    for (const {type, frame} of told(call, this.#uid, before)) this.emit(type, frame);
    if (call.state === "ringing" && call.host.uid === this.#uid) this.emit("event", {call, event: "remoteUserRecvCall", eventInfo: infoOf(call)});
    return call;
  }
}
