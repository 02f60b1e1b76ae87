/** What was said in a show, at the second of the film at which it was said. Emits what the chat's own store does, so that
 * log and flying comments need not know that it is long past. No page here. */
import {Emitter} from "footlight/emitter";
import {rest} from "footlight/rest";

const AHEAD = 30; // seconds that are fetched at once
const SOON = 10; // seconds before the end of what is there, when more is fetched
const BEFORE = 80; // lines that stand in the log after a jump
const PAGE = 200;
const JUMP = 3; // seconds in which nothing is a jump: the film plays on
const PAUSE = 4_000; // ms until the server is asked again after it did not answer

/** Emits `begin` (messages) where the log begins anew, `add` (message), and `line` (whether it is lost). */
export class ReplayChat extends Emitter {
  /** @type {object | null} */ me = null;
  /** @type {Map<string, object>} */ people = new Map();
  /** @type {Map<string, number>} */ supporters = new Map();
  #path;
  #come = []; // messages that are still to come, oldest first
  #at = 0; // the second up to which everything was told
  #until = 0; // the second up to which everything was fetched
  #fetching = null; // names the newest wish: answers to older ones are not read

  /** @param {string} rid */
  constructor(rid) {
    super();
    this.#path = `recordings/${encodeURIComponent(rid)}/messages/`;
  }

  /** Somebody jumped there: the log is what had been said until then. @param {number} second */
  async seek(second) {
    const wish = (this.#fetching = {});
    this.#come = [];
    this.#at = this.#until = second;
    const said = await this.#ask(wish, {to: second + 0.001, order: "newest", page_size: BEFORE});
    if (!said) return;
    const messages = said.results.reverse();
    this.#meet(messages);
    this.emit("begin", messages);
    this.#fetching = null;
    this.reach(this.#at);
  }

  /** The film stands there now. @param {number} second */
  reach(second) {
    if (second < this.#at - 0.5 || second > this.#at + JUMP + AHEAD) return void this.seek(second);
    this.#at = Math.max(this.#at, second);
    while (this.#come.length && this.#come[0].offset <= this.#at) this.emit("add", this.#come.shift());
    if (!this.#fetching && this.#at > this.#until - SOON) this.#fetch();
  }

  async #fetch() {
    const wish = (this.#fetching = {});
    const [from, to] = [this.#until, this.#until + AHEAD];
    let query = {from: from + 0.001, to: to + 0.001, page_size: PAGE};
    while (query) {
      const said = await this.#ask(wish, query);
      if (!said) return;
      this.#meet(said.results);
      this.#come.push(...said.results);
      query = said.next ? Object.fromEntries(new URL(said.next, location.href).searchParams) : null;
    }
    this.#until = to;
    this.#fetching = null;
  }

  /** @returns {Promise<object | null>} null where nobody waits for it any more */
  async #ask(wish, query) {
    for (;;) {
      try {
        const said = await rest("GET", `${this.#path}?${new URLSearchParams(query)}`);
        if (wish !== this.#fetching) return null;
        this.emit("line", false);
        return said;
      } catch {
        if (wish !== this.#fetching) return null;
        this.emit("line", true);
      }
      await new Promise((done) => setTimeout(done, PAUSE));
      if (wish !== this.#fetching) return null;
    }
  }

  #meet(messages) {
    for (const {sender} of messages) if (sender) this.people.set(sender.uid, sender);
  }
}
