/** Why somebody may not speak, or why something was not said: in words. */
import {gettext, interpolate, ngettext} from "footlight/i18n";
import {clock} from "footlight/standing";

/** @param {import("./standing.js").Standing} standing */
export function standingWords({why, left}) {
  if (why === "muted" && left === Infinity) return gettext("A moderator has muted you here.");
  if (why === "muted") return interpolate(gettext("A moderator has muted you. You may speak again in %(time)s."), {time: clock(left)});
  if (why === "muted_all") return gettext("Only the host and moderators may speak now.");
  if (why === "followers_only") return gettext("Only followers may speak here.");
  if (why === "not_allowed") return gettext("You may read here, but not speak.");
  return "";
}

const CATEGORIES = {
  pornography: () => gettext("sexual content"),
  politics: () => gettext("politics"),
  abuse: () => gettext("abuse"),
  advertising: () => gettext("advertising"),
};

const REFUSALS = {
  offline: () => gettext("Not sent: the connection is gone. Try again in a moment."),
  link_refused: () => gettext("Links are not allowed here."),
  word_refused: ({category}) => {
    const reason = CATEGORIES[category]?.();
    const words = gettext("That cannot be said here: it has a word on the list (%(reason)s).");
    return reason ? interpolate(words, {reason}) : gettext("That cannot be said here: it has a word on the list.");
  },
  too_fast: ({wait}) => {
    if (!wait) return gettext("Not so fast. Wait a moment.");
    const seconds = Math.ceil(wait);
    return interpolate(ngettext("Not so fast. Wait %(count)s second.", "Not so fast. Wait %(count)s seconds.", seconds), {count: seconds});
  },
  room_busy: () => gettext("The room is very busy. Try again in a moment."),
};

/** @param {import("./socket.js").Refused} refused the server's own words where there are no better ones */
export const refusalWords = ({code, message, frame}) => REFUSALS[code]?.(frame ?? {}) ?? message;

export const droppedWords = () => gettext("So much is being said at once that yours was not shown. Say it again.");

export const waitingWords = () => gettext("The connection is gone. Your message goes out as soon as it is back.");
