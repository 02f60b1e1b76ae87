/**
 * Who is on the mic and who waits, out of whole objects that may come doubled, late or in the other order. What
 * happened in between is derived here, in the vendor's words. No page, and nothing is sent from here.
 */
import {requestOf, seatListOf, seatOf, userOf} from "footlight/client/comic-shapes";
import {Emitter} from "footlight/emitter";

const WAITING = ["asked", "invited"];
const isOpen = ({state}) => state === "seated" || WAITING.includes(state);

/**
 * Emits `told` (name, arguments) for each observer event, always a request's answer before the list that it leads to,
 * and `change` after each frame.
 */
export class Seating extends Emitter {
  /** Who sits where, as `seats.changed` says it. */
  list = {version: 0, size: 0, locks: {}, users: []};
  /** @type {{uid: string | null}} */ me = {uid: null};
  /** @type {object | null} the host */ owner = null;
  /** This connection answers requests: it is the studio of somebody who may. */ rules = false;
  cid = "";
  #open = new Map(); // rid -> seat: asked, invited or seated, as far as we are told
  #heard = new Map(); // rid -> the newest version
  #own = new Set(); // rids that this client itself is giving up: no news to whoever did it

  /** @param {import("../socket.js").Connection} room */
  constructor(room) {
    super();
    room.on("room.snapshot", (frame) => this.#snapshot(frame));
    room.on("seat.changed", ({seat}) => this.take(seat));
    room.on("seats.changed", (frame) => this.#many(frame));
  }

  /** One's own request, invitation or seat. @returns {object | null} */
  get mine() {
    const {uid} = this.me;
    return (uid && [...this.#open.values()].find(({person}) => person.uid === uid)) || null;
  }

  /** Raised hands and invitations, oldest first; all of them for whoever answers them. */
  get waiting() {
    const waiting = [...this.#open.values()].filter(({state}) => WAITING.includes(state));
    return waiting.sort((a, b) => Date.parse(a.created_at) - Date.parse(b.created_at));
  }

  /** @param {string} rid @returns {object | null} */
  get(rid) {
    return this.#open.get(rid) ?? null;
  }

  /** @param {string} uid @returns {object | null} what that person has open */
  of(uid) {
    return [...this.#open.values()].find(({person}) => person.uid === uid) ?? null;
  }

  /** What this client is about to end by itself; or not, where that was refused. */
  ownDoing(rid, is = true) {
    if (is) this.#own.add(rid);
    else this.#own.delete(rid);
  }

  /** One seat as it is now: a frame, or the reply to a command. */
  take(seat) {
    if (this.#hear(seat)) this.emit("change");
  }

  #snapshot({channel, me, seats}) {
    this.cid = channel.cid;
    this.owner = channel.owner;
    this.me = me;
    this.rules = Boolean(me.requests);
    const now = [...seats.users, ...(me.requests ?? []), ...(me.seat ? [me.seat] : [])];
    this.#missed([...this.#open.values()], now);
    for (const seat of now) this.#hear(seat);
    if (seats.version > this.list.version) this.#become(seats);
    this.emit("change");
  }

  #many(frame) {
    if (frame.cid !== this.cid || frame.version <= this.list.version) return;
    for (const seat of [...frame.left, ...frame.joined, ...frame.users]) this.#hear(seat);
    this.#missed(this.list.users.filter(({rid}) => this.#open.has(rid)), frame.users);
    this.#become(frame);
    this.emit("change");
  }

  /** What is not there any more although nobody said so: the word was lost with a connection. */
  #missed(before, now) {
    const there = new Set(now.map(({rid}) => rid));
    for (const seat of before.filter(({rid}) => !there.has(rid))) {
      const late = seat.deadline && Date.parse(seat.deadline) <= Date.now();
      const state = seat.state === "seated" ? "left" : late ? "expired" : "cancelled";
      this.#open.delete(seat.rid);
      this.#derive({...seat, state}, seat);
    }
  }

  /** @returns {boolean} whether it was news */
  #hear(seat) {
    const known = this.#heard.get(seat.rid) ?? 0;
    const before = this.#open.get(seat.rid) ?? null;
    if (seat.cid !== this.cid || seat.version < known) return false;
    if (seat.version === known) return this.#relock(seat, before);
    this.#heard.set(seat.rid, seat.version);
    if (isOpen(seat)) this.#open.set(seat.rid, seat);
    else this.#open.delete(seat.rid);
    this.#derive(seat, before);
    return true;
  }

  /** A lock on the seat holds a microphone too, and leaves the version as it was. */
  #relock(seat, before) {
    if (before?.state !== seat.state) return false;
    this.#open.set(seat.rid, seat);
    return true;
  }

  /** An end whose beginning was not heard, or was told before, is no news. */
  #derive(seat, before) {
    if (before?.state === seat.state || (!before && !isOpen(seat))) return;
    const facts = {seat, was: before?.state ?? "", invited: (before ?? seat).state === "invited"};
    if (this.me.uid && seat.person.uid === this.me.uid) this.#tellGuest(facts);
    else if (this.rules) this.#tellHost(facts);
  }

  /** To whoever it is about; the other side is the host. */
  #tellGuest({seat, was, invited}) {
    const host = userOf(this.owner);
    const byOneself = this.#own.delete(seat.rid) && !isOpen(seat);
    if (byOneself) return;
    if (seat.state === "invited") {
      this.#tell("onUserConnectionRequest", host);
      this.#tell("onRequestReceived", requestOf(seat, this.owner, true));
    } else if (seat.state === "seated" && was === "asked") this.#tell("onUserConnectionAccepted", host);
    else if (seat.state === "refused" && !invited) this.#tell("onUserConnectionRejected", host);
    else if (seat.state === "cancelled") {
      this.#tell("onUserConnectionCancelled", host);
      this.#tell("onRequestCancelled", requestOf(seat, this.owner, invited));
    } else if (seat.state === "expired") this.#tell("onUserConnectionTimeout", host);
    else if (seat.state === "left" || seat.state === "removed") {
      this.#tell("onUserConnectionTerminated");
      if (seat.state === "removed") this.#tell("onKickedOffSeat", seat.number, host);
    }
  }

