/** What stands over the picture, and why. No page here. */

/** Why the room is shut, where it is for money -> what stands over the picture. */
export const UNPAID = {no_balance: "no_balance", insufficient_balance: "no_balance", preview_over: "preview_over"};

/** Why a connection was ended -> what stands over the picture. */
const ENDS = {
  ...UNPAID,
  elsewhere: "elsewhere",
  full: "full",
  removed: "removed",
  banned: "removed",
  banned_here: "removed",
  login_required: "login",
  channel_closed: "closed",
  channel_deleted: "gone",
  not_found: "gone",
  protocol: "broken",
};

/** What concerns whoever sends, or that we closed it ourselves. */
export const SENDING = ["show_ended", "right_taken", "seat_left", "seat_removed", "closed"];

/** @param {string} why a connection was ended @param {object | null} me whoever is signed in */
export const endOf = (why, me) => ENDS[why] ?? (me ? "not_allowed" : "login");

/**
 * The first that applies, from the door inwards.
 * @param {object} page
 * @param {string} page.ended what keeps this person out; "" while nothing does
 * @param {boolean} page.welcomed the room was open once
 * @param {import("./show.js").Show} page.show
 * @param {import("./stage.js").Stage} page.stage
 * @param {import("./hls-delivery.js").Delivery | null} page.delivery
 * @returns {string} a `data-when` of the overlays
 */
export function stageState({ended, welcomed, show, stage, delivery}) {
  if (ended) return ended;
  if (!delivery.possible) return "unsupported";
  const {flows} = delivery;
  if (show.room.state !== "open" && !flows) return welcomed ? "reconnecting" : "connecting";
  const air = show.channel.state;
  if (air === "idle") return "offline";
  if (air === "live" && show.sending && !show.others().length) return "live"; // alone on the stage, one's own picture aside
  if (show.channel.frozen && ["live", "lost"].includes(air)) return "frozen";
  if (air === "live") return flows ? "live" : stage.hasPicture() ? "interrupted" : "connecting";
  return air === "deleted" ? "gone" : air; // lost, away, closed
}
