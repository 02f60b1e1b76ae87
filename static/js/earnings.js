/** What the running show brings its host, and what it was when it is over. */
import {write} from "footlight/dom";
import {duration, number} from "footlight/i18n";
import {placeLine} from "footlight/ranking";
import {rest} from "footlight/rest";

const EVERY = 30_000; // ms: minutes that were watched are told to nobody but who pays them
const SOON = 1_500; // ms in which several gifts are one look, and until the row of an ended show is there
const TRIES = 6;

export class Earnings {
  #cid;
  #purse;
  #live;
  #timer = 0;

  /**
   * @param {string} cid
   * @param {import("./purse.js").Purse} purse
   * @param {() => boolean} live whether a show is on the air from here
   */
  constructor(cid, purse, live) {
    this.#cid = cid;
    this.#purse = purse;
    this.#live = live;
    this.#look();
  }

  /** Gifts are looked at soon. @param {import("./chat.js").ChatStore} store */
  follow(store) {
    store.on("add", ({kind}) => (kind === "gift" || kind === "red_packet") && this.#lookIn(SOON));
  }

  /** A show has begun. */
  begin() {
    this.#lookIn(SOON);
  }

  /** Tells what the show was, as soon as its figures are written. */
  async end() {
    for (let tries = 0; tries < TRIES; tries++) {
      await new Promise((done) => setTimeout(done, SOON));
      const show = await this.#last();
      if (!show?.ended_at) continue;
      document.getElementById("earnings").hidden = true;
      const dialog = document.getElementById("summary");
      draw(dialog, show);
      if (!this.#live()) dialog.showModal();
      return;
    }
  }

  async #last() {
    const answer = await rest("GET", `channels/${this.#cid}/shows/?page_size=1`).catch(() => null);
    return answer?.results[0];
  }

  #lookIn(ms) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), ms);
  }

  async #look() {
    this.#lookIn(EVERY);
    if (!this.#live() || document.hidden) return;
    const [show, wallet] = await Promise.all([this.#last(), rest("GET", "wallet/").catch(() => null)]);
    if (wallet) this.#purse.set(wallet.balance);
    if (show && !show.ended_at) draw(document.getElementById("earnings"), show);
  }
}

function draw(root, show) {
  if (root.matches("section")) root.hidden = false;
  for (const name of ["income", "gifts", "messages", "likes", "peak"]) write(name, number(show[name] ?? 0), root);
  write("lasted", duration(show.seconds * 1000), root);
  const best = show.supporters.slice(0, 3);
  root.querySelector(".board").replaceChildren(...best.map((row, place) => placeLine(row, place + 1)));
  for (const part of root.querySelectorAll("[data-supported]")) part.hidden = !best.length;
}
