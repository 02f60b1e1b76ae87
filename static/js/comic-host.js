/** The host's list: who asks, who was asked, who sits, and the seats themselves. */
import {InviteList} from "footlight/comic-invite";
import {SeatSheet} from "footlight/comic-seat";
import {drawSeats} from "footlight/comic-seated";
import {secondsLeft} from "footlight/countdown";
import {acts, copyOf, on, toast, write} from "footlight/dom";
import {faceOf} from "footlight/faces";
import {gettext, interpolate, number} from "footlight/i18n";

const ORDER = {asked: 0, invited: 1, seated: 2};

export class HostList {
  #panel = document.getElementById("on-stage");
  #list = this.#panel.querySelector(".asks");
  #places = this.#panel.querySelector(".places");
  /** @type {Map<string, HTMLElement & {seat?: object}>} by rid */ #rows = new Map();
  #loud = new Set(); // feeds
  #comic;
  #show;
  #skew;
  #sheet;

  /** @param {import("./client/comic.js").CoMic} comic @param {import("./show.js").Show} show @param {string} cid @param {number} skew */
  constructor(comic, show, cid, skew) {
    this.#comic = comic;
    this.#show = show;
    this.#skew = skew;
    this.#sheet = new SeatSheet(comic);
    const invite = new InviteList(comic, cid);
    on("invite", () => invite.open(), this.#panel);
    comic.seating.on("change", () => this.#draw());
    show.on("change", () => this.#draw());
    comic.addObserver(this.#news());
    setInterval(() => this.#drawWords(), 1000);
    this.#draw();
  }

  /** @param {string} feed @param {boolean} speaks */
  spoke(feed, speaks) {
    if (speaks) this.#loud.add(feed);
    else this.#loud.delete(feed);
    this.#drawWords();
  }

  #draw() {
    const {seating} = this.#comic;
    const seats = [...seating.waiting, ...seating.list.users].sort((a, b) => ORDER[a.state] - ORDER[b.state]);
    this.#drawRows(seats);
    this.#drawPlaces(seating.list);
    const asks = seats.filter(({state}) => state === "asked").length;
    write("asks", asks ? number(asks) : "", this.#panel);
    drawSeats(this.#panel.querySelector(".panel-head .lamps"), seating.list.users.length, seating.list.size);
    this.#panel.querySelector(".asks-none").hidden = seats.length > 0;
    const live = ["live", "lost"].includes(this.#show.channel?.state);
    for (const button of acts("invite", this.#panel)) button.disabled = !live;
    this.#sheet.draw();
  }

  /** Rows stay what they are, so that the focus and a finger on its way find what they were meant for. */
  #drawRows(seats) {
    for (const [rid, row] of this.#rows) {
      if (seats.some((seat) => seat.rid === rid)) continue;
      if (row.contains(document.activeElement)) this.#panel.querySelector("[data-act=invite]").focus();
      row.remove();
      this.#rows.delete(rid);
    }
    seats.forEach((seat, place) => {
      const row = this.#rows.get(seat.rid) ?? this.#add(seat);
      row.seat = seat;
      this.#dress(row, seat);
      if (this.#list.children[place] !== row) this.#list.insertBefore(row, this.#list.children[place] ?? null);
    });
    this.#drawWords();
  }

  #add({rid, person}) {
    const row = copyOf("ask-row");
    this.#rows.set(rid, row);
    row.prepend(faceOf(person, "avatar"));
    row.querySelector("b").textContent = person.nick;
    const uid = person.uid;
    const comic = this.#comic;
    const does = (act, deed) => on(act, ({currentTarget}) => this.#do(currentTarget, deed), row);
    does("ask-accept", () => comic.responseRemoteRequest(rid, true));
    does("ask-refuse", () => comic.responseRemoteRequest(rid, false));
    does("ask-cancel", () => comic.cancelRequest(rid));
    does("hold-mic", () => this.#hold(row.seat.mic_held, uid, "microphone"));
    does("hold-camera", () => this.#hold(row.seat.camera_held, uid, "camera"));
    on("seat", ({currentTarget}) => this.#sheet.open(row.seat.number, currentTarget), row);
    return row;
  }

  #hold(held, uid, device) {
    return held ? this.#comic.openRemoteDeviceByAdmin(uid, device) : this.#comic.closeRemoteDeviceByAdmin(uid, device);
  }

  async #do(button, deed) {
    button.disabled = true;
    await deed().catch((error) => toast(error.message, {bad: true}));
    button.disabled = false;
  }

  #dress(row, seat) {
    const {nick} = seat.person;
    row.dataset.state = seat.state;
    for (const part of row.querySelectorAll("[data-for]")) part.hidden = part.dataset.for !== seat.state;
    row.querySelector(".ask-name").disabled = seat.state !== "seated";
    row.querySelector(".avatar").classList.toggle("is-live", seat.state === "seated");
    const label = (act, words, pressed) => {
      const button = row.querySelector(`.row [data-act=${act}]`);
      button.setAttribute("aria-label", interpolate(words, {name: nick}));
      if (pressed !== undefined) button.setAttribute("aria-pressed", String(pressed));
    };
    label("ask-refuse", gettext("Refuse %(name)s"));
    label("hold-mic", gettext("Mute %(name)s"), seat.mic_held);
    label("hold-camera", gettext("Hold the camera of %(name)s"), seat.camera_held);
    label("seat", gettext("More about %(name)s"));
  }

  #drawWords() {
    for (const row of this.#rows.values()) {
      const line = row.querySelector(".ask-name").lastElementChild;
      const words = this.#wordsOf(row.seat);
      if (line.textContent !== words) line.textContent = words;
      line.classList.toggle("warm", this.#speaks(row.seat));
    }
  }

  #feedOf(seat) {
    return [...this.#show.uploaders.values()].find(({person}) => person?.uid === seat.person.uid) ?? null;
  }

  #speaks(seat) {
    return seat.state === "seated" && this.#loud.has(this.#feedOf(seat)?.sid);
  }

  #wordsOf(seat) {
    const left = {time: seat.deadline ? number(secondsLeft(seat, this.#skew)) : ""};
    if (seat.state === "invited") return interpolate(gettext("invited, %(time)s s left to answer"), left);
    if (seat.state === "asked" && seat.camera) return interpolate(gettext("asks to join with video, %(time)s s left"), left);
    if (seat.state === "asked") return interpolate(gettext("asks to join with voice, %(time)s s left"), left);
    const stay = this.#feedOf(seat);
    const parts = [interpolate(gettext("seat %(number)s"), {number: number(seat.number)})];
    if (stay?.state === "lost") parts.push(gettext("line lost"));
    else if (!stay || stay.state === "joining") parts.push(gettext("coming up"));
    if (seat.mic_held) parts.push(gettext("muted by you"));
    else if (!seat.mic) parts.push(gettext("microphone off"));
    else if (this.#speaks(seat)) parts.push(gettext("speaking"));
    if (seat.camera_held) parts.push(gettext("camera held by you"));
    else if (!seat.camera) parts.push(gettext("voice only"));
    return parts.join(gettext(", "));
  }

  #drawPlaces({size, locks, users}) {
    const last = Math.max(size, ...users.map((seat) => seat.number));
    while (this.#places.children.length > last) this.#places.lastElementChild.remove();
    while (this.#places.children.length < last) this.#addPlace(this.#places.children.length + 1);
    [...this.#places.children].forEach((button, place) => {
      const seat = users.find((one) => one.number === place + 1);
      const locked = (locks[place + 1] ?? []).length > 0;
      button.toggleAttribute("data-taken", Boolean(seat));
      button.querySelector(".lamp").classList.toggle("is-lit", Boolean(seat));
      button.querySelector(".icon").toggleAttribute("hidden", !locked);
      const who = seat?.person.nick ?? (locked ? gettext("locked") : gettext("free"));
      button.setAttribute("aria-label", interpolate(gettext("Seat %(number)s: %(who)s"), {number: place + 1, who}));
    });
  }

  #addPlace(index) {
    const button = copyOf("place-button");
    button.querySelector("b").textContent = number(index);
    button.addEventListener("click", () => this.#sheet.open(index, button));
    this.#places.append(button);
  }

  /** What a host who looks elsewhere should hear of. */
  #news() {
    const tell = (words) => ({userName}) => toast(interpolate(words, {name: userName}));
    return {
      onUserConnectionRequest: tell(gettext("%(name)s asks to join you on stage.")),
      onUserConnectionAccepted: tell(gettext("%(name)s comes on stage.")),
      onUserConnectionRejected: tell(gettext("%(name)s stays in the audience.")),
      onUserConnectionExited: tell(gettext("%(name)s has left the stage.")),
    };
  }
}
