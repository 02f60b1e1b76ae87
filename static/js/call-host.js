/** Private calls in the studio: prepared while on the air, answered (by itself where the host wants that), and the show back. */
import {CallMedia} from "footlight/call-media";
import {CallPage} from "footlight/call-page";
import {drawSeconds} from "footlight/call-view";
import {charged, ending, lasted} from "footlight/call-words";
import CallAPI, {SocketSignal} from "footlight/client/call";
import {on, toast, write} from "footlight/dom";
import {Emitter} from "footlight/emitter";
import {gettext, interpolate, number} from "footlight/i18n";

const TOGETHER = ["connecting", "connected"];
const WAITS = ["connecting", "talking", "broken"]; // the states of a call during which the show waits
const TRY_AGAIN = 5_000; // ms until a preparation that failed is tried again

/**
 * Emits `change` when `ringing` or `away` did, `back` when the show is to be sent again, `over` (words) after a call.
 */
export class HostCalls extends Emitter {
  #show;
  #publisher;
  #devices;
  #page;
  #uid;
  #cid;
  #skew;
  #here;
  #api = new CallAPI();
  #media;
  #signal;
  #answering = false;
  #returning = false; // from a call; until then the channel is away
  #timer = 0;
  #wait = 0; // ms of this clock until which nothing is prepared

