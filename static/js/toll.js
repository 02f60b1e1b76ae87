/** What a person pays for watching: the line under the picture, and the way back in once there are coins again. */
import {acts, on, write} from "footlight/dom";
import {gettext, interpolate, number} from "footlight/i18n";
import {aMinute, meterState} from "footlight/meter";
import {ownSocket} from "footlight/purse-chip";
import {UNPAID} from "footlight/stage-state";

export class Toll {
  #show;
  #purse;
  #skew;
  #root = document.getElementById("meter");
  #me = ownSocket();
  #spending = null;
  #needed = 0; // coins for the next minute, while the room is shut for want of them
  #said = "";

  /**
   * @param {import("./show.js").Show} show
   * @param {import("./purse.js").Purse} purse
   * @param {string} cid
   * @param {number} skew ms by which the server's clock is ahead
   */
  constructor(show, purse, cid, skew) {
    this.#show = show;
    this.#purse = purse;
    this.#skew = skew;
    purse.follow(show.room);
    purse.follow(this.#me);
    purse.on("spending", (spending) => spending.cid === cid && spending.role === "viewer" && this.#charged(spending));
    purse.on("change", () => this.#moved());
    show.room.on("error", ({code, needed}) => code === "insufficient_balance" && (this.#needed = needed ?? 0));
    show.room.on("room.snapshot", ({me}) => this.#open(me));
    show.on("change", () => this.#draw());
    on("go-on", () => show.room.open());
    setInterval(() => this.#draw(), 1000);
    this.#draw();
  }

  /** The room was shut for money: the person's own socket tells when that has changed. @param {string} why */
  shut(why) {
    this.#spending = null;
    this.#needed ||= this.#show.channel?.price ?? 0;
    write("needed", number(this.#needed));
    write("toll", interpolate(gettext("The free preview is over. This show costs %(price)s."), {price: aMinute(this.#show.channel?.price ?? 0)}));
    this.#drawWayIn();
    this.#draw();
    if (UNPAID[why] === "no_balance" && !["connecting", "open", "waiting"].includes(this.#me.state)) this.#me.open();
  }

  #open({balance}) {
    this.#needed = 0;
    if (balance !== undefined && balance !== null) this.#purse.set(balance);
    this.#me.close();
    this.#draw();
  }

  #charged(spending) {
    this.#spending = spending;
    this.#draw();
  }

  #moved() {
    this.#drawWayIn();
    if (this.#needed && this.#enough && this.#show.room.state === "ended") this.#show.room.open();
    this.#draw();
  }

  get #enough() {
    return this.#purse.free >= this.#needed;
  }

  #drawWayIn() {
    for (const button of acts("go-on")) button.disabled = !this.#enough;
  }

  #draw() {
    const {channel, me} = this.#show;
    const shut = this.#show.room.state === "ended";
    const state = channel && !me?.host && !shut ? meterState(this.#situation(channel, me)) : null;
    this.#root.hidden = !state;
    if (!state) return;
    this.#root.dataset.mood = state.mood;
    write("meter", state.words, this.#root);
    write("meter-more", state.more, this.#root);
    [...this.#root.querySelectorAll(".lamp")].forEach((lamp, place) => lamp.classList.toggle("is-lit", place < state.lamps));
    this.#root.querySelector(".lamps").hidden = !state.lamps;
    const short = state.mood === "low" || state.mood === "last";
    for (const button of acts("top-up", this.#root)) button.hidden = !short;
    for (const link of acts("meter-login", this.#root)) link.hidden = state.mood !== "preview";
    this.#say(state.mood, short || state.mood === "preview" ? state.words : "");
  }

  /** Read out when it begins, not each second of it. */
  #say(mood, words) {
    if (this.#said !== mood) write("meter-said", words, this.#root);
    this.#said = mood;
  }

  #situation({price, preview, state}, me) {
    return {
      price: price ?? 0,
      preview: preview ?? 0,
      live: state === "live",
      from: me?.metered_from ? Date.parse(me.metered_from) : null,
      now: Date.now() + this.#skew,
      spending: this.#spending,
      free: this.#purse.free,
    };
  }
}
