/** Something that moves coins, done once however often it has to be said. No page here. */
import {newNonce} from "footlight/nonce";
import {rest} from "footlight/rest";

const AGAIN = [1_000, 3_000, 6_000]; // ms until what nobody answered is said again under the same key

/** Nobody knows whether it was done: the same key must be used for the next try. */
const isUnsure = (code) => code === "offline" || code === "in_flight" || /^5\d\d$/.test(code) || code === "unavailable";

export class Deed {
  #path;
  #kept = null; // {said, key} of what went unanswered

  /** @param {string} path below /api/v1/ */
  constructor(path) {
    this.#path = path;
  }

  /**
   * @param {object} fields
   * @returns {Promise<any>} rejects with Refused; after one that is unsure the same fields keep their key
   */
  async do(fields) {
    const said = JSON.stringify(fields);
    const key = this.#kept?.said === said ? this.#kept.key : newNonce();
    this.#kept = {said, key};
    for (const pause of [...AGAIN, 0]) {
      try {
        const answer = await rest("POST", this.#path, fields, {key});
        this.#forget(key);
        return answer;
      } catch (error) {
        if (!isUnsure(error.code)) this.#forget(key);
        if (!isUnsure(error.code) || !pause) throw error;
      }
      await new Promise((done) => setTimeout(done, pause));
    }
  }

  #forget(key) {
    if (this.#kept?.key === key) this.#kept = null;
  }
}
