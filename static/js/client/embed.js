/**
 * An embed seen from the page around it: speaks with /embed/<cid>/ by postMessage, and checks who it speaks with.
 *
 *     const embed = new Embed({cid, app: "1234567890", getUserSig: () => fetch("/my-usersig").then((r) => r.text())});
 *     embed.on("state", ({channel, signed_in}) => { ... });
 *     document.querySelector("#live").append(embed.frame);
 *
 * Emits `ready`, `state` ({cid, state, title, viewers, signed_in}), `refused` (code).
 */
import {ours} from "footlight/door";
import {Emitter} from "footlight/emitter";

export class Embed extends Emitter {
  /** @type {HTMLIFrameElement} to be put where it is wanted */ frame = document.createElement("iframe");
  #house;
  #getUserSig;

  /**
   * @param {object} options
   * @param {string} options.cid
   * @param {string} [options.app] the app's id: it is needed for shows that only some people may know of
   * @param {"dark" | "light" | ""} [options.theme] "" follows the reader
   * @param {"en" | "zh-hans" | ""} [options.language]
   * @param {(() => Promise<string> | string) | null} [options.getUserSig] who watches; guests where it is left out
   * @param {string} [options.base] the address of the house
   */
  constructor({cid, app = "", theme = "", language = "", getUserSig = null, base = ours.base || location.origin}) {
    super();
    const url = new URL(`/embed/${encodeURIComponent(cid)}/`, base);
    for (const [name, value] of Object.entries({app, theme, language})) if (value) url.searchParams.set(name, value);
    this.#house = url.origin;
    this.#getUserSig = getUserSig;
    this.frame.src = url.href;
    this.frame.allow = "autoplay; fullscreen; picture-in-picture";
    this.frame.title = "Footlight";
    addEventListener("message", (event) => this.#hear(event));
  }

  /** Asks for a UserSig and hands it over. */
  async login() {
    const usersig = await this.#getUserSig?.();
    if (usersig) this.frame.contentWindow?.postMessage({type: "footlight.login", usersig}, this.#house);
  }

  #hear({origin, source, data}) {
    if (origin !== this.#house || source !== this.frame.contentWindow) return;
    if (data?.type === "footlight.ready" || data?.type === "footlight.token_expiring") this.login();
    if (data?.type === "footlight.ready") this.emit("ready");
    if (data?.type === "footlight.state") this.emit("state", data);
    if (data?.type === "footlight.refused") this.emit("refused", data.code);
  }
}
