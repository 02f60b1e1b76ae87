/** Gifts on their way: what is tapped is shown at once, and told to the server in bunches. No page here. */
import {Emitter} from "footlight/emitter";
import {newNonce} from "footlight/nonce";

const PAUSE = 1_000; // ms between two words to the server
const TAPS = 20; // at most in one of them
const MOST = 999; // of one gift at once, by the server's rule
export const COMBO = 6_000; // ms in which the next tap still belongs to the run

/**
 * Emits `given` ({gift, quantity, count, combo}) at each tap, `short` (coins) where they do not reach, `refused`
 * (error) when the server said no.
 */
export class Giving extends Emitter {
  /** @type {Set<string>} the runs that were begun on this page */ mine = new Set();
  #deed;
  #purse;
  #run = null; // {combo, code, count, at}
  #bunch = null; // {gift, combo, quantity, taps, release}
  #timer = 0;
  #told = -PAUSE;
  #line = Promise.resolve();

  /** @param {import("./deed.js").Deed} deed @param {import("./purse.js").Purse} purse */
  constructor(deed, purse) {
    super();
    this.#deed = deed;
    this.#purse = purse;
  }

  /** @param {{code: string, price: number}} gift @param {number} quantity @returns {boolean} whether the coins reach */
  give(gift, quantity) {
    const coins = gift.price * quantity;
    if (this.#purse.free < coins) {
      this.emit("short", coins);
      return false;
    }
    const run = this.#runOf(gift);
    if (this.#bunch && (this.#bunch.combo !== run.combo || this.#bunch.quantity + quantity > MOST)) this.#tell();
    this.#bunch ??= {gift: gift.code, combo: run.combo, quantity: 0, taps: 0, release: []};
    this.#bunch.quantity += quantity;
    this.#bunch.taps += 1;
    this.#bunch.release.push(this.#purse.hold(coins));
    run.count += quantity;
    run.at = performance.now();
    this.emit("given", {gift, quantity, count: run.count, combo: run.combo});
    this.#soon();
    return true;
  }

  #runOf(gift) {
    const goesOn = this.#run?.code === gift.code && performance.now() - this.#run.at < COMBO;
    if (!goesOn) {
      this.#run = {combo: newNonce(), code: gift.code, count: 0, at: 0};
      this.mine.add(this.#run.combo);
    }
    return this.#run;
  }

  #soon() {
    const wait = this.#told + PAUSE - performance.now();
    if (this.#bunch.taps >= TAPS || wait <= 0) this.#tell();
    else this.#timer ||= setTimeout(() => this.#tell(), wait);
  }

  #tell() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    const bunch = this.#bunch;
    if (!bunch) return;
    this.#bunch = null;
    this.#told = performance.now();
    this.#line = this.#line.then(() => this.#send(bunch));
  }

  async #send({gift, combo, quantity, release}) {
    let balance = null;
    try {
      ({balance} = await this.#deed.do({gift, quantity, combo}));
    } catch (error) {
      this.#run = null; // what was shown did not all happen: the next tap begins anew
      this.emit("refused", error);
    }
    for (const free of release) free();
    if (balance !== null) this.#purse.set(balance);
  }
}
