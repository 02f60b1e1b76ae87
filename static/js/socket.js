/** A connection to one of our sockets that comes back by itself. docs/protocol.md says what travels on it. */
import {ours} from "footlight/door";
import {Emitter} from "footlight/emitter";

const BASE = 500; // ms: the first wait lies between 0 and this
const CAP = 20_000; // ms: no wait is longer
const PING = 10_000; // ms between two signs of life
const PATIENCE = 8_000; // ms for a reply
const WELCOME_WITHIN = 15_000; // ms for the first push: a server that starts lets connections wait in line
const TOO_FAST = 60_000; // ms to stay away after 4029
const ABOUT_THE_LINE = ["error", "kicked", "reconnect"];

/** The server said no to a command; or nothing was heard of it (`code` is then "offline"). */
export class Refused extends Error {
  /** @param {{code: string, message?: string}} frame */
  constructor(frame) {
    super(frame.message ?? frame.code);
    this.code = frame.code;
    this.frame = frame;
  }
}

/**
 * Emits every frame under its `type`, and:
 * `state` (state, detail): "connecting", "open", "waiting" (detail.in ms) or "ended" (detail.why);
 * `dead`: the line went silent, which a sibling connection may want to know.
 */
export class Connection extends Emitter {
  state = "idle";
  #path;
  #first;
  #ping;
  #ws = null;
  #opening = null; // names one attempt, so that an older one is not gone on with
  #renewed = false; // a fresh UserSig was tried since the last welcome
  #attempt = 0;
  #lastId = 0;
  #pending = new Map();
  #early = []; // what came before the first push: it may be newer than that, so it is told after it
  #why = ""; // what the server said about this connection before it closed
  #pause = null; // seconds the server asked us to stay away
  #timer = 0;
  #pinger = 0;

