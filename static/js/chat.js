/** What was said, in the room's one order. No page here: chat-panel.js shows it. */
import {Emitter} from "footlight/emitter";

const KEEP = 400; // messages
const PEOPLE = 500; // whose names are remembered
const AGAIN = 2_000; // ms until a recovery that was refused is asked for once more
const TOLD_ON = ["chat.tip", "chat.notice", "chat.held", "chat.reported", "chat.decided", "user.message"];

/** @param {{epoch: string, seq: number}} message */
export const keyOf = ({epoch, seq}) => `${epoch}:${seq}`;

/**
 * Emits `begin` (messages) once, `add` (message) for each one after that, `gone` (key) when one is taken away,
 * `missed` when some are lost for good, `me` and `profile` when they moved, and what concerns no order (tips, notices,
 * held and reported messages) under its last word: `tip`, `notice`, `held`, `reported`, `decided`, `message`.
 */
export class ChatStore extends Emitter {
  /** @type {object[]} */ messages = [];
  /** @type {object | null} */ me = null;
  /** @type {object | null} */ profile = null;
  /** @type {Map<string, {uid: string, nick: string, avatar: string}>} seen here, by uid */ people = new Map();
  /** @type {Map<string, number>} the places of those who gave most to the show, by uid */ supporters = new Map();
  #connection = null;
  #epoch = null;
  #seq = 0;
  #recovering = false;
  #more = false;
  #early = []; // what came while older ones are being fetched

  /** @param {import("./socket.js").Connection} connection */
  follow(connection) {
    this.#connection = connection;
    connection.on("chat.welcome", (frame) => this.welcome(frame));
    connection.on("chat.message", (frame) => this.message(frame));
    connection.on("chat.recovered", (frame) => this.recovered(frame));
    connection.on("chat.me", ({me}) => this.setMe(me));
    connection.on("chat.profile", ({profile}) => this.setProfile(profile));
    connection.on("chat.tip", (tip) => this.#meet(...(tip.people ?? [])));
    for (const name of TOLD_ON) connection.on(name, (frame) => this.#ours(frame) && this.emit(name.split(".")[1], frame));
  }

  /** What is told to a person alone reaches all their chat sockets, those of other rooms too. */
  #ours({gid}) {
    return gid === undefined || gid === this.profile?.gid;
  }

  setMe(me) {
    this.me = me;
    this.emit("me", me);
  }

  setProfile(profile) {
    if (!profile || profile.version < this.profile?.version) return;
    this.profile = profile;
    if (profile.owner) this.#meet(profile.owner);
    this.emit("profile", profile);
  }

  /** Where the line stands now. Whoever was here before is only told what was missed. */
  welcome({profile, me, epoch, seq, recent}) {
    this.setMe(me);
    this.profile = null; // the whole state: a room that was made anew counts its versions anew
    this.setProfile(profile);
    if (this.#epoch === null) return this.#begin(epoch, seq, recent);
    const first = recent[0]?.seq ?? seq + 1;
    if (epoch === this.#epoch) {
      if (first > this.#seq + 1) return void this.recover();
    } else {
      this.#epoch = epoch;
      this.#seq = 0;
      if (first > 1) this.emit("missed");
    }
    this.#take(recent, seq);
  }

  /** @returns {"added" | "old" | "gap" | "early"} */
  message(frame) {
    if (this.#recovering) {
      this.#early.push(frame);
      return "early";
    }
    if (frame.epoch === this.#epoch && frame.seq <= this.#seq) return "old";
    if (frame.epoch !== this.#epoch || frame.seq !== this.#seq + 1) {
      this.#early.push(frame);
      this.recover();
      return "gap";
    }
    this.#take([frame], frame.seq);
    return "added";
  }

  /** Fetches what lies between the last one shown and now, page by page. */
  async recover() {
    if (this.#recovering || !this.#connection) return;
    this.#recovering = true;
    const again = await this.#pages();
    if (again) await new Promise((done) => setTimeout(done, AGAIN));
    this.#recovering = false;
    if (again) return this.recover();
    for (const frame of this.#early.splice(0)) this.message(frame);
  }

  /** @returns {Promise<boolean>} whether to ask again a little later */
  async #pages() {
    try {
      do {
        const before = this.#seq;
        this.#more = false;
        await this.#connection.ask("chat.recover", {epoch: this.#epoch, seq: this.#seq});
        if (this.#more && this.#seq <= before) return true;
      } while (this.#more);
      return false;
    } catch (error) {
      // Without a line nothing is asked again: the next welcome says where it stands.
      if (error.code === "offline") this.#early = [];
      return error.code !== "offline";
    }
  }

  recovered({recovered, epoch, seq, messages, more}) {
    this.#more = Boolean(more);
    if (!recovered) this.emit("missed");
    if (epoch !== this.#epoch) this.#seq = 0;
    this.#epoch = epoch;
    this.#take(messages, more ? (messages.at(-1)?.seq ?? this.#seq) : seq);
  }

  #begin(epoch, seq, recent) {
    this.#epoch = epoch;
    this.#seq = seq;
    const taken = new Set(recent.filter(({kind}) => kind === "deleted").map(targetOf));
    this.messages = recent.filter((message) => message.kind !== "deleted" && !taken.has(keyOf(message)));
    for (const {sender} of this.messages) if (sender) this.#meet(sender);
    this.emit("begin", this.messages);
  }

  /** Shows those that are new; the line then stands at `seq`. */
  #take(messages, seq) {
    for (const message of messages) {
      if (message.epoch !== this.#epoch || message.seq <= this.#seq) continue;
      this.#seq = message.seq;
      if (message.kind === "deleted") this.#takeAway(targetOf(message));
      else this.#keep(message);
    }
    this.#seq = Math.max(this.#seq, seq);
  }

  #keep(message) {
    this.messages.push(message);
    if (this.messages.length > KEEP) this.messages.shift();
    if (message.sender) this.#meet(message.sender);
    this.emit("add", message);
  }

  #takeAway(key) {
    this.messages = this.messages.filter((message) => keyOf(message) !== key);
    this.emit("gone", key);
  }

  #meet(...people) {
    for (const person of people) {
      this.people.delete(person.uid);
      this.people.set(person.uid, person); // the last one seen stands last
    }
    while (this.people.size > PEOPLE) this.people.delete(this.people.keys().next().value);
  }
}

/** Which message a `deleted` one takes away; one that stands in its own place takes nothing else. */
const targetOf = ({epoch, seq, data}) => keyOf({epoch: data?.epoch ?? epoch, seq: data?.seq ?? seq});
