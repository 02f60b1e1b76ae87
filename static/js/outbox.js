/** What a person says reaches the room once, however often the line breaks while it is on its way. No page here. */
import {newNonce} from "footlight/nonce";
import {Refused} from "footlight/socket";

const PATIENCE = 20_000; // ms for the line to come back
const REMEMBER = 300_000; // ms: the server knows a nonce as long as this

export class Outbox {
  #connection;
  #unsure = new Map(); // what went unanswered, by what it says: {nonce, at}

  /** @param {import("./socket.js").Connection} connection */
  constructor(connection) {
    this.#connection = connection;
  }

  /**
   * Says it; where no answer came, once more under the same nonce as soon as the line is back.
   * @param {object} fields of chat.send
   * @param {() => void} [waits] called when it waits for the line
   * @returns {Promise<object>} the reply; rejects with Refused. After "offline" the same fields keep their nonce.
   */
  async send(fields, waits = () => {}) {
    const said = JSON.stringify(fields);
    const {nonce, at} = this.#taken(said) ?? {nonce: newNonce(), at: Date.now()};
    const frame = {...fields, nonce};
    try {
      return await this.#once(frame).catch((error) => this.#again(frame, error, waits));
    } catch (error) {
      if (error.code === "offline") this.#unsure.set(said, {nonce, at});
      throw error;
    }
  }

  /** Who says it once more after silence means the same message; who says it twice at once means two. */
  #taken(said) {
    const known = this.#unsure.get(said);
    this.#unsure.delete(said);
    return known && Date.now() - known.at < REMEMBER ? known : undefined;
  }

  #once(frame) {
    return this.#connection.ask("chat.send", frame);
  }

  async #again(frame, error, waits) {
    if (error.code !== "offline") throw error;
    waits();
    await this.#lineIsBack();
    return this.#once(frame);
  }

  #lineIsBack() {
    if (this.#connection.state === "open") return Promise.resolve();
    return new Promise((resolve, reject) => {
      const settle = (done, value) => {
        stop();
        clearTimeout(timer);
        done(value);
      };
      const stop = this.#connection.on("state", (state) => {
        if (state === "open") settle(resolve);
        if (state === "ended") settle(reject, new Refused({code: "offline"}));
      });
      const timer = setTimeout(() => settle(reject, new Refused({code: "offline"})), PATIENCE);
    });
  }
}
