/** Whether a person may speak now, and if not, why and until when. No page here. */

/**
 * @typedef {object} Standing
 * @property {"" | "muted" | "muted_all" | "followers_only" | "not_allowed" | "slow"} why "" while they may speak
 * @property {number} left seconds until that ends by itself; Infinity where it does not
 */

/**
 * @param {{me: object | null, profile: object | null, coolUntil: number}} room `coolUntil` ms: slow mode, by this clock
 * @param {number} now ms of this clock
 * @param {number} [skew] ms by which the server's clock is ahead
 * @returns {Standing}
 */
export function standing({me, profile, coolUntil}, now, skew = 0) {
  if (!me) return {why: "", left: 0};
  const muted = secondsUntil(me.muted_until, now + skew);
  if (muted > 0) return {why: "muted", left: muted};
  const bound = !me.moderator;
  if (bound && profile?.muted_all) return {why: "muted_all", left: Infinity};
  if (bound && profile?.followers_only && !me.follows) return {why: "followers_only", left: Infinity};
  // The word "may not speak" of a mute that has run out since is an old one.
  if (!me.may_speak && !me.muted_until) return {why: "not_allowed", left: Infinity};
  const cooling = Math.ceil((coolUntil - now) / 1000);
  return cooling > 0 ? {why: "slow", left: cooling} : {why: "", left: 0};
}

function secondsUntil(until, now) {
  if (!until) return 0;
  return until === "forever" ? Infinity : Math.ceil((Date.parse(until) - now) / 1000);
}

/** 4:05, or 1:00:00. @param {number} seconds */
export function clock(seconds) {
  const two = (value) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
