/**
 * How the show comes here: over WebRTC, under a second behind, or over HLS, a few seconds. The one that is wanted begins;
 * where it shows nothing for a while, the other is tried beside it, and whichever has a picture first is what is watched.
 */
import {Emitter} from "footlight/emitter";
import {Mix} from "footlight/hls-mix";
import {HlsPlayer} from "footlight/hls-player";
import {keep, kept} from "footlight/kept";

export const DIRECT = "webrtc";
export const HLS = "hls";
const PATIENCE = 9_000; // ms without a picture until the other way is tried
const NAME = "delivery"; // of a choice that is kept
const LOOK_EVERY = 500; // ms

/** Emits `change` when another way is watched or tried, `failed` (way) when one that was asked for did not work. */
export class Delivery extends Emitter {
  /** What is watched. */ mode = DIRECT;
  /** The way that is tried beside it, or "". */ trying = "";
  #player;
  #chosen = ""; // by this person, just now
  #on = false;
  #since = 0; // when there was a picture last
  #tried = 0; // since when the other way is tried
  #hlsWorks = true;
  #late = false;
  #frozen = false;

  /**
   * @param {{show: import("./show.js").Show, stage: import("./stage.js").Stage, watcher: import("./watching.js").Watcher | null,
   *   root: HTMLElement, cid: string, door?: import("./door.js").Door}} page `watcher` null where the browser has no WebRTC
   */
  constructor({show, stage, root, watcher, cid, door}) {
    super();
    Object.assign(this, {show, stage, watcher, cid, door});
    this.#player = new HlsPlayer(new Mix(stage, root).video);
    this.#player.on("flows", () => this.#heard(HLS));
    this.#player.on("unsupported", () => this.#noHls());
    this.#player.on("refused", () => this.#without(HLS));
    stage.on("picture", () => this.#heard(DIRECT));
    watcher?.on("state", (state) => this.#heardWatcher(state));
    setInterval(() => this.#look(), LOOK_EVERY);
  }

  /** Whether this browser can show anything at all. */
  get possible() {
    return Boolean(this.watcher) || this.#hlsWorks;
  }

  /** Whether the picture that is watched moves. */
  get flows() {
    return this.#flowsBy(this.mode);
  }

  /** Whether one watches later than one would have to. */
  get isLate() {
    return this.mode === HLS && this.#player.isLate;
  }

  /** What this person gets where both ways work. Who is on the air themself is not kept waiting. */
  get wanted() {
    if (!this.watcher) return HLS;
    if (this.show.sending || !this.#hlsWorks) return DIRECT;
    return this.#chosen || kept(NAME, "") || (this.show.channel?.delivery ?? DIRECT);
  }

  /** Somebody's media are there (anew). */
  start() {
    if (!this.#on) {
      this.#on = true;
      this.#since = performance.now();
      this.mode = this.wanted;
      this.stage.mix.show(this.mode === HLS);
      this.#begin(this.mode);
    } else if (this.mode === DIRECT || this.trying === DIRECT) {
      this.watcher?.start();
    }
    this.emit("change");
  }

  stop() {
    this.#on = false;
    this.trying = "";
    this.watcher?.stop();
    this.#player.stop();
    this.stage.mix.show(false);
    this.emit("change");
  }

  /** @param {string} way that this person wants from now on, here and elsewhere */
  choose(way) {
    this.#chosen = way;
    keep(NAME, way === this.show.channel?.delivery ? null : way);
    if (way === this.mode) this.#drop();
    else this.#try(way);
  }

  toLive() {
    this.#player.toLive();
  }

  #flowsBy(way) {
    if (way === HLS) return this.#player.flows;
    return this.watcher?.pc?.connectionState === "connected" && this.stage.hasTiles();
  }

  #begin(way) {
    if (way === DIRECT) return this.watcher?.start();
    const query = new URLSearchParams({stay: "held"}); // by the socket of this page
    if (!this.door?.usersig && this.door?.ticket) query.set("ticket", this.door.ticket);
    const headers = () => (this.door?.usersig ? {Authorization: `Bearer ${this.door.usersig}`} : {});
    const at = (name) => {
      const address = `/hls/${encodeURIComponent(this.cid)}/${name}?${query}`;
      return this.door?.address(address) ?? address;
    };
    this.#player.start({pass: at("pass"), playlist: at("index.m3u8"), headers});
  }

  #end(way) {
    if (way === DIRECT) this.watcher?.stop();
    else this.#player.stop();
  }

  /** Tries the way beside the one that is watched. */
  #try(way) {
    if (!this.#on || this.trying === way || (way === HLS ? !this.#hlsWorks : !this.watcher)) return;
    this.trying = way;
    this.#tried = performance.now();
    this.#begin(way);
    this.emit("change");
  }

  #drop() {
    if (!this.trying) return;
    const way = this.trying;
    this.trying = "";
    this.#end(way);
    this.emit("change");
  }

  /** A way has a picture: if it was only tried, it is what is watched now. */
  #heard(way) {
    if (this.#on && this.trying === way && this.#flowsBy(way)) {
      const before = this.mode;
      this.mode = this.#chosen = way; // what had to be tried once is not tried again
      this.trying = "";
      this.stage.mix.show(way === HLS);
      this.#end(before);
    } else if (this.trying && this.trying !== this.wanted && this.#flowsBy(this.mode)) {
      this.#drop(); // what was missing came after all
    }
    this.emit("change");
  }

  /** ICE has said that it finds no way: nobody has to wait longer. */
  #heardWatcher(state) {
    if (state === "broken" && this.mode === DIRECT && this.watcher.pc && !this.stage.hasTiles()) this.#try(HLS);
    this.emit("change");
  }

  #look() {
    if (!this.#on) return;
    const now = performance.now();
    const late = this.isLate;
    if (late !== this.#late) this.emit("change");
    this.#late = late;
    this.#freeze(Boolean(this.show.channel?.frozen));
    if (this.show.sending && this.mode === HLS) this.#try(DIRECT);
    if (this.flows || !this.watcher?.expecting()) this.#since = now;
    if (this.trying) this.#judge(now);
    else if (now - this.#since > PATIENCE) this.#try(this.mode === HLS ? DIRECT : HLS);
  }

  /** What was asked for is given up after a while, if there is another picture meanwhile. */
  #judge(now) {
    if (this.flows && now - this.#tried > PATIENCE) this.#giveUp(this.trying);
  }

  #giveUp(way) {
    const asked = way === this.#chosen;
    if (asked) this.#chosen = this.mode;
    if (way === this.trying) this.#drop();
    if (asked) this.emit("failed", way);
  }

  #noHls() {
    this.#hlsWorks = false;
    this.#without(HLS);
  }

  #without(way) {
    if (this.trying === way) this.#giveUp(way);
    else if (this.mode === way) this.#try(way === HLS ? DIRECT : HLS);
    this.emit("change");
  }

  /** Over WebRTC the house holds a show back by itself; what was loaded already goes on until it is stopped. */
  #freeze(frozen) {
    if (frozen === this.#frozen) return;
    this.#frozen = frozen;
    if (frozen) this.#player.stop();
    else if ([this.mode, this.trying].includes(HLS)) this.#begin(HLS);
  }
}
