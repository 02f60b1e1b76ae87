/** The page around a frame: what is said to it and what it says, by postMessage. docs/partners/sdk.md has the protocol. */
import {Emitter} from "footlight/emitter";

const PATIENCE = 20_000; // ms in which a fresh UserSig is to come

/** Emits `login` ({usersig}) and `logout`. */
export class Around extends Emitter {
  #origin;
  #told = "";
  #waiting = null; // whoever waits for a UserSig

  /** @param {string[]} origins those whose pages may speak; the browser lets no other show the frame */
  constructor(origins) {
    super();
    this.#origin = origins.find((origin) => origin === around()) ?? "";
    addEventListener("message", (event) => this.#hear(event));
  }

  /** @param {string} type @param {object} [fields] */
  say(type, fields = {}) {
    if (this.#origin && parent !== window) parent.postMessage({type, ...fields}, this.#origin);
  }

  /** How it stands; said when it moved. @param {object} state */
  tell(state) {
    const told = JSON.stringify(state);
    if (told === this.#told) return;
    this.#told = told;
    this.say("footlight.state", state);
  }

  /** Asks for a fresh UserSig. @returns {Promise<string>} "" where none came */
  ask() {
    this.say("footlight.token_expiring");
    return new Promise((resolve) => {
      this.#waiting = resolve;
      setTimeout(() => resolve(""), PATIENCE);
    });
  }

  #hear({origin, source, data}) {
    if (origin !== this.#origin || source !== parent) return;
    if (data?.type === "footlight.login" && typeof data.usersig === "string" && data.usersig) this.#login(data.usersig);
    if (data?.type === "footlight.logout") this.emit("logout");
  }

  #login(usersig) {
    const waiting = this.#waiting;
    this.#waiting = null;
    if (waiting) waiting(usersig);
    else this.emit("login", {usersig});
  }
}

/** The origin of the page around; Firefox says it by the address that led here alone. */
function around() {
  if (location.ancestorOrigins?.length) return location.ancestorOrigins[0];
  return document.referrer && new URL(document.referrer).origin;
}
