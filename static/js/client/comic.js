/**
 * The co-mic as a library, without a page: the method and observer names that people know from the vendor's live SDK,
 * over the seats of our room socket (docs/protocol.md, "On the mic").
 *
 *     import CoMic from "footlight/client/comic";
 *     const comic = CoMic.create({roomId: cid});               // {asHost: true} answers requests
 *     comic.addObserver({onUserConnectionAccepted(host) {}, onConnectedUsersUpdated(all, joined, left) {}});
 *     await comic.requestIntraRoomConnection("", 60, true);     // "" is the host
 *
 * Every method answers a promise that rejects with a CoMicError. Given a callback `{onSuccess, onError(code, message)}`
 * last, it tells that instead and never rejects. Seats count from 1; -1 stands for any. Whether a guest's picture is
 * sent is up to whoever holds the seat: see publishing.js.
 */
import {REQUEST, seatListOf, userOf} from "footlight/client/comic-shapes";
import {Seating} from "footlight/client/comic-state";
import {ours} from "footlight/door";
import {gettext} from "footlight/i18n";
import {Connection} from "footlight/socket";

const WORDS = {
  offline: () => gettext("The connection is gone. Try again in a moment."),
  no_request: () => gettext("There is no request that could be answered."),
  not_seated: () => gettext("That person is not on stage."),
};
const KINDS = {microphone: "audio", camera: "video"};

export class CoMicError extends Error {
  /** @param {string} code stable, see docs/protocol.md @param {string} [message] for people */
  constructor(code, message) {
    super((WORDS[code]?.() || message) ?? code);
    this.code = code;
  }
}

export class CoMic {
  /** What is known: `list`, `mine`, `waiting`, and `change`. @type {Seating} */ seating;
  #room;
  #observers = new Set();

