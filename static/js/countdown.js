/** Seconds until a deadline of the server, as lamps that go out and as words. */

/** @param {object} seat that waits @param {number} skew ms by which the server's clock is ahead @returns {number} seconds */
export function secondsLeft({since, deadline}, skew) {
  const left = Math.ceil((Date.parse(deadline) - Date.now() - skew) / 1000);
  return Math.min(Math.max(0, left), wholeOf(since, deadline)); // the skew is known to a second only
}

/** @param {HTMLElement} lamps @param {object} seat that waits @param {number} skew */
export function drawLamps(lamps, seat, skew) {
  const lit = Math.ceil((secondsLeft(seat, skew) / wholeOf(seat.since, seat.deadline)) * lamps.children.length);
  [...lamps.children].forEach((lamp, place) => lamp.classList.toggle("is-lit", place < lit));
}

const wholeOf = (since, deadline) => Math.round((Date.parse(deadline) - Date.parse(since)) / 1000);
