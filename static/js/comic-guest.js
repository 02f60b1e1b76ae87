/** A guest on the mic: publishes exactly while the seat is theirs, and only what the seat lets through. No page here. */
import {GuestDevices} from "footlight/comic-devices";
import {QUALITIES} from "footlight/devices";
import {Emitter} from "footlight/emitter";
import {Publisher} from "footlight/publishing";

/** This tab was on the mic: after a reload it goes on without asking, another tab does not. */
const MARK = "footlight.mic.";

/** Emits `change` whenever something moved, and `failed` (code) when the seat could not be used. */
export class Guest extends Emitter {
  devices = new GuestDevices();
  /** Somebody looks at their devices before they ask. */ checking = false;
  #comic;
  #mark;
  #leaving = false;
  #opening = false; // a camera that the seat is yet to hear of

  /**
   * @param {import("./show.js").Show} show
   * @param {import("./client/comic.js").CoMic} comic
   * @param {string} cid
   */
  constructor(show, comic, cid) {
    super();
    this.#comic = comic;
    this.#mark = MARK + cid;
    this.publisher = new Publisher(show);
    this.publisher.quality = QUALITIES[360];
    comic.seating.on("change", () => this.#follow());
    this.publisher.on("state", () => this.emit("change"));
    this.publisher.on("refused", (code) => this.#fail(code));
    this.devices.on("state", () => this.#send());
    this.devices.on("lost", (kind) => this.switch(kind, false));
    show.room.on("state", (state) => state === "ended" && this.#goOff());
  }

  /** @returns {object | null} one's own request, invitation or seat */
  get seat() {
    return this.#comic.seating.mine;
  }

  get seated() {
    return this.seat?.state === "seated";
  }

  /** Seated, but what is sent comes from elsewhere or from nowhere. */
  get away() {
    return this.seated && !this.publisher.wanted && !this.#willing && !this.#leaving;
  }

  get #willing() {
    return sessionStorage.getItem(this.#mark) !== null;
  }

  /** @returns {object | null} the stay of what is sent from here, for a tile of one's own */
  get stay() {
    return this.publisher.wanted && this.seat ? {person: this.seat.person, host: false, state: "up"} : null;
  }

  /** From now on this tab goes on the air as soon as a seat is given. */
  agree() {
    sessionStorage.setItem(this.#mark, "yes");
    this.#follow();
  }

  /** Closes the look at the devices; they stay open for somebody who waits or sits. */
  endCheck() {
    this.checking = false;
    this.#follow();
  }

  /** One's own switch. @param {"audio" | "video"} kind @param {boolean} on */
  async switch(kind, on) {
    if (!this.seated) return;
    if (on && !(await this.#openOne(kind))) return this.emit("failed", this.devices.problem);
    const verb = kind === "video" ? (on ? "openLocalCamera" : "closeLocalCamera") : on ? "unmuteLocalAudio" : "muteLocalAudio";
    await this.#comic[verb]({onError: (code, words) => this.emit("failed", code, words)});
    this.#opening = false;
    this.#send(); // where it was refused, its light goes out again
  }

  async #openOne(kind) {
    this.#opening = true;
    const there = await this.devices.openOne(kind);
    if (!there) this.#opening = false;
    return there;
  }

  async leave() {
    this.#leaving = true;
    this.#goOff(); // at once: nobody has to wait for the server to be left alone
    await this.#comic.terminateIntraRoomConnection({onError: (code, words) => this.emit("failed", code, words)});
    this.#leaving = false;
    this.emit("change");
  }

  #follow() {
    if (this.seated && this.#willing) this.#goOn();
    else if (this.publisher.wanted) this.#goOff();
    else if (!this.seat && !this.checking) {
      sessionStorage.removeItem(this.#mark);
      this.devices.close();
    }
    this.emit("change");
  }

  async #goOn() {
    if (!this.publisher.wanted) {
      this.publisher.wanted = true; // so that what comes while the devices open begins it once
      if (!this.devices.ready) await this.devices.open(this.seat.camera);
      if (!this.publisher.wanted) return;
      if (!this.devices.ready) return this.#fail(this.devices.problem);
      this.#send();
      this.publisher.start();
    }
    this.#send();
  }

  /** What the seat lets through of what is there. */
  #send() {
    const {seat, devices} = this;
    if (this.publisher.wanted && this.seated) {
      if (!seat.camera && !this.#opening) devices.closeCamera();
      const open = {audio: seat.mic && !seat.mic_held, video: seat.camera && !seat.camera_held};
      for (const [kind, track] of Object.entries(devices.tracks)) {
        if (track) track.enabled = open[kind];
        if (this.publisher.tracks[kind] !== track) this.publisher.setTrack(kind, track);
      }
    }
    this.emit("change");
  }

  #goOff() {
    sessionStorage.removeItem(this.#mark);
    this.publisher.stop({tell: false}); // the seat is what the server goes by
    this.devices.close();
    this.emit("change");
  }

  #fail(code) {
    this.emit("failed", code);
    this.leave();
  }
}
