/** What waits for a moderator: messages that were held, and messages that somebody reported. */
import {copyOf, on, toast} from "footlight/dom";
import {Emitter} from "footlight/emitter";
import {gettext, interpolate, timeOfDay} from "footlight/i18n";
import {groupPath, rest} from "footlight/rest";

const MUTE = 600; // seconds, where a report is answered with a mute

/** Emits `count`: how much waits. */
class Queue extends Emitter {
  #root;
  #store;
  #deeds;
  #held = new Map();
  #reports = new Map();

  constructor(root, store, deeds) {
    super();
    this.#root = root;
    this.#store = store;
    this.#deeds = deeds;
    store.on("held", ({message}) => this.#add(this.#held, message));
    store.on("reported", ({report}) => this.#add(this.#reports, report));
    // Another moderator may be quicker.
    store.on("decided", ({id}) => {
      this.#held.delete(id);
      this.#draw();
    });
    // A message that is gone, by whomever, needs no answer any more.
    store.on("gone", (key) => {
      for (const [id, {message}] of this.#reports) if (`${message?.epoch}:${message?.seq}` === key) this.#reports.delete(id);
      this.#draw();
    });
  }

  async load() {
    const [held, reports] = await Promise.all([this.#list("held"), this.#list("reports")]);
    if (held) this.#held = byId(held);
    if (reports) this.#reports = byId(reports);
    this.#draw();
  }

  #path(part) {
    return `${groupPath(this.#store.profile.gid)}${part}/`;
  }

  async #list(part) {
    if (!this.#store.profile) return null;
    const answer = await rest("GET", this.#path(part)).catch(() => null);
    return answer && (answer.results ?? answer);
  }

  #add(list, row) {
    list.set(row.id, row);
    this.#draw();
  }

  #draw() {
    const held = [...this.#held.values()].map((row) => this.#heldRow(row));
    const reports = [...this.#reports.values()].map((row) => this.#reportRow(row));
    this.#root.querySelector("[data-list=held]").replaceChildren(...held);
    this.#root.querySelector("[data-list=reports]").replaceChildren(...reports);
    this.#root.querySelector("[data-nothing]").hidden = held.length + reports.length > 0;
    for (const part of this.#root.querySelectorAll("[data-some]")) part.hidden = !{held, reports}[part.dataset.some].length;
    this.emit("count", held.length + reports.length);
  }

  #heldRow(message) {
    const row = copyOf("mod-held");
    fill(row, message.sender, message.text ?? message.data?.desc ?? "", message.at ?? message.created_at);
    row.querySelector("[data-found]").textContent = foundWords(message.found);
    const answer = (accept) => this.#settle(this.#held, message.id, () => rest("POST", this.#path("held"), {id: message.id, accept}));
    on("accept", () => answer(true), row);
    on("refuse", () => answer(false), row);
    return row;
  }

  #reportRow({id, reason, reporter, message}) {
    const row = copyOf("mod-report");
    fill(row, message?.sender, message?.text ?? "", null);
    const by = interpolate(gettext("%(name)s: %(reason)s"), {name: reporter?.nick ?? gettext("Somebody"), reason: reason || gettext("no reason given")});
    row.querySelector("[data-found]").textContent = by;
    const dismiss = () => this.#settle(this.#reports, id, () => rest("POST", this.#path("reports"), {id, dismiss: true}));
    on("dismiss", dismiss, row);
    on("delete", async () => (await this.#deeds.remove(message, reason)) && this.load(), row);
    on("mute", () => this.#deeds.mute(message.sender, MUTE, reason), row);
    return row;
  }

  async #settle(list, id, does) {
    try {
      await does();
      list.delete(id);
    } catch (error) {
      toast(error.message, {bad: true});
      if (error.code === "not_found" || error.code === "illegal_move") list.delete(id); // another moderator was quicker
    }
    this.#draw();
  }
}

/** @returns {Queue} */
export const mountQueue = (root, store, deeds) => new Queue(root, store, deeds);

const byId = (rows) => new Map(rows.map((row) => [row.id, row]));

function fill(row, sender, text, at) {
  row.querySelector("b").textContent = sender?.nick ?? gettext("Somebody");
  row.querySelector(".words").textContent = text;
  row.querySelector("time").textContent = at ? timeOfDay(at) : "";
}

/** Why it was held: the words on the list, or letters of two alphabets that look alike. */
const foundWords = (found) => (found ?? []).map(({word, category}) => word || (category === "homoglyph" ? gettext("look-alike letters") : category)).join(", ");