  /** To the host; the other side is the guest. */
  #tellHost({seat, was, invited}) {
    const guest = userOf(seat.person);
    if (seat.state === "asked") {
      this.#tell("onUserConnectionRequest", guest);
      this.#tell("onRequestReceived", requestOf(seat, this.owner, false));
    } else if (seat.state === "seated" && was === "invited") this.#tell("onUserConnectionAccepted", guest);
    else if (seat.state === "refused" && invited) this.#tell("onUserConnectionRejected", guest);
    else if (seat.state === "cancelled" && !invited) {
      this.#tell("onUserConnectionCancelled", guest);
      this.#tell("onRequestCancelled", requestOf(seat, this.owner, false));
    } else if (seat.state === "expired") this.#tell("onUserConnectionTimeout", guest);
    else if (seat.state === "left") this.#tell("onUserConnectionExited", guest);
  }

  #become(list) {
    const before = this.list;
    this.list = list;
    const apart = (some, others) => some.filter(({rid}) => !others.some((other) => other.rid === rid));
    const [joined, left] = [apart(list.users, before.users), apart(before.users, list.users)];
    const people = (seats) => seats.map(({person}) => userOf(person));
    if (joined.length || left.length) this.#tell("onConnectedUsersUpdated", people(list.users), people(joined), people(left));
    const infos = (seats, {locks}) => seats.map((seat) => seatOf(seat.number, seat, locks));
    this.#tell("onSeatListChanged", seatListOf(list), infos(joined, list), infos(left, before));
  }

  #tell(name, ...values) {
    this.emit("told", name, values);
  }
}
