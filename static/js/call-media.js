/** Both connections of a private call, in a room of the engine that belongs to it alone. No page here. */
import {Emitter} from "footlight/emitter";
import {Publisher} from "footlight/publishing";
import {Watcher} from "footlight/watching";

const LOOK_EVERY = 100; // ms between two looks for the first frame
const SOUND_ENOUGH = 3_000; // ms after which a call for pictures is content with sound: there is no camera over there
const QUALITY = {bitrate: 2_500_000, fps: 30};

/** The other side. While it is waited for, silence means nothing. */
class Other extends Watcher {
  expecting() {
    return this.show.present;
  }
}

/**
 * What the CallAPI takes for its `rtcEngine`. Emits `far` (stream or null), `joined` when this side is sending, `frame`
 * ("video" or "audio") once when the other side is seen or heard, `line` (state), `refused` (code).
 */
export class CallMedia extends Emitter {
  /** The id of the call, "" outside of one. */ call = "";
  /** Whether the other side should be there. */ present = false;
  /** @type {{audio: MediaStreamTrack|null, video: MediaStreamTrack|null}} */ tracks = {audio: null, video: null};
  quality = QUALITY;
  /** @type {MediaStream | null} */ far = null;
  #show;
  #publisher = null;
  #watcher = null;
  #kind = "video";
  #heard = false;
  #looker = 0;
  #soundSince = 0;

  /** @param {import("./show.js").Show} show whose socket carries it */
  constructor(show) {
    super();
    this.#show = show;
  }

  get room() {
    return this.#show.room;
  }

  get iceServers() {
    return this.#show.iceServers;
  }

  /** The connection that sends, for whoever measures it. */
  get pc() {
    return this.#publisher?.pc ?? null;
  }

  /** @param {string} call @param {"video" | "audio"} kind */
  join(call, kind) {
    if (this.call === call) return;
    this.leave();
    this.call = call;
    this.#kind = kind;
    this.present = true;
    this.#publish();
    this.#watch();
    this.#looker = setInterval(() => this.#look(), LOOK_EVERY);
  }

  leave() {
    clearInterval(this.#looker);
    for (const peer of [this.#publisher, this.#watcher]) {
      peer?.stop({tell: false});
      peer?.room.close();
    }
    this.#publisher = this.#watcher = null;
    this.call = "";
    this.#heard = this.present = false;
    this.#soundSince = 0;
    this.#setFar(null);
  }

  /** @param {"audio" | "video"} kind @param {MediaStreamTrack | null} track */
  async setTrack(kind, track) {
    this.tracks[kind] = track;
    await this.#publisher?.setTrack(kind, this.#sent()[kind]);
  }

  /** Nothing is to be heard of the other side before the call is paid for. @param {boolean} heard */
  hear(heard) {
    this.#heard = heard;
    for (const track of this.far?.getAudioTracks() ?? []) track.enabled = heard;
  }

  remoteJoined() {
    this.present = true;
    this.#watcher?.start();
  }

  remoteLeft() {
    this.present = false;
  }

  #sent() {
    return {audio: this.tracks.audio, video: this.#kind === "video" ? this.tracks.video : null};
  }

  #publish() {
    const publisher = (this.#publisher = new Publisher(this));
    publisher.tracks = this.#sent();
    publisher.quality = this.quality;
    publisher.on("state", (state) => {
      this.emit("line", state);
      if (state === "up") this.emit("joined");
    });
    publisher.on("refused", (code) => this.emit("refused", code));
    publisher.start();
  }

  #watch() {
    const watcher = (this.#watcher = new Other(this));
    watcher.on("streams", (streams) => this.#setFar([...streams.values()][0] ?? this.far));
    watcher.start();
  }

  #setFar(far) {
    if (far === this.far && !far) return;
    this.far = far;
    this.hear(this.#heard);
    this.emit("far", far);
  }

  async #look() {
    const {call} = this;
    const reports = await this.#watcher?.pc?.getStats();
    const arrived = [...(reports?.values() ?? [])].filter(({type}) => type === "inbound-rtp");
    const seen = arrived.some(({kind, framesDecoded}) => kind === "video" && framesDecoded > 0);
    const heard = arrived.some(({kind, packetsReceived}) => kind === "audio" && packetsReceived > 0);
    if (call !== this.call || !this.#looker) return;
    if (heard) this.#soundSince ||= performance.now();
    if (seen) this.#first("video");
    else if (heard && (this.#kind === "audio" || performance.now() - this.#soundSince > SOUND_ENOUGH)) this.#first("audio");
  }

  #first(kind) {
    clearInterval(this.#looker);
    this.#looker = 0;
    this.emit("frame", kind);
  }
}
