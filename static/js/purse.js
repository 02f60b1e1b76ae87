/** What a person has, as this page knows it. No page here. */
import {Emitter} from "footlight/emitter";

const GIVEN = ["gift", "red_packet"];

/** Emits `change` (free) when what can be spent moved, `spending` (minute) once for each minute that was charged. */
export class Purse extends Emitter {
  /** @type {number} coins, as the server said last */ balance;
  #holds = new Set(); // {coins} given away on this page, not yet taken by the server; the oldest first
  #minute = ""; // the last one that was told: every socket of the person tells it

  /** @param {number} [balance] */
  constructor(balance = 0) {
    super();
    this.balance = balance;
  }

  /** @param {import("./socket.js").Connection} connection any socket of the person */
  follow(connection) {
    connection.on("me.welcome", ({balance}) => this.set(balance));
    connection.on("wallet.changed", (frame) => this.hear(frame));
  }

  /** @param {{balance: number, spending?: {cid: string, role: string, price: number, minute: number, minutes_left: number}}} frame */
  hear({balance, spending, kind}) {
    if (GIVEN.includes(kind)) this.#taken(this.balance - balance);
    this.set(balance);
    const minute = spending ? JSON.stringify(spending) : "";
    if (!spending || minute === this.#minute) return;
    this.#minute = minute;
    this.emit("spending", spending);
  }

  set(balance) {
    if (balance === this.balance) return;
    this.balance = balance;
    this.emit("change", this.free);
  }

  /** What can still be spent. */
  get free() {
    let held = 0;
    for (const {coins} of this.#holds) held += coins;
    return this.balance - held;
  }

  /** Coins that are on their way: they look spent at once. @returns {() => void} call it when the server has spoken */
  hold(coins) {
    const hold = {coins};
    this.#holds.add(hold);
    this.emit("change", this.free);
    return () => this.#holds.delete(hold) && hold.coins && this.emit("change", this.free);
  }

  /** What the server took for gifts is no longer on its way; the answer that says so comes a little later. */
  #taken(coins) {
    for (const hold of this.#holds) {
      const part = Math.max(0, Math.min(coins, hold.coins));
      hold.coins -= part;
      coins -= part;
    }
  }
}
