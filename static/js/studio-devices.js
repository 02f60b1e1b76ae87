/** The devices of the studio: which are chosen, whether they are on, and what they show. */
import {acts, on, toast, write} from "footlight/dom";
import {DeviceError, QUALITIES, canShareScreen, levelMeter, listDevices, openDevices, openScreen} from "footlight/devices";
import {Emitter} from "footlight/emitter";
import {gettext} from "footlight/i18n";

const CHOICE = "footlight.devices"; // camera, mic and quality: kept on this machine
const OFF = "footlight.off"; // what was switched off: kept over a reload of this tab only
const METER = 80; // ms

const read = (store, key) => JSON.parse(store.getItem(key) ?? "{}");

/**
 * Emits `track` (kind, track) when another track is to be sent, `quality`, and `state` when one opened or failed.
 * `problem` is the code of what went wrong ("" when nothing did), `ready` whether there is anything to send.
 */
export class Devices extends Emitter {
  problem = "";
  asking = true;
  tracks = {audio: null, video: null}; // of the devices; the screen is apart
  screen = null;
  off = {audio: false, video: false, ...read(sessionStorage, OFF)};
  choice = {camera: "", mic: "", quality: "720", ...read(localStorage, CHOICE)};
  #preview = document.getElementById("preview");
  #meter = null;
  #instead = null; // the picture that an encoder sends while this page sends none

