/** The studio: a host sees themself, goes on the air, stays there through reloads and lost networks, and ends it. */
import {mountBoard} from "footlight/board-canvas";
import {HostCalls} from "footlight/call-host";
import {ChatStore} from "footlight/chat";
import {mountChat} from "footlight/chat-panel";
import IM from "footlight/client/im";
import {mountCoMicStudio} from "footlight/comic-studio";
import {acts, clockSkew, on, pageData, showFor, toast, write} from "footlight/dom";
import {Earnings} from "footlight/earnings";
import {mountLikes} from "footlight/hearts";
import {mountHouseTold} from "footlight/house-told";
import {mountLetters} from "footlight/letters";
import {duration, gettext, interpolate, ngettext, number} from "footlight/i18n";
import {keepFor} from "footlight/kept";
import {mountModeration} from "footlight/moderation";
import {Publisher} from "footlight/publishing";
import {Purse} from "footlight/purse";
import {mountPurse} from "footlight/purse-chip";
import {mountRanking} from "footlight/ranking";
import {mountShare} from "footlight/share";
import {rest} from "footlight/rest";
import {openShow} from "footlight/show";
import {Devices} from "footlight/studio-devices";
import {byEncoder, mountEncoder} from "footlight/studio-encoder";
import {mountHealth} from "footlight/studio-health";

const page = pageData();
const root = document.getElementById("studio");
const stage = document.getElementById("stage");
const dialog = document.getElementById("end");
const skew = clockSkew();
/** Why the server keeps this page off the air -> what stands over the picture; any other reason is its own name. */
const ENDS = {
  no_upload_right: "right_taken",
  not_allowed: "right_taken",
  not_found: "channel_deleted",
  seats_full: "full",
  protocol: "broken",
  insufficient_balance: "no_balance",
};
/** What ends the sending and leaves the studio open. */
const OFF_THE_AIR = ["show_ended", "seat_left", "seat_removed"];
/** This tab was on the air: after a reload it goes on without asking, a second tab does not. */
const MARK = `footlight.air.${page.cid}`;

const supported = "RTCPeerConnection" in window;
const show = openShow(page.cid, page.gid, {asHost: true, snapshot: page.snapshot});
const publisher = new Publisher(show);
const devices = new Devices();
let ended = supported ? "" : "unsupported"; // what keeps this page off the air
let resuming = false;
let wasUp = false; // this show has been on the air from here
let taking = false; // the host brings the show here from an encoder
let left = ""; // the stay that was ended here: what is still heard of it must not bring it back
let last = null; // the show's figures, for the word at its end

const here = () => sessionStorage.getItem(MARK) !== null || (show.mine()?.state === "lost" && !byEncoder(show.mine()));
const calls = new HostCalls({show, publisher, devices, page, skew, here});
const purse = new Purse(mountPurse.written());
const onAir = () => publisher.wanted || calls.away || ended === "encoder";
const earnings = new Earnings(page.cid, purse, onAir);

mountPurse(purse);
purse.follow(show.room);
show.room.on("room.snapshot", ({me}) => me.balance !== undefined && purse.set(me.balance));
mountShare();
mountHealth(() => publisher.pc);
mountHouseTold(show, page.cid);
mountEncoder(show, page.cid);
mountLetters(show.room);
if (supported) mountCoMicStudio(show, {root: stage, cid: page.cid, skew, encoded: (track) => devices.showInstead(track)});
if (show.chat) {
  keepFor(page.me?.uid);
  const store = new ChatStore();
  store.follow(show.chat);
  IM.create({SDKAppID: 0}).attach(page.gid, show.chat, store);
  mountBoard(stage, show.chat);
  const {deeds} = mountChat(document.getElementById("chat"), store, show.chat);
  mountLikes(store, show.chat, stage);
  mountModeration(store, deeds);
  earnings.follow(store);
  mountRanking(page.cid, store);
}

// ---- Going on the air and off it ----

function goLive() {
  taking = wasUp = false;
  say("");
  send();
}

function send() {
  ended = "";
  sessionStorage.setItem(MARK, "yes");
  publisher.tracks = devices.sending();
  publisher.quality = devices.quality;
  publisher.start();
  draw();
}

/** @param {{tell?: boolean}} options `tell` is off when the server ended it */
function goOff({tell = true} = {}) {
  sessionStorage.removeItem(MARK);
  resuming = false;
  if (publisher.wanted) {
    sayTheEnd();
    earnings.end();
  }
  left = show.mine()?.sid ?? "";
  publisher.stop({tell});
  draw();
}

on("go-live", goLive);
on("go-live-here", () => {
  taking = resuming = true;
  ended = "";
  if (show.room.state === "open") resumeWhenReady();
  else show.room.open();
  draw();
});
on("end", () => {
  const viewers = show.channel.viewers ?? 0;
  const text = ngettext("%(count)s person will see that the show is over.", "%(count)s people will see that the show is over.", viewers);
  document.querySelector("[data-encoder-words]").hidden = ended !== "encoder";
  write("end-words", viewers ? interpolate(text, {count: number(viewers)}) : gettext("Nobody is watching at the moment."));
  dialog.showModal();
});
on("keep", () => dialog.close());
on("confirm-end", () => {
  dialog.close();
  if (ended === "encoder") rest("POST", `channels/${encodeURIComponent(page.cid)}/stop/`).catch((error) => toast(error.message, {bad: true}));
  else goOff();
});
on("dismiss-notice", () => say(""));
addEventListener("beforeunload", (event) => (publisher.wanted || calls.away) && event.preventDefault());
addEventListener("pageshow", ({persisted}) => persisted && location.reload());

// ---- What the room says ----

