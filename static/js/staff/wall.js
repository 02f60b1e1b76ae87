/** The live wall: players for the shows that are on the screen; shows that begin and end come and go by themselves. */
import {WallPlayer} from "footlight/staff/wall-player";
import {watchThumbs} from "footlight/thumbs";

const AGAIN = 15_000; // ms
const wall = document.getElementById("wall");
const players = new Map(); // cid -> {article, player}

const eyes = new IntersectionObserver((seen) => {
  for (const {target, isIntersecting} of seen) {
    const player = players.get(target.dataset.cid)?.player;
    if (isIntersecting && !document.hidden) player?.start();
    else player?.stop();
  }
});

function add(article) {
  const {cid} = article.dataset;
  const player = new WallPlayer(article.querySelector(".player"), cid);
  const sound = article.querySelector("[data-sound]");
  sound.addEventListener("click", () => hear(sound.getAttribute("aria-pressed") === "true" ? "" : cid));
  players.set(cid, {article, player, sound});
  eyes.observe(article);
}

/** One show is heard at a time. @param {string} cid "" for silence */
function hear(cid) {
  for (const [other, {player, sound}] of players) {
    player.setSound(other === cid);
    sound.setAttribute("aria-pressed", String(other === cid));
  }
}

function remove(cid) {
  const {article, player} = players.get(cid);
  eyes.unobserve(article);
  player.stop();
  article.remove();
  players.delete(cid);
}

async function refresh() {
  if (document.hidden) return;
  const answer = await fetch(location.href).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("wall");
  if (!page) return location.reload(); // signed out meanwhile
  const fresh = new Map([...page.querySelectorAll("[data-cid]")].map((article) => [article.dataset.cid, article]));
  for (const cid of [...players.keys()]) if (!fresh.has(cid)) remove(cid);
  for (const [cid, article] of fresh) {
    const known = players.get(cid)?.article;
    if (!known) {
      wall.append(article);
      add(article);
      watchThumbs();
    } else if (!known.contains(document.activeElement)) {
      known.querySelector("[data-facts]").replaceWith(article.querySelector("[data-facts]"));
    }
  }
  wall.querySelector("[data-empty]")?.remove();
  if (!fresh.size) wall.append(page.querySelector("[data-empty]"));
}

document.addEventListener("visibilitychange", () => {
  for (const {article, player} of players.values()) {
    player.stop();
    eyes.unobserve(article);
    if (!document.hidden) eyes.observe(article);
  }
});

for (const article of wall.querySelectorAll("[data-cid]")) add(article);
setInterval(refresh, AGAIN);
