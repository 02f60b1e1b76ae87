/** A call as both pages show it: the states of the CallAPI, drawn second by second until it is over. */
import {bill, startedMinutes} from "footlight/call-cost";
import {CallView} from "footlight/call-view";
import {charged, ending, lasted} from "footlight/call-words";
import {Emitter} from "footlight/emitter";
import {number} from "footlight/i18n";
import {healthMeter} from "footlight/stats";

const TOGETHER = ["connecting", "connected"];

/**
 * Emits `over` ({reason, call, peer, minutes, cost}) once for each call that ended or never began.
 */
export class CallPage extends Emitter {
  view = new CallView();
  #api;
  #media;
  #show;
  #devices;
  #purse;
  #skew;
  #clock = 0;
  #lost = false; // the other side is not heard of
  #charged = new Set(); // minutes that the house has said it took
  #whole = true; // nobody was lost, so every minute that began was paid for
  #call = null; // as it was known last
  #peer = null;
  #measure = healthMeter();

  /**
   * @param {{api: import("./client/call.js").CallAPI, media: import("./call-media.js").CallMedia, show: import("./show.js").Show,
   *   devices: {tracks: object, off: object, canSwitch: boolean, toggle: (kind: string) => void, switchCamera: () => void, mirrored?: boolean},
   *   purse: import("./purse.js").Purse | null, skew: number}} parts `purse`: of whoever pays; null on the host's page
   */
  constructor({api, media, show, devices, purse, skew}) {
    super();
    [this.#api, this.#media, this.#show, this.#devices, this.#purse, this.#skew] = [api, media, show, devices, purse, skew];
    api.addListener(this);
    media.on("frame", (kind) => this.view.setSeen(kind === "video"));
    media.on("far", (stream) => !stream && this.view.setSeen(false));
    show.room.on("state", () => this.draw());
    purse?.on("spending", ({role, cid, minute}) => role === "call" && cid === api.current?.cid && this.#charged.add(minute));
    this.view.on("mic", () => devices.toggle("audio"));
    this.view.on("camera", () => devices.toggle("video"));
    this.view.on("switch", () => devices.switchCamera());
    this.view.on("hang_up", () => api.hangup("", () => {}));
    devices.on("change", () => this.draw());
    devices.on("track", (kind, track) => media.call && media.setTrack(kind, track));
  }

  // ---- The CallAPI's listener ----

  onCallStateChanged(state, reason, event, info) {
    if (TOGETHER.includes(state)) this.#begin();
    else if (this.#clock && state !== "calling") this.#end(reason, info);
    this.draw();
  }

  onCallEventChanged(event) {
    if (event === "remoteLeave") [this.#lost, this.#whole] = [true, false];
    if (event === "remoteJoined") this.#lost = false;
    this.draw();
  }

  /** From ringing on for the caller; the host's page begins with the answer. */
  begin() {
    this.#begin();
    this.draw();
  }

  #begin() {
    this.#call = this.#api.current ?? this.#call;
    this.#peer = this.#api.peer ?? this.#peer;
    if (this.#clock) return;
    this.#lost = false;
    this.#charged.clear();
    this.#whole = true;
    this.#clock = setInterval(() => this.#tick(), 500);
  }

  async #tick() {
    this.draw();
    const {line} = await this.#measure(this.#media.pc);
    if (this.#clock) this.view.drawLine(line);
  }

  #end(reason, info) {
    clearInterval(this.#clock);
    this.#clock = 0;
    const together = info.duration ?? null;
    const [call, peer] = [this.#api.last ?? this.#call, this.#peer];
    if (call?.end_reason === "no_balance") this.#whole = false; // the minute that began was not paid for
    const minutes = together === null ? 0 : this.#minutes(startedMinutes(Math.max(0, together - 1)));
    [this.#call, this.#peer] = [null, null];
    this.emit("over", {reason, call, peer, together, minutes, cost: minutes * (call?.price ?? 0)});
  }

  /** Of those that began, the ones that were paid for. Whoever came in later knows of the last one alone. */
  #minutes(started) {
    if (this.#whole || !this.#charged.size) return started;
    return this.#charged.has(1) ? this.#charged.size : Math.max(...this.#charged);
  }

  draw() {
    if (!this.#clock) return;
    const {state, current} = this.#api;
    if (current) [this.#call, this.#peer] = [current, this.#api.peer];
    if (!this.#peer) return;
    this.view.show(this.#word(state), this.#peer);
    const {tracks, off, canSwitch, mirrored = true} = this.#devices;
    const video = this.#call.kind === "video" ? tracks.video : null;
    this.view.showNear(video, mirrored);
    this.view.drawDevices(off, {video: Boolean(video), canSwitch});
    this.#drawBill();
    if (state === "calling") this.#drawRinging();
  }

  #word(state) {
    if (state === "calling") return "ringing";
    if (this.#show.room.state !== "open") return "offline";
    if (state === "connecting") return "connecting";
    return this.#lost ? "lost" : "live";
  }

  #drawBill() {
    const {price, connected_at: at} = this.#call;
    const facts = {price, now: Date.now() + this.#skew, minutes: this.#whole ? 0 : this.#minutes(0), balance: this.#purse?.free ?? Infinity};
    this.view.drawBill(bill({...facts, connectedAt: at ? Date.parse(at) : null}), price, this.#purse?.free ?? null);
  }

  #drawRinging() {
    const {deadline, created_at: rang} = this.#call;
    const all = Math.round((Date.parse(deadline) - Date.parse(rang)) / 1000);
    this.view.drawRinging(Math.min(all, Math.ceil((Date.parse(deadline) - Date.now() - this.#skew) / 1000)), all);
  }

  /** The last word, which stays until it is read. @param {{reason: string, call: object, peer: object, together: number|null, minutes: number, cost: number}} over */
  showEnd({reason, call, peer, together, minutes, cost}) {
    const [title, why] = ending(reason, call, peer);
    this.view.show("ended", peer);
    const figures = {lasted: lasted(together ?? 0), charged: charged(minutes, call?.price ?? 0), total: number(cost)};
    this.view.drawEnd({title, why, ...figures, together: together !== null});
  }
}
