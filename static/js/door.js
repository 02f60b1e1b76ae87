/**
 * Where a house is, and whom one is there. Pages of the house itself use `ours`: same origin, the session's cookie. Pages
 * of others make a door of their own, which knows no cookies: a UserSig is a person, a ticket a guest. No page here.
 */
import {Emitter} from "footlight/emitter";

const PROTOCOL = "footlight";
const ADDRESSES = ["avatar", "cover", "thumbnail"]; // fields that hold a path of the house

/**
 * Emits `person` (usersig) when somebody else came in, or nobody is in any more; `fresh` (usersig) when the same person goes
 * on under a new one; `expiring` (seconds) when theirs is about to end and no fresh one is to be had.
 */
export class Door extends Emitter {
  #asking = null;

  /**
   * @param {object} [options]
   * @param {string} [options.base] the address of the house; "" for the one that this page is of
   * @param {string} [options.usersig] who one is; "" for a guest
   * @param {(() => Promise<string> | string) | null} [options.getUserSig] gives a fresh one, of the same person
   * @param {string} [options.ticket] a guest's, so that all their connections are one guest; fetched where it is missing
   * @param {string} [options.platform] web, ios, android, ...: what the house is told one sits at
   */
  constructor({base = "", usersig = "", getUserSig = null, ticket = "", platform = "web"} = {}) {
    super();
    Object.assign(this, {base, usersig, getUserSig, ticket, platform});
  }

  /** Whether what the browser keeps for this site says who one is. */
  get own() {
    return !this.base && !this.usersig && !this.ticket;
  }

  /** @param {string} path of the house @returns {string} as this page has to write it */
  address(path) {
    return this.base ? new URL(path, this.base).href : path;
  }

  /** What a socket offers at its opening. @returns {string[]} */
  get protocols() {
    if (this.usersig) return [PROTOCOL, `usersig.${this.usersig}`];
    return this.ticket ? [PROTOCOL, `ticket.${this.ticket}`] : [];
  }

  /** Whether something has to be fetched before one can knock as somebody. */
  get missing() {
    return Boolean(this.base && !this.usersig && !this.ticket);
  }

  /** Fetches it. What cannot be had is done without. */
  async prepare() {
    const answer = await fetch(this.address("/api/v1/users/guests/"), {method: "POST", credentials: "omit"}).catch(() => null);
    if (answer?.ok) this.ticket ||= (await answer.json()).ticket;
  }

  /** @param {string} usersig of whoever is in from now on; "" for a guest */
  become(usersig) {
    if (usersig === this.usersig) return;
    this.usersig = usersig;
    this.emit("person", usersig);
  }

  /** @param {string} usersig a fresh one of the same person: open connections go on under it */
  refresh(usersig) {
    this.usersig = usersig;
    this.emit("fresh", usersig);
  }

  /** Asks for a fresh UserSig; all who ask at the same time get the same. @returns {Promise<string>} */
  renew() {
    this.#asking ??= this.#askForOne().finally(() => (this.#asking = null));
    return this.#asking;
  }

  async #askForOne() {
    const usersig = await this.getUserSig?.();
    if (!usersig) throw new Error("There is no fresh UserSig.");
    this.refresh(usersig);
    return usersig;
  }

  /** What the house says; its own addresses are of no use to a page of somebody else. @param {string} text @returns {any} */
  parse(text) {
    if (!this.base) return JSON.parse(text);
    const isAddress = (name, value) => ADDRESSES.includes(name) && typeof value === "string" && value.startsWith("/");
    return JSON.parse(text, (name, value) => (isAddress(name, value) ? this.address(value) : value));
  }
}

export const ours = new Door();
