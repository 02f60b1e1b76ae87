/** Why something was refused, in the shape of every refusal of the SDK. */
import {gettext} from "footlight/i18n";

const WORDS = {
  sdk_not_ready: () => gettext("Sign in first: the chat is not ready."),
  not_in_group: () => gettext("Join the group first."),
  owner_cannot_quit: () => gettext("The owner cannot leave the group, only disband it."),
  offline: () => gettext("Not sent: the connection is gone. Try again in a moment."),
  bad_message: () => gettext("A message of this kind cannot be sent there."),
  bad_avatar: () => gettext("That is not a picture we can read. Use JPEG, PNG, WebP or GIF."),
};

export class IMError extends Error {
  /** @param {string} code stable @param {string} [message] for people @param {object} [detail] what else the server says */
  constructor(code, message, detail = {}) {
    super(message && message !== code ? message : (WORDS[code]?.() ?? code));
    this.code = code;
    this.detail = detail;
  }
}
