/** The list of what was said, and the pill for what came while somebody read further up. */
import {acts, write} from "footlight/dom";
import {drawLine, noticeLine, tipLine} from "footlight/chat-line";
import {Crowd, tipWords} from "footlight/chat-tips";
import {Bursts} from "footlight/gift-line";
import {gettext, interpolate, ngettext} from "footlight/i18n";

const ROWS = 200; // kept in the page
const NEAR = 60; // px from the end that still count as reading along
const HIDDEN_PAUSE = 250; // ms between two drawings of a page that nobody sees
const CROWDS = ["join", "quit"];

export class ChatLog {
  #root;
  #log;
  #jump;
  #store;
  #blocked;
  #crowd = new Crowd();
  #bursts = new Bursts();
  #unseen = 0;
  #waiting = []; // lines for the next drawing: a burst costs one

  /**
   * @param {HTMLElement} root holds .chat and the pill
   * @param {import("./chat.js").ChatStore} store
   * @param {import("./blocked.js").Blocked} blocked
   */
  constructor(root, store, blocked) {
    this.#root = root;
    this.#log = root.querySelector(".chat");
    [this.#jump] = acts("jump", root);
    this.#store = store;
    this.#blocked = blocked;
    this.#listen();
  }

  #listen() {
    const store = this.#store;
    store.on("begin", (messages) => this.#begin(messages));
    store.on("add", (message) => this.#say(this.#drawn(message)));
    store.on("gone", (key) => this.#takeAway(key));
    store.on("missed", () => this.#say(tipLine(gettext("Some messages were missed"))));
    store.on("notice", ({text}) => this.#say(text ? noticeLine(text) : null));
    store.on("tip", (tip) => this.#tip(tip));
    store.on("waiting", ({id, text}) => this.#say(heldLine(id, text)));
    store.on("decided", ({id, state}) => this.#decided(String(id), state));
    this.#blocked.on("change", () => this.#hideBlocked());
    this.#log.addEventListener("scroll", () => this.#atEnd() && this.#unseen && this.toEnd());
    this.#jump.addEventListener("click", () => this.toEnd());
    this.#log.addEventListener("click", ({target}) => this.find(target.closest("[data-to]")?.dataset.to ?? ""));
    this.#log.addEventListener("keydown", (event) => this.#walk(event));
    new ResizeObserver(() => this.#unseen || this.toEnd()).observe(this.#log);
  }

  toEnd() {
    this.#log.scrollTop = this.#log.scrollHeight;
    this.#unseen = 0;
    this.#jump.hidden = true;
  }

  /** Shows where a message stands. @param {string} key @returns {boolean} whether it is still here */
  find(key) {
    const line = this.#line(key);
    if (!line) return false;
    line.scrollIntoView({block: "center", behavior: "smooth"});
    line.classList.add("is-found");
    line.addEventListener("animationend", () => line.classList.remove("is-found"), {once: true});
    line.focus({preventScroll: true});
    return true;
  }

  /** Up and down from line to line. */
  #walk(event) {
    const step = {ArrowUp: -1, ArrowDown: 1}[event.key];
    const here = event.target.closest(".say");
    if (!step || (!here && step > 0)) return; // from the log itself one goes up to the newest line
    const lines = [...this.#log.querySelectorAll(".say[data-key]:not([hidden])")];
    const next = here ? lines[lines.indexOf(here) + step] : lines.at(-1);
    if (!next) return;
    event.preventDefault();
    next.focus();
  }

  #line(key) {
    return this.#log.querySelector(`[data-key="${CSS.escape(key)}"]`);
  }

  #begin(messages) {
    this.#log.dataset.open = "yes";
    this.#waiting = [];
    this.#bursts = new Bursts();
    const lines = messages.slice(-ROWS).map((message) => this.#drawn(message));
    this.#log.replaceChildren(...lines.filter(Boolean));
    this.#hideBlocked();
    this.toEnd();
  }

  /** A line of its own; none for what is not shown, or was counted on the line before. */
  #drawn(message) {
    if (this.#bursts.add(message)) return null;
    const line = drawLine(message, this.#store);
    if (line) this.#bursts.keep(message, line);
    return line;
  }

  #say(line) {
    if (!line) return;
    line.hidden = this.#blocked.has(line.dataset.uid);
    this.#waiting.push(line);
    if (this.#waiting.length > 1) return;
    if (document.hidden) setTimeout(() => this.#draw(), HIDDEN_PAUSE);
    else requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    const lines = this.#waiting.splice(0).slice(-ROWS);
    const mine = lines.some(({dataset}) => dataset.uid && dataset.uid === this.#store.me?.uid);
    const follow = this.#atEnd() || mine;
    this.#log.append(...lines);
    // While somebody reads further up nothing is taken away above them: the text would move under their eyes.
    while (follow && this.#log.children.length > ROWS) this.#log.firstElementChild.remove();
    if (follow) this.toEnd();
    else this.#miss(lines.filter((line) => line.dataset.key && !line.hidden).length);
  }

  #miss(count) {
    if (!count) return;
    this.#unseen += count;
    const text = ngettext("%(count)s new message", "%(count)s new messages", this.#unseen);
    write("unseen", interpolate(text, {count: this.#unseen}), this.#root);
    this.#jump.hidden = false;
  }

  #atEnd() {
    const {scrollHeight, scrollTop, clientHeight} = this.#log;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  #takeAway(key) {
    this.#waiting = this.#waiting.filter((line) => line.dataset.key !== key);
    this.#line(key)?.remove();
    for (const quote of this.#log.querySelectorAll(`[data-to="${CSS.escape(key)}"]`)) {
      quote.querySelector(".cut").textContent = gettext("A moderator removed this message");
      quote.disabled = true;
    }
  }

  #tip(tip) {
    if (!CROWDS.includes(tip.operation)) {
      for (const words of tipWords(tip, this.#store.me)) this.#say(tipLine(words));
      return;
    }
    const people = tip.people.filter(({uid}) => uid !== this.#store.me?.uid && !this.#blocked.has(uid));
    const count = tip.count - (tip.people.length - people.length);
    if (!people.length || count < 1) return;
    const {words, line, keep} = this.#crowd.add({...tip, people, count});
    if (line) return void (line.textContent = words);
    const fresh = tipLine(words);
    fresh.ariaLive = "off"; // a full house would be read out without end
    keep(fresh);
    this.#say(fresh);
  }

  #decided(id, state) {
    const line = this.#log.querySelector(`[data-held="${CSS.escape(id)}"]`);
    if (!line) return;
    if (state === "shown") line.remove();
    else line.querySelector("span").textContent = gettext("A moderator did not let it through");
  }

  #hideBlocked() {
    for (const line of this.#log.querySelectorAll("[data-uid]")) line.hidden = this.#blocked.has(line.dataset.uid);
  }
}

function heldLine(id, text) {
  const line = document.createElement("p");
  const state = document.createElement("span");
  line.className = "say say-held";
  line.dataset.held = id;
  state.textContent = gettext("Waiting for a moderator");
  line.append(text, state);
  return line;
}
