/** What a call costs, by the minutes that have begun. No page here. */

const MINUTE = 60_000;

/** @param {number} ms together @returns {number} minutes that have begun: the first at once */
export const startedMinutes = (ms) => (ms < 0 ? 0 : Math.floor(ms / MINUTE) + 1);

/** @param {number} balance coins @param {number} price a minute @returns {number} Infinity where it is free */
export const minutesFor = (balance, price) => (price ? Math.max(0, Math.floor(balance / price)) : Infinity);

/**
 * @param {{price: number, connectedAt: number | null, now: number, minutes: number, balance: number}} facts times in ms
 *   of one clock; `minutes` are those that the house has charged for sure, 0 where it said nothing yet
 * @returns {{together: number, minutes: number, cost: number, left: number, mood: "" | "low" | "last"}} `left`: minutes
 *   that the balance pays for after the running one
 */
export function bill({price, connectedAt, now, minutes, balance}) {
  const together = connectedAt === null ? -1 : Math.max(0, now - connectedAt);
  const started = minutes || startedMinutes(together);
  const left = minutesFor(balance, price);
  const mood = left < 1 ? "last" : left <= 2 ? "low" : "";
  return {together: Math.max(0, together), minutes: started, cost: price * started, left, mood};
}
