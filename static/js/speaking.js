/** Who is speaking: looks at the loudness of every feed while there are several. No page here. */
import {Emitter} from "footlight/emitter";

const LOOK = 160; // ms
const LOUD = 0.02; // root mean square of what counts as speech
const HOLD = 600; // ms the light stays on after the last loud moment: words have gaps

/** Emits `speaking` (feed, whether). */
export class Speaking extends Emitter {
  #context = null;
  #ears = new Map(); // feed -> {track, source, analyser, until, on}
  #timer = 0;
  #samples = new Float32Array(512);

  /** @param {Map<string, MediaStream>} streams nobody is listened to where there is only one */
  follow(streams) {
    const tracks = new Map();
    for (const [feed, stream] of streams) {
      const [track] = stream.getAudioTracks();
      if (track && streams.size > 1) tracks.set(feed, track);
    }
    for (const [feed, {track}] of this.#ears) if (tracks.get(feed) !== track) this.#drop(feed);
    for (const [feed, track] of tracks) if (!this.#ears.has(feed)) this.#hear(feed, track);
    clearInterval(this.#timer);
    if (this.#ears.size) this.#timer = setInterval(() => this.#look(), LOOK);
  }

  #hear(feed, track) {
    this.#context ??= this.#open();
    const analyser = new AnalyserNode(this.#context, {fftSize: this.#samples.length});
    const source = this.#context.createMediaStreamSource(new MediaStream([track]));
    source.connect(analyser);
    this.#ears.set(feed, {track, source, analyser, until: 0, on: false});
  }

  /** A browser that waits for a touch before it plays waits for one here too. */
  #open() {
    const context = new AudioContext();
    globalThis.addEventListener("pointerdown", () => context.state === "suspended" && context.resume(), {capture: true});
    return context;
  }

  #drop(feed) {
    const ear = this.#ears.get(feed);
    ear.source.disconnect();
    this.#ears.delete(feed);
    if (ear.on) this.emit("speaking", feed, false);
  }

  #look() {
    const now = performance.now();
    for (const [feed, ear] of this.#ears) {
      ear.analyser.getFloatTimeDomainData(this.#samples);
      const power = this.#samples.reduce((sum, sample) => sum + sample * sample, 0) / this.#samples.length;
      if (Math.sqrt(power) > LOUD) ear.until = now + HOLD;
      const on = now < ear.until;
      if (on !== ear.on) this.emit("speaking", feed, (ear.on = on));
    }
  }
}
