/** What stands on one tile of the stage besides the picture: who it is, and what of them cannot be seen or heard. */
import {copyOf} from "footlight/dom";
import {faceOf} from "footlight/faces";

/**
 * @typedef {object} Who
 * @property {string} sid the feed, or "own" for what this page sends
 * @property {{uid: string, nick: string, avatar: string} | null} person
 * @property {boolean} host
 * @property {string} state of the stay
 * @property {boolean} [mic] @property {boolean} [camera] off where false
 * @property {boolean} [micHeld] @property {boolean} [cameraHeld] it is the host's hand that holds it
 * @property {number | null} [number] the seat
 */

/** @param {string} [feed] none where it shows no feed of its own */
export function newTile(feed) {
  const root = copyOf("tile");
  const tile = {root, video: root.querySelector("video"), audio: root.querySelector("audio"), still: root.querySelector("canvas")};
  if (feed) root.dataset.feed = tile.video.dataset.feed = tile.audio.dataset.feed = feed;
  tile.video.addEventListener("resize", () => {
    root.dataset.shape = tile.video.videoWidth >= tile.video.videoHeight ? "wide" : "tall";
  });
  return tile;
}

/** @param {HTMLElement} root @param {Who | undefined} who */
export function dress(root, who) {
  const {mic = true, camera = true, state = "up"} = who ?? {};
  root.querySelector(".cut").textContent = who?.person?.nick ?? "";
  root.querySelector(".badge-host").hidden = !who?.host;
  root.querySelector(".tile-muted").hidden = mic;
  root.querySelector(".tile-gone").hidden = state !== "lost";
  root.toggleAttribute("data-dark", !camera);
  root.toggleAttribute("data-gone", state === "lost");
  drawFace(root.querySelector(".tile-face"), camera ? null : who);
}

/** Where there is no picture, a face; drawn anew only for somebody else. */
function drawFace(place, who) {
  place.hidden = !who;
  if (!who || place.dataset.uid === who.person?.uid) return;
  place.dataset.uid = who.person?.uid ?? "";
  place.replaceChildren(faceOf(who.person, "avatar-xl"));
}