  /**
   * @param {{show: import("./show.js").Show, publisher: import("./publishing.js").Publisher,
   *   devices: import("./studio-devices.js").Devices, page: {cid: string, me: object}, skew: number, here: () => boolean}} parts
   *   `here`: whether the show is sent from this page, and not from another one of the host's
   */
  constructor({show, publisher, devices, page, skew, here}) {
    super();
    [this.#show, this.#publisher, this.#devices, this.#skew, this.#here] = [show, publisher, devices, skew, here];
    [this.#uid, this.#cid] = [page.me.uid, page.cid];
    this.#media = new CallMedia(show);
    this.#signal = new SocketSignal(show.room, page.cid, here);
    this.#initialize();
    this.#page = new CallPage({api: this.#api, media: this.#media, show, devices: new Borrowed(devices), purse: null, skew});
    this.#media.on("far", (stream) => (this.#page.view.far.srcObject = stream));
    this.#api.addListener(this);
    this.#page.on("over", (over) => this.#over(over));
    on("ring-accept", () => this.#answer());
    on("ring-refuse", () => this.#api.reject("", () => {}));
    publisher.on("state", () => this.#keepPrepared());
    show.on("change", () => this.#keepPrepared());
    devices.on("state", () => this.#giveTracks());
    addEventListener("pagehide", () => this.ringing && show.room.tell("call.refuse", {call_id: this.#api.current.call_id}));
  }

  /** Somebody rings and the host is asked. */
  get ringing() {
    return this.#api.state === "calling" && this.#api.role === "host" && !this.#answering && this.#publisher.wanted;
  }

  /** The host is in a call (or on the way there), so the show waits. */
  get away() {
    if (this.#returning) return false;
    if (this.#answering || TOGETHER.includes(this.#api.state)) return true;
    const call = this.#isMine && this.#here() ? this.#show.me.call : null; // after a reload, before the CallAPI knows
    return this.#show.channel?.state === "away" && WAITS.includes(call?.state) && call.call_id !== this.#api.last?.call_id;
  }

  get #isMine() {
    return this.#show.channel?.owner.uid === this.#uid && Boolean(this.#show.me);
  }

  #initialize() {
    this.#api.initialize({appId: "", userId: this.#uid, rtcEngine: this.#media, signalClient: this.#signal});
  }

  /** Calls come while this page sends the show, and where they have a price. */
  async #keepPrepared() {
    const {state} = this.#api;
    const wanted = this.#isMine && this.#publisher.wanted && this.#show.channel.call_price !== null;
    if (wanted && ["idle", "failed"].includes(state) && this.#signal.online && this.#publisher.state === "up") await this.#prepare();
    else if (!wanted && state === "prepared" && !this.away && this.#signal.online) await this.#stopCalls();
  }

  async #prepare() {
    if (performance.now() < this.#wait) return;
    this.#wait = performance.now() + TRY_AGAIN;
    await this.#api.prepareForCall(
      {
        roomId: this.#cid,
        rtcToken: {uid: this.#uid, channelName: ""},
        localView: null,
        remoteView: null,
        callTimeoutMillisecond: null,
        userExtension: null,
        firstFrameWaittingDisabled: false,
      },
      (error) => error && setTimeout(() => this.#keepPrepared(), TRY_AGAIN),
    );
  }

  async #stopCalls() {
    await this.#api.deinitialize(() => {});
    this.#initialize();
    this.#wait = 0;
  }

  // ---- The CallAPI's listener ----

  onCallStateChanged(state) {
    if (state === "calling") this.#rings();
    else if (TOGETHER.includes(state)) this.#enter();
    else this.#leave();
    this.emit("change");
    if (state === "idle" || state === "failed") this.#keepPrepared();
  }

  #rings() {
    if (this.#api.role !== "host" || !this.#publisher.wanted) return; // another page of the host's sends the show
    if (this.#show.channel.auto_accept_calls) return void this.#answer();
    const {caller, price, kind} = this.#api.current;
    const who = interpolate(gettext("%(name)s would like a private call"), {name: caller.nick});
    write("ring-who", who);
    write("ring-said", who);
    write("ring-price", number(price));
    write("ring-kind", kind === "audio" ? gettext("a minute, by voice") : gettext("a minute, with pictures"));
    this.#timer = setInterval(() => this.#drawRing(), 500);
    this.#drawRing();
    document.getElementById("stage").scrollIntoView({block: "nearest"});
  }

  #drawRing() {
    if (!this.ringing) return this.#endRing();
    const {deadline, created_at: rang} = this.#api.current;
    const all = Math.round((Date.parse(deadline) - Date.parse(rang)) / 1000);
    const left = Math.ceil((Date.parse(deadline) - Date.now() - this.#skew) / 1000);
    drawSeconds(document.querySelector(".ring-seconds"), Math.min(all, left), all);
  }

  #endRing() {
    clearInterval(this.#timer);
    write("ring-said", "");
  }

  /** First nothing is sent to the show any more, then the call is taken; if that fails, the show goes on at once. */
  async #answer() {
    this.#answering = true;
    this.#endRing();
    this.emit("change");
    await this.#publisher.hold(true);
    try {
      await this.#api.accept();
    } catch (error) {
      await this.#api.reject("", () => {});
      this.#answering = false;
      await this.#publisher.hold(false);
      toast(error.message, {bad: true});
      this.emit("change");
    }
  }

  #enter() {
    this.#endRing();
    this.#returning = false;
    this.#giveTracks();
    this.#page.begin();
  }

  /** The same tracks go to the call: no camera is asked for again. */
  #giveTracks() {
    const tracks = this.#devices.sending();
    this.#media.quality = this.#devices.quality;
    if (!TOGETHER.includes(this.#api.state)) return void (this.#media.tracks = tracks);
    for (const kind of ["audio", "video"]) if (this.#media.tracks[kind] !== tracks[kind]) this.#media.setTrack(kind, tracks[kind]);
  }

  #leave() {
    this.#endRing();
    const was = this.#answering || this.#publisher.held || this.#page.view.open;
    this.#answering = false;
    if (!was) return;
    this.#returning = true;
    this.#page.view.hide();
    this.#publisher.hold(false);
    this.emit("back");
    this.#returning = false;
  }

  #over(over) {
    const [title, why] = ending(over.reason, over.call, over.peer);
    const figures = interpolate(gettext("%(time)s together, %(charged)s."), {time: lasted(over.together ?? 0), charged: charged(over.minutes, over.call?.price ?? 0)});
    this.emit("over", [`${title}.`, why, over.together === null ? "" : figures].filter(Boolean).join(" "));
  }
}

/** The studio's devices, as the page of a call wants them. */
class Borrowed extends Emitter {
  canSwitch = false;
  #devices;

  /** @param {import("./studio-devices.js").Devices} devices */
  constructor(devices) {
    super();
    this.#devices = devices;
    devices.on("state", () => this.emit("change"));
  }

  get tracks() {
    return this.#devices.sending();
  }

  get off() {
    return this.#devices.off;
  }

  get mirrored() {
    return !this.#devices.screen;
  }

  toggle(kind) {
    this.#devices.toggle(kind);
  }

  switchCamera() {}
}
