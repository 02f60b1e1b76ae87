/** Camera and microphone of somebody who calls: opened for the call, given back after it. No page here. */
import {listDevices, openDevices} from "footlight/devices";
import {Emitter} from "footlight/emitter";

const QUALITY = "720";

/** Emits `track` (kind, track) when another track is to be sent, `change` whenever something opened, failed or was switched. */
export class CallDevices extends Emitter {
  /** @type {{audio: MediaStreamTrack|null, video: MediaStreamTrack|null}} */ tracks = {audio: null, video: null};
  off = {audio: false, video: false};
  /** What went wrong last: the code of a DeviceError, "" for nothing. */ problem = "";
  asking = false;
  #cameras = [];
  #turn = 0; // an answer to an earlier wish comes too late

  /** Nothing rings without a microphone. */
  get ready() {
    return Boolean(this.tracks.audio);
  }

  get canSwitch() {
    return this.#cameras.length > 1 && Boolean(this.tracks.video);
  }

  /** @param {"video" | "audio"} kind @returns {Promise<void>} `problem` says what came of it */
  async open(kind) {
    const turn = ++this.#turn;
    this.asking = true;
    this.problem = "";
    this.emit("change");
    let opened = {audio: null, video: null};
    try {
      opened = await openDevices(kind === "video" ? {camera: "", mic: "", quality: QUALITY} : {mic: "", quality: QUALITY});
    } catch (error) {
      if (turn === this.#turn) this.problem = error.code;
    }
    if (turn !== this.#turn) return stop(opened);
    this.asking = false;
    this.#take("audio", opened.audio);
    this.#take("video", opened.video);
    this.#cameras = (await listDevices()).cameras;
    this.emit("change");
  }

  /** The next camera: on a phone the one at its back. */
  async switchCamera() {
    const current = this.tracks.video?.getSettings().deviceId;
    const place = this.#cameras.findIndex(({deviceId}) => deviceId === current);
    const next = this.#cameras[(place + 1) % this.#cameras.length];
    this.tracks.video?.stop(); // phones open one camera at a time
    try {
      const {video} = await openDevices({camera: next.deviceId, quality: QUALITY});
      this.#take("video", video);
    } catch (error) {
      this.problem = error.code;
      this.#take("video", null);
    }
    this.emit("change");
  }

  /** @param {"audio" | "video"} kind */
  toggle(kind) {
    this.off[kind] = !this.off[kind];
    if (this.tracks[kind]) this.tracks[kind].enabled = !this.off[kind];
    this.emit("change");
  }

  close() {
    this.#turn++;
    stop(this.tracks);
    this.tracks = {audio: null, video: null};
    this.off = {audio: false, video: false};
    this.asking = false;
    this.emit("change");
  }

  #take(kind, track) {
    if (this.tracks[kind] !== track) this.tracks[kind]?.stop();
    this.tracks[kind] = track;
    if (track) {
      track.enabled = !this.off[kind];
      track.addEventListener("ended", () => this.tracks[kind] === track && this.#lose(kind));
    }
    this.emit("track", kind, track);
  }

  /** Pulled out, or taken by the system: the call goes on with what is left. */
  #lose(kind) {
    this.tracks[kind] = null;
    this.problem = "missing";
    this.emit("track", kind, null);
    this.emit("change");
  }
}

const stop = (tracks) => [tracks.audio, tracks.video].forEach((track) => track?.stop());