  constructor() {
    super();
    const change = (id, apply) => document.getElementById(id).addEventListener("change", apply);
    change("cam", ({target}) => this.#choose({camera: target.value}, {camera: target.value}));
    change("mic", ({target}) => this.#choose({mic: target.value}, {mic: target.value}));
    change("quality", ({target}) => this.#setQuality(target.value));
    on("mic", () => this.toggle("audio"));
    on("camera", () => this.toggle("video"));
    on("screen", () => (this.screen ? this.#endScreen() : this.shareScreen()));
    on("screen-instead", () => this.shareScreen());
    on("try-again", () => this.open({camera: this.choice.camera, mic: this.choice.mic}));
    on("mic-only", () => this.open({mic: this.choice.mic}));
    on("camera-only", () => this.open({camera: this.choice.camera}));
    navigator.mediaDevices?.addEventListener("devicechange", () => this.#list());
    setInterval(() => this.#drawLevel(), METER);
    if (!(this.choice.quality in QUALITIES)) this.choice.quality = "720";
    document.getElementById("quality").value = this.choice.quality;
    acts("screen").forEach((button) => (button.hidden = !canShareScreen()));
    acts("screen-instead").forEach((button) => (button.hidden = !canShareScreen()));
  }

  get ready() {
    return Boolean(this.tracks.audio || this.tracks.video || this.screen);
  }

  get quality() {
    return QUALITIES[this.choice.quality];
  }

  /** What is to be sent now. */
  sending() {
    return {audio: this.tracks.audio, video: this.screen ?? this.tracks.video};
  }

  /** Opens what is wished for. A remembered device that is gone gives way to any; a missing kind to the other one. */
  async open(wish = {camera: this.choice.camera, mic: this.choice.mic}) {
    this.asking = true;
    this.emit("state");
    this.problem = "";
    for (const attempt of waysDown(wish)) {
      try {
        this.#take(await openDevices({...attempt, quality: this.choice.quality}));
        this.problem = "";
        break;
      } catch (error) {
        this.problem ||= error.code;
        if (error.code === "denied" || error.code === "insecure") break; // asking again would not change the answer
      }
    }
    await this.#list();
    this.asking = false;
    this.#draw();
  }

  /** @param {MediaStreamTrack | null} track what is seen here in place of the camera */
  showInstead(track) {
    if (track === this.#instead) return;
    this.#instead = track;
    this.#draw();
  }

  async shareScreen() {
    try {
      const track = await openScreen();
      track.addEventListener("ended", () => this.#endScreen());
      this.screen = track;
      this.problem = "";
      this.emit("track", "video", track);
      this.#draw();
    } catch (error) {
      if (!(error instanceof DeviceError)) throw error;
      if (error.code !== "denied") toast(gettext("The screen could not be shared."));
    }
  }

  #endScreen() {
    this.screen?.stop();
    this.screen = null;
    this.emit("track", "video", this.tracks.video);
    this.#draw();
  }

  async #choose(choice, wish) {
    this.#remember(choice);
    await this.open(wish);
  }

  #setQuality(quality) {
    this.#remember({quality});
    const {width, height, fps} = this.quality;
    this.tracks.video?.applyConstraints({width: {ideal: width}, height: {ideal: height}, frameRate: {ideal: fps}});
    this.emit("quality");
  }

  #remember(choice) {
    Object.assign(this.choice, choice);
    localStorage.setItem(CHOICE, JSON.stringify(this.choice));
  }

  #take(tracks) {
    for (const kind of ["audio", "video"]) {
      const track = tracks[kind];
      if (!track) continue;
      this.tracks[kind]?.stop();
      this.tracks[kind] = track;
      track.enabled = !this.off[kind];
      track.addEventListener("ended", () => this.tracks[kind] === track && this.#lose(kind));
      if (kind === "audio") this.#listen(track);
      if (kind === "audio" || !this.screen) this.emit("track", kind, track);
    }
  }

  /** Pulled out, or taken by the system. Another one of its kind may still be there. */
  #lose(kind) {
    this.tracks[kind] = null;
    toast(kind === "audio" ? gettext("The microphone is gone.") : gettext("The camera is gone."));
    this.emit("track", kind, kind === "video" ? this.screen : null);
    this.#draw();
    this.open(kind === "audio" ? {mic: ""} : {camera: ""});
  }

  toggle(kind) {
    this.off[kind] = !this.off[kind];
    sessionStorage.setItem(OFF, JSON.stringify(this.off));
    if (this.tracks[kind]) this.tracks[kind].enabled = !this.off[kind];
    this.#draw();
  }

  #listen(track) {
    this.#meter?.close();
    this.#meter = levelMeter(track);
  }

  #drawLevel() {
    const meter = document.getElementById("level");
    const heard = this.#meter && this.tracks.audio && !this.off.audio;
    const level = heard ? Math.round(this.#meter.level() * meter.children.length) : 0;
    if (level === Number(meter.getAttribute("aria-valuenow"))) return;
    meter.setAttribute("aria-valuenow", String(level));
    [...meter.children].forEach((lamp, place) => lamp.classList.toggle("is-lit", place < level));
  }

  async #list() {
    const {cameras, mics} = await listDevices();
    fill("cam", cameras, this.tracks.video, gettext("Camera %(number)s"), gettext("No camera"));
    fill("mic", mics, this.tracks.audio, gettext("Microphone %(number)s"), gettext("No microphone"));
  }

  #draw() {
    const video = this.#instead ?? this.sending().video;
    if (this.#preview.srcObject?.getTracks()[0] !== (video ?? undefined)) {
      this.#preview.srcObject = video ? new MediaStream([video]) : null;
    }
    this.#preview.hidden = !video; // then the cover is seen, as the audience sees it
    this.#preview.parentElement.toggleAttribute("data-picture", Boolean(video));
    this.#preview.toggleAttribute("data-encoded", Boolean(this.#instead));
    const camera = !this.screen && !this.#instead;
    this.#preview.classList.toggle("is-mirrored", camera);
    for (const [act, kind] of [["mic", "audio"], ["camera", "video"]]) {
      const [button] = acts(act);
      button.disabled = !this.tracks[kind];
      button.setAttribute("aria-pressed", String(this.off[kind]));
    }
    const [screen] = acts("screen");
    screen.setAttribute("aria-pressed", String(Boolean(this.screen)));
    write("screen", this.screen ? gettext("Stop sharing") : gettext("Share screen"));
    document.querySelector("[data-muted]").hidden = !(this.tracks.audio && this.off.audio && !this.#instead);
    document.querySelector("[data-dark]").hidden = !(video && camera && this.off.video);
    this.emit("state");
  }
}

/** What to try when a wish cannot be had: any device instead of the remembered one, then one kind alone. */
function waysDown(wish) {
  const any = Object.fromEntries(Object.keys(wish).map((kind) => [kind, ""]));
  const alone = Object.keys(wish).length > 1 ? [{mic: ""}, {camera: ""}] : [];
  return [wish, any, ...alone];
}

function fill(id, devices, track, name, none) {
  const select = document.getElementById(id);
  const current = track?.getSettings().deviceId;
  const options = devices.map(({deviceId, label}, place) => {
    return new Option(label || name.replace("%(number)s", String(place + 1)), deviceId, false, deviceId === current);
  });
  if (!track) options.unshift(new Option(none, "", true, true)); // choosing one opens it
  select.replaceChildren(...options);
  select.disabled = devices.length === 0;
}
