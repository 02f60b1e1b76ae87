/** The call over the whole page: two pictures, the time, what it costs, and a word for each state. */
import {acts, on, showFor, write} from "footlight/dom";
import {Emitter} from "footlight/emitter";
import {faceOf} from "footlight/faces";
import {gettext, interpolate, ngettext, number} from "footlight/i18n";
import {clock} from "footlight/standing";

const LIPS = {live: "is-lit", low: "is-low", lost: "is-low", offline: "is-low"};
const LAMPS = 9; // minutes that the row shows
const LINES = {good: () => gettext("Good line"), fair: () => gettext("Fair line"), poor: () => gettext("Poor line")};

/** A sink for a stream, as the CallAPI wants its views: picture and sound have an element each. */
class Sink {
  #video;
  #audio;
  #heard;

  constructor(video, audio, heard) {
    [this.#video, this.#audio, this.#heard] = [video, audio, heard];
  }

  /** @param {MediaStream | null} stream */
  set srcObject(stream) {
    this.#plug(this.#video, stream?.getVideoTracks()[0]);
    if (this.#audio) this.#plug(this.#audio, stream?.getAudioTracks()[0]);
  }

  #plug(element, track) {
    if (element.srcObject?.getTracks()[0] === track) return;
    element.srcObject = track ? new MediaStream([track]) : null;
    if (track) this.play(element);
  }

  async play(element = this.#audio) {
    try {
      await element.play();
      if (element === this.#audio) this.#heard(true);
    } catch (error) {
      if (error.name === "NotAllowedError" && element === this.#audio) this.#heard(false);
    }
  }
}

/** Emits `cancel`, `hang_up`, `back`, `mic`, `camera`, `switch`: what was pressed. */
export class CallView extends Emitter {
  #root = document.getElementById("call");
  #far = this.#root.querySelector("video[data-side=far]");
  #before = null; // what had the focus
  #state = "";
  near = new Sink(this.#root.querySelector("video[data-side=near]"));
  far = new Sink(this.#far, this.#root.querySelector("audio"), (heard) => (this.#sound.hidden = heard));
  #sound = acts("call-sound", this.#root)[0];

  constructor() {
    super();
    for (const name of ["cancel", "hang-up", "back", "mic", "camera", "switch"]) {
      on(`call-${name}`, () => this.emit(name.replace("-", "_")), this.#root);
    }
    on("call-sound", () => this.far.play(), this.#root);
    on("call-fullscreen", () => toggleFullscreen(this.#root), this.#root);
    this.#root.addEventListener("keydown", (event) => event.key === "Escape" && this.#escape());
    document.addEventListener("fullscreenchange", () => {
      for (const button of acts("call-fullscreen", this.#root)) button.setAttribute("aria-pressed", String(Boolean(document.fullscreenElement)));
    });
  }

  /** Escape is the way out where leaving costs nothing. */
  #escape() {
    if (this.#state === "ringing") this.emit("cancel");
    if (this.#state === "ended") this.emit("back");
  }

  /** Whether it stands over the page. */
  get open() {
    return !this.#root.hidden;
  }

  /**
   * @param {"ringing" | "connecting" | "live" | "lost" | "offline" | "ended"} state
   * @param {{uid: string, nick: string, avatar: string}} peer
   */
  show(state, peer) {
    const shown = `${state} ${peer?.uid}`;
    if (!this.open) this.#cover(peer);
    if (this.#root.dataset.shown === shown) return;
    this.#root.dataset.shown = shown;
    this.#root.dataset.state = this.#state = state;
    showFor(this.#root, "data-call", state);
    this.#root.querySelector(".call-lip").className = `lip call-lip ${LIPS[state] ?? ""}`;
    const words = {
      "call-title": gettext("Private call with %(name)s"),
      "call-peer": "%(name)s",
      "call-ringing": gettext("Ringing %(name)s"),
      "call-connecting": gettext("%(name)s is coming"),
      "call-lost": gettext("%(name)s has dropped out for a moment"),
    };
    for (const [name, text] of Object.entries(words)) write(name, interpolate(text, {name: peer?.nick ?? ""}), this.#root);
    this.#focus();
  }

  /** @param {MediaStreamTrack | null} video one's own @param {boolean} mirrored */
  showNear(video, mirrored = true) {
    this.near.srcObject = video ? new MediaStream([video]) : null;
    this.#root.querySelector("video[data-side=near]").classList.toggle("is-mirrored", mirrored);
  }

  /** @param {boolean} seen a picture of the other side is there; else their face is shown */
  setSeen(seen) {
    this.#root.toggleAttribute("data-seen", seen);
  }

  /** @param {{audio: boolean, video: boolean}} off @param {{video: boolean, canSwitch: boolean}} has */
  drawDevices(off, {video, canSwitch}) {
    const [[mic], [camera], [flip]] = ["call-mic", "call-camera", "call-switch"].map((name) => acts(name, this.#root));
    mic.setAttribute("aria-pressed", String(off.audio));
    camera.setAttribute("aria-pressed", String(off.video));
    camera.hidden = !video;
    flip.hidden = !canSwitch;
    this.#root.querySelector(".call-near").hidden = !video || !["connecting", "live", "low", "lost", "offline"].includes(this.#state);
    this.#root.querySelector(".call-near-off").hidden = !off.video;
  }

  /** @param {number} seconds left of @param {number} all */
  drawRinging(seconds, all) {
    drawSeconds(this.#root.querySelector(".call-seconds"), seconds, all);
  }

  /** @param {ReturnType<typeof import("./call-cost.js").bill>} bill @param {number} price @param {number | null} balance null: the host's page */
  drawBill({together, cost, left, mood}, price, balance) {
    write("call-time", clock(Math.floor(together / 1000)), this.#root);
    write("call-cost", number(cost), this.#root);
    write("call-price", price ? interpolate(gettext("so far, %(price)s a minute"), {price: number(price)}) : gettext("this call is free"), this.#root);
    const row = this.#root.querySelector("[data-minutes]");
    row.hidden = balance === null || !price;
    this.#root.dataset.mood = balance === null || !price ? "" : mood;
    if (row.hidden) return write("call-left", "", this.#root);
    const values = {coins: number(balance), minutes: number(left)};
    const words = interpolate(ngettext("%(coins)s left, %(minutes)s more minute", "%(coins)s left, %(minutes)s more minutes", left), values);
    write("call-left", words, this.#root);
    row.ariaLabel = words;
    [...row.children].forEach((lamp, place) => lamp.classList.toggle("is-lit", place < Math.min(LAMPS, left)));
    this.#drawLow(mood, left);
  }

  #drawLow(mood, left) {
    const low = Boolean(mood) && this.#state === "live";
    this.#root.querySelector("[data-call=low]").hidden = !low;
    const last = gettext("This is the last minute that the coins pay for. Then the call ends by itself.");
    const few = ngettext("%(count)s more minute. Then the call ends by itself.", "%(count)s more minutes. Then the call ends by itself.", left);
    if (low) write("call-low", mood === "last" ? last : interpolate(few, {count: number(left)}), this.#root);
  }

  /** @param {"good" | "fair" | "poor" | null} line */
  drawLine(line) {
    write("call-line", line ? LINES[line]() : "", this.#root);
  }

  /** @param {{title: string, why: string, lasted: string, charged: string, total: string, together: boolean}} end */
  drawEnd({title, why, lasted, charged, total, together}) {
    const words = {"call-ended": title, "call-why": why, "call-lasted": lasted, "call-charged": charged, "call-total": total};
    for (const [name, text] of Object.entries(words)) write(name, text, this.#root);
    this.#root.querySelector("[data-together]").hidden = !together;
  }

  hide() {
    if (!this.open) return;
    if (document.fullscreenElement === this.#root) document.exitFullscreen();
    this.#root.hidden = true;
    this.#root.dataset.shown = this.#root.dataset.state = this.#state = "";
    this.setSeen(false);
    this.near.srcObject = this.far.srcObject = null;
    this.#sound.hidden = true;
    for (const part of this.#others()) part.inert = false;
    document.body.classList.remove("is-in-call");
    this.#before?.focus({preventScroll: true});
  }

  /** Nothing below can be reached meanwhile; toasts and dialogs can. */
  #cover(peer) {
    this.#before = document.activeElement;
    for (const part of this.#others()) part.inert = true;
    document.body.classList.add("is-in-call");
    this.#root.hidden = false;
    for (const place of this.#root.querySelectorAll(".call-face")) {
      place.replaceChildren(faceOf(peer, place.matches(".call-face-l") ? "avatar-l" : ""));
    }
    this.#root.querySelector(".call-still").replaceChildren(faceOf(peer, "avatar-l"));
  }

  #others() {
    return [...document.body.children].filter((part) => part !== this.#root && part.id !== "toasts" && part.tagName !== "SCRIPT");
  }

  /** What a keyboard finds first: the way out. */
  #focus() {
    if (this.#root.contains(document.activeElement) && document.activeElement.checkVisibility()) return;
    const first = {ringing: "[data-act=call-cancel]", ended: "[data-act=call-back]"}[this.#state];
    (first ? this.#root.querySelector(first) : this.#root).focus({preventScroll: true});
  }
}

/** A row of lamps that go out second by second. @param {HTMLElement} row @param {number} seconds @param {number} all */
export function drawSeconds(row, seconds, all) {
  const lit = Math.ceil((Math.max(0, seconds) / all) * row.children.length);
  const words = interpolate(gettext("%(count)s of %(all)s seconds left"), {count: number(Math.max(0, seconds)), all: number(all)});
  if (row.ariaLabel === words) return;
  row.ariaLabel = words;
  [...row.children].forEach((lamp, place) => lamp.classList.toggle("is-lit", place < lit));
}

async function toggleFullscreen(root) {
  if (document.fullscreenElement) await document.exitFullscreen();
  else await root.requestFullscreen?.().catch(() => {});
}
