/** What moderators do to a message or a person, through the chat's own commands; each says what came of it. No page
 * here but the word at its foot. */
import {toast} from "footlight/dom";
import {gettext, interpolate} from "footlight/i18n";

/** @typedef {{epoch: string, seq: number, sender: {uid: string, nick: string}}} Message */

export class Deeds {
  #connection;

  /** @param {import("./socket.js").Connection} connection */
  constructor(connection) {
    this.#connection = connection;
  }

  /** @param {Message} message */
  remove({epoch, seq}, reason) {
    return this.#do("chat.delete", {epoch, seq, reason}, gettext("The message is gone."));
  }

  /** @param {{uid: string, nick: string}} person @param {number} seconds */
  mute({uid, nick}, seconds, reason) {
    const words = interpolate(gettext("%(name)s may not speak for a while."), {name: nick});
    return this.#do("chat.mute", {uid, seconds, reason}, words, () => this.unmute({uid, nick}));
  }

  unmute({uid, nick}) {
    const words = interpolate(gettext("%(name)s may speak again."), {name: nick});
    return this.#do("chat.mute", {uid, seconds: 0, reason: ""}, words);
  }

  kick({uid, nick}, reason) {
    return this.#do("chat.kick", {uid, reason}, interpolate(gettext("%(name)s was shown out for a minute."), {name: nick}));
  }

  ban({uid, nick}, reason) {
    const words = interpolate(gettext("%(name)s is banned."), {name: nick});
    return this.#do("chat.ban", {uid, reason}, words, () => this.unban({uid, nick}));
  }

  unban({uid, nick}) {
    return this.#do("chat.unban", {uid, reason: ""}, interpolate(gettext("%(name)s may come back."), {name: nick}));
  }

  /** @param {Message} message */
  report({epoch, seq}, reason) {
    return this.#do("chat.report", {epoch, seq, reason}, gettext("Thank you. A moderator will look at it."));
  }

  /** @param {() => void} [undo] @returns {Promise<boolean>} whether it is done */
  async #do(type, fields, words, undo) {
    try {
      await this.#connection.ask(type, fields);
      toast(words, {undo});
      return true;
    } catch (error) {
      toast(error.code === "offline" ? gettext("The connection is gone. Try again in a moment.") : error.message, {bad: true});
      return false;
    }
  }
}
