/**
 * The SDK for pages of others: one import from the house, `/sdk/v1/footlight.js`, and everything behind it.
 *
 *     import {Footlight} from "https://live.example/sdk/v1/footlight.js";
 *     const footlight = new Footlight({appId: 1234567890, getUserSig: () => fetch("/usersig").then((r) => r.text())});
 *     footlight.player({cid, video}).play();
 *     await footlight.im.login();
 *     await footlight.im.joinGroup({groupID});
 *
 * The page's origin has to stand among the `origins` of the app. docs/partners/sdk.md says more.
 */
import {CallAPI, RestSignal, SocketSignal} from "footlight/client/call";
import {CallMedia} from "footlight/call-media";
import {CoMic} from "footlight/client/comic";
import {Embed} from "footlight/client/embed";
import IM from "footlight/client/im";
import {Player} from "footlight/client/player";
import {Door, ours} from "footlight/door";
import {Publisher} from "footlight/publishing";
import {rest} from "footlight/rest";
import {openShow} from "footlight/show";

const house = new URL("/", import.meta.url);
if (house.origin !== location.origin) ours.base = house.href;

export class Footlight {
  /** Where the house is, and who one is there. @type {Door} */ door;
  #appId;

  /**
   * @param {object} options
   * @param {number | string} options.appId
   * @param {string} [options.usersig] whoever is known already; a guest without
   * @param {() => Promise<string> | string} [options.getUserSig] gives a UserSig, at the start and whenever one is about to end
   * @param {string} [options.platform] web, ios, android, ...
   * @param {string} [options.base] another house than the one this file is of
   */
  constructor({appId, usersig = "", getUserSig, platform, base = ours.base}) {
    this.#appId = appId;
    this.door = new Door({base, usersig, getUserSig, platform});
  }

  /** The chat, with the vendor's names. */
  get im() {
    return IM.create({SDKAppID: this.#appId, door: this.door});
  }

  /** @param {{cid: string, video: HTMLVideoElement}} options */
  player(options) {
    return new Player({...options, door: this.door});
  }

  /** Presence and media of a channel without a <video>. @param {string} cid @param {{asHost?: boolean}} [options] */
  show(cid, {asHost = false} = {}) {
    return openShow(cid, null, {asHost, door: this.door});
  }

  /** The co-mic of a show or player. @param {{room: object} | Player} show */
  comic(show) {
    return new CoMic((show.show ?? show).room);
  }

  /**
   * Private calls of a channel; what `prepareForCall` needs is in `client/call.js`.
   * @param {import("./show.js").Show} show @param {string} cid @param {string} uid one's own
   */
  calls(show, cid, uid) {
    const calls = new CallAPI();
    calls.initialize({appId: String(this.#appId), userId: uid, rtcEngine: new CallMedia(show), signalClient: new SocketSignal(show.room, cid)});
    return calls;
  }

  /** REST as whoever is signed in. @param {string} method @param {string} path below /api/v1/ @param {object} [fields] */
  rest(method, path, fields) {
    return rest(method, path, fields, {door: this.door});
  }

  /** An iframe with player and chat. @param {{cid: string, theme?: string, language?: string}} options */
  embed(options) {
    return new Embed({base: this.door.base || location.origin, getUserSig: this.door.getUserSig, app: String(this.#appId), ...options});
  }
}

export {CallAPI, CallMedia, CoMic, Door, Embed, IM, Player, Publisher, RestSignal, SocketSignal};
export default Footlight;
