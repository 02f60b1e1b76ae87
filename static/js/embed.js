/** The page inside a frame of somebody else's: one show, its chat, and whoever the page around it vouches for. */
import {ChatStore} from "footlight/chat";
import {mountChat} from "footlight/chat-panel";
import {Seating} from "footlight/client/comic-state";
import {Door} from "footlight/door";
import {on, pageData, showFor, write} from "footlight/dom";
import {Around} from "footlight/embed-around";
import {mountDelay} from "footlight/hls-chip";
import {Delivery} from "footlight/hls-delivery";
import {gettext, interpolate, number} from "footlight/i18n";
import {keepFor} from "footlight/kept";
import {aMinute} from "footlight/meter";
import {peopleOf} from "footlight/on-stage";
import {mountPlayerBar} from "footlight/player-bar";
import {rest} from "footlight/rest";
import {Show} from "footlight/show";
import {Stage} from "footlight/stage";
import {endOf, SENDING, stageState, UNPAID} from "footlight/stage-state";
import {Watcher} from "footlight/watching";

const FULL = 10_000; // ms until a full house is asked again

const page = pageData();
const root = document.getElementById("stage");
const side = document.querySelector(".embed-side");
const stage = new Stage(root);
const around = new Around(page.origins);
const door = new Door({ticket: page.ticket, getUserSig: freshOne});
/** @type {Show | null} */ let show = null;
/** @type {Delivery | null} */ let delivery = null;
/** @type {Seating | null} */ let seating = null;
/** @type {{uid: string} | null} */ let me = null;
let ended = page.gate;
let welcomed = false;

mountPlayerBar(stage, root);
stage.on("picture", draw);
door.on("expiring", () => around.say("footlight.token_expiring"));
around.on("login", ({usersig}) => signIn(usersig));
around.on("logout", signOut);
on("watch-here", enter);
if (!page.gate) begin(page.gid, page.snapshot);
around.say("footlight.ready", {cid: page.cid});
draw();

function begin(gid, snapshot) {
  show = new Show(page.cid, page.chat ? gid : null, {door});
  show.begin(snapshot);
  const watcher = "RTCPeerConnection" in window ? new Watcher(show) : null;
  delivery = new Delivery({show, stage, root, watcher, cid: page.cid, door});
  mountDelay(delivery, root);
  seating = new Seating(show.room);
  if (side) side.hidden = !show.chat;
  follow(show);
  if (show.chat) followChat(show.chat);
  followMedia(watcher);
  show.open();
}

function follow({room}) {
  room.on("room.snapshot", () => {
    [welcomed, ended] = [true, ""];
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
    draw();
  });
  addEventListener("pageshow", ({persisted}) => persisted && location.reload());
}

function followChat(chat) {
  const store = new ChatStore();
  store.follow(chat);
  mountChat(side, store, chat);
}

function followMedia(watcher) {
  watcher?.on("streams", (streams) => stage.setStreams(streams));
  watcher?.on("closing", () => stage.freeze());
  delivery.on("change", draw);
}

/** Whoever was let in goes on under a fresh UserSig without a break; anybody else comes in anew. */
async function signIn(usersig) {
  try {
    const person = await rest("GET", "users/me/", undefined, {door: new Door({usersig})});
    if (me?.uid === person.uid) return door.refresh(usersig);
    me = person;
    keepFor(me.uid);
    door.become(usersig);
    await enter();
  } catch (error) {
    around.say("footlight.refused", {code: error.code ?? "error"});
  }
  draw();
}

/** Of the same person; the page around may have signed somebody else in meanwhile. */
async function freshOne() {
  const usersig = await around.ask();
  const person = usersig && (await rest("GET", "users/me/", undefined, {door: new Door({usersig})}).catch(() => null));
  if (person && person.uid === me?.uid) return usersig;
  if (person) signIn(usersig);
  return "";
}

function signOut() {
  me = null;
  door.become("");
  draw();
}

/** Opens what is shut; what is open follows the door by itself. */
async function enter() {
  if (!show) {
    const channel = await rest("GET", `channels/${encodeURIComponent(page.cid)}/`, undefined, {door}).catch((error) => error);
    if (channel instanceof Error) return end(channel.code);
    ended = "";
    return begin(channel.gid, null);
  }
  for (const line of [show.room, show.chat]) if (line?.state === "ended") line.open();
}

function end(why) {
  if (SENDING.includes(why) || why === "closed") return;
  ended = why === "signed_out" ? "login" : endOf(why, me);
  delivery?.stop();
  if (UNPAID[why]) {
    stage.clear();
    write("toll", interpolate(gettext("This show costs %(price)s."), {price: aMinute(show?.channel?.price ?? 0)}));
  }
  if (ended === "full") setTimeout(() => show.room.open(), FULL * (0.9 + Math.random() * 0.2));
  draw();
}

function draw() {
  const state = show?.channel || ended ? stageState({ended, welcomed, show, stage, delivery}) : "connecting";
  stage.show(state);
  root.dataset.line = show?.room.state ?? "";
  for (const part of document.querySelectorAll("[data-signed]")) part.hidden = (part.dataset.signed === "in") !== Boolean(me);
  const channel = show?.channel;
  around.tell({cid: page.cid, state, title: channel?.title ?? "", viewers: channel?.viewers ?? 0, signed_in: me?.uid ?? null});
  if (!channel) return;
  stage.setPeople(peopleOf(show, seating));
  showFor(document, "data-air", channel.state);
  write("viewers", number(channel.viewers ?? 0));
  write("title", channel.title);
  for (const badge of document.querySelectorAll("[data-priced]")) badge.hidden = !channel.price;
  if (channel.price) write("price", aMinute(channel.price));
}
