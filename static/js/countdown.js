/** Seconds until a deadline of the server, as lamps that go out and as words. */

/** @param {string} deadline @param {number} skew ms by which the server's clock is ahead @returns {number} seconds */
export const secondsUntil = (deadline, skew) => Math.max(0, Math.ceil((Date.parse(deadline) - Date.now() - skew) / 1000));

/** @param {HTMLElement} lamps @param {object} seat that waits @param {number} skew */
export function drawLamps(lamps, {since, deadline}, skew) {
  const whole = (Date.parse(deadline) - Date.parse(since)) / 1000;
  const lit = Math.ceil((secondsUntil(deadline, skew) / whole) * lamps.children.length);
  [...lamps.children].forEach((lamp, place) => lamp.classList.toggle("is-lit", place < lit));
}
