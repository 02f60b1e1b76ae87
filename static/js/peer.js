/**
 * Media over the room socket: one RTCPeerConnection for what this page sends, or one for all that it watches.
 * No page here. Verbs send and return; what became of them comes as frames. Whatever breaks is negotiated again
 * after a short, jittered pause for as long as it is wanted.
 */
import {Emitter} from "footlight/emitter";
import {MediaLine} from "footlight/media-line";
import {bytesOf} from "footlight/stats";

const ANSWER_WITHIN = 8_000; // ms until an unanswered verb is tried again
const FIRST_PAUSE = 400; // ms
const LONGEST_PAUSE = 4_000; // ms: the engine may be back within seconds, and viewers should be too
const HEAL_WITHIN = 4_000; // ms a "disconnected" line may take to recover by itself
const LOOK_EVERY = 2_000; // ms between two looks at the bytes
const STALL = 6_000; // ms without a byte before the line counts as broken

/** Codes after which trying again helps nobody. */
const FINAL = ["no_upload_right", "login_required", "not_allowed", "banned_here", "channel_closed", "illegal_move", "seats_full", "full", "insufficient_balance", "no_call"];

/**
 * Emits `state`: "idle", "asking", "up" or "broken"; `closing` before a connection is closed; `refused`
 * (code) when it will not try again.
 */
export class Peer extends Emitter {
  state = "idle";
  wanted = false;
  /** @type {RTCPeerConnection | null} */ pc = null;
  #direction;
  #attempt = 0;
  #timer = 0;
  #looker = 0;
  #line = Promise.resolve();
  #gone = Promise.resolve();
  #sayGone = () => {};

  /**
   * @param {import("./show.js").Show | import("./call-media.js").CallMedia} show or what is like one: a private call
   * @param {"publish" | "watch"} direction
   */
  constructor(show, direction) {
    super();
    this.show = show;
    this.room = new MediaLine(show.room, show.call);
    this.#direction = direction;
    this.room.on("room.snapshot", ({again}) => !again && this.wanted && this.start()); // `again`: media was not hurt
    this.room.on("media.candidate", (frame) => this.#hearCandidate(frame));
    this.room.on("media.closed", (frame) => frame.direction === direction && this.#letGoByServer(frame.code));
    this.room.on("state", (state) => state !== "open" && this.wanted && this.#lineIsGone());
  }

  /** A page may send and watch at once: each connection takes its own. */
  #hearCandidate({candidate, direction = this.#direction}) {
    if (candidate && direction === this.#direction) this.inOrder(() => this.pc?.addIceCandidate(candidate));
  }

  /** Wanted from now on; or, when it is already, negotiated anew. */
  start() {
    this.wanted = true;
    this.#attempt = 0;
    this.again(0);
  }

  /** Not wanted any more. The server is told, unless it said so itself. */
  stop({tell = true} = {}) {
    if (tell && this.wanted) this.room.tell("media.stop", {direction: this.#direction});
    this.wanted = false;
    clearTimeout(this.#timer);
    this.shut();
    this.become("idle");
  }

  /** Negotiates (again) after a pause; by default one that grows and that no two pages share. */
  again(ms = 100 + Math.random() * Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** this.#attempt++)) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), ms);
  }

  async #ask() {
    if (!this.wanted || this.room.state !== "open") return; // the next snapshot starts it
    this.become("asking");
    this.#timer = setTimeout(() => this.#unanswered(), ANSWER_WITHIN);
    try {
      await this.negotiate();
    } catch (error) {
      this.failed(error.code ?? error.name);
    }
  }

  /** Nothing came. Where media flows all the same, there was nothing to change. */
  #unanswered() {
    if (this.pc?.connectionState === "connected") this.become("up");
    else this.broken();
  }

  /** SDP and candidates are applied one after the other, in the order in which they came. */
  inOrder(step) {
    this.#line = this.#line.then(() => this.#untilShut(step)).catch((error) => this.failed(error.name));
  }

  /** What was asked of a connection that was closed meanwhile never settles; the next step must not wait for it. */
  #untilShut(step) {
    const doing = step(); // may begin a connection of its own, so `#gone` is read afterwards
    return Promise.race([doing, this.#gone]);
  }

  /** @returns {RTCPeerConnection} a new connection in place of the one before */
  begin() {
    this.shut();
    this.#gone = new Promise((resolve) => (this.#sayGone = resolve));
    const pc = (this.pc = new RTCPeerConnection({iceServers: this.show.iceServers, bundlePolicy: "max-bundle"}));
    pc.onicecandidate = ({candidate}) =>
      this.room.tell("media.trickle", {candidate: candidate && candidate.toJSON(), direction: this.#direction});
    pc.onconnectionstatechange = () => pc === this.pc && this.#moved(pc);
    return pc;
  }

  shut() {
    clearInterval(this.#looker);
    if (this.pc) this.emit("closing");
    this.pc?.close();
    this.pc = null;
    this.#sayGone();
  }

  /** The answer to a verb has come: what is left is up to ICE, which `#moved` follows. */
  answered() {
    clearTimeout(this.#timer);
    if (this.pc?.connectionState === "connected") this.#moved(this.pc);
    else this.#timer = setTimeout(() => this.broken(), ANSWER_WITHIN);
  }

  broken() {
    if (!this.wanted) return;
    this.become("broken");
    this.letGo();
    this.again();
  }

  /** What has to be said before a broken connection is negotiated again. */
  letGo() {}

  /** Whether media should flow now, so that silence means something. */
  expecting() {
    return true;
  }

  become(state) {
    if (state === this.state) return;
    this.state = state;
    this.emit("state", state);
  }

  #moved(pc) {
    clearTimeout(this.#timer);
    if (pc.connectionState === "connected") {
      this.become("up");
      this.#watchBytes(pc);
    } else if (pc.connectionState === "disconnected") {
      this.#timer = setTimeout(() => this.broken(), HEAL_WITHIN);
    } else if (pc.connectionState === "failed") {
      this.broken();
    } else {
      this.#timer = setTimeout(() => this.broken(), ANSWER_WITHIN);
    }
  }

  /** "Connected" is what ICE believes; bytes are what happens. */
  #watchBytes(pc) {
    clearInterval(this.#looker);
    let last = -1;
    let since = performance.now();
    this.#looker = setInterval(async () => {
      const bytes = await bytesOf(pc, this.#direction);
      if (bytes !== last) {
        if (last >= 0) this.#attempt = 0;
        [last, since] = [bytes, performance.now()];
      } else if (!this.expecting()) {
        since = performance.now();
      } else if (performance.now() - since > STALL) {
        clearInterval(this.#looker);
        this.broken();
      }
    }, LOOK_EVERY);
  }

  /** A verb was refused, or what it led to came to nothing. */
  failed(code) {
    if (!this.wanted) return;
    if (FINAL.includes(code)) {
      this.stop({tell: false});
      this.emit("refused", code);
      return;
    }
    // Somebody's media is not there (yet); that of all others goes on, over the same connection.
    if (code !== "no_feed") this.shut();
    if (!this.pc) this.become("broken");
    this.again();
  }

  /** While we ask anew, "stopped" is an echo of the connection that we closed ourselves. */
  #letGoByServer(code) {
    if (code === "away") return this.stop({tell: false}); // on purpose: the page starts it again afterwards
    if (code !== "stopped" || this.state !== "asking") this.failed(code);
  }

  #lineIsGone() {
    clearTimeout(this.#timer);
    clearInterval(this.#looker);
    this.become("broken");
  }
}
