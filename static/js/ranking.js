/** Who gave most to the show, today and this week. The first three of the show carry their place in the chat. */
import {copyOf, on} from "footlight/dom";
import {supporterBadge} from "footlight/chat-line";
import {faceOf} from "footlight/faces";
import {number} from "footlight/i18n";
import {rest} from "footlight/rest";

const SHOWN = 10;
const BADGES = 3;
const REST = 15_000; // ms between two looks while gifts are given
const SELDOM = 120_000; // ms between two looks otherwise

/**
 * Every `[data-ranking]` of the page shows it.
 * @param {string} cid
 * @param {import("./chat.js").ChatStore} store whose lines carry the places
 */
export function mountRanking(cid, store) {
  const boards = [...document.querySelectorAll("[data-ranking]")].map((root) => new Board(root, cid));
  let timer = 0;
  let last = 0;
  const look = async () => {
    clearTimeout(timer);
    last = Date.now();
    const show = await rest("GET", `channels/${cid}/ranking/?span=show`).catch(() => null);
    if (show) dress(store, show);
    for (const board of boards) board.look(show);
    timer = setTimeout(look, SELDOM);
  };
  store.on("add", ({kind}) => {
    if (kind !== "gift" && kind !== "red_packet") return;
    clearTimeout(timer);
    timer = setTimeout(look, Math.max(500, last + REST - Date.now()));
  });
  store.on("begin", () => dress(store));
  on("supporters", look);
  look();
}

class Board {
  #root;
  #cid;
  #span = "show";

  constructor(root, cid) {
    this.#root = root;
    this.#cid = cid;
    for (const button of root.querySelectorAll("[data-span]")) button.addEventListener("click", () => this.#choose(button.dataset.span));
  }

  /** @param {object[] | null} show the show's, which was asked for already */
  async look(show) {
    const span = this.#span;
    const rows = span === "show" ? show : await this.#ask(span);
    if (rows && span === this.#span) this.#draw(rows.slice(0, SHOWN));
  }

  async #choose(span) {
    this.#span = span;
    for (const button of this.#root.querySelectorAll("[data-span]")) button.setAttribute("aria-pressed", String(button.dataset.span === span));
    await this.look(span === "show" ? await this.#ask(span) : null);
  }

  #ask(span) {
    return rest("GET", `channels/${this.#cid}/ranking/?span=${span}`).catch(() => null);
  }

  #draw(rows) {
    this.#root.querySelector(".board").replaceChildren(...rows.map((row, place) => placeLine(row, place + 1)));
    this.#root.querySelector(".board-none").hidden = rows.length > 0;
  }
}

/** @param {{uid: string, nick: string, avatar: string, coins: number}} row @param {number} place */
export function placeLine(row, place) {
  const made = copyOf("ranking-row");
  const [at, name, coins] = made.children;
  at.textContent = String(place);
  at.after(faceOf(row, ""));
  name.textContent = row.nick;
  coins.textContent = number(row.coins);
  return made;
}

/** The places in the store, for lines to come, and on those that stand there already. */
function dress(store, rows) {
  if (rows) store.supporters = new Map(rows.slice(0, BADGES).map(({uid}, place) => [uid, place + 1]));
  for (const line of document.querySelectorAll(".chat div.say[data-uid]")) {
    const place = store.supporters.get(line.dataset.uid);
    const badge = line.querySelector(".badge-supporter");
    if (badge && badge.querySelector(".num").textContent === String(place)) continue;
    badge?.remove();
    if (place) line.querySelector("p > b")?.before(supporterBadge(place));
  }
}
