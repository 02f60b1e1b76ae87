/** Gifts over the picture: banners at its foot, and for the great ones the light of the whole house. */
import {copyOf} from "footlight/dom";
import {faceOf} from "footlight/faces";
import {giftIcon, giftName} from "footlight/gift-icons";
import {gettext, interpolate, number} from "footlight/i18n";

const STAYS = 4_500; // ms of a banner after it was last counted
const LEAVES = 520; // ms
const MOST = 3; // banners at once
const QUEUE = 4; // lights of the house that wait for their turn

/** @typedef {{sender: object, gift: object, count: number, run: string}} Given `run`: what is counted together */

export class GiftStage {
  #stage;
  #layer;
  #banners = new Map(); // by run: {root, count, timer}
  #waiting = [];
  #shining = false;
  #still = matchMedia("(prefers-reduced-motion: reduce)");
  /** @type {() => boolean} the person's own switch */ #wanted;

  /** @param {HTMLElement} stage @param {() => boolean} wanted */
  constructor(stage, wanted) {
    this.#stage = stage;
    this.#layer = stage.querySelector(".stage-banners");
    this.#wanted = wanted;
  }

  /** @param {Given} given `count`: of the whole run until now */
  show(given) {
    if (!this.#wanted() || this.#still.matches || document.hidden) return;
    if (given.gift.effect === "none") return;
    if (given.gift.effect === "stage" && !this.#banners.has(given.run)) this.#shine(given);
    this.#banner(given);
  }

  clear() {
    for (const run of [...this.#banners.keys()]) this.#remove(run);
    this.#waiting = [];
    this.#stage.querySelector(".gift-show")?.remove();
    this.#shining = false;
  }

  #banner({sender, gift, count, run}) {
    const known = this.#banners.get(run);
    if (known) known.count = Math.max(known.count, count);
    else this.#add(run, sender, gift, count);
    const banner = this.#banners.get(run);
    banner.root.querySelector(".combo").textContent = banner.count > 1 ? `×${number(banner.count)}` : "";
    clearTimeout(banner.timer);
    banner.timer = setTimeout(() => this.#remove(run), STAYS);
  }

  #add(run, sender, gift, count) {
    const root = copyOf("gift-banner");
    const [who, what] = root.querySelectorAll("b, .soft");
    who.textContent = sender?.nick ?? gettext("The house");
    what.textContent = interpolate(gettext("sent %(what)s"), {what: giftName(gift)});
    root.prepend(faceOf(sender, ""));
    root.querySelector(".combo").before(giftIcon(gift));
    this.#layer.append(root);
    this.#banners.set(run, {root, count, timer: 0});
    while (this.#banners.size > MOST) this.#remove(this.#banners.keys().next().value);
  }

  #remove(run) {
    const banner = this.#banners.get(run);
    if (!banner) return;
    this.#banners.delete(run);
    clearTimeout(banner.timer);
    banner.root.classList.add("is-leaving");
    setTimeout(() => banner.root.remove(), LEAVES);
  }

  #shine(given) {
    if (this.#shining) {
      if (this.#waiting.length < QUEUE) this.#waiting.push(given);
      return;
    }
    this.#shining = true;
    const light = copyOf("gift-show");
    light.prepend(giftIcon(given.gift));
    light.querySelector(".title").textContent = `${given.sender?.nick ?? ""} · ${giftName(given.gift)}`;
    light.addEventListener("animationend", ({target}) => target === light && this.#dim(light));
    this.#stage.querySelector(".stage-banners").before(light);
  }

  #dim(light) {
    light.remove();
    this.#shining = false;
    const next = this.#waiting.shift();
    if (next) this.#shine(next);
  }
}
