/** The co-mic on the watch page: the button, the word about where one's request stands, and one's own tile. */
import {CoMic} from "footlight/client/comic";
import {Door} from "footlight/comic-door";
import {Guest} from "footlight/comic-guest";
import {dressStage} from "footlight/comic-stage";
import {failureWords, heldWords, waitWords} from "footlight/comic-words";
import {mountSeated} from "footlight/comic-seated";
import {drawLamps, secondsLeft} from "footlight/countdown";
import {acts, on, toast, write} from "footlight/dom";
import {gettext, interpolate} from "footlight/i18n";

const WHY_WITHIN = 800; // ms

/** What the button says -> which of its icons and what a press does. */
const LABELS = {
  idle: () => gettext("Join in"),
  invited: () => gettext("You are asked on stage"),
  waiting: () => gettext("Take it back"),
  seated: () => gettext("Leave the stage"),
  away: () => gettext("Leave the stage"),
};

/**
 * @param {{show: import("./show.js").Show, stage: import("./stage.js").Stage, root: HTMLElement, cid: string, skew: number}} page
 * @returns {{draw: () => void, listen: () => void}} `draw` after the show moved, `listen` after its streams did
 */
export function mountCoMic({show, stage, root, cid, skew}) {
  const comic = new CoMic(show.room);
  const canSend = "RTCPeerConnection" in window && acts("comic").length > 0;
  const guest = canSend ? new Guest(show, comic, cid) : null;
  const dress = dressStage(show, stage, comic.seating, {own: () => guest?.stay ?? null});
  mountSeated(comic.seating);
  if (guest) new GuestView({show, stage, root, comic, guest, skew, dress});
  return dress;
}

class GuestView {
  #door;
  #note = document.getElementById("comic-note");
  #was = "";
  #held = "";
  #put = null; // the picture of mine that stands on the stage

