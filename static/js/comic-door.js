/** The way on stage: the look at one's own camera and microphone, the question, and the host's invitation. */
import {levelMeter} from "footlight/devices";
import {leftWords, problemWords} from "footlight/comic-words";
import {drawLamps, secondsLeft} from "footlight/countdown";
import {acts, on, write} from "footlight/dom";
import {gettext, interpolate} from "footlight/i18n";

const METER = 80; // ms

export class Door {
  #dialog = document.getElementById("comic");
  #check = this.#dialog.querySelector(".comic-check");
  #preview = this.#dialog.querySelector("video");
  #level = this.#dialog.querySelector(".comic-level");
  #lamps = this.#dialog.querySelector(".comic-countdown");
  #ways = [...this.#dialog.querySelectorAll("[data-way]")];
  #guest;
  #comic;
  #skew;
  #meter = null;
  #heard = null;
  #busy = false;
  #invited = false;

  /** @param {import("./comic-guest.js").Guest} guest @param {import("./client/comic.js").CoMic} comic @param {number} skew */
  constructor(guest, comic, skew) {
    this.#guest = guest;
    this.#comic = comic;
    this.#skew = skew;
    for (const way of this.#ways) way.addEventListener("click", () => this.#open(way.dataset.way === "video"));
    on("comic-again", () => this.#open(guest.devices.video), this.#dialog);
    on("comic-voice", () => this.#open(false), this.#dialog);
    on("comic-go", () => this.#go(), this.#dialog);
    on("comic-no", () => this.#no(), this.#dialog);
    this.#dialog.addEventListener("close", () => this.#closed());
    guest.devices.on("state", () => this.#draw());
    setInterval(() => this.#drawLevel(), METER);
  }

  get isOpen() {
    return this.#dialog.open;
  }

  /** Before asking, or to answer an invitation. */
  open() {
    const seat = this.#guest.seat;
    this.#invited = seat?.state === "invited";
    this.#guest.checking = true;
    write("comic-error", "", this.#dialog);
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#open(seat ? seat.camera : this.#guest.devices.video);
  }

  close() {
    if (this.#dialog.open) this.#dialog.close();
  }

  /** Once a second: how long the invitation stands. */
  tick() {
    const {seat} = this.#guest;
    if (!this.#dialog.open || !this.#invited || seat?.state !== "invited") return;
    drawLamps(this.#lamps, seat, this.#skew);
    write("comic-left", leftWords(secondsLeft(seat, this.#skew)), this.#dialog);
  }

  #open(video) {
    this.#guest.devices.open(video);
  }

  async #go() {
    const {devices} = this.#guest;
    const picture = Boolean(devices.tracks.video);
    this.#busy = true;
    this.#draw();
    this.#guest.agree();
    try {
      if (this.#invited) await this.#accept(picture);
      else await this.#comic.requestIntraRoomConnection("", null, picture);
      this.#dialog.close();
    } catch (error) {
      write("comic-error", error.message, this.#dialog);
    }
    this.#busy = false;
    this.#draw();
  }

  /** The host offered a seat with a camera; whether it is used is the guest's choice. */
  async #accept(picture) {
    await this.#comic.respondIntraRoomConnection("", true);
    if (!picture && this.#guest.seat?.camera) await this.#comic.closeLocalCamera();
  }

  async #no() {
    if (this.#invited) await this.#comic.respondIntraRoomConnection("", false, {});
    this.#dialog.close();
  }

  #closed() {
    this.#deafen();
    this.#preview.srcObject = null;
    this.#guest.endCheck();
  }

  #draw() {
    if (!this.#dialog.open) return;
    const {devices} = this.#guest;
    const host = this.#comic.seating.owner?.nick ?? "";
    const title = this.#invited ? gettext("%(name)s asks you on stage") : gettext("On stage with %(name)s");
    write("comic-title", interpolate(title, {name: host}), this.#dialog);
    const words = this.#invited
      ? gettext("Everybody who watches will see and hear you. Look at yourself first.")
      : gettext("Everybody who watches will see and hear you, once you are let in.");
    write("comic-words", words, this.#dialog);
    const voice = devices.ready && devices.video && !devices.tracks.video;
    this.#drawCheck(devices, voice);
    for (const way of this.#ways) way.setAttribute("aria-pressed", String((way.dataset.way === "video") === devices.video));
    const [again] = acts("comic-again", this.#dialog);
    const [alone] = acts("comic-voice", this.#dialog);
    again.hidden = !devices.problem || devices.asking;
    alone.hidden = again.hidden || !devices.video || voice;
    const [go] = acts("comic-go", this.#dialog);
    go.disabled = this.#busy || devices.asking || !devices.ready;
    write("comic-go", this.#invited ? gettext("Go on stage") : interpolate(gettext("Ask %(name)s"), {name: host}), go);
    write("comic-no", this.#invited ? gettext("Refuse") : gettext("Not now"), this.#dialog);
    this.#lamps.hidden = !this.#invited;
    if (!this.#invited) write("comic-left", "", this.#dialog);
    this.tick();
  }

  #drawCheck(devices, voice) {
    const {audio, video} = devices.tracks;
    const track = this.#preview.srcObject?.getTracks()[0] ?? null;
    if (track !== video) this.#preview.srcObject = video ? new MediaStream([video]) : null;
    this.#check.dataset.check = devices.asking ? "asking" : devices.ready ? (video ? "video" : "voice") : "problem";
    const words = devices.asking
      ? gettext("The browser asks whether this page may use them.")
      : devices.problem
        ? problemWords(devices.problem, voice)
        : video
          ? ""
          : gettext("Voice only: people see your face in place of a picture.");
    write("comic-check", words, this.#dialog);
    if (audio !== this.#heard) {
      this.#deafen();
      this.#heard = audio;
      this.#meter = audio && levelMeter(audio);
    }
  }

  #deafen() {
    this.#meter?.close();
    this.#meter = this.#heard = null;
  }

  #drawLevel() {
    if (!this.#dialog.open) return;
    const lit = this.#meter ? Math.round(this.#meter.level() * this.#level.children.length) : 0;
    if (lit === Number(this.#level.getAttribute("aria-valuenow"))) return;
    this.#level.setAttribute("aria-valuenow", String(lit));
    [...this.#level.children].forEach((lamp, place) => lamp.classList.toggle("is-lit", place < lit));
  }
}

