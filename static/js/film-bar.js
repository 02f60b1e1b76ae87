/** The bar of a film, and its keys: space, arrows, M and F. */
import {acts, on, write} from "footlight/dom";
import {duration} from "footlight/i18n";
import {keep, kept} from "footlight/kept";
import {mountWindows} from "footlight/player-bar";

const STEP = 5; // seconds that an arrow goes
const LOUDER = 0.1;
const [VOLUME, SPEED] = ["volume", "film-speed"];

/** @param {import("./film.js").Film} film @param {HTMLElement} root the .stage */
export function mountFilmBar(film, root) {
  mountPlay(film, root);
  mountSeek(film, root);
  mountSound(film, root);
  mountSpeed(film, root);
  mountWindows({mainVideo: () => film.video}, root);
  document.addEventListener("keydown", (event) => press(film, event, root));
}

function mountPlay(film, root) {
  const [play] = acts("play", root);
  const [begin] = acts("begin", root);
  const draw = () => {
    play.setAttribute("aria-pressed", String(!film.playing));
    if (film.playing) begin.hidden = true;
  };
  for (const button of [play, begin, film.video]) button.addEventListener("click", () => film.toggle());
  film.on("playing", draw);
}

function mountSeek(film, root) {
  const range = root.querySelector(".seek");
  let held = false; // while somebody drags it, the film does not
  const draw = (second = film.second) => {
    range.max = String(film.length || range.max);
    if (!held) range.value = String(second);
    range.style.setProperty("--at", `${(Number(range.value) / Number(range.max || 1)) * 100}%`);
    range.setAttribute("aria-valuetext", duration(Number(range.value) * 1000));
    write("at", duration(Number(range.value) * 1000), root);
    write("length", duration(Number(range.max) * 1000), root);
  };
  range.addEventListener("input", () => ((held = true), draw()));
  range.addEventListener("change", () => {
    film.go(Number(range.value));
    held = false;
  });
  for (const news of ["second", "moved", "length", "playing"]) film.on(news, () => draw());
  draw();
}

function mountSound(film, root) {
  const range = root.querySelector(".volume");
  const [mute] = acts("mute", root);
  const draw = () => {
    mute.setAttribute("aria-pressed", String(film.sound === 0));
    range.value = String(Math.round(film.sound * 100));
    range.style.setProperty("--at", `${range.value}%`);
  };
  film.setSound({volume: Number(kept(VOLUME, 100)) / 100});
  film.on("sound", draw);
  mute.addEventListener("click", () => silence(film));
  range.addEventListener("input", () => {
    film.setSound({volume: Number(range.value) / 100, muted: false});
    keep(VOLUME, Number(range.value));
  });
  draw();
}

const silence = (film) => film.setSound({muted: film.sound > 0, volume: film.video.volume || 1});

function mountSpeed(film, root) {
  const select = root.querySelector(".speed");
  const set = () => film.setSpeed(Number(select.value));
  select.value = kept(SPEED, "1");
  if (!select.value) select.value = "1";
  select.addEventListener("change", () => (keep(SPEED, select.value), set()));
  film.on("length", set); // a film that is loaded begins at its own speed
  set();
}

const KEYS = {
  " ": (film) => film.toggle(),
  k: (film) => film.toggle(),
  ArrowLeft: (film) => film.go(film.second - STEP),
  ArrowRight: (film) => film.go(film.second + STEP),
  ArrowUp: (film) => film.setSound({volume: Math.min(1, film.sound + LOUDER), muted: false}),
  ArrowDown: (film) => film.setSound({volume: Math.max(0, film.sound - LOUDER)}),
  Home: (film) => film.go(0),
  End: (film) => film.go(film.length),
  m: silence,
  f: (film, root) => acts("fullscreen", root)[0].click(),
};

/** Keys that mean something where the focus is keep that meaning. */
function press(film, event, root) {
  const does = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!does || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input:not(.seek), select, textarea, dialog[open], [popover], .chat")) return;
  if (event.target.closest("button, a, .seek") && (event.key === " " || event.target.matches(".seek"))) return;
  event.preventDefault();
  does(film, root);
}
