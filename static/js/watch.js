/** The watch page. One action opens presence, media and chat; everything after that comes by itself. */
import {mountBoard} from "footlight/board-canvas";
import {mountCalls} from "footlight/call-button";
import {ChatStore} from "footlight/chat";
import {mountChat} from "footlight/chat-panel";
import IM from "footlight/client/im";
import {mountCoMic} from "footlight/comic-watch";
import {mountDanmaku} from "footlight/danmaku-settings";
import {clockSkew, on, pageData, showFor, write} from "footlight/dom";
import {mountFollow} from "footlight/follow";
import {mountGifts, mountTopUpSheet} from "footlight/gifts";
import {mountLikes} from "footlight/hearts";
import {mountDelay} from "footlight/hls-chip";
import {Delivery} from "footlight/hls-delivery";
import {duration, number} from "footlight/i18n";
import {keepFor} from "footlight/kept";
import {mountLetters} from "footlight/letters";
import {mountModeration} from "footlight/moderation";
import {mountPlayerBar} from "footlight/player-bar";
import {Purse} from "footlight/purse";
import {mountPurse} from "footlight/purse-chip";
import {mountRanking} from "footlight/ranking";
import {mountShare} from "footlight/share";
import {openShow} from "footlight/show";
import {Stage} from "footlight/stage";
import {SENDING, UNPAID, endOf, stageState} from "footlight/stage-state";
import {Toll} from "footlight/toll";
import {Watcher} from "footlight/watching";

const FULL = 10_000; // ms until a full house is asked again
const page = pageData();
const root = document.getElementById("stage");
const stage = new Stage(root);
const skew = clockSkew();
const purse = new Purse(mountPurse.written());
let ended = page.gate; // what keeps this person out; "" while nothing does
let welcomed = false; // the room was open once

mountPlayerBar(stage, root);
// A host who looks at their own show would hear themself, and the microphone would hear it too.
if (page.me && page.me.uid === page.snapshot?.channel.owner.uid) stage.setSound({muted: true});
mountShare();
mountPurse(purse);
mountTopUpSheet(purse);
const show = ended ? null : openShow(page.cid, page.gid, {snapshot: page.snapshot});
const toll = show && new Toll(show, purse, page.cid, skew);
const watcher = show && "RTCPeerConnection" in window ? new Watcher(show) : null;
const delivery = show && new Delivery({show, stage, root, watcher, cid: page.cid});
const comic = show && mountCoMic({show, stage, root, cid: page.cid, skew});
if (show) {
  follow(show);
  mountLetters(show.room);
}
if (delivery) mountDelay(delivery, root);
if (watcher) mountCalls({show, stage, purse, page, skew});
draw();

function follow({room, chat}) {
  if (chat) followChat(chat);
  room.on("room.snapshot", () => {
    welcomed = true;
    ended = "";
    draw();
  });
  room.on("kicked", ({reason}) => end(reason));
  room.on("state", (state, {why}) => {
    if (state === "ended") end(why);
    draw();
  });
  show.on("feeds", () => delivery.start());
  show.on("change", () => {
    if (!show.others().length) {
      delivery.stop();
      stage.clear();
    }
    comic.draw();
    draw();
  });
  followMedia();
  on("watch-here", () => {
    room.open();
    if (chat?.state === "ended") chat.open();
  });
  setInterval(drawTimer, 1000);
  // A page taken out of the back-forward cache has dead sockets and an old state.
  addEventListener("pageshow", ({persisted}) => persisted && location.reload());
}

function followChat(chat) {
  keepFor(page.me?.uid);
  const store = new ChatStore();
  store.follow(chat);
  IM.create({SDKAppID: 0}).attach(page.gid, chat, store);
  mountBoard(root, chat);
  const {blocked, deeds} = mountChat(document.querySelector(".watch-side"), store, chat);
  const look = mountDanmaku(root, store, blocked);
  mountGifts({stage: root, cid: page.cid, store, blocked, purse, look});
  mountRanking(page.cid, store);
  mountLikes(store, chat, root);
  mountFollow(page.cid, store, page.follows);
  mountModeration(store, deeds);
}

function followMedia() {
  watcher?.on("streams", (streams) => {
    stage.setStreams(streams);
    comic.listen();
  });
  watcher?.on("closing", () => stage.freeze());
  delivery.on("change", draw);
  stage.on("picture", () => {
    root.dataset.firstPicture ??= Math.round(performance.now()); // ms after the click that led here
    draw();
  });
}

function end(why) {
  if (why === "signed_out") return location.reload();
  if (SENDING.includes(why)) return;
  ended = endOf(why, page.me);
  delivery?.stop();
  if (UNPAID[why]) {
    stage.clear();
    toll.shut(why);
  }
  if (ended === "full") setTimeout(() => show.room.open(), FULL * (0.9 + Math.random() * 0.2));
  draw();
}

function draw() {
  stage.show(stageState({ended, welcomed, show, stage, delivery}));
  root.dataset.line = show?.room.state ?? "";
  const channel = show?.channel;
  if (!channel) return;
  showFor(document, "data-air", channel.state);
  for (const chip of document.querySelectorAll("[data-recorded]")) chip.hidden = !channel.show?.recorded;
  write("viewers", number(channel.viewers ?? 0));
  write("title", channel.title);
  const onAir = channel.state === "live" || channel.state === "lost";
  document.title = `${onAir ? "● " : ""}${channel.title} · Footlight`;
  for (const face of document.querySelectorAll(".host-line .avatar")) face.classList.toggle("is-live", onAir);
  drawTimer();
  drawSession(channel);
}

function drawTimer() {
  const since = show.channel?.show?.started_at;
  for (const badge of document.querySelectorAll("[data-timer]")) badge.hidden = !since;
  if (since) write("timer", duration(Date.now() + skew - Date.parse(since)));
}

/** What the lock screen and the media keys say. */
function drawSession({title, owner, cover}) {
  if (!("mediaSession" in navigator) || navigator.mediaSession.metadata?.title === title) return;
  const artwork = cover ? [{src: cover}] : [];
  navigator.mediaSession.metadata = new MediaMetadata({title, artist: owner.nick, artwork});
}
