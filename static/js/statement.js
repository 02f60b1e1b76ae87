/** Every coin that came or went, newest first, page by page. */
import {acts, copyOf, toast} from "footlight/dom";
import {dayAndTime, gettext, interpolate, number} from "footlight/i18n";
import {rest} from "footlight/rest";

/** Minutes come one by one, each in two parts: those of one stay in a row are one line. So are gigabytes of a channel. */
const GATHERED = ["play", "upload", "call", "traffic"];
/** These come in two parts, the house's after the host's. */
const HALVED = ["gift", "red_packet"];
const HALVES_WITHIN = 2_000; // ms

/** @param {object[]} rows @returns {object[]} */
export function gathered(rows) {
  const lines = [];
  for (const row of rows) {
    const last = lines.at(-1);
    if (last && belong(last, row)) Object.assign(last, {coins: last.coins + row.coins, with: last.with ?? row.with, since: row.at});
    else lines.push({...row});
  }
  return lines;
}

function belong(last, row) {
  if (last.kind !== row.kind || last.memo !== row.memo || last.coins < 0 !== row.coins < 0) return false;
  if (GATHERED.includes(row.kind)) return true;
  return HALVED.includes(row.kind) && !last.with && Boolean(row.with) && Date.parse(last.at) - Date.parse(row.at) < HALVES_WITHIN;
}

/** What a line says of a kind, seen from one's own side. The server's names of kinds stand for the rest. */
const WORDS = {
  play: ({coins}) => (coins < 0 ? gettext("Watched") : gettext("Your share: minutes watched")),
  upload: () => gettext("On the air"),
  traffic: () => gettext("Traffic of your shows"),
  call: ({coins}) => (coins < 0 ? gettext("Private call") : gettext("Your share: private call")),
  gift: ({coins}) => (coins < 0 ? gettext("Gift") : gettext("Gift received")),
  red_packet: ({coins}) => (coins < 0 ? gettext("Red packet") : gettext("Red packet received")),
  code: () => gettext("Code redeemed"),
  top_up: () => gettext("Top-up by the house"),
  purchase: () => gettext("Coins bought"),
  hold: () => gettext("Held for your payout"),
  release: () => gettext("Payout refused: coins returned"),
};

export class Statement {
  #root;
  #kinds;
  #body;
  #rows = [];
  #next = null;
  #asked = 0;

  /** @param {HTMLElement} root @param {Record<string, string>} kinds the server's names of kinds */
  constructor(root, kinds) {
    this.#root = root;
    this.#kinds = kinds;
    this.#body = root.querySelector("tbody");
    root.querySelector("#kind").addEventListener("change", () => this.load());
    acts("more", root)[0].addEventListener("click", () => this.#more());
  }

  load() {
    const kind = this.#root.querySelector("#kind").value;
    return this.#fetch(`transfers/${kind && `?kind=${kind}`}`, []);
  }

  #more() {
    return this.#fetch(`transfers/${new URL(this.#next, location.href).search}`, this.#rows);
  }

  async #fetch(path, before) {
    const asked = ++this.#asked;
    try {
      const {results, next} = await rest("GET", path);
      if (asked !== this.#asked) return; // another kind was chosen meanwhile
      this.#rows = [...before, ...results];
      this.#next = next;
      this.#draw();
    } catch (error) {
      toast(error.message, {bad: true});
    }
  }

  #draw() {
    this.#body.replaceChildren(...gathered(this.#rows).map((line) => this.#line(line)));
    this.#body.removeAttribute("aria-busy");
    this.#root.querySelector("[data-none]").hidden = this.#rows.length > 0;
    this.#root.querySelector(".table").hidden = !this.#rows.length;
    this.#root.querySelector(".statement-more").hidden = !this.#next;
  }

  #line(line) {
    const row = copyOf("statement-row");
    const time = row.querySelector("time");
    const [, what, coins] = row.children;
    time.dateTime = line.at;
    time.textContent = dayAndTime(line.at);
    what.querySelector("b").textContent = WORDS[line.kind]?.(line) ?? this.#kinds[line.kind] ?? line.kind;
    what.querySelector("span").textContent = more(line);
    coins.textContent = `${line.coins < 0 ? "−" : "+"}${number(Math.abs(line.coins))}`;
    coins.classList.toggle("in", line.coins > 0);
    return row;
  }
}

/** With whom, and what was noted; the noted name of a stay or channel says nothing to anybody. */
function more({with: person, coins, kind, memo}) {
  const whom = person && interpolate(coins < 0 ? gettext("to %(name)s") : gettext("from %(name)s"), {name: person.nick});
  return [whom, [...GATHERED, ...HALVED].includes(kind) ? "" : memo].filter(Boolean).join(" · ");
}