/**
 * My stay is open although this page sends nothing: it was left behind by a reload, a crash or a lost network, so
 * the show goes on here. But where another tab or device holds it alive, taking it away is the host's own decision.
 */
show.on("change", () => {
  const mine = show.mine()?.sid === left ? null : show.mine();
  if (calls.away) {
    resuming = false;
  } else if (yieldsToEncoder(mine)) {
    resuming = false;
  } else if (mine && mine.state !== "joining" && !publisher.wanted && !ended && !resuming) {
    if (mine.state === "lost" || sessionStorage.getItem(MARK)) resuming = true;
    else ended = "on-air-elsewhere";
  } else if (ended === "on-air-elsewhere" && mine?.state !== "up") {
    ended = "";
    resuming = mine?.state === "lost";
  } else if (resuming && !mine && !sessionStorage.getItem(MARK)) {
    resuming = false;
  }
  resumeWhenReady();
  draw();
});

/** What an encoder sends is never taken up from here by itself: nobody's camera goes on the air because OBS has ended. */
function yieldsToEncoder(mine) {
  const sends = byEncoder(mine) && mine.state !== "joining" && !publisher.wanted && !taking;
  if (sends && ["", "elsewhere", "on-air-elsewhere"].includes(ended)) {
    sessionStorage.removeItem(MARK);
    ended = "encoder";
  } else if (!sends && ended === "encoder" && !byEncoder(mine)) {
    ended = "";
  }
  return sends;
}

function resumeWhenReady() {
  if (!resuming || !devices.ready || devices.asking || show.room.state !== "open") return;
  resuming = false;
  goLive();
}

show.room.on("kicked", ({reason}) => {
  if (OFF_THE_AIR.includes(reason) && ended !== "encoder") {
    goOff({tell: false});
    return;
  }
  publisher.stop({tell: false});
  end(reason);
});
show.room.on("state", (state, {why}) => {
  if (state === "ended") end(why);
  draw();
});

function end(why) {
  if (why === "signed_out") return location.reload();
  sessionStorage.removeItem(MARK);
  resuming = false;
  ended = ENDS[why] ?? why;
  draw();
}

publisher.on("refused", (code) => (code === "login_required" ? location.reload() : end(code)));
publisher.on("state", (state) => {
  if (state === "up" && !wasUp) earnings.begin();
  if (state === "up") wasUp = true;
  draw();
});
calls.on("change", () => {
  if (calls.away) sessionStorage.setItem(MARK, "yes");
  draw();
});
calls.on("back", () => !ended && sessionStorage.getItem(MARK) && send());
calls.on("over", say);
devices.on("track", (kind, track) => publisher.setTrack(kind, track));
devices.on("quality", () => publisher.setQuality(devices.quality));
devices.on("state", () => {
  resumeWhenReady();
  draw();
});

// ---- What the page shows ----

function status() {
  if (calls.away) return "away";
  if (ended === "encoder") return show.mine()?.state === "up" ? "encoder" : "reconnecting";
  if (!publisher.wanted) return devices.ready && !ended && !resuming ? "ready" : "off";
  const up = show.room.state === "open" && publisher.state === "up" && show.mine()?.state === "up";
  return up ? "live" : wasUp ? "reconnecting" : "starting";
}

function overlay(status) {
  if (ended) return ended;
  if (devices.problem && !devices.ready) return devices.problem;
  if (calls.ringing) return "ring";
  if (resuming) return "resuming";
  if (devices.asking && !devices.ready) return "asking";
  return status === "reconnecting" ? status : "";
}

function draw() {
  const now = status();
  root.dataset.status = now;
  showFor(root.querySelector(".page-head"), "data-when", now);
  stage.dataset.stage = overlay(now);
  showFor(stage, "data-when", stage.dataset.stage);
  stage.nextElementSibling.className = `lip ${{live: "is-lit", encoder: "is-lit", reconnecting: "is-low", away: "is-low"}[now] ?? ""}`;
  for (const button of acts("go-live")) button.disabled = now !== "ready" || show.room.state !== "open";
  write("devices", deviceWords());
  drawShow();
}

function drawShow() {
  const {channel} = show;
  if (!channel) return;
  last = channel.show ?? last;
  write("title", channel.title);
  document.title = `${onAir() ? "● " : ""}${channel.title} · Footlight`;
  for (const chip of document.querySelectorAll("[data-recorded]")) chip.hidden = !channel.show?.recorded;
  write("viewers", number(channel.viewers ?? 0));
  write("peak", channel.show ? number(channel.show.peak) : "—");
  drawTimer();
}

function drawTimer() {
  const since = show.channel?.show?.started_at;
  for (const timer of document.querySelectorAll("[data-timer]")) timer.hidden = !since || !onAir();
  if (since) write("timer", duration(Date.now() + skew - Date.parse(since)));
  const {videoWidth, videoHeight} = document.getElementById("preview");
  document.querySelector("[data-size]").hidden = !videoWidth;
  write("size", `${videoWidth} × ${videoHeight}`);
}
setInterval(drawTimer, 1000);

function deviceWords() {
  const {audio, video} = devices.sending();
  if (devices.screen) return gettext("Your screen is shared");
  if (audio && video) return gettext("Camera and microphone are fine");
  return audio ? gettext("Sound only: there is no camera") : gettext("No sound: there is no microphone");
}

function say(text) {
  write("notice", text);
  document.querySelector("[data-notice]").hidden = !text;
}

function sayTheEnd() {
  if (!last) return;
  const words = gettext("The show is over. It lasted %(time)s, with at most %(peak)s watching at once.");
  say(interpolate(words, {time: duration(Date.now() + skew - Date.parse(last.started_at)), peak: number(last.peak)}));
}

if (supported) devices.open();
draw();
