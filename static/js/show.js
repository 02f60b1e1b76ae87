/** A show as a page knows it: both sockets, opened together under one name, and what they said last. No page here. */
import {Connection} from "footlight/socket";
import {ours} from "footlight/door";
import {Emitter} from "footlight/emitter";

/**
 * Emits `change` whenever channel, stays or me moved, `feeds` when somebody's media is there to be watched (anew).
 */
export class Show extends Emitter {
  /** @type {object | null} */ channel = null;
  /** @type {{uid: string|null, host: boolean, may_upload: boolean, sid: string|null} | null} */ me = null;
  /** @type {RTCIceServer[]} */ iceServers = [];
  /** @type {Map<string, object>} open uploaders' stays by sid, oldest first */ uploaders = new Map();
  /** The stay that this very page sends, "" while it sends nothing. */ sending = "";
  #ended = new Map(); // sid -> version: a late frame must not bring a stay back

  /**
   * @param {string} cid
   * @param {string | null} gid
   * @param {{asHost?: boolean, as?: string, door?: import("./door.js").Door}} options `as` "staff": seen by nobody
   */
  constructor(cid, gid, {asHost = false, as = asHost ? "host" : "", door = ours}) {
    super();
    const query = `?platform=${door.platform}${as ? `&as=${as}` : ""}`;
    this.room = new Connection(`/ws/rooms/${encodeURIComponent(cid)}/${query}`, {first: "room.snapshot", ping: true, door});
    this.chat = gid ? new Connection(`/ws/chat/${encodeURIComponent(gid)}/?platform=${door.platform}`, {first: "chat.welcome", door}) : null;
    this.room.on("room.snapshot", (frame) => this.#snapshot(frame));
    this.room.on("channel.changed", ({channel}) => this.#channel(channel));
    this.room.on("stay.changed", ({stay}) => this.#stay(stay));
    // The chat has no heartbeat of its own: when the room's goes unanswered, both lines are dead.
    this.room.on("dead", () => this.chat?.restart());
  }

  open() {
    this.room.open();
    this.chat?.open();
  }

  /** What the page was rendered with, until the sockets say better. */
  begin(snapshot) {
    if (!snapshot) return;
    this.channel = snapshot.channel;
    this.uploaders = new Map(snapshot.uploaders.map((stay) => [stay.sid, stay]));
  }

  /** Stays whose media can be watched now: the host first, then the others as they came. In a call a host is off the air. */
  feeds() {
    const away = this.channel?.state === "away";
    const there = [...this.uploaders.values()].filter((stay) => ["up", "lost"].includes(stay.state) && !(away && stay.host));
    return there.sort((a, b) => b.host - a.host);
  }

  /** What of it is not sent from here. */
  others() {
    return this.feeds().filter((stay) => stay.sid !== this.sending);
  }

  /** This person's own uploader stay, wherever it is held. */
  mine() {
    return [...this.uploaders.values()].find((stay) => stay.person && stay.person.uid === this.me?.uid) ?? null;
  }

  #snapshot({channel, uploaders, me, ice_servers}) {
    this.begin({channel, uploaders});
    this.#ended.clear();
    this.me = me;
    this.iceServers = ice_servers;
    this.emit("change");
    if (this.others().length) this.emit("feeds");
  }

  #channel(channel) {
    if (this.channel && channel.version < this.channel.version) return;
    this.channel = channel;
    this.emit("change");
  }

  #stay(stay) {
    const known = this.uploaders.get(stay.sid)?.version ?? this.#ended.get(stay.sid) ?? 0;
    if (stay.role !== "uploader" || stay.version < known) return;
    if (stay.state === "ended") {
      this.uploaders.delete(stay.sid);
      this.#ended.set(stay.sid, stay.version);
    } else {
      this.uploaders.set(stay.sid, stay);
    }
    this.emit("change");
    if (stay.state === "up" && stay.sid !== this.sending) this.emit("feeds");
  }
}

/**
 * Presence, media and chat of a channel with one action and one name.
 * @param {string} cid
 * @param {string | null} gid
 * @param {{asHost?: boolean, snapshot?: object | null, door?: import("./door.js").Door}} [options]
 * @returns {Show}
 */
export function openShow(cid, gid, {asHost = false, snapshot = null, door = ours} = {}) {
  const show = new Show(cid, gid, {asHost, door});
  show.begin(snapshot);
  show.open();
  return show;
}
