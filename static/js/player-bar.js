/** The buttons on the stage: play, sound, layouts, picture in picture, theatre and full screen. */
import {acts, on} from "footlight/dom";
import {keep, kept} from "footlight/kept";
import {mountLayouts} from "footlight/layouts";

const VOLUME = "volume";
const IDLE = 3_000; // ms without a move until the bar hides in full screen

/**
 * @param {import("./stage.js").Stage} stage
 * @param {HTMLElement} root the .stage
 */
export function mountPlayerBar(stage, root) {
  mountSound(stage, root);
  mountLayouts(stage, root);
  mountWindows(stage, root);
  on("play", ({currentTarget}) => {
    stage.setPaused(!stage.paused);
    press(currentTarget, stage.paused);
  });
}

const press = (button, pressed) => button.setAttribute("aria-pressed", String(pressed));

function mountSound(stage, root) {
  const range = root.querySelector(".volume");
  const [mute] = acts("mute", root);
  const [tap] = acts("sound", root);
  stage.setSound({volume: Number(kept(VOLUME, 100)) / 100});
  const draw = () => {
    const silent = stage.muted || stage.volume === 0;
    press(mute, silent);
    range.value = String(silent ? 0 : Math.round(stage.volume * 100));
    range.style.setProperty("--at", `${range.value}%`);
    tap.hidden = !stage.blocked;
    root.dataset.sound = stage.blocked ? "blocked" : silent ? "muted" : "on";
  };
  stage.on("sound", draw);
  draw();
  mute.addEventListener("click", () => {
    const silent = stage.muted || stage.volume === 0;
    stage.setSound({muted: !silent, volume: silent && stage.volume === 0 ? 1 : stage.volume});
  });
  range.addEventListener("input", () => {
    stage.setSound({muted: false, volume: Number(range.value) / 100});
    keep(VOLUME, Number(range.value));
  });
  tap.addEventListener("click", () => stage.setSound({muted: false}));
}

/** @param {{mainVideo: () => HTMLVideoElement | null}} stage @param {HTMLElement} root */
export function mountWindows(stage, root) {
  const [pip] = acts("pip", root);
  const [full] = acts("fullscreen", root);
  const [theatre] = acts("theatre", root);
  const [fit] = acts("fit");
  pip.hidden = !document.pictureInPictureEnabled;
  pip.addEventListener("click", async () => {
    if (document.pictureInPictureElement) await document.exitPictureInPicture();
    else await stage.mainVideo()?.requestPictureInPicture().catch(() => {}); // no picture yet
  });
  theatre?.addEventListener("click", () => press(theatre, document.querySelector(".watch").classList.toggle("is-theatre")));
  fit?.addEventListener("click", () => press(fit, root.toggleAttribute("data-whole")));
  full.addEventListener("click", () => toggleFullscreen(stage, root));
  document.addEventListener("fullscreenchange", () => press(full, document.fullscreenElement === root));
  hideWhenIdle(root);
}

async function toggleFullscreen(stage, root) {
  if (document.fullscreenElement) return document.exitFullscreen();
  if (root.requestFullscreen) return root.requestFullscreen();
  return stage.mainVideo()?.webkitEnterFullscreen?.(); // iPhones give the whole screen to a video only
}

function hideWhenIdle(root) {
  let timer = 0;
  const wake = () => {
    clearTimeout(timer);
    root.removeAttribute("data-idle");
    timer = setTimeout(() => root.toggleAttribute("data-idle", document.fullscreenElement === root), IDLE);
  };
  for (const event of ["pointermove", "pointerdown", "keydown"]) root.addEventListener(event, wake);
  document.addEventListener("fullscreenchange", wake);
}
