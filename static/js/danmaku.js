/** Comments that fly over the picture. */
import {Lanes} from "footlight/danmaku-lanes";

const ACROSS = 9_000; // ms at speed 1
const SIZE = 20; // px at size 1
const SMALLEST = 16;
const LINE = 1.75; // of the size: one lane
const HOLD = 6_000; // ms that a comment stands where nothing may move
const REPEAT_WITHIN = 6_000; // ms in which the same words are one
const BUCKET = 12; // comments at once; as many come back in a second

/**
 * @typedef {object} Look
 * @property {boolean} on
 * @property {number} opacity 0.2 to 1
 * @property {number} size 0.7 to 1.6
 * @property {number} speed 0.5 to 2
 * @property {number} area 0.25, 0.5 or 1 of the picture
 * @property {number} density comments on the picture at once
 * @property {boolean} merge
 * @property {string[]} words whoever says one of these is not shown
 */

export class Danmaku {
  #layer;
  #look;
  #lanes = new Lanes();
  #flying = new Map(); // by their folded words: {element, count, at}
  #left = BUCKET;
  #filled = 0;
  #room = {width: 0, height: 0}; // px of the layer
  #font = "";
  #ruler = document.createElement("canvas").getContext("2d");
  #still = matchMedia("(prefers-reduced-motion: reduce)");

  /** @param {HTMLElement} layer over the picture @param {Look} look */
  constructor(layer, look) {
    this.#layer = layer;
    this.setLook(look);
    // Asked for once and not for each comment: an answer costs the browser a whole layout of the page.
    new ResizeObserver(([{contentRect}]) => (this.#room = contentRect)).observe(layer);
    document.addEventListener("visibilitychange", () => document.hidden && this.clear());
  }

  /** @param {Look} look */
  setLook(look) {
    const moved = this.#look && (look.size !== this.#look.size || look.area !== this.#look.area);
    this.#look = look;
    this.#layer.hidden = !look.on;
    this.#layer.style.opacity = String(look.opacity);
    if (!look.on || moved) this.clear();
  }

  clear() {
    this.#layer.replaceChildren();
    this.#flying.clear();
    this.#lanes.clear();
  }

  /** @param {string} text @param {{mine?: boolean, dress?: string}} [options] one's own are never left out */
  say(text, {mine = false, dress = ""} = {}) {
    if (!this.#look.on || document.hidden || !this.#room.width) return;
    const words = text.trim().replace(/\s+/g, " ");
    const folded = words.toLocaleLowerCase();
    if (!words || (!mine && this.#look.words.some((word) => folded.includes(word)))) return;
    if (this.#look.merge && this.#again(folded)) return;
    if (!mine && !this.#afford()) return;
    this.#fly(words, folded, mine, dress);
  }

  /** The same words that are on their way are counted there. */
  #again(folded) {
    const known = this.#flying.get(folded);
    if (!known || performance.now() - known.at > REPEAT_WITHIN) return false;
    known.count += 1;
    known.times.textContent = ` ×${known.count}`;
    return true;
  }

  /** A flood is thinned out, so that the page stays smooth and the picture visible. */
  #afford() {
    const now = performance.now();
    this.#left = Math.min(BUCKET, this.#left + ((now - this.#filled) / 1000) * BUCKET);
    this.#filled = now;
    if (this.#left < 1 || this.#layer.childElementCount >= this.#look.density) return false;
    this.#left -= 1;
    return true;
  }

  #fly(words, folded, mine, dress) {
    const {width, height} = this.#room;
    const size = this.#size(width);
    const count = Math.max(1, Math.floor((height * this.#look.area) / (size * LINE)));
    const time = this.#still.matches ? HOLD : ACROSS / this.#look.speed;
    this.#font ||= getComputedStyle(this.#layer).fontFamily;
    this.#ruler.font = `600 ${size}px ${this.#font}`;
    const own = this.#ruler.measureText(words).width + (this.#look.merge ? size * 1.5 : 0);
    const now = performance.now();
    const room = {width, count, time};
    let lane = this.#lanes.place(room, own, now);
    if (lane < 0 && !mine) return;
    if (lane < 0) lane = this.#lanes.force(room, own, now);
    const element = this.#element(words, mine, dress);
    element.style.top = `${lane * size * LINE}px`;
    element.style.fontSize = `${size}px`;
    const times = element.appendChild(document.createElement("span"));
    const flying = {element, times, count: 1, at: now};
    this.#flying.set(folded, flying);
    this.#layer.append(element);
    const move = element.animate(this.#path(width, own), {duration: time, easing: "linear"});
    move.onfinish = () => {
      element.remove();
      if (this.#flying.get(folded) === flying) this.#flying.delete(folded);
    };
  }

  /** A narrow picture has smaller words. */
  #size(width) {
    return Math.min(SIZE, Math.max(SMALLEST, width / 50)) * this.#look.size;
  }

  #element(words, mine, dress) {
    const element = document.createElement("p");
    element.className = `${mine ? "is-mine" : ""} ${dress}`;
    element.textContent = words;
    return element;
  }

  #path(width, own) {
    if (this.#still.matches) return [{transform: "translateX(16px)"}, {transform: "translateX(16px)"}];
    return [{transform: `translateX(${width}px)`}, {transform: `translateX(${-own - SIZE}px)`}];
  }
}
