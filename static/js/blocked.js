/** People this person does not want to read: in the chat and over the picture, in this browser only. No page here. */
import {Emitter} from "footlight/emitter";
import {keep, kept} from "footlight/kept";

const NAME = "blocked";

/** Emits `change`. */
export class Blocked extends Emitter {
  /** @type {Map<string, string>} nick by uid */ people = new Map(Object.entries(kept(NAME, {})));

  /** @param {string | undefined} uid */
  has(uid) {
    return this.people.has(uid);
  }

  /** @param {{uid: string, nick: string}} person */
  add({uid, nick}) {
    this.people.set(uid, nick);
    this.#changed();
  }

  remove(uid) {
    this.people.delete(uid);
    this.#changed();
  }

  #changed() {
    keep(NAME, Object.fromEntries(this.people));
    this.emit("change");
  }
}
