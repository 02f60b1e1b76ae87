/** "On stage with ...": who sits on the mic, for everybody who watches. */
import {seatsWords} from "footlight/comic-words";
import {copyOf, write} from "footlight/dom";
import {faceOf} from "footlight/faces";

/** @param {import("./client/comic-state.js").Seating} seating */
export function mountSeated(seating) {
  const panel = document.getElementById("seated");
  if (!panel) return;
  seating.on("change", () => draw(panel, seating.list));
}

function draw(panel, {users, size}) {
  write("seats", seatsWords(users.length, size), panel);
  drawSeats(panel.querySelector(".lamps"), users.length, size);
  const rows = users.map((seat) => {
    const row = copyOf("seated-row");
    row.prepend(faceOf(seat.person));
    row.querySelector(".cut").textContent = seat.person.nick;
    row.querySelector("[data-mic=off]").hidden = seat.mic && !seat.mic_held;
    row.querySelector("[data-mic=on]").hidden = !seat.mic || seat.mic_held;
    return row;
  });
  panel.querySelector(".seated").replaceChildren(...rows);
}

/** One lamp for each seat, lit where somebody sits. @param {HTMLElement} lamps @param {number} taken @param {number} size */
export function drawSeats(lamps, taken, size) {
  while (lamps.children.length > size) lamps.lastElementChild.remove();
  while (lamps.children.length < size) lamps.append(Object.assign(document.createElement("i"), {className: "lamp"}));
  [...lamps.children].forEach((lamp, place) => lamp.classList.toggle("is-lit", place < taken));
  lamps.setAttribute("aria-label", seatsWords(taken, size));
}
