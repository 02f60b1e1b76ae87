/** The media frames of one line out of a room's socket: the show's, or those of one private call. No page here. */

/** Speaks and listens like the connection itself. */
export class MediaLine {
  #room;
  #off = [];

  /**
   * @param {import("./socket.js").Connection} room
   * @param {string} [call] the call whose frames these are; "" for the show
   */
  constructor(room, call = "") {
    this.#room = room;
    this.call = call;
  }

  get state() {
    return this.#room.state;
  }

  /** @param {string} name @param {(...values: any[]) => void} listener */
  on(name, listener) {
    const mine = (frame) => (frame.call ?? "") === this.call && listener(frame);
    this.#off.push(this.#room.on(name, name.startsWith("media.") ? mine : listener));
  }

  /** @param {string} type @param {object} [fields] */
  ask(type, fields) {
    return this.#room.ask(type, this.#with(fields));
  }

  /** @param {string} type @param {object} [fields] */
  tell(type, fields) {
    this.#room.tell(type, this.#with(fields));
  }

  /** Hears nothing any more. */
  close() {
    for (const off of this.#off.splice(0)) off();
  }

  #with(fields) {
    return this.call ? {...fields, call: this.call} : fields;
  }
}
