/** Why a call ended or never began, in words. No page here. */
import {gettext, interpolate, ngettext, number} from "footlight/i18n";
import {clock} from "footlight/standing";

const named = (text, nick) => interpolate(text, {name: nick});

/** How it ended before both saw each other, by the vendor's reason: title and the sentence below it. */
const NEVER = {
  remoteRejected: (nick) => [named(gettext("%(name)s said no this time"), nick), gettext("Nothing was charged. The show goes on.")],
  callingTimeout: (nick) => [named(gettext("%(name)s did not answer"), nick), gettext("Nothing was charged. Try again in a moment.")],
  remoteCallBusy: (nick) => [named(gettext("%(name)s is in another call"), nick), gettext("Nothing was charged. Try again when the show is back.")],
};

/** Why a call is over, by the reason in its row. */
const WHY = {
  removed: () => gettext("The house has ended it."),
  timeout: (nick) => named(gettext("%(name)s did not come back within 30 seconds."), nick),
  gave_up: (nick) => named(gettext("%(name)s did not come back within 30 seconds."), nick),
  no_media: () => gettext("The pictures did not get through. Nothing was charged."),
  no_balance: () => gettext("The coins for another minute were not there."),
  insufficient_balance: () => gettext("The coins for another minute were not there."),
  show_ended: () => gettext("The show is over, and the call with it."),
  channel_closed: () => gettext("The show is over, and the call with it."),
};

/**
 * @param {string} reason the vendor's stateReason
 * @param {object | null} call as it ended
 * @param {{uid: string, nick: string} | null} peer
 * @returns {[string, string]} title and sentence
 */
export function ending(reason, call, peer) {
  const nick = peer?.nick ?? "";
  if (NEVER[reason]) return NEVER[reason](nick);
  const over = gettext("The call is over");
  if (["timeout", "gave_up"].includes(call?.end_reason) && reason === "remoteHangup") return [over, gettext("You were away for more than 30 seconds.")];
  if (WHY[call?.end_reason]) return [call.duration === null ? gettext("The call did not come about") : over, WHY[call.end_reason](nick)];
  if (reason === "remoteHangup") return [over, named(gettext("%(name)s hung up."), nick)];
  return [over, ""];
}

/** The row of a call that is over, in figures. @param {number} minutes @param {number} price */
export const charged = (minutes, price) =>
  interpolate(ngettext("%(count)s minute at %(price)s", "%(count)s minutes at %(price)s", minutes), {count: number(minutes), price: number(price)});

/** @param {number} ms */
export const lasted = (ms) => clock(Math.floor(ms / 1000));

/** @param {number} minutes Infinity where nothing costs */
export const minutesLong = (minutes) =>
  Number.isFinite(minutes) ? interpolate(ngettext("%(count)s minute", "%(count)s minutes", minutes), {count: number(minutes)}) : gettext("as long as you like");

/** What went wrong with camera or microphone, and what to do. @param {string} code of a DeviceError @param {boolean} video */
export function deviceWords(code, video) {
  const words = {
    "": () => (video ? gettext("Camera and microphone are fine") : gettext("The microphone is fine")),
    denied: () => gettext("The browser says no. Open the lock beside the address, allow camera and microphone, and try again."),
    missing: () => (video ? gettext("No camera was found. You can call with your voice.") : gettext("No microphone was found. Plug one in and try again.")),
    busy: () => (video ? gettext("Another program uses the camera. Close it, or call with your voice.") : gettext("Another program uses the microphone. Close it and try again.")),
    constraints: () => gettext("That device is not there any more. Try again."),
    insecure: () => gettext("Browsers give the camera only to pages that were opened with https, or on this very machine."),
    failed: () => gettext("The camera or the microphone did not start. Try again."),
  };
  return (words[code] ?? words.failed)();
}
