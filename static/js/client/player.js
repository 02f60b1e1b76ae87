/**
 * A show in a <video>, and nothing else: no buttons, no chat.
 *
 *     const player = new Player({cid, video: document.querySelector("video")});
 *     player.on("state", (state, why) => { ... });
 *     player.play();
 *
 * Emits `state` (state, why), `channel` (channel, whole, whenever it moved), `blocked` when the browser lets nothing be heard
 * before a touch: the picture plays without sound then, and `sound()` in the handler of a click brings it.
 * States: idle, connecting, live, offline, lost (the host's line), away (the host is in a private call), reconnecting, closed,
 * ended (`why` is a code of docs/protocol.md: login_required, full, insufficient_balance, preview_over, elsewhere, ...).
 */
import {ours} from "footlight/door";
import {Emitter} from "footlight/emitter";
import {Show} from "footlight/show";
import {Watcher} from "footlight/watching";

const AIR = {idle: "offline", deleted: "closed"};

export class Player extends Emitter {
  state = "idle";
  /** @type {object | null} as it was told last; `gid` is its chat */ channel = null;
  #video;
  #show;
  #watcher;
  #why = "";

  /** @param {{cid: string, video: HTMLVideoElement, door?: import("../door.js").Door}} options */
  constructor({cid, video, door = ours}) {
    super();
    this.#video = video;
    this.#show = new Show(cid, null, {door});
    this.#watcher = new Watcher(this.#show);
    this.#listen(this.#show.room);
  }

  /** The socket that presence, co-mic and private calls share: for CoMic, SocketSignal and CallMedia. */
  get show() {
    return this.#show;
  }

  play() {
    this.#why = "";
    this.#show.open();
    this.#draw();
  }

  stop() {
    this.#watcher.stop();
    this.#show.room.close();
    this.#video.srcObject = null;
  }

  /** From the handler of a click: what is forbidden without one is done now. */
  sound() {
    this.#video.muted = false;
    return this.#video.play();
  }

  #listen(room) {
    room.on("kicked", ({reason}) => (this.#why = reason));
    room.on("state", (state, {why}) => {
      if (state === "ended") this.#why ||= why;
      if (state === "ended") this.#watcher.stop({tell: false});
      if (state === "connecting") this.#why = "";
      this.#draw();
    });
    this.#show.on("feeds", () => this.#watcher.start());
    this.#show.on("change", () => this.#changed());
    this.#watcher.on("streams", (streams) => this.#attach(streams));
    this.#watcher.on("state", () => this.#draw());
  }

  #changed() {
    if (!this.#show.others().length) {
      this.#watcher.stop();
      this.#video.srcObject = null;
    }
    if (this.#show.channel !== this.channel) this.emit("channel", (this.channel = this.#show.channel));
    this.#draw();
  }

  /** The host's picture and sound, or those of whoever is there first. */
  async #attach(streams) {
    const feed = this.#show.others().find(({sid}) => streams.has(sid))?.sid ?? [...streams.keys()][0];
    const stream = streams.get(feed) ?? null;
    if (this.#video.srcObject === stream) return;
    this.#video.srcObject = stream;
    if (!stream) return;
    try {
      await this.#video.play();
    } catch (error) {
      if (error.name !== "NotAllowedError") return; // another stream took its place
      this.#video.muted = true;
      await this.#video.play().catch(() => {});
      this.emit("blocked");
    }
  }

  #situation() {
    const {room} = this.#show;
    if (room.state === "ended") return this.#why === "closed" ? "idle" : "ended";
    if (room.state !== "open") return this.channel ? "reconnecting" : "connecting";
    const air = this.#show.channel?.state; // the line is open a moment before it says what there is
    if (!air) return "connecting";
    if (air === "live") return this.#watcher.pc?.connectionState === "connected" ? "live" : "connecting";
    return AIR[air] ?? air;
  }

  #draw() {
    const state = this.#situation();
    if (state === this.state) return;
    this.state = state;
    this.emit("state", state, state === "ended" ? this.#why : "");
  }
}