  /**
   * @param {string} path
   * @param {{first: string, ping?: boolean, door?: import("./door.js").Door}} options `first` is the push that carries
   * the whole state, `door` where the house is and who one is there
   */
  constructor(path, {first, ping = false, door = ours}) {
    super();
    this.door = door;
    this.#path = path;
    this.#first = first;
    this.#ping = ping;
    globalThis.addEventListener?.("online", () => this.#networkIsBack());
    door.on("person", () => !["idle", "ended"].includes(this.state) && this.open());
    door.on("fresh", (usersig) => this.tell("auth.renew", {usersig}));
  }

  /** Connects; also the way back after "ended". */
  open() {
    clearTimeout(this.#timer);
    this.#drop();
    this.#why = "";
    this.#pause = null;
    this.#early = [];
    this.#timer = setTimeout(() => this.#dead(), WELCOME_WITHIN);
    const attempt = (this.#opening = {});
    if (this.door.missing) this.door.prepare().finally(() => attempt === this.#opening && this.#knock());
    else this.#knock();
    this.#become("connecting");
  }

  #knock() {
    const url = new URL(this.door.address(this.#path), globalThis.location.href);
    url.protocol = url.protocol.replace("http", "ws");
    const {protocols} = this.door;
    const ws = (this.#ws = protocols.length ? new WebSocket(url, protocols) : new WebSocket(url));
    ws.onmessage = (event) => this.#hear(event.data);
    ws.onclose = (event) => this.#closed(event.code, event.reason);
  }

  /** Closes for good. A stay is not ended by this: the server watches it for 30 s. */
  close() {
    clearTimeout(this.#timer);
    this.#drop();
    this.#become("ended", {why: "closed"});
  }

  /**
   * Sends a command and waits for its reply.
   * @param {string} type
   * @param {object} [fields]
   * @returns {Promise<object>} rejects with Refused
   */
  ask(type, fields = {}) {
    if (!this.#sends()) return Promise.reject(new Refused({code: "offline"}));
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#pending.delete(id);
        reject(new Refused({code: "offline"}));
      }, PATIENCE);
      this.#pending.set(id, {resolve, reject, timer});
      this.#ws.send(JSON.stringify({type, id, ...fields}));
    });
  }

  /** Sends a command whose success nobody waits for. What cannot be sent now is dropped: the next snapshot repairs it. */
  tell(type, fields = {}) {
    if (this.#sends()) this.#ws.send(JSON.stringify({type, ...fields}));
  }

  /** A server's closing frame makes the socket deaf before `onclose` comes. */
  #sends() {
    return this.state === "open" && this.#ws.readyState === WebSocket.OPEN;
  }

  /** Breaks a line that is no longer believed in, and connects again. */
  restart() {
    if (this.state === "open" || this.state === "connecting") this.open();
  }

  #hear(text) {
    const heard = this.door.parse(text);
    for (const frame of Array.isArray(heard) ? heard : [heard]) this.#take(frame);
  }

  #take(frame) {
    if (frame.re !== undefined) return this.#settle(frame);
    if (frame.type === "kicked") this.#why = frame.reason;
    if (frame.type === "error" && this.state === "connecting") this.#why = frame.code;
    if (frame.type === "reconnect") this.#pause = frame.in * 1000;
    if (frame.type === "auth.expiring") this.door.renew().catch(() => this.door.emit("expiring", frame.in));
    if (frame.type === this.#first) return this.#welcome(frame);
    if (this.state === "connecting" && !ABOUT_THE_LINE.includes(frame.type)) return void this.#early.push(frame);
    this.emit(frame.type, frame);
    // A server that could not look something up says so and leaves the socket open without a first push.
    if (frame.type === "error" && this.state === "connecting" && frame.code === "unavailable") this.#dead();
  }

  #welcome(frame) {
    clearTimeout(this.#timer);
    this.#attempt = 0;
    this.#renewed = false;
    this.#become("open");
    if (this.#ping) this.#pinger = setInterval(() => this.#signOfLife(), PING);
    this.emit(frame.type, frame);
    for (const early of this.#early.splice(0)) this.emit(early.type, early);
  }

  #signOfLife() {
    const ws = this.#ws;
    this.ask("ping").catch(() => {
      if (ws === this.#ws && this.state === "open") this.#dead();
    });
  }

  #settle(frame) {
    const asked = this.#pending.get(frame.re);
    if (!asked) return;
    this.#pending.delete(frame.re);
    clearTimeout(asked.timer);
    if (frame.type === "error") asked.reject(new Refused(frame));
    else asked.resolve(frame);
  }

  #closed(code, reason) {
    const why = this.#why || reason;
    this.#drop();
    if (code === 4001) this.#signedOut();
    else if (code === 4003 && why !== "unavailable") this.#become("ended", {why: why || "not_allowed"});
    else if (code === 4400 || code === 1009) this.#become("ended", {why: "protocol"});
    else this.#comeBackIn(this.#wait(code));
  }

  /** A UserSig that ended while the line was away is not the end: once, a fresh one is tried. */
  #signedOut() {
    const over = () => this.#become("ended", {why: "signed_out"});
    if (!this.door.getUserSig || !this.door.usersig || this.#renewed) return over();
    this.#renewed = true;
    this.#become("waiting", {in: 0});
    const attempt = (this.#opening = {});
    this.door.renew().then(() => attempt === this.#opening && this.open(), () => attempt === this.#opening && over());
  }

  /** The far end does not answer. The close handshake would wait for it, so the socket is let go of instead. */
  #dead() {
    this.#drop();
    this.emit("dead");
    this.#comeBackIn(this.#wait(0));
  }

  #wait(code) {
    if (code === 4029) return TOO_FAST + Math.random() * BASE;
    if (code === 1012 && this.#pause !== null) return this.#pause;
    // Full jitter: a thousand pages that lost one server come back spread out.
    return Math.random() * Math.min(CAP, BASE * 2 ** this.#attempt++);
  }

  #comeBackIn(ms) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.open(), ms);
    this.#become("waiting", {in: ms});
  }

  #drop() {
    clearInterval(this.#pinger);
    const ws = this.#ws;
    this.#ws = this.#opening = null;
    if (ws) {
      ws.onmessage = ws.onclose = null;
      ws.close();
    }
    for (const {reject, timer} of this.#pending.values()) {
      clearTimeout(timer);
      reject(new Refused({code: "offline"}));
    }
    this.#pending.clear();
  }

  #networkIsBack() {
    if (this.state === "waiting") this.open();
    else if (this.state === "open" && this.#ping) this.#signOfLife();
  }

  #become(state, detail = {}) {
    this.state = state;
    this.emit("state", state, detail);
  }
}
