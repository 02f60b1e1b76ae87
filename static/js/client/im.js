/**
 * The chat as a library, without a page: the method and event names that people know from the vendor's web SDK, over
 * our own socket (docs/protocol.md) and REST.
 *
 *     import IM from "footlight/client/im";
 *     const im = IM.create({SDKAppID: 0});
 *     im.on(IM.EVENT.MESSAGE_RECEIVED, ({data}) => data.forEach(draw));
 *     await im.joinGroup({groupID});            // guests too: they receive
 *     await im.login({userID, userSig});        // on pages of the site itself: login(), the session says who it is
 *     await im.sendMessage(im.createTextMessage({to: groupID, payload: {text: "hello"}}));
 *
 * Every promise resolves to `{code: 0, data}` or rejects with an IMError. Unlike the vendor's, several groups may be
 * joined at once.
 */
import {IMError} from "footlight/client/im-error";
import {fieldsOf, fromPersonal, groupOf, newMessage, personalOf, profileOf} from "footlight/client/im-shapes";
import {Room} from "footlight/client/im-room";
import {EVENT, QUIT_SYNC, TYPES} from "footlight/client/im-types";
import {Door, ours} from "footlight/door";
import {gettext} from "footlight/i18n";
import {groupPath, rest} from "footlight/rest";

const LOUD = {debug: 0, info: 1, warn: 2, error: 3}; // setLogLevel(n) lets through what is at least n; 4 is silence
const REMEMBER = 100; // personal messages: each comes once on every socket of this person
/** What the REST door says of a join -> the vendor's word. */
const STATUSES = {
  joined: TYPES.JOIN_STATUS_SUCCESS,
  already: TYPES.JOIN_STATUS_ALREADY_IN_GROUP,
  waiting: TYPES.JOIN_STATUS_WAIT_APPROVAL,
};

const ok = (data = null) => ({code: 0, data});

class Client {
  /** @type {{uid: string, nick: string, avatar: string} | null} who logged in */ #me = null;
  /** @type {Map<string, Room>} */ #rooms = new Map();
  /** @type {Map<string, Promise<object>>} joins under way */ #joins = new Map();
  #handlers = new Map(); // event -> [{handler, context}]
  #received = []; // what came in this turn is told together
  #personal = []; // fingerprints of the last ones
  #line = TYPES.NET_STATE_CONNECTED;
  #logLevel = LOUD.warn;
  #door;
  #returning = new Set(); // groups that were left elsewhere and are joined again here

  /** @param {Door} door */
  constructor(door) {
    this.#door = door;
    door.on("expiring", (seconds) => this.#tell(EVENT.USERSIG_EXPIRING, {seconds}));
  }

  /** @param {string} event one of IM.EVENT @param {(event: {name: string, data: any}) => void} handler */
  on(event, handler, context) {
    this.#handlers.set(event, [...(this.#handlers.get(event) ?? []), {handler, context}]);
  }

  off(event, handler, context) {
    const others = (one) => one.handler !== handler || (context !== undefined && one.context !== context);
    this.#handlers.set(event, (this.#handlers.get(event) ?? []).filter(others));
  }

  /** @param {number} level 0 everything, 1 what matters, 2 warnings, 3 errors, 4 nothing */
  setLogLevel(level) {
    this.#logLevel = level;
  }

  isReady() {
    return this.#me !== null;
  }

  // ---- Who one is ----

  /**
   * Resolves once SDK_READY was told.
   * @param {{userID?: string, userSig?: string}} [options] without a signature `getUserSig` gives it, or the site's own
   * session says who it is
   */
  login({userID, userSig} = {}) {
    return this.#answered("login", async () => {
      const usersig = userSig ?? (await this.#door.getUserSig?.()) ?? "";
      // Whoever is in stays in until this one is known to be good.
      const door = usersig ? new Door({base: this.#door.base, usersig}) : this.#door;
      const me = await rest("GET", "users/me/", undefined, {door});
      if (userID && userID !== me.uid) throw new IMError("not_allowed", gettext("Somebody else is signed in here."));
      if (usersig) await this.#comeIn(usersig);
      this.#me = me;
      this.#tell(EVENT.SDK_READY);
      return profileOf(me);
    });
  }

  /** The groups that are open are entered anew, as this person. */
  async #comeIn(usersig) {
    this.#door.become(usersig);
    const moving = [...this.#rooms.values()].filter(({connection}) => connection.state === "connecting");
    await Promise.all(moving.map((room) => room.inside().catch(() => {}))); // a room that shuts tells so itself
  }

  /** Goes on under a fresh signature of the same person; nothing is interrupted. @param {{userSig: string}} options */
  renew({userSig}) {
    this.#door.refresh(userSig);
  }

  /** Leaves every group. Nobody is signed out of the site by it. */
  logout() {
    return this.#answered("logout", async () => {
      const rooms = [...this.#rooms.values()];
      this.#rooms.clear();
      await Promise.all(rooms.map((room) => room.leave({quit: false})));
      this.#door.become("");
      this.#notReady();
    });
  }

  getMyProfile() {
    return this.#answered("getMyProfile", () => profileOf(this.#ready()));
  }

  /** @param {{nick?: string, avatar?: Blob | string}} options a picture, its address, or "" to take it away */
  updateMyProfile({nick, avatar}) {
    return this.#answered("updateMyProfile", async () => {
      this.#ready();
      const picture = avatar ? await pictureOf(avatar) : null;
      const body = picture ? new FormData() : {};
      if (picture) body.set("avatar", picture);
      else if (avatar !== undefined) body.avatar = null;
      if (nick !== undefined) picture ? body.set("nick", nick) : (body.nick = nick);
      this.#me = await this.#rest("PATCH", "users/me/", body);
      this.#tell(EVENT.PROFILE_UPDATED, [profileOf(this.#me)]);
      return profileOf(this.#me);
    });
  }

