/** A guest's camera and microphone, from the look before asking to the last word on stage. No page here. */
import {DeviceError, openDevices} from "footlight/devices";
import {Emitter} from "footlight/emitter";

const QUALITY = "360"; // of a guest's picture: it stands beside others
const FINAL = ["denied", "insecure"]; // asking for less at once would only ask twice

/**
 * Emits `state` when something opened, failed or closed, and `lost` (kind) when a device went away by itself.
 * `problem` is why not everything wished for is there ("" when it is); `ready` whether there is anything to send.
 */
export class GuestDevices extends Emitter {
  /** @type {{audio: MediaStreamTrack | null, video: MediaStreamTrack | null}} */ tracks = {audio: null, video: null};
  problem = "";
  asking = false;
  /** Whether a picture is wished for. */ video = true;
  #turn = 0; // what an older wish brings is not wanted any more

  get ready() {
    return Boolean(this.tracks.audio || this.tracks.video);
  }

  /** Opens both, or the microphone alone; where one is missing or taken, the other. */
  async open(video) {
    const turn = ++this.#turn;
    this.video = video;
    this.#stop("video");
    this.#begin();
    const wishes = video ? [{camera: "", mic: ""}, {mic: ""}, {camera: ""}] : [{mic: ""}];
    for (const wish of this.tracks.audio && !video ? [] : wishes) {
      try {
        this.#take(await openDevices({...wish, quality: QUALITY}), turn);
        break;
      } catch (error) {
        if (turn !== this.#turn) return;
        this.problem ||= codeOf(error);
        if (FINAL.includes(this.problem)) break;
      }
    }
    this.#done(turn);
  }

  /** One alone, while the other goes on. @param {"audio" | "video"} kind @returns {Promise<boolean>} whether it is there now */
  async openOne(kind) {
    if (this.tracks[kind]) return true;
    const turn = ++this.#turn;
    this.#begin();
    try {
      this.#take(await openDevices({[kind === "video" ? "camera" : "mic"]: "", quality: QUALITY}), turn);
    } catch (error) {
      this.problem = codeOf(error);
    }
    this.#done(turn);
    return Boolean(this.tracks[kind]);
  }

  /** Its light goes out. */
  closeCamera() {
    if (!this.tracks.video) return;
    this.#stop("video");
    this.emit("state");
  }

  close() {
    this.#turn++;
    const had = this.ready;
    this.#stop("audio");
    this.#stop("video");
    this.asking = false;
    this.problem = "";
    if (had) this.emit("state");
  }

  #begin() {
    this.asking = true;
    this.problem = "";
    this.emit("state");
  }

  #done(turn) {
    if (turn !== this.#turn) return;
    this.asking = false;
    this.emit("state");
  }

  #take(tracks, turn) {
    for (const [kind, track] of Object.entries(tracks)) {
      if (!track) continue;
      if (turn !== this.#turn) {
        track.stop();
        continue;
      }
      this.#stop(kind);
      this.tracks[kind] = track;
      track.addEventListener("ended", () => this.tracks[kind] === track && this.#lose(kind));
    }
  }

  /** Pulled out, or taken by the system. */
  #lose(kind) {
    this.tracks[kind] = null;
    this.emit("lost", kind);
    this.emit("state");
  }

  #stop(kind) {
    this.tracks[kind]?.stop();
    this.tracks[kind] = null;
  }
}

const codeOf = (error) => (error instanceof DeviceError ? error.code : "failed");
