/** Before it rings: what a minute costs, how long the coins last, and whether camera and microphone are fine. */
import {minutesFor} from "footlight/call-cost";
import {deviceWords, minutesLong} from "footlight/call-words";
import {levelMeter} from "footlight/devices";
import {acts, on, write} from "footlight/dom";
import {Emitter} from "footlight/emitter";
import {gettext, interpolate, number} from "footlight/i18n";

const METER = 100; // ms

/** Emits `ring` (kind) when everything is as it should be and the button was pressed, `closed` when it was not. */
export class CallAsk extends Emitter {
  #dialog = document.getElementById("call-ask");
  #devices;
  #purse;
  #price = 0;
  #kind = "video";
  #ringing = false;
  #meter = null;
  #heard = null; // the track that is measured
  #timer = 0;

  /** @param {import("./call-devices.js").CallDevices} devices @param {import("./purse.js").Purse} purse */
  constructor(devices, purse) {
    super();
    [this.#devices, this.#purse] = [devices, purse];
    const dialog = this.#dialog;
    for (const button of dialog.querySelectorAll("button[data-kind]")) button.addEventListener("click", () => this.#choose(button.dataset.kind));
    on("ask-again", () => this.#devices.open(this.#kind), dialog);
    on("ask-voice", () => this.#choose("audio"), dialog);
    on("ring", () => this.#ring(), dialog);
    dialog.addEventListener("close", () => this.#closed());
    devices.on("change", () => this.#draw());
    purse.on("change", () => this.#draw());
  }

  /** @param {number} price coins a minute */
  open(price) {
    this.#price = price;
    this.#ringing = false;
    this.say("");
    this.#dialog.showModal();
    this.#timer = setInterval(() => this.#drawLevel(), METER);
    this.#choose(this.#kind);
  }

  /** It rings: the devices stay open. */
  done() {
    this.#ringing = true;
    this.#dialog.close();
  }

  /** Why it does not ring. @param {string} words */
  say(words) {
    write("ask-error", words, this.#dialog);
    this.#busy(false);
  }

  #choose(kind) {
    this.#kind = this.#dialog.dataset.kind = kind;
    for (const button of this.#dialog.querySelectorAll("button[data-kind]")) button.setAttribute("aria-pressed", String(button.dataset.kind === kind));
    this.#devices.open(kind);
  }

  #ring() {
    this.#busy(true);
    this.emit("ring", this.#kind);
  }

  #busy(busy) {
    this.#dialog.toggleAttribute("data-busy", busy);
    this.#draw();
  }

  #closed() {
    clearInterval(this.#timer);
    this.#listen(null);
    if (!this.#ringing) this.#devices.close();
    if (!this.#ringing) this.emit("closed");
  }

  #draw() {
    if (!this.#dialog.open) return;
    const {tracks, problem, asking, ready} = this.#devices;
    const video = this.#kind === "video";
    const short = this.#purse.free < this.#price;
    const mirror = this.#dialog.querySelector(".call-mirror");
    const picture = mirror.querySelector("video");
    if (picture.srcObject?.getTracks()[0] !== (tracks.video ?? undefined)) picture.srcObject = tracks.video && new MediaStream([tracks.video]);
    mirror.toggleAttribute("data-picture", Boolean(tracks.video));
    mirror.querySelector(".lip").className = `lip ${ready ? "is-lit" : ""}`;
    write("ask-devices", asking ? gettext("The browser asks whether this page may use them. Say yes.") : deviceWords(problem, video), this.#dialog);
    write("ask-price", number(this.#price), this.#dialog);
    write("ask-lasts", minutesLong(minutesFor(this.#purse.free, this.#price)), this.#dialog);
    this.#show("ask-again", !asking && Boolean(problem));
    this.#show("ask-voice", !asking && Boolean(problem) && video && problem !== "insecure");
    this.#show("top-up", short);
    this.#show("ring", !short);
    const words = gettext("The first minute costs %(price)s coins, and you have %(balance)s. Top up to call.");
    write("ask-short", short ? interpolate(words, {price: number(this.#price), balance: number(this.#purse.free)}) : "", this.#dialog);
    this.#dialog.querySelector("[data-short]").hidden = !short;
    acts("ring", this.#dialog)[0].disabled = !ready || (video && !tracks.video) || asking || this.#dialog.hasAttribute("data-busy");
    this.#listen(tracks.audio);
  }

  #show(name, shown) {
    for (const button of acts(name, this.#dialog)) button.hidden = !shown;
  }

  #listen(track) {
    if (track === this.#heard) return;
    this.#meter?.close();
    this.#heard = track;
    this.#meter = track && levelMeter(track);
  }

  #drawLevel() {
    const row = this.#dialog.querySelector(".call-level");
    const level = this.#meter ? Math.round(this.#meter.level() * row.children.length) : 0;
    row.setAttribute("aria-valuenow", String(level));
    [...row.children].forEach((lamp, place) => lamp.classList.toggle("is-lit", place < level));
  }
}
