/** What the co-mic says, in words. */
import {gettext, interpolate, ngettext, number} from "footlight/i18n";

/** Why a camera or microphone is not there, and what helps. `voice`: the microphone alone is there. */
export function problemWords(code, voice) {
  if (voice && code === "missing") return gettext("There is no camera here. You can come with your voice.");
  if (voice && code === "busy") return gettext("Another program holds the camera. Close it and try again, or come with your voice.");
  if (voice) return gettext("The camera could not be opened. You can come with your voice.");
  return {
    denied: gettext("The browser says no. Open the lock beside the address, allow camera and microphone, and try again."),
    missing: gettext("No camera or microphone was found. Plug one in and try again."),
    busy: gettext("Another program holds your camera or microphone. Close it and try again."),
    insecure: gettext("Browsers give the camera only to pages that were opened with https, or on this very machine."),
  }[code] ?? gettext("Camera and microphone could not be opened. Try again.");
}

const DEVICES = ["denied", "missing", "busy", "insecure", "constraints", "failed"];

/** Why somebody who had a seat did not come on stage. @param {string} code */
export function failureWords(code) {
  if (DEVICES.includes(code)) return problemWords(code, false);
  if (code === "insufficient_balance") return gettext("Your coins do not last for a minute on stage.");
  return gettext("Coming on stage did not work. Try again in a moment.");
}

/** @param {number} seconds @param {string} name */
export const waitWords = (seconds, name) =>
  interpolate(ngettext("%(name)s has %(count)s second to answer.", "%(name)s has %(count)s seconds to answer.", seconds), {name, count: number(seconds)});

/** @param {number} seconds */
export const leftWords = (seconds) =>
  interpolate(ngettext("%(count)s second left", "%(count)s seconds left", seconds), {count: number(seconds)});

/** @param {{micHeld: boolean, cameraHeld: boolean}} held */
export function heldWords({micHeld, cameraHeld}) {
  if (micHeld && cameraHeld) return gettext("Held by the host");
  if (micHeld) return gettext("Muted by the host");
  return cameraHeld ? gettext("Camera held by the host") : "";
}

/** @param {number} taken @param {number} size */
export const seatsWords = (taken, size) =>
  interpolate(ngettext("%(taken)s of %(count)s seat", "%(taken)s of %(count)s seats", size), {taken: number(taken), count: number(size)});
