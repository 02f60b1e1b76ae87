/** How often a show was liked: the room's figure and what was tapped here since, never going back. No page here. */
import {Emitter} from "footlight/emitter";

const PAUSE = 1_200; // ms between two words to the server
const MOST = 100; // taps in one

/** Emits `change` (shown), and `others` (count) when somebody else's likes were told. */
export class Likes extends Emitter {
  shown = 0;
  #connection;
  #told = null; // the room's figure
  #unsent = 0;
  #ahead = 0; // sent, but not yet in the room's figure
  #timer = 0;

  /**
   * @param {import("./chat.js").ChatStore} store
   * @param {import("./socket.js").Connection} connection
   */
  constructor(store, connection) {
    super();
    this.#connection = connection;
    store.on("profile", ({likes}) => this.#tell(likes ?? 0));
    connection.on("state", (state) => state === "open" && this.#soon());
  }

  tap() {
    this.#unsent += 1;
    this.#soon();
    this.#draw();
  }

  #tell(likes) {
    const grown = this.#told === null ? 0 : Math.max(0, likes - this.#told);
    const mine = Math.min(grown, this.#ahead);
    this.#ahead -= mine;
    this.#told = Math.max(likes, this.#told ?? 0);
    if (grown > mine) this.emit("others", grown - mine);
    this.#draw();
  }

  #draw() {
    this.shown = (this.#told ?? 0) + this.#ahead + this.#unsent;
    this.emit("change", this.shown);
  }

  #soon() {
    if (this.#unsent && !this.#timer) this.#timer = setTimeout(() => this.#send(), PAUSE);
  }

  async #send() {
    this.#timer = 0;
    const count = Math.min(this.#unsent, MOST);
    if (this.#connection.state !== "open") return; // taken up again when it is
    this.#unsent -= count;
    this.#ahead += count;
    try {
      await this.#connection.ask("chat.like", {count});
    } catch ({code}) {
      this.#ahead -= Math.min(count, this.#ahead);
      // A like that was perhaps counted is not sent twice; one that was refused for haste is.
      if (code === "too_fast") this.#unsent += count;
      this.#draw();
    }
    this.#soon();
  }
}
