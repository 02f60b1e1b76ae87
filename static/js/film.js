/** A film in its <video>: what the bar and the chat need to know of it. */
import {Emitter} from "footlight/emitter";

const TICK = 200; // ms between two looks at where it stands

/**
 * Emits `playing` (boolean), `second` (where it stands, while it plays), `moved` (second) after a jump, `sound`,
 * `length`, and `state`: "live" where it can be seen, "broken" where it cannot.
 */
export class Film extends Emitter {
  #video;

  /** @param {HTMLVideoElement} video */
  constructor(video) {
    super();
    this.#video = video;
    for (const name of ["play", "pause", "ended"]) video.addEventListener(name, () => this.emit("playing", this.playing));
    video.addEventListener("seeked", () => this.emit("moved", this.second));
    video.addEventListener("volumechange", () => this.emit("sound"));
    video.addEventListener("durationchange", () => this.emit("length"));
    video.addEventListener("loadeddata", () => this.emit("state", "live"));
    video.addEventListener("error", () => this.emit("state", "broken"));
    setInterval(() => this.playing && !video.seeking && this.emit("second", this.second), TICK);
  }

  get video() {
    return this.#video;
  }

  get playing() {
    return !this.#video.paused && !this.#video.ended;
  }

  get second() {
    return this.#video.currentTime;
  }

  /** Seconds; 0 while nobody knows. */
  get length() {
    return Number.isFinite(this.#video.duration) ? this.#video.duration : 0;
  }

  toggle() {
    if (this.playing) this.#video.pause();
    else this.#video.play().catch(() => {}); // a pause came in between, or the state says why
  }

  /** @param {number} second */
  go(second) {
    this.#video.currentTime = Math.min(Math.max(second, 0), this.length || second);
  }

  /** @param {number} speed 1 as it was */
  setSpeed(speed) {
    this.#video.playbackRate = speed;
  }

  /** @param {{volume?: number, muted?: boolean}} sound volume 0 to 1 */
  setSound({volume = this.#video.volume, muted = this.#video.muted}) {
    this.#video.volume = volume;
    this.#video.muted = muted;
  }

  get sound() {
    return this.#video.muted ? 0 : this.#video.volume;
  }

  /** Loads it anew and goes on from where it stood. */
  again() {
    const second = this.second;
    this.#video.load();
    this.go(second);
    this.toggle();
  }
}
