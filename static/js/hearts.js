/** Likes on the page: the button, its figure, the hearts that rise, and the double tap on the picture of a phone. */
import {acts, toast, write} from "footlight/dom";
import {gettext, number} from "footlight/i18n";
import {Likes} from "footlight/likes";

const FEW = 6; // hearts at once for what others gave
const SPREAD = 1_800; // ms over which those rise
const DOUBLE = 300; // ms between the two taps
const NEAR = 40; // px between them
const PULSE = [{transform: "scale(1)"}, {transform: "scale(1.3)"}, {transform: "scale(1)"}];

const still = matchMedia("(prefers-reduced-motion: reduce)");

/**
 * @param {import("./chat.js").ChatStore} store
 * @param {import("./socket.js").Connection} connection
 * @param {HTMLElement} stage the picture
 */
export function mountLikes(store, connection, stage) {
  const likes = new Likes(store, connection);
  const buttons = acts("like");
  const give = (x, y) => {
    if (!store.me?.uid) return toast(gettext("Sign in to like the show."));
    likes.tap();
    heart(x, y);
  };
  likes.on("change", (shown) => write("likes", number(shown)));
  likes.on("others", (count) => shower(stage, Math.min(count, FEW)));
  for (const button of buttons) {
    button.addEventListener("click", () => {
      const {left, width, top} = button.getBoundingClientRect();
      give(left + width / 2, top);
      if (!still.matches) button.querySelector(".icon").animate(PULSE, 240);
    });
  }
  doubleTap(stage, give);
}

function doubleTap(stage, does) {
  let last = null;
  stage.addEventListener("pointerup", (event) => {
    if (event.pointerType !== "touch" || event.target.closest("button, input, a")) return;
    const twice = last && event.timeStamp - last.timeStamp < DOUBLE && Math.hypot(event.clientX - last.clientX, event.clientY - last.clientY) < NEAR;
    last = twice ? null : event;
    if (twice) does(event.clientX, event.clientY);
  });
}

/** Others' hearts rise at the corner of the picture, one after the other. */
function shower(stage, count) {
  if (still.matches || document.hidden) return;
  for (let place = 0; place < count; place++) {
    setTimeout(() => {
      const {right, bottom} = stage.getBoundingClientRect();
      heart(right - 40 - Math.random() * 40, bottom - 70);
    }, (SPREAD / count) * place);
  }
}

/** One heart that rises from a place in the window and fades. */
function heart(x, y) {
  const layer = document.getElementById("hearts");
  if (still.matches || !layer) return;
  const one = layer.querySelector("template").content.firstElementChild.cloneNode(true);
  one.style.left = `${x}px`;
  one.style.top = `${y}px`;
  layer.append(one);
  const drift = Math.random() * 60 - 30;
  const turn = Math.random() * 40 - 20;
  const path = [
    {opacity: 0, transform: "translate(-50%, 0) scale(.4)"},
    {opacity: 1, transform: `translate(calc(-50% + ${drift / 3}px), -40px) rotate(${turn / 2}deg) scale(1.1)`, offset: 0.25},
    {opacity: 0, transform: `translate(calc(-50% + ${drift}px), -150px) rotate(${turn}deg) scale(.9)`},
  ];
  one.animate(path, {duration: 1500 + Math.random() * 500, easing: "ease-out"}).finished.then(() => one.remove());
}
