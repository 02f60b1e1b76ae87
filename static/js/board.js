/**
 * The whiteboard of a class, without a page: what stands on it, and the pen of whoever may draw. Pen motion is gathered
 * and sent once a second; what others draw comes as `board` messages, what was drawn before one came is read.
 * A stroke is known by its number, so that nothing is drawn twice however one hears of it.
 */
import {Emitter} from "footlight/emitter";

const EVERY = 1_000; // ms between two frames
const FRAME = 3_000; // characters of one frame: a message's data has 4 KiB, and numbers come on top
const MOST_STROKES = 20; // in one frame
const MOST_POINTS = 150; // in one stroke; a longer line goes on in the next
const NEAR = 0.0012; // of the board's width: points closer than this are one
const LATER = ["offline", "too_fast", "room_busy", "unavailable"]; // the same strokes are sent again

/** @typedef {{id?: number, color: string, width: number, points: [number, number][]}} Stroke width in thousandths of the board's */

/**
 * Emits `draw` (Stroke) for what comes on top, `redraw` when the whole moved, `may` when somebody may draw or may not
 * any more, and `refused` (error) when strokes were taken back.
 */
export class Board extends Emitter {
  mayDraw = false;
  /** @type {Map<number, Stroke>} what everybody sees, oldest first */ #standing = new Map();
  /** @type {Stroke[]} drawn here, not sent yet */ #mine = [];
  /** @type {Stroke[]} on their way; after a broken line, perhaps there and perhaps not */ #sending = [];
  /** @type {Stroke | null} under the pen now */ #line = null;
  #wiped = 0; // the last number that a clearing took away: what is heard of older ones comes too late
  #waiting = false;
  #asking = false;
  #connection;