  constructor(page) {
    Object.assign(this, page);
    this.#door = new Door(this.guest, this.comic, this.skew);
    this.comic.addObserver(this.#news());
    this.guest.on("change", () => this.draw());
    this.guest.on("failed", (code, words) => toast(words ?? failureWords(code), {bad: true}));
    this.show.on("change", () => this.draw());
    on("comic", () => this.#press());
    on("comic-cancel", () => this.comic.cancelIntraRoomConnection("", {}), this.#note);
    on("comic-answer", () => this.#door.open(), this.#note);
    on("comic-here", () => this.guest.agree(), this.#note);
    on("comic-leave", () => this.#leave(), this.#note);
    this.root.addEventListener("click", ({target}) => this.#act(target.closest("[data-act^=own-]")?.dataset.act));
    setInterval(() => this.#tick(), 1000);
    this.draw();
  }

  get #state() {
    const {seat} = this.guest;
    if (!seat) return "idle";
    return {asked: "waiting", invited: "invited"}[seat.state] ?? (this.guest.away ? "away" : "seated");
  }

  #press() {
    const state = this.#state;
    if (state === "waiting") this.comic.cancelIntraRoomConnection("", {});
    else if (state === "seated" || state === "away") this.#leave();
    else this.#door.open();
  }

  #act(act) {
    const {seat} = this.guest;
    if (act === "own-leave") this.#leave();
    else if (act === "own-mic") this.guest.switch("audio", !seat?.mic);
    else if (act === "own-camera") this.guest.switch("video", !seat?.camera);
  }

  /** The button that was pressed goes with the tile, so the focus goes back to where it all began. */
  async #leave() {
    const inside = this.root.querySelector("[data-own]")?.contains(document.activeElement) || this.#note.contains(document.activeElement);
    await this.guest.leave();
    if (inside) acts("comic").find((button) => button.offsetParent)?.focus();
  }

  draw() {
    this.#putOwn();
    this.dress.draw();
    this.#drawButtons();
    this.#drawNote();
    this.#drawOwn();
    const state = this.#state;
    if (this.#door.isOpen && (state === "waiting" || state === "seated")) this.#door.close();
  }

  #drawButtons() {
    const state = this.#state;
    const live = this.show.channel?.state === "live" || state !== "idle";
    for (const button of acts("comic")) {
      button.hidden = !live || this.show.room.state === "ended";
      button.dataset.state = state;
      button.classList.toggle("btn-light", state === "invited");
      if (button.hasAttribute("aria-label")) button.setAttribute("aria-label", LABELS[state]());
    }
    write("comic", LABELS[state]());
  }

  /** Where one's request stands, for as long as it is not answered. */
  #drawNote() {
    const {seat, publisher} = this.guest;
    const state = this.#state === "seated" && publisher.state !== "up" ? "starting" : this.#state;
    const shown = seat && ["waiting", "invited", "away", "starting"].includes(state);
    this.#note.hidden = !shown;
    const before = this.#was;
    this.#was = state;
    if (!shown) return;
    for (const part of this.#note.querySelectorAll("[data-on]")) part.hidden = !part.dataset.on.split(" ").includes(state);
    const name = this.comic.seating.owner.nick;
    const words = {
      invited: interpolate(gettext("%(name)s asks you on stage."), {name}),
      away: gettext("You are on stage from another tab, or this page was loaded anew."),
      starting: gettext("The light comes on…"),
    };
    if (state in words) write("comic-note", words[state], this.#note);
    if (before !== state && state === "waiting") write("comic-said", interpolate(gettext("Your hand is up. %(name)s sees it."), {name}), this.#note);
    this.#tick();
  }

  #tick() {
    const {seat} = this.guest;
    if (!seat?.deadline) return;
    drawLamps(this.#note.querySelector(".lamps"), seat, this.skew);
    const seconds = secondsLeft(seat, this.skew);
    if (seat.state === "asked") write("comic-note", waitWords(seconds, this.comic.seating.owner.nick), this.#note);
    this.#door.tick();
  }

  /** The picture of one's own on the stage: the very track that is sent, so nothing goes round. */
  #putOwn() {
    const sends = this.guest.publisher.wanted && this.guest.seated;
    const track = sends ? this.guest.devices.tracks.video : null;
    const key = sends ? (track ?? "voice") : null;
    if (key === this.#put) return;
    this.#put = key;
    this.stage.setOwn(sends ? new MediaStream(track ? [track] : []) : null);
    this.dress.listen();
  }

  #drawOwn() {
    const tile = this.root.querySelector(".tile[data-own]");
    const {seat} = this.guest;
    if (!tile || !seat) return;
    const held = heldWords({micHeld: seat.mic_held, cameraHeld: seat.camera_held});
    const badge = tile.querySelector(".tile-held");
    badge.hidden = !held;
    write("held", held, tile);
    if (held !== this.#held) toast(held || gettext("The host has let go of your microphone and camera."));
    this.#held = held;
    for (const [act, on, isHeld] of [["own-mic", seat.mic, seat.mic_held], ["own-camera", seat.camera, seat.camera_held]]) {
      const [button] = acts(act, tile);
      button.disabled = isHeld;
      button.setAttribute("aria-pressed", String(!on || isHeld));
    }
  }

  /** What became of it, in words; the host is in the argument. `#was`: how it stood until now. */
  #news() {
    const tell = (words, {userName} = {}) => toast(interpolate(words, {name: userName}));
    let was = "";
    return {
      onUserConnectionRequest: () => this.#door.open(),
      onUserConnectionAccepted: () => tell(gettext("You are on stage.")),
      onUserConnectionRejected: (host) => tell(gettext("%(name)s cannot take you on stage now."), host),
      onUserConnectionTimeout: (host) => {
        this.#door.close();
        if (this.#was === "invited") tell(gettext("The invitation has run out."));
        else tell(gettext("%(name)s did not answer in time. You can ask again."), host);
      },
      onUserConnectionCancelled: (host) => {
        this.#door.close();
        if (this.#was === "invited") tell(gettext("%(name)s took the invitation back."), host);
        else tell(gettext("Your request ended with the show."));
      },
      onKickedOffSeat: (_, host) => {
        was = "kicked";
        tell(gettext("%(name)s has taken your seat back. You are watching again."), host);
      },
      onUserConnectionTerminated: () => {
        was = "";
        // Why it ended comes with the next words, so this one waits for them.
        setTimeout(() => {
          if (was === "kicked") return;
          const over = !["live", "lost"].includes(this.show.channel.state);
          tell(over ? gettext("The show is over, and with it your time on stage.") : gettext("Your line was gone for too long, so your seat was given free."));
        }, WHY_WITHIN);
      },
    };
  }
}
