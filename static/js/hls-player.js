/**
 * A show over HLS in one <video>: by hls.js where it is there, else by the browser itself. hls.js is given the playlist
 * that all pages share, under an address that is good for a minute or two; the house is asked for the next one in time.
 * Whatever breaks is asked for again after a pause, until `stop` is called or the house refuses. No page here but the
 * element.
 */
import {Emitter} from "footlight/emitter";

const NATIVE = "application/vnd.apple.mpegurl";
const PAUSES = [1_000, 1_000, 2_000, 3_000, 5_000]; // ms until the playlist is asked for again
const RETRY = 5; // seconds until a new address is asked for again
const FINAL = [401, 402, 403];
const SLACK = 8; // seconds behind the usual place that nobody minds
const NEAR = 4; // seconds from the end, where the browser plays by itself
const LIBRARY = {
  enableWorker: false, // a worker of its own text is nothing our policy lets in
  liveSyncDurationCount: 2,
  backBufferLength: 20,
  maxBufferLength: 20,
};

/** The library, or null where the house has none or the browser cannot use it. */
async function library() {
  try {
    const {default: Hls} = await import("hls.js");
    return Hls.isSupported() ? Hls : null;
  } catch {
    return null;
  }
}

/** Emits `flows` when the picture moves or stands, `refused` (code) when the house lets nobody in, `unsupported`. */
export class HlsPlayer extends Emitter {
  wanted = false;
  flows = false;
  #video;
  #hls = null;
  #list = ""; // where the playlist is now
  #renewal = 0;
  #turn = 0; // what was begun before another start or stop is of no interest any more
  #tries = 0;
  #mended = 0;

  /** @param {HTMLVideoElement} video */
  constructor(video) {
    super();
    this.#video = video;
    const native = () => this.#video.hasAttribute("src") && !this.#hls;
    video.addEventListener("playing", () => this.#flow(this.wanted));
    video.addEventListener("waiting", () => this.#flow(false));
    video.addEventListener("emptied", () => this.#flow(false));
    video.addEventListener("error", () => native() && this.#broken());
  }

  /** @param {{pass: string, playlist: string, headers: () => Record<string, string>}} where the way to the shared playlist
   * is told, and a playlist of one's own; who one is by then */
  start(where) {
    if (this.wanted) return;
    this.wanted = true;
    this.#tries = 0;
    this.#begin(where, ++this.#turn);
  }

  stop() {
    this.wanted = false;
    this.#turn++;
    this.#detach();
  }

  /** Whether one watches later than one would have to. */
  get isLate() {
    if (!this.flows && !this.#video.paused) return false;
    if (this.#hls) return this.#hls.latency > this.#hls.targetLatency + SLACK;
    const {seekable, currentTime} = this.#video;
    return seekable.length > 0 && seekable.end(seekable.length - 1) - currentTime > 2 * SLACK;
  }

  toLive() {
    const {seekable} = this.#video;
    const end = seekable.length ? seekable.end(seekable.length - 1) - NEAR : this.#video.currentTime;
    this.#video.currentTime = this.#hls?.liveSyncPosition ?? end;
  }

  async #begin(where, turn) {
    this.where = where;
    const {playlist = "", seconds, refusal} = await this.#ask();
    if (turn !== this.#turn) return;
    if (refusal !== undefined) return this.#refused(refusal);
    if (!playlist) return this.#again(turn);
    this.#list = playlist;
    this.#attach(await library(), turn);
    this.#renewLater(seconds, turn);
  }

  /** The house's answer; `refusal` is the code of one that is final. Nothing where it says nothing. */
  async #ask() {
    const answer = await fetch(this.where.pass, {headers: this.where.headers()}).catch(() => null);
    const said = (await answer?.json().catch(() => null)) ?? {};
    if (FINAL.includes(answer?.status)) return {refusal: said.error?.code ?? ""};
    return answer?.ok ? said : {};
  }

  #renewLater(seconds, turn) {
    if (turn === this.#turn && this.#hls) this.#renewal = setTimeout(() => this.#renew(turn), 1000 * seconds);
  }

  /** Of another show the playlist is another: one begins anew. */
  async #renew(turn) {
    const {playlist = "", seconds = RETRY, refusal} = await this.#ask();
    if (turn !== this.#turn) return;
    if (refusal !== undefined) return this.#refused(refusal);
    if (playlist && pathOf(playlist) !== pathOf(this.#list)) return this.#broken();
    this.#list = playlist || this.#list;
    this.#renewLater(seconds, turn);
  }

  #refused(code) {
    this.stop();
    this.emit("refused", code);
  }

  #again(turn) {
    const pause = PAUSES[Math.min(this.#tries++, PAUSES.length - 1)] * (0.8 + Math.random() * 0.4);
    setTimeout(() => turn === this.#turn && this.#begin(this.where, turn), pause);
  }

  #attach(Hls, turn) {
    if (turn !== this.#turn) return;
    if (Hls) return this.#attachLibrary(Hls);
    if (!this.#video.canPlayType(NATIVE)) {
      this.stop();
      return this.emit("unsupported");
    }
    this.#video.src = this.where.playlist;
  }

  #attachLibrary(Hls) {
    const address = () => new URL(this.#list, new URL(this.where.pass, location.href)).href;
    const xhrSetup = (xhr, url) => {
      if (pathOf(url) === pathOf(this.#list)) xhr.open("GET", address(), true); // its newest address
    };
    this.#hls = new Hls({...LIBRARY, xhrSetup});
    this.#hls.on("hlsError", (_, fault) => this.#fault(fault));
    this.#hls.loadSource(address());
    this.#hls.attachMedia(this.#video);
  }

  /** A decoder that stumbles is set up anew once in a while; for all else the house is asked what is the matter. */
  #fault({fatal, type}) {
    if (!fatal) return;
    const now = performance.now();
    if (type === "mediaError" && now - this.#mended > 10_000) {
      this.#mended = now;
      this.#hls.recoverMediaError();
    } else {
      this.#broken();
    }
  }

  #broken() {
    if (!this.wanted) return;
    this.#detach();
    this.#again(++this.#turn);
  }

  #detach() {
    clearTimeout(this.#renewal);
    this.#hls?.destroy();
    this.#hls = null;
    this.#video.removeAttribute("src");
    this.#video.load();
    this.#flow(false);
  }

  #flow(flows) {
    if (flows) this.#tries = 0;
    if (flows === this.flows) return;
    this.flows = flows;
    this.emit("flows");
  }
}

const pathOf = (address) => new URL(address, location.href).pathname;