  // ---- Groups ----

  /** @param {{groupID: string}} options `data.status` is one of TYPES.JOIN_STATUS_*, `data.group` its profile */
  joinGroup({groupID}) {
    return this.#answered("joinGroup", async () => {
      while (this.#joins.has(groupID)) await this.#joins.get(groupID).catch(() => {});
      const known = this.#rooms.get(groupID);
      if (known) return {status: TYPES.JOIN_STATUS_ALREADY_IN_GROUP, group: known.group};
      const join = this.#join(groupID);
      this.#joins.set(groupID, join);
      return join.finally(() => this.#joins.delete(groupID));
    });
  }

  async #join(groupID) {
    const room = new Room(groupID, undefined, undefined, this.#door);
    try {
      const inside = await this.#tryDoor(room);
      const status = await this.#become(room, inside);
      if (status === TYPES.JOIN_STATUS_WAIT_APPROVAL) {
        room.close();
        return {status, group: null};
      }
      if (!inside) await room.enter();
      this.#keep(room);
      return {status, group: room.group};
    } catch (error) {
      room.close();
      throw error;
    }
  }

  /** Whether one was let in at once. Members' groups have to be asked first, which needs somebody signed in. */
  async #tryDoor(room) {
    try {
      await room.enter();
      return true;
    } catch (error) {
      if (error.code === "not_allowed" && this.#me) return false;
      throw error;
    }
  }

