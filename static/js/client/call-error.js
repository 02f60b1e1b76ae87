/** Why the CallAPI refused something. */
import {gettext} from "footlight/i18n";

const WORDS = {
  not_initialized: () => gettext("Calls are not set up on this page yet."),
  not_prepared: () => gettext("No call can be made now: one is under way, or nothing is prepared."),
  incomplete_config: () => gettext("The preparation for calls is not complete."),
  uid_mismatch: () => gettext("The preparation is for somebody else."),
  currently_busy: () => gettext("There is a call under way already."),
  state_mismatch: () => gettext("There is no such call any more."),
  wrong_person: () => gettext("Somebody else would have been called."),
  offline: () => gettext("The connection is gone. Try again in a moment."),
};

export class CallError extends Error {
  /** @param {string} code stable @param {string} [message] for people @param {object} [detail] what else the server says */
  constructor(code, message, detail = {}) {
    super(message && message !== code ? message : (WORDS[code]?.() ?? code));
    this.code = code;
    this.detail = detail;
  }
}
