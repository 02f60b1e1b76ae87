/** One show on the live wall: what viewers see of it, muted, for as long as it is on the screen. */
import {gettext} from "footlight/i18n";
import {Show} from "footlight/show";
import {Watcher} from "footlight/watching";

const MOST = 4; // pictures of one show

export class WallPlayer {
  #root;
  #views;
  #word;
  #show = null;
  #watcher = null;
  #loud = false;
  #seen = false;

  /** @param {HTMLElement} root the .player @param {string} cid */
  constructor(root, cid) {
    this.#root = root;
    this.cid = cid;
    this.#views = root.querySelector(".views");
    this.#word = root.querySelector("[data-word]");
  }

  start() {
    if (this.#seen) return;
    this.#seen = true;
    if (!this.#show) this.#prepare();
    this.#show.open();
    this.#say();
  }

  #prepare() {
    const show = (this.#show = new Show(this.cid, null, {as: "staff"}));
    const watcher = (this.#watcher = new Watcher(show));
    watcher.on("streams", (streams) => this.#draw(streams));
    watcher.on("state", () => this.#say());
    show.on("feeds", () => watcher.start());
    show.on("change", () => {
      if (!show.others().length) watcher.stop();
      this.#say();
    });
    show.room.on("state", () => this.#say());
  }

  /** Off the screen: nothing is fetched that nobody sees. */
  stop() {
    if (!this.#seen) return;
    this.#seen = false;
    this.#watcher.stop();
    this.#show.room.close();
    this.#views.replaceChildren();
    this.#root.dataset.state = "idle";
    this.#word.textContent = "";
  }

  /** @param {boolean} loud */
  setSound(loud) {
    this.#loud = loud;
    for (const video of this.#views.children) video.muted = !loud;
  }

  #draw(streams) {
    const there = [...streams].filter(([, stream]) => stream.getTracks().length).slice(0, MOST);
    const before = new Map([...this.#views.children].map((video) => [video.dataset.feed, video]));
    this.#views.replaceChildren(...there.map(([feed, stream]) => this.#video(before.get(feed), feed, stream)));
  }

  #video(known, feed, stream) {
    const video = known ?? Object.assign(document.createElement("video"), {autoplay: true, playsInline: true});
    video.dataset.feed = feed;
    video.muted = !this.#loud;
    if (video.srcObject !== stream) video.srcObject = stream;
    video.play().catch(() => {});
    return video;
  }

  #say() {
    if (!this.#seen) return;
    const {channel} = this.#show;
    const state = this.#show.room.state === "ended" ? "refused" : channel ? this.#stateOf(channel) : "connecting";
    this.#root.dataset.state = state;
    this.#word.textContent = WORDS[state]?.() ?? "";
  }

  #stateOf(channel) {
    if (channel.frozen) return "frozen";
    if (channel.state !== "live") return channel.state;
    return this.#watcher.state === "up" ? "live" : "connecting";
  }
}

const WORDS = {
  connecting: () => gettext("Connecting"),
  refused: () => gettext("No way in"),
  frozen: () => gettext("Frozen"),
  lost: () => gettext("Line lost"),
  away: () => gettext("In a private call"),
  idle: () => gettext("The show is over"),
  closed: () => gettext("The show is over"),
  deleted: () => gettext("The show is over"),
};
