/** "@" and the first letters of a name: the people seen here are offered. */

const MOST = 6;
const OPENED = /(?:^|\s)@([^\s@]{0,30})$/u;

export class Mentions {
  #input;
  #list;
  #people;
  #found = [];
  #at = 0;
  #chosen = new Map(); // uid by nick

  /**
   * @param {HTMLInputElement} input
   * @param {HTMLElement} list a listbox
   * @param {() => Iterable<{uid: string, nick: string}>} people the last one seen stands last
   */
  constructor(input, list, people) {
    this.#input = input;
    this.#list = list;
    this.#people = people;
    input.addEventListener("input", () => this.#look());
    input.addEventListener("blur", () => this.#show([]));
    // Before anybody else hears of Enter.
    input.addEventListener("keydown", (event) => this.#key(event), {capture: true});
  }

  /** The people that a text mentions. @param {string} text @returns {string[]} uids, at most ten */
  in(text) {
    const seen = new Map([...this.#people()].map(({uid, nick}) => [nick, uid]));
    const named = [...new Map([...seen, ...this.#chosen])].filter(([nick]) => text.includes(`@${nick}`));
    return named.map(([, uid]) => uid).slice(0, 10);
  }

  /** Puts a name into the text. @param {{uid: string, nick: string}} person */
  add({uid, nick}) {
    this.#chosen.set(nick, uid);
    const {value} = this.#input;
    this.#input.value = `${value}${value && !value.endsWith(" ") ? " " : ""}@${nick} `;
    this.#input.focus();
    this.#input.dispatchEvent(new Event("input", {bubbles: true}));
  }

  #look() {
    const before = this.#input.value.slice(0, this.#input.selectionStart);
    const opened = OPENED.exec(before);
    if (!opened) return this.#show([]);
    const begun = opened[1].toLocaleLowerCase();
    const fits = [...this.#people()].filter(({nick}) => nick.toLocaleLowerCase().startsWith(begun));
    this.#show(fits.reverse().slice(0, MOST));
  }

  #show(found) {
    this.#found = found;
    this.#at = 0;
    this.#list.replaceChildren(...found.map((person, place) => this.#option(person, place)));
    this.#list.hidden = !found.length;
    this.#input.setAttribute("aria-expanded", String(found.length > 0));
    this.#mark();
  }

  #option(person, place) {
    const option = document.createElement("div");
    option.id = `mention-${place}`;
    option.role = "option";
    option.className = "menu-item";
    option.textContent = person.nick;
    option.addEventListener("pointerdown", (event) => {
      event.preventDefault(); // the field keeps the focus
      this.#choose(person);
    });
    return option;
  }

  #mark() {
    [...this.#list.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === this.#at)));
    if (this.#found.length) this.#input.setAttribute("aria-activedescendant", `mention-${this.#at}`);
    else this.#input.removeAttribute("aria-activedescendant");
  }

  #key(event) {
    if (!this.#found.length || event.isComposing) return;
    const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
    if (step) this.#at = (this.#at + step + this.#found.length) % this.#found.length;
    else if (event.key === "Enter" || event.key === "Tab") this.#choose(this.#found[this.#at]);
    else if (event.key === "Escape") this.#show([]);
    else return;
    event.preventDefault();
    event.stopPropagation();
    this.#mark();
  }

  #choose({uid, nick}) {
    const {value, selectionStart: at} = this.#input;
    const begin = value.lastIndexOf("@", at - 1);
    this.#chosen.set(nick, uid);
    this.#input.value = `${value.slice(0, begin)}@${nick} ${value.slice(at)}`;
    const caret = begin + nick.length + 2;
    this.#input.setSelectionRange(caret, caret);
    this.#show([]);
    this.#input.dispatchEvent(new Event("change"));
  }
}