  /** @param {import("../socket.js").Connection} room */
  constructor(room) {
    this.#room = room;
    this.seating = new Seating(room);
    this.seating.on("told", (name, values) => this.#tell(name, values));
  }

  /** @param {Record<string, Function>} observer methods named after the events it wants to hear */
  addObserver(observer) {
    this.#observers.add(observer);
  }

  removeObserver(observer) {
    this.#observers.delete(observer);
  }

  /** @returns {import("./comic-shapes.js").User[]} */
  getConnectedUsers() {
    return this.seating.list.users.map(({person}) => userOf(person));
  }

  /** @returns {import("./comic-shapes.js").SeatInfo[]} */
  getSeatList() {
    return seatListOf(this.seating.list);
  }

  // ---- Connections: by person ----

  /**
   * A guest asks the host (`userId` "") up; the host asks somebody of the audience.
   * @param {string} userId @param {number | null} timeout seconds, null for the channel's own @param {boolean} openCamera
   */
  requestIntraRoomConnection(userId, timeout, openCamera, callback) {
    return this.#ask(userId, {timeout, video: openCamera, number: null}, callback);
  }

  /** Takes it back. @param {string} [userId] whom the host had invited */
  cancelIntraRoomConnection(userId, callback) {
    return this.#answered(callback, () => this.#end("seat.cancel", this.#waitingOf(userId)));
  }

  /** @param {string} userId who asked; "" the host's invitation */
  respondIntraRoomConnection(userId, isAgree, callback) {
    return this.#answered(callback, () => this.#respond(this.#waitingOf(userId), isAgree));
  }

  /** The host ends it. */
  disconnectUser(userId, callback) {
    return this.#answered(callback, () => this.#say("seat.remove", {rid: this.#seatedOf(userId)}));
  }

  /** The guest ends it. */
  terminateIntraRoomConnection(callback) {
    return this.#answered(callback, () => this.#end("seat.leave", this.#seatedOf("")));
  }

  // ---- Seats: by number ----

  takeSeat(index, timeout, callback, openCamera = true) {
    return this.#ask("", {timeout, video: openCamera, number: index}, callback);
  }

  takeUserOnSeatByAdmin(index, userId, timeout, callback, openCamera = true) {
    return this.#ask(userId, {timeout, video: openCamera, number: index}, callback);
  }

  /** @param {string} requestId */
  responseRemoteRequest(requestId, agree, callback) {
    return this.#answered(callback, () => this.#respond(requestId, agree));
  }

  cancelRequest(requestId, callback) {
    return this.#answered(callback, () => this.#end("seat.cancel", requestId));
  }

  moveToSeat(index, callback) {
    return this.moveUserToSeat("", index, callback);
  }

  /** By the host; "" is oneself. */
  moveUserToSeat(userId, index, callback) {
    return this.#answered(callback, () => this.#say("seat.move", {rid: this.#seatedOf(userId), number: index}));
  }

  leaveSeat(callback) {
    return this.terminateIntraRoomConnection(callback);
  }

  kickUserOffSeatByAdmin(index, callback) {
    return this.#answered(callback, () => {
      const seat = this.seating.list.users.find(({number}) => number === index);
      if (!seat) throw new CoMicError("not_seated");
      return this.#say("seat.remove", {rid: seat.rid});
    });
  }

  /** @param {{lockSeat?: boolean, lockVideo?: boolean, lockAudio?: boolean}} params what is locked from now on */
  lockSeatByAdmin(index, {lockSeat = false, lockVideo = false, lockAudio = false}, callback) {
    const fields = {number: index, seat: lockSeat, video: lockVideo, audio: lockAudio};
    return this.#answered(callback, () => this.#say("seat.lock", fields));
  }

  // ---- Microphone and camera of a seat ----

  /** By the host: nobody hears or sees it until it is opened again. @param {"microphone" | "camera"} device */
  closeRemoteDeviceByAdmin(userId, device, callback) {
    return this.#mute(userId, device, true, callback);
  }

  /** The host lets go; whether it is on then is the guest's choice. */
  openRemoteDeviceByAdmin(userId, device, callback) {
    return this.#mute(userId, device, false, callback);
  }

  muteLocalAudio(callback) {
    return this.#mute("", "microphone", true, callback);
  }

  unmuteLocalAudio(callback) {
    return this.#mute("", "microphone", false, callback);
  }

  closeLocalCamera(callback) {
    return this.#mute("", "camera", true, callback);
  }

  openLocalCamera(callback) {
    return this.#mute("", "camera", false, callback);
  }

  // ---- What all of them need ----

  #ask(userId, {timeout, video, number}, callback) {
    const fields = {video, timeout: timeout || null, number: number > 0 ? number : null};
    const toHost = !userId || userId === this.seating.owner?.uid;
    return this.#answered(callback, () => this.#say(toHost ? "seat.ask" : "seat.invite", toHost ? fields : {...fields, uid: userId}));
  }

  #respond(rid, agree) {
    return agree ? this.#say("seat.accept", {rid}) : this.#end("seat.refuse", rid);
  }

  #mute(userId, device, muted, callback) {
    return this.#answered(callback, () => this.#say("seat.mute", {rid: this.#seatedOf(userId), kind: KINDS[device], muted}));
  }

  async #end(type, rid) {
    this.seating.ownDoing(rid);
    try {
      await this.#say(type, {rid});
    } catch (error) {
      this.seating.ownDoing(rid, false);
      throw error;
    }
  }

  async #say(type, fields) {
    const {seat} = await this.#room.ask(type, fields);
    if (seat) this.seating.take(seat);
  }

  /** @param {string} [userId] "" or the host's: one's own */
  #find(userId) {
    const own = !userId || userId === this.seating.owner?.uid;
    return own ? this.seating.mine : this.seating.of(userId);
  }

  #waitingOf(userId) {
    const seat = this.#find(userId);
    if (!seat || seat.state === "seated") throw new CoMicError("no_request");
    return seat.rid;
  }

  #seatedOf(userId) {
    const seat = this.#find(userId);
    if (seat?.state !== "seated") throw new CoMicError("not_seated");
    return seat.rid;
  }

  /** Every answer and every refusal in one shape. */
  async #answered(callback, does) {
    try {
      await does();
    } catch (error) {
      const refusal = error instanceof CoMicError ? error : new CoMicError(error.code ?? "error", error.message);
      if (!callback) throw refusal;
      callback.onError?.(refusal.code, refusal.message);
      return;
    }
    callback?.onSuccess?.();
  }

  #tell(name, values) {
    for (const observer of this.#observers) {
      try {
        observer[name]?.(...values);
      } catch (fault) {
        console.error(`[comic] an observer of ${name} failed`, fault); // the others still hear it
      }
    }
  }
}

/**
 * A connection of its own, opened at once.
 * @param {{roomId: string, asHost?: boolean, door?: import("../door.js").Door}} options
 */
export function create({roomId, asHost = false, door = ours}) {
  const query = `?platform=${door.platform}${asHost ? "&as=host" : ""}`;
  const room = new Connection(`/ws/rooms/${encodeURIComponent(roomId)}/${query}`, {first: "room.snapshot", ping: true, door});
  const comic = new CoMic(room);
  room.open();
  return comic;
}

export {REQUEST};
export default {create, CoMic, CoMicError, REQUEST};