  /** @param {import("./socket.js").Connection} connection to the group's chat */
  constructor(connection) {
    super();
    this.#connection = connection;
    connection.on("chat.welcome", ({me}) => {
      this.#mayI(me);
      this.#read();
    });
    connection.on("chat.me", ({me}) => this.#mayI(me));
    connection.on("chat.message", (message) => this.#hear(message));
    connection.on("chat.recovered", ({recovered, messages}) => {
      for (const message of messages) this.#hear(message);
      if (!recovered) this.#read();
    });
  }

  /** Everything that is to be seen, bottom first. @returns {Stroke[]} */
  strokes() {
    return [...this.#standing.values(), ...this.#sending, ...this.#mine, ...(this.#line ? [this.#line] : [])];
  }

  get empty() {
    return !this.#standing.size && !this.#sending.length && !this.#mine.length && !this.#line;
  }

  // ---- The pen ----

  /** @param {string} color @param {number} width @param {[number, number]} at */
  begin(color, width, at) {
    this.end();
    this.#line = {color, width, points: [exact(at)]};
    this.#soon();
  }

  /** @param {[number, number]} at */
  move(at) {
    const line = this.#line;
    if (!line) return;
    const point = exact(at), before = line.points.at(-1);
    if (Math.hypot(point[0] - before[0], point[1] - before[1]) < NEAR) return;
    line.points.push(point);
    this.emit("draw", {...line, points: [before, point]});
    if (line.points.length >= MOST_POINTS) this.#cut();
  }

  end() {
    const line = this.#line;
    if (!line) return;
    if (line.points.length === 1) line.points.push(line.points[0]); // a dot
    this.#line = null;
    this.#mine.push(line);
    this.emit("redraw"); // the same curve that everybody else will see
    this.#soon();
  }

  /** Wipes the board for everybody. @returns {Promise<object>} rejects with Refused */
  async clear() {
    this.end();
    await this.#flush();
    return this.#connection.ask("board.clear");
  }

  /** What was drawn so far may go; the line goes on from its last point. */
  #cut() {
    const line = this.#line;
    if (!line || line.points.length < 2) return;
    this.#mine.push({...line});
    line.points = [line.points.at(-1)];
  }

  #soon() {
    if (this.#waiting) return;
    this.#waiting = true;
    setTimeout(async () => {
      this.#cut();
      await this.#flush();
      this.#waiting = false;
      if (this.#mine.length || this.#line) this.#soon();
    }, EVERY);
  }

  async #flush() {
    if (this.#sending.length || !this.#mine.length || this.#connection.state !== "open") return;
    this.#sending = this.#mine.splice(0, fitting(this.#mine));
    const sent = this.#sending;
    try {
      const {ids} = await this.#connection.ask("board.draw", {strokes: sent});
      if (this.#sending === sent) this.#sending = [];
      sent.forEach((stroke, at) => this.#put({...stroke, id: ids[at]}));
    } catch (error) {
      // Without an answer nobody knows whether they stand there: reading the board will tell.
      if (error.code === "offline" && this.#connection.state !== "open") return;
      this.#sending = [];
      if (LATER.includes(error.code)) this.#mine.unshift(...sent);
      else this.#takeBack(error);
    }
  }

  #takeBack(error) {
    this.#mine = [];
    this.#line = null;
    this.emit("redraw");
    this.emit("refused", error);
  }

  // ---- What stands on it ----

  #mayI({moderator, role}) {
    const may = moderator ?? (role === "owner" || role === "admin");
    if (may === this.mayDraw) return;
    this.mayDraw = may;
    this.emit("may");
  }

  #hear({kind, data}) {
    if (kind !== "board" || !data) return;
    if (data.clear) this.#wipe(data.upto ?? Infinity);
    for (const stroke of data.strokes ?? []) this.#put(stroke);
  }

  #wipe(upto) {
    if (upto !== Infinity) this.#wiped = Math.max(this.#wiped, upto);
    for (const id of [...this.#standing.keys()]) if (id <= upto) this.#standing.delete(id);
    this.emit("redraw");
  }

  #put(stroke) {
    if (stroke.id <= this.#wiped || this.#standing.has(stroke.id)) return;
    const last = [...this.#standing.keys()].at(-1) ?? 0;
    this.#standing.set(stroke.id, stroke);
    if (stroke.id > last) return this.emit("draw", stroke);
    this.#standing = new Map([...this.#standing].sort(([a], [b]) => a - b));
    this.emit("redraw");
  }

  /** All that was drawn before, or while the line was away. */
  async #read() {
    if (this.#asking) return;
    this.#asking = true;
    try {
      for (let after = [...this.#standing.keys()].at(-1) ?? 0, more = true; more; ) {
        const known = [...this.#standing.keys()];
        const page = await this.#connection.ask("board.read", {after});
        this.#forget(known.filter((id) => page.first === null || id < page.first));
        for (const stroke of page.strokes) this.#put(stroke);
        ({last: after, more} = page);
      }
      this.#settle();
    } catch {
      // The next welcome reads again.
    } finally {
      this.#asking = false;
    }
  }

  #forget(ids) {
    for (const id of ids) this.#standing.delete(id);
    if (ids.length) this.emit("redraw");
  }

  /** Of what was on its way when the line broke, only what did not arrive is sent again. */
  #settle() {
    const there = new Set([...this.#standing.values()].map(looks));
    this.#mine.unshift(...this.#sending.splice(0).filter((stroke) => !there.has(looks(stroke))));
    if (this.#mine.length) this.#soon();
  }
}

/** How many strokes go into the next frame; one always does. */
function fitting(strokes) {
  let size = 0, count = 0;
  for (const stroke of strokes.slice(0, MOST_STROKES)) {
    size += JSON.stringify(stroke).length + 12;
    if (count && size > FRAME) break;
    count += 1;
  }
  return count;
}

const looks = ({color, width, points}) => JSON.stringify([color, width, points]);

const exact = ([x, y]) => [x, y].map((n) => Math.round(Math.min(1, Math.max(0, n)) * 10_000) / 10_000);