  /** An audience group has no members to become one of. @returns {Promise<string>} one of TYPES.JOIN_STATUS_* */
  async #become(room, inside) {
    if (inside && (room.type !== TYPES.GRP_PUBLIC || !this.#me)) return TYPES.JOIN_STATUS_SUCCESS;
    if (inside && room.me?.role) return TYPES.JOIN_STATUS_ALREADY_IN_GROUP;
    return STATUSES[(await this.#rest("POST", `${groupPath(room.gid)}join/`)).status];
  }

  /** Takes over a group that a page of ours has open already. */
  attach(groupID, connection, store) {
    if (!this.#rooms.has(groupID)) this.#keep(new Room(groupID, connection, store));
  }

  #keep(room) {
    this.#rooms.set(room.gid, room);
    room.on("message", (message) => this.#receive(message));
    room.on("personal", (frame) => this.#receivePersonal(frame));
    room.on("line", () => this.#drawLine());
    room.on("out", (why) => this.#putOut(room, why));
    this.#drawLine();
  }

  #putOut(room, why) {
    this.#rooms.delete(room.gid);
    room.close();
    if (this.#returning.has(room.gid)) return;
    if (why === "signed_out") {
      this.#notReady();
      this.#tell(EVENT.KICKED_OUT, {type: TYPES.KICKED_OUT_SESSION_EXPIRED});
    } else if (why !== "closed") {
      this.#tell(EVENT.ERROR, {code: why, message: why, groupID: room.gid});
    }
    this.#drawLine();
  }

  /** @param {string} groupID */
  quitGroup(groupID) {
    return this.#answered("quitGroup", async () => {
      const room = this.#roomOf(groupID);
      if (room.me?.role === "owner") throw new IMError("owner_cannot_quit");
      const {platform} = this.#door;
      if (room.type === TYPES.GRP_PUBLIC) await this.#rest("POST", `${groupPath(groupID)}quit/`, {platform});
      this.#rooms.delete(groupID);
      await room.leave();
      this.#drawLine();
      return {groupID};
    });
  }

  /** @param {{groupID: string}} options counted figures (likes, follows, ...) are in it */
  getGroupProfile({groupID}) {
    return this.#answered("getGroupProfile", async () => ({group: await this.#group(groupID)}));
  }

  /** @param {string[]} [groupIDs] those that are joined, where none are named */
  getGroupsInfo(groupIDs = [...this.#rooms.keys()]) {
    return this.#answered("getGroupsInfo", async () => ({
      groupList: await Promise.all(groupIDs.map((groupID) => this.#group(groupID))),
    }));
  }

  async #group(groupID) {
    const known = this.#rooms.get(groupID)?.group;
    return known ?? groupOf(await this.#rest("GET", groupPath(groupID)), null);
  }

  // ---- Messages ----

  /** @param {{to: string, conversationType?: string, priority?: string, payload: {text: string}}} options */
  createTextMessage(options) {
    return newMessage(TYPES.MSG_TEXT, options, this.#me);
  }

  /** `payload.data`: up to 8 emoji. */
  createFaceMessage(options) {
    return newMessage(TYPES.MSG_FACE, options, this.#me);
  }

  /** `payload`: `{data, description, extension}`, texts. */
  createCustomMessage(options) {
    return newMessage(TYPES.MSG_CUSTOM, options, this.#me);
  }

  /**
   * A message that the room had no place for is a success too, as with the vendor: its sender is not to know. Sending
   * the same message again after "offline" says it once.
   * @param {import("./im-shapes.js").Message} message
   */
  sendMessage(message) {
    return this.#answered("sendMessage", async () => {
      try {
        this.#ready();
        await (message.conversationType === TYPES.CONV_C2C ? this.#sendTo(message) : this.#say(message));
      } catch (error) {
        message.status = "fail";
        throw error;
      }
      message.status = "success";
      return {message};
    });
  }

  async #say(message) {
    const room = this.#roomOf(message.to);
    const nonce = (nonces.has(message) ? nonces : nonces.set(message, newNonce())).get(message);
    room.nonces.add(nonce);
    try {
      const reply = await room.connection.ask("chat.send", {...fieldsOf(message), nonce});
      if (reply.seq) Object.assign(message, {ID: `${reply.epoch}:${reply.seq}`, sequence: reply.seq});
      else room.nonces.delete(nonce); // it waits for review, or for nothing: should it come, it is news
    } catch (error) {
      if (error.code !== "offline") room.nonces.delete(nonce);
      throw error;
    }
  }

  async #sendTo(message) {
    if (message.type !== TYPES.MSG_CUSTOM) throw new IMError("bad_message");
    const room = [...this.#rooms.values()].find(({connection}) => connection.state === "open");
    if (!room) throw new IMError("not_in_group");
    await room.connection.ask("user.send", {uid: message.to, ...personalOf(message)});
  }

  #receive(message) {
    this.#received.push(message);
    if (this.#received.length > 1) return;
    queueMicrotask(() => this.#tell(EVENT.MESSAGE_RECEIVED, this.#received.splice(0)));
  }

  #receivePersonal(frame) {
    const fingerprint = JSON.stringify(frame);
    if (this.#personal.includes(fingerprint)) return;
    this.#personal = [...this.#personal, fingerprint].slice(-REMEMBER);
    if (frame.ext === QUIT_SYNC && !frame.from) return void this.#leftElsewhere(JSON.parse(frame.data)); // nobody reads it
    this.#receive(fromPersonal(frame, this.#me?.uid ?? null));
  }

  /** This person left a group at another of their clients: here they leave as well, or stay, as their app has it. */
  async #leftElsewhere({gid, platform, mode}) {
    const room = this.#rooms.get(gid);
    if (!room || platform === this.#door.platform) return;
    if (mode === "synced") {
      this.#rooms.delete(gid);
      await room.leave({quit: false});
      this.#drawLine();
      this.#tell(EVENT.GROUP_QUIT, {groupID: gid, platform});
    } else if (room.type === TYPES.GRP_PUBLIC) {
      await this.#return(gid);
    }
  }

  /** The house shows out whoever is no member any more, perhaps before they are one again. */
  async #return(gid) {
    this.#returning.add(gid);
    try {
      await this.#rest("POST", `${groupPath(gid)}join/`);
      if (!this.#rooms.has(gid)) await this.#join(gid);
    } catch (error) {
      this.#tell(EVENT.ERROR, {code: error.code, message: error.message, groupID: gid});
    } finally {
      this.#returning.delete(gid);
    }
  }

  // ---- What all of them need ----

  #rest(method, path, fields) {
    return rest(method, path, fields, {door: this.#door});
  }

  #ready() {
    if (!this.#me) throw new IMError("sdk_not_ready");
    return this.#me;
  }

  #roomOf(groupID) {
    const room = this.#rooms.get(groupID);
    if (!room) throw new IMError("not_in_group");
    return room;
  }

  #notReady() {
    if (!this.#me) return;
    this.#me = null;
    this.#tell(EVENT.SDK_NOT_READY);
  }

  /** The worst of all lines. */
  #drawLine() {
    const states = [...this.#rooms.values()].map(({connection}) => connection.state);
    const line = states.includes("waiting")
      ? TYPES.NET_STATE_DISCONNECTED
      : states.includes("connecting")
        ? TYPES.NET_STATE_CONNECTING
        : TYPES.NET_STATE_CONNECTED;
    if (line === this.#line) return;
    this.#line = line;
    this.#tell(EVENT.NET_STATE_CHANGE, {state: line});
  }

  /** Every answer and every refusal in one shape. */
  async #answered(name, does) {
    this.#log("debug", name);
    try {
      return ok((await does()) ?? null);
    } catch (error) {
      const refusal = error instanceof IMError ? error : new IMError(error.code ?? "error", error.message, error.frame);
      this.#log("warn", `${name}: ${refusal.code}`, refusal.message);
      throw refusal;
    }
  }

  #tell(name, data = null) {
    this.#log(name === EVENT.MESSAGE_RECEIVED ? "debug" : "info", name, data);
    for (const {handler, context} of this.#handlers.get(name) ?? []) {
      try {
        handler.call(context, {name, data});
      } catch (fault) {
        this.#log("error", `a handler of ${name} failed`, fault); // the others still hear it
      }
    }
  }

  #log(how, ...words) {
    if (LOUD[how] >= this.#logLevel) console[how]("[im]", ...words);
  }
}

async function pictureOf(avatar) {
  if (avatar instanceof Blob) return avatar;
  const response = await fetch(avatar).catch(() => null);
  if (!response?.ok) throw new IMError("bad_avatar");
  return response.blob();
}

/** @type {WeakMap<object, string>} a message keeps its nonce however often it is sent */
const nonces = new WeakMap();
/** randomUUID is there on secure addresses only; a house in a local network has none. */
const newNonce = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** @type {Map<number | string, Client>} */
const clients = new Map();

/**
 * The same instance for the same id.
 * @param {object} options
 * @param {number | string} options.SDKAppID the app; 0 is the house itself
 * @param {string} [options.platform] what this client is: web, ios, android, ...
 * @param {() => Promise<string>} [options.getUserSig] gives a fresh UserSig whenever one is about to end
 * @param {Door} [options.door] one that other parts of the page go through as well
 * @returns {Client}
 */
export function create({SDKAppID, platform, getUserSig, door}) {
  const made = () => door ?? new Door({base: ours.base, platform, getUserSig});
  if (!clients.has(SDKAppID)) clients.set(SDKAppID, new Client(made()));
  return clients.get(SDKAppID);
}

export {EVENT, IMError, TYPES};
export default {create, EVENT, TYPES};
