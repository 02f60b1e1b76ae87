/** One group that somebody is in: its connection, its order, and the way in and out. */
import {ChatStore} from "footlight/chat";
import {fromKick, fromMessage, fromNotice, fromTip, groupOf} from "footlight/client/im-shapes";
import {ours} from "footlight/door";
import {Emitter} from "footlight/emitter";
import {Connection, Refused} from "footlight/socket";

const ENTER_WITHIN = 20_000; // ms until a join that nobody answers is given up

/**
 * Emits `message` (Message), `personal` (frame: a word to this person alone), `line` when the connection moved, and
 * `out` (why) when the group was left without our doing.
 */
export class Room extends Emitter {
  /** @type {object | null} */ profile = null;
  /** @type {object | null} */ me = null;
  /** @type {Set<string>} of what was said from here: its sender has drawn it already */ nonces = new Set();
  #stops = [];
  #refusal = null; // why the door was not opened
  #kicked = "";

  /** @param {string} gid @param {Connection} [connection] @param {ChatStore} [store] a page's own, where it has them
   * @param {import("../door.js").Door} [door] */
  constructor(gid, connection, store, door = ours) {
    super();
    this.gid = gid;
    this.connection = connection ?? new Connection(`/ws/chat/${encodeURIComponent(gid)}/?platform=${door.platform}`, {first: "chat.welcome", door});
    this.store = store ?? new ChatStore();
    if (!store) this.store.follow(this.connection);
    this.#listen();
  }

  get type() {
    return this.profile?.type ?? "";
  }

  get group() {
    return this.profile && groupOf(this.profile, this.me);
  }

  /** Opens the door. @returns {Promise<void>} rejects with Refused */
  enter() {
    this.#refusal = null;
    const inside = this.inside();
    this.connection.open();
    return inside;
  }

  /** Until it is open. @returns {Promise<void>} rejects with Refused */
  inside() {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => settle(() => reject(new Refused({code: "offline"}))), ENTER_WITHIN);
      const stops = [
        this.connection.on("chat.welcome", () => settle(resolve)),
        this.connection.on("state", (state, {why}) => {
          if (state === "ended") settle(() => reject(this.#refusal ?? new Refused({code: why})));
        }),
      ];
      const settle = (how) => {
        clearTimeout(timer);
        for (const stop of stops) stop();
        how();
      };
    });
  }

  /**
   * Says goodbye, where somebody hears it, and is not heard of any more.
   * @param {{quit?: boolean}} [options] whether the person wants to be out of the group, not only this client
   */
  async leave({quit = true} = {}) {
    this.#deafen();
    if (this.connection.state === "open") await this.connection.ask("chat.leave", {quit}).catch(() => {});
    this.connection.close();
  }

  /** Goes without a word. */
  close() {
    this.#deafen();
    this.connection.close();
  }

  #deafen() {
    for (const stop of this.#stops.splice(0)) stop();
  }

  #listen() {
    const {connection, store} = this;
    const say = (message) => this.emit("message", message);
    const uid = () => this.me?.uid ?? null;
    this.profile = store.profile ?? null;
    this.me = store.me ?? null;
    this.#stops = [
      connection.on("chat.welcome", ({profile, me}) => {
        this.profile = profile;
        this.me = me;
      }),
      connection.on("chat.profile", ({profile}) => {
        if (!(profile.version < this.profile?.version)) this.profile = profile;
      }),
      connection.on("chat.me", ({me}) => (this.me = me)),
      store.on("add", (frame) => {
        if (!this.nonces.delete(frame.nonce)) say(fromMessage(frame, this.gid, uid()));
      }),
      connection.on("chat.tip", (frame) => say(fromTip(frame, this.gid, uid()))),
      connection.on("chat.notice", (frame) => say(fromNotice(frame, this.gid))),
      connection.on("user.message", (frame) => this.emit("personal", frame)),
      connection.on("error", (frame) => {
        if (connection.state === "connecting") this.#refusal = new Refused(frame);
      }),
      connection.on("kicked", ({reason}) => (this.#kicked = reason)),
      connection.on("state", (state, {why}) => this.#moved(state, why)),
    ];
  }

  #moved(state, why) {
    this.emit("line");
    if (state !== "ended" || !this.profile) return;
    if (this.#kicked) this.emit("message", fromKick(this.#kicked, this.gid));
    this.emit("out", why);
  }
}
