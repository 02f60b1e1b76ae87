/** Everybody on the stage in their order, with what of them can be heard and seen. No page here. */
import {OWN} from "footlight/stage";

/**
 * The host first, then this page's own picture, then the others by their seats.
 * @param {import("./show.js").Show} show
 * @param {import("./client/comic-state.js").Seating} seating
 * @param {object | null} own the stay this page sends, as far as it is to be shown here
 * @returns {import("./tile.js").Who[]}
 */
export function peopleOf(show, seating, own = null) {
  const seats = new Map(seating.list.users.map((seat) => [seat.person.uid, seat]));
  const others = show.others().map((stay) => ({...stay, ...devicesOf(seats.get(stay.person?.uid))}));
  const there = own ? [...others, {...own, sid: OWN, ...devicesOf(seats.get(own.person.uid))}] : others;
  const rank = (who) => (who.host ? -2 : who.sid === OWN ? -1 : (who.number ?? 99));
  return there.sort((a, b) => rank(a) - rank(b));
}

function devicesOf(seat) {
  if (!seat) return {};
  const {mic, camera, mic_held: micHeld, camera_held: cameraHeld, number} = seat;
  return {mic: mic && !micHeld, camera: camera && !cameraHeld, micHeld, cameraHeld, number};
}
