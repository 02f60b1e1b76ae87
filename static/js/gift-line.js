/** Gifts and red packets as lines of the chat. What one person gives of one kind in a row is one line. */
import {copyOf} from "footlight/dom";
import {giftIcon, giftName} from "footlight/gift-icons";
import {gettext, interpolate, number} from "footlight/i18n";

const GATHER = 10_000; // ms in which the next one is counted on the same line

/** @param {object} message @param {HTMLElement} line as of anybody who speaks, without words yet */
export function dressGift(message, line) {
  const {kind, data = {}} = message;
  const packet = kind === "red_packet";
  const mark = packet ? copyOf("gift-mail") : giftIcon(data);
  mark.classList.add("say-face-of");
  line.querySelector(".say-face-of").replaceWith(mark);
  const what = packet ? gettext("a red packet") : giftName(data);
  const [before, after = ""] = gettext("sent %(what)s").split("%(what)s");
  const strong = element("strong", what);
  const words = line.querySelector(".words");
  words.replaceChildren(before, strong, after, element("em", ""), element("span", number(data.coins ?? 0), "coin"));
  if (packet && data.words) words.append(element("span", data.words, "words-of"));
  line.classList.toggle("say-packet", packet);
  count(line, data.quantity ?? 1, data.coins ?? 0);
}

function count(line, quantity, coins) {
  line.querySelector("em").textContent = quantity > 1 ? ` ×${number(quantity)}` : "";
  line.querySelector(".coin").textContent = number(coins);
  line.querySelector(".coin").title = interpolate(gettext("%(coins)s coins"), {coins: number(coins)});
}

/** Call it with each gift: it answers whether it was counted on the line before. */
export class Bursts {
  #last = new Map(); // by sender and gift: {line, quantity, coins, at}

  /** @param {object} message @returns {boolean} */
  add({kind, sender, ts, data = {}}) {
    const last = kind === "gift" && this.#last.get(`${sender?.uid}:${data.code}`);
    if (!last || ts - last.at > GATHER) return false;
    last.quantity += data.quantity ?? 1;
    last.coins += data.coins ?? 0;
    last.at = ts;
    count(last.line, last.quantity, last.coins);
    return true;
  }

  /** @param {object} message @param {HTMLElement} line that stands for it */
  keep({kind, sender, ts, data = {}}, line) {
    if (kind !== "gift") return;
    const {quantity = 1, coins = 0} = data;
    this.#last.set(`${sender?.uid}:${data.code}`, {line, quantity, coins, at: ts});
    if (this.#last.size > 100) this.#last.delete(this.#last.keys().next().value);
  }
}

function element(name, text, dress = "") {
  const made = document.createElement(name);
  made.className = dress;
  made.textContent = text;
  return made;
}
