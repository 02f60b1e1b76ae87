/** The page where a show is seen again: its film, and what was said, at the second at which it was said. */
import {Blocked} from "footlight/blocked";
import {ChatLog} from "footlight/chat-log";
import {mountDanmaku} from "footlight/danmaku-settings";
import {on, pageData, write} from "footlight/dom";
import {keepFor} from "footlight/kept";
import {Film} from "footlight/film";
import {mountFilmBar} from "footlight/film-bar";
import {gettext} from "footlight/i18n";
import {ReplayChat} from "footlight/replay-chat";
import {rest} from "footlight/rest";
import {mountShare} from "footlight/share";

const AGAIN = 3_000; // ms until a film that is being made is asked about again
const page = pageData();
const root = document.getElementById("stage");
const video = document.getElementById("film");

keepFor(page.me?.uid);
mountShare();
if (video) play();
else if (["recording", "processing"].includes(page.state)) setTimeout(ask, AGAIN);

function play() {
  const film = new Film(video);
  mountFilmBar(film, root);
  const chat = new ReplayChat(page.rid);
  const blocked = new Blocked();
  const side = document.querySelector(".replay-side");
  if (page.gid) new ChatLog(side, chat, blocked);
  mountDanmaku(root, chat, blocked);
  if (page.gid) follow(film, chat);
  film.on("playing", (playing) => hold(!playing));
  film.on("state", (state) => {
    root.dataset.stage = state;
    for (const overlay of root.querySelectorAll(".overlay")) overlay.hidden = overlay.dataset.when !== state;
  });
  on("again", () => film.again(), root);
  navigator.mediaSession && (navigator.mediaSession.metadata = new MediaMetadata({title: page.title, artist: page.host.nick}));
}

function follow(film, chat) {
  film.on("moved", (second) => chat.seek(second));
  film.on("second", (second) => chat.reach(second));
  chat.on("line", (lost) => write("chat-line", lost ? gettext("The chat is not reachable") : ""));
  chat.seek(film.second);
}

/** What flies over the picture stands still with it. */
function hold(still) {
  for (const flight of root.querySelector(".danmaku").getAnimations({subtree: true})) still ? flight.pause() : flight.play();
}

/** Asks how far it is; when that is another matter altogether, the page is another. */
async function ask() {
  const recording = await rest("GET", `recordings/${page.rid}/`).catch((refusal) => ({state: refusal.code === "offline" ? page.state : ""}));
  if (recording.state !== page.state) return location.reload();
  for (const bar of root.querySelectorAll("progress")) bar.value = recording.progress ?? bar.value;
  if (recording.progress !== undefined) write("progress", `${recording.progress} %`);
  setTimeout(ask, AGAIN);
}

