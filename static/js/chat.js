/** What was said, in the room's one order. No page here: chat-panel.js shows it. */
import {Emitter} from "footlight/emitter";

const KEEP = 400; // messages

/**
 * Emits `reset` (messages) when the list is another one, `add` (message) for each new one, `me` (me) when rights
 * moved, and `broken` when a number is missing: connect again and take the welcome's recent messages.
 */
export class ChatStore extends Emitter {
  /** @type {object[]} */ messages = [];
  /** @type {{uid: string|null, role: string, may_speak: boolean} | null} */ me = null;
  #epoch = null;
  #seq = 0;
  #begun = false;

  /** @param {import("./socket.js").Connection} connection */
  follow(connection) {
    connection.on("chat.welcome", (frame) => this.welcome(frame));
    connection.on("chat.message", (frame) => this.message(frame));
    this.on("broken", () => connection.restart());
  }

  /** Where the line stands now. After a short loss only what was missed is added. */
  welcome({me, epoch, seq, recent}) {
    this.me = me;
    this.emit("me", me);
    const missed = recent.filter((message) => message.seq > this.#seq);
    const seamless = this.#begun && epoch === this.#epoch && (missed[0]?.seq ?? seq + 1) === this.#seq + 1;
    this.#epoch = epoch;
    this.#seq = seq;
    this.#begun = true;
    if (seamless) {
      for (const message of missed) this.#keep(message);
    } else {
      this.messages = [...recent];
      this.emit("reset", this.messages);
    }
  }

  /** @returns {"added" | "old" | "gap"} */
  message(frame) {
    if (frame.epoch === this.#epoch && frame.seq <= this.#seq) return "old";
    if (frame.epoch !== this.#epoch || frame.seq !== this.#seq + 1) {
      this.emit("broken");
      return "gap";
    }
    this.#seq = frame.seq;
    this.#keep(frame);
    return "added";
  }

  #keep(message) {
    this.messages.push(message);
    if (this.messages.length > KEEP) this.messages.shift();
    this.emit("add", message);
  }
}
