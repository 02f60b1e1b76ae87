/** Private calls on the watch page: asking, ringing, the call, and back to the show. */
import {CallAsk} from "footlight/call-ask";
import {CallDevices} from "footlight/call-devices";
import {CallMedia} from "footlight/call-media";
import {CallPage} from "footlight/call-page";
import {ending} from "footlight/call-words";
import CallAPI, {SocketSignal} from "footlight/client/call";
import {on, toast} from "footlight/dom";
import {gettext} from "footlight/i18n";

/** Everything but the button: it is fetched after the first picture's own modules. */
export class ViewerCalls {
  #show;
  #stage;
  #uid;
  #cid;
  #api = new CallAPI();
  #devices = new CallDevices();
  #media;
  #ask;
  #page;
  #hushed = false;
  #tray = document.getElementById("gifts");
  #trayHome = this.#tray?.parentElement;

  /**
   * @param {{show: import("./show.js").Show, stage: import("./stage.js").Stage, purse: import("./purse.js").Purse,
   *   page: {cid: string, me: object}, skew: number}} parts
   */
  constructor({show, stage, purse, page, skew}) {
    [this.#show, this.#stage, this.#uid, this.#cid] = [show, stage, page.me.uid, page.cid];
    this.#media = new CallMedia(show);
    const signalClient = new SocketSignal(show.room, page.cid);
    this.#api.initialize({appId: "", userId: this.#uid, rtcEngine: this.#media, signalClient});
    this.#ask = new CallAsk(this.#devices, purse);
    this.#page = new CallPage({api: this.#api, media: this.#media, show, devices: this.#devices, purse, skew});
    this.#media.on("far", (stream) => (this.#page.view.far.srcObject = stream));
    this.#api.addListener(this);
    this.#page.on("over", (over) => this.#over(over));
    this.#page.view.on("cancel", () => this.#cancel());
    this.#page.view.on("back", () => this.#back());
    this.#ask.on("ring", (kind) => this.#ring(kind));
    on("call", () => this.#ask.open(show.channel.call_price ?? 0));
    addEventListener("pagehide", () => this.#leavePage());
    if (show.me) signalClient.catchUp(show.me); // the snapshot came before this module
  }

  async #ring(kind) {
    try {
      await this.#api.prepareForCall(this.#preparation());
      Object.assign(this.#media, {tracks: {...this.#devices.tracks}});
      const call = await this.#api.call(this.#show.channel.owner.uid, kind);
      this.#ask.done();
      if (call.state === "busy") this.#over({reason: "remoteCallBusy", call, peer: call.host, together: null, minutes: 0, cost: 0});
    } catch (error) {
      this.#ask.say(error.message);
    }
  }

  #preparation() {
    return {
      roomId: this.#cid,
      rtcToken: {uid: this.#uid, channelName: ""},
      localView: null,
      remoteView: null,
      callTimeoutMillisecond: null, // the channel's
      userExtension: null,
      firstFrameWaittingDisabled: false,
    };
  }

  /** The CallAPI's listener. */
  onCallStateChanged(state) {
    if (state === "calling") {
      this.#ask.done();
      this.#page.begin();
    }
    if (["connecting", "connected"].includes(state)) this.#enter();
  }

  /** After a reload the devices are opened again; the call goes on meanwhile. */
  async #enter() {
    this.#hush(true);
    if (this.#tray) document.getElementById("call").append(this.#tray);
    if (this.#devices.ready || this.#devices.asking) return;
    const {kind} = this.#api.current;
    await this.#devices.open(kind);
    if (!this.#devices.ready && kind === "video") await this.#devices.open("audio");
    for (const [name, track] of Object.entries(this.#devices.tracks)) await this.#media.setTrack(name, track);
    if (!this.#devices.ready) toast(gettext("Camera and microphone did not open: you see and hear, and are neither seen nor heard."), {bad: true});
  }

  #cancel() {
    this.#api.cancelCall(() => {}); // it was answered in this very moment: then there is a button to hang up
  }

  #over(over) {
    this.#devices.close();
    if (this.#tray) {
      this.#tray.hidden = true;
      this.#trayHome.append(this.#tray);
    }
    if (over.reason === "localCancelled") return this.#back();
    if (over.together === null && !over.call) return this.#failed(over);
    this.#page.showEnd(over);
  }

  #failed({reason, call, peer}) {
    this.#back();
    toast(ending(reason, call, peer).join(". "), {bad: true});
  }

  /** The show goes on by itself: its line was never given up. */
  #back() {
    this.#page.view.hide();
    this.#hush(false);
  }

  /** Nothing of the show is heard beneath the call. */
  #hush(hushed) {
    if (hushed === this.#hushed || (hushed && this.#stage.paused)) return;
    this.#hushed = hushed;
    this.#stage.setPaused(hushed);
  }

  /** Whoever goes away does not let it ring on. A call under way is waited for: a reload comes back into it. */
  #leavePage() {
    if (this.#api.state === "calling") this.#show.room.tell("call.cancel", {call_id: this.#api.current.call_id});
  }
}
