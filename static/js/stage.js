/** The stage: a tile for everybody whose media is here, the sound, the layouts and the word over the picture. */
import {showFor} from "footlight/dom";
import {Emitter} from "footlight/emitter";
import {dress, newTile} from "footlight/tile";

const LIPS = {live: "is-lit", lost: "is-low", away: "is-low"};
/** What this page itself sends: a tile without sound. */
export const OWN = "own";
const SWAP_WITHIN = 4_000; // ms a new line may take until the last picture of the old one is given up

/**
 * Emits `picture` when the first frame of a feed is on the screen or its sound is heard, `sound` when it was
 * blocked or let go. The picture is never held up by the sound: each has an element of its own, and browsers that
 * forbid sound before a touch still play the picture. (Both stay in step: that is done per stream, not per element.)
 */
export class Stage extends Emitter {
  muted = false;
  volume = 1;
  paused = false;
  /** The browser wants a touch before it lets anything be heard. */ blocked = false;
  /** @type {import("./hls-mix.js").Mix | null} one picture for all, where a page has that */ mix = null;
  /** How three and more stand: grid, spotlight or strip. */ preset = "grid";
  #root;
  #view;
  #lip;
  #tiles = new Map();
  #names = new Map();
  #streams = new Map();
  #watched = new Map();
  #own = null;
  #fixed = 0; // tiles of the page's own that stand first: the host's preview
  #layout = ""; // what the viewer chose; "" follows the number of feeds

  /** @param {HTMLElement} root the .stage */
  constructor(root) {
    super();
    this.#root = root;
    this.#view = root.querySelector(".stage-view");
    this.#fixed = this.#view.children.length;
    this.#lip = root.parentElement.querySelector(".lip");
    document.addEventListener("pointerdown", () => this.blocked && this.#playAll(), {capture: true});
  }

  /** @param {string} state connecting, live, offline, lost ...: the `data-when` of the overlays */
  show(state) {
    if (this.#root.dataset.stage === state) return;
    this.#root.dataset.stage = state;
    showFor(this.#root, "data-when", state);
    this.#lip.className = `lip ${LIPS[state] ?? ""}`;
  }

  /** @param {import("./tile.js").Who[]} people whose names the tiles carry; the order is that of the tiles */
  setPeople(people) {
    this.#names = new Map(people.map((who) => [who.sid, who]));
    if (this.#own && !this.#tiles.has(OWN)) this.#add(OWN);
    for (const [feed, tile] of this.#tiles) dress(tile.root, this.#names.get(feed));
    this.#arrange();
  }

  /** @param {Map<string, MediaStream>} streams by feed; whose line is only lost keeps a tile with the last picture */
  setStreams(streams) {
    this.#watched = streams;
    streams = this.#streams = this.#own ? new Map([...streams, [OWN, this.#own]]) : streams;
    for (const [feed, stream] of streams) {
      const tile = this.#tiles.get(feed) ?? this.#add(feed);
      this.#setAudio(tile, stream);
      this.#setVideo(tile, stream);
    }
    for (const [feed, tile] of this.#tiles) {
      tile.root.toggleAttribute("data-lost", !streams.has(feed));
      if (!streams.has(feed)) this.#unplug(tile);
    }
    this.#arrange();
  }

  /** @param {MediaStream | null} stream what this page sends, null while it sends nothing */
  setOwn(stream) {
    this.#own = stream;
    if (!stream) this.#names.delete(OWN);
    this.setStreams(this.#watched);
  }

  /** @returns {Map<string, MediaStream>} everything that can be seen or heard here, by feed */
  get streams() {
    return this.#streams;
  }

  /** Light under whoever speaks. @param {string} feed @param {boolean} speaks */
  setSpeaking(feed, speaks) {
    this.#tiles.get(feed)?.root.toggleAttribute("data-speaking", speaks);
  }

  /** A closed connection leaves black behind, so before it closes the last pictures are taken down. */
  freeze() {
    for (const tile of this.#tiles.values()) this.#still(tile);
  }

  #still({root, video, still}) {
    if (!root.dataset.picture || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
    [still.width, still.height] = [video.videoWidth, video.videoHeight];
    still.getContext("2d").drawImage(video, 0, 0);
    still.hidden = false;
  }

  /** The line this tile hung on may be given to somebody else, so only the last picture stays. */
  #unplug(tile) {
    this.#still(tile);
    clearTimeout(tile.giveUp);
    tile.wanted = tile.video.srcObject = tile.audio.srcObject = null;
  }

  clear() {
    this.#names.clear();
    this.setStreams(new Map());
  }

  /** Whether anything is to be seen or heard. */
  hasPicture() {
    return this.mix?.shown ? Boolean(this.mix.tile.root.dataset.playing) : this.hasTiles();
  }

  /** Whether anything of what came over WebRTC is. */
  hasTiles() {
    return [...this.#tiles].some(([feed, {root}]) => feed !== OWN && root.dataset.playing);
  }

  /** @returns {HTMLVideoElement | null} the host's picture, or the first one */
  mainVideo() {
    return this.mix?.shown ? this.mix.video : this.#view.querySelector("video");
  }

  /** @param {"1" | "2" | "grid"} layout */
  setLayout(layout) {
    this.#layout = layout;
    this.#arrange();
  }

  get layout() {
    return this.#view.dataset.layout;
  }

  setSound({muted = this.muted, volume = this.volume}) {
    Object.assign(this, {muted, volume});
    this.#hush();
    if (this.blocked && !muted) this.#playAll();
    this.emit("sound");
  }

  /** The mix is what is watched, or the tiles again: only one of the two is heard. */
  mixed(shown) {
    this.#root.toggleAttribute("data-mixed", shown);
    this.#hush();
    if (shown) this.play(this.mix.video);
    this.#arrange();
  }

  #everything() {
    return [...this.#tiles.values(), ...(this.mix ? [this.mix.tile] : [])];
  }

  #hush() {
    const {muted, volume} = this;
    for (const {audio} of this.#tiles.values()) Object.assign(audio, {muted: muted || Boolean(this.mix?.shown), volume});
    this.mix?.hush();
  }

  setPaused(paused) {
    this.paused = paused;
    for (const {audio, video} of this.#everything()) {
      if (paused) [audio, video].forEach((element) => element.pause());
    }
    if (!paused) this.#playAll();
  }

  #playAll() {
    this.#setBlocked(false);
    for (const tile of this.#everything()) {
      this.play(tile.video);
      this.play(tile.audio);
    }
  }

  async play(element) {
    const heard = element instanceof HTMLAudioElement || (element === this.mix?.video && !element.muted);
    if (this.paused || !(element.srcObject || element.hasAttribute("src"))) return;
    try {
      await element.play();
      if (heard) this.#setBlocked(false);
    } catch (error) {
      if (error.name === "NotAllowedError" && heard) this.#setBlocked(true);
    }
  }

  /** A mix that may not be heard before a touch is seen all the same. */
  #setBlocked(blocked) {
    if (blocked === this.blocked) return;
    this.blocked = blocked;
    this.mix?.hush();
    if (blocked && this.mix?.shown) this.play(this.mix.video);
    this.emit("sound");
  }

  #add(feed) {
    const tile = newTile(feed);
    tile.root.toggleAttribute("data-own", feed === OWN);
    Object.assign(tile.audio, {muted: this.muted || Boolean(this.mix?.shown), volume: this.volume});
    tile.audio.addEventListener("playing", () => this.#plays(tile));
    this.#tiles.set(feed, tile);
    dress(tile.root, this.#names.get(feed));
    return tile;
  }

  #remove(feed, tile) {
    this.#unplug(tile);
    tile.root.remove();
    this.#tiles.delete(feed);
  }

  #setAudio(tile, stream) {
    if (stream === this.#own) return; // nobody wants to hear themself
    const [track] = stream.getAudioTracks();
    if (!track || tile.audio.srcObject?.getTracks()[0] === track) return;
    tile.audio.srcObject = new MediaStream([track]);
    this.play(tile.audio);
  }

  /** The last picture stays until the new line has one, so that a broken line is not a black screen. */
  #setVideo(tile, stream) {
    const [track] = stream.getVideoTracks();
    if (!track || tile.wanted === track) return;
    tile.wanted = track;
    clearTimeout(tile.giveUp);
    const swap = () => {
      if (tile.wanted !== track) return;
      clearTimeout(tile.giveUp);
      tile.video.srcObject = new MediaStream([track]);
      this.play(tile.video);
      tile.video.requestVideoFrameCallback?.(() => this.#plays(tile, true));
    };
    if (!tile.root.dataset.playing || !track.muted) return swap();
    track.addEventListener("unmute", swap, {once: true});
    tile.giveUp = setTimeout(swap, SWAP_WITHIN);
  }

  #plays(tile, picture = false) {
    tile.root.dataset.playing = "yes";
    if (picture) {
      tile.root.dataset.picture = "yes";
      tile.still.hidden = true;
    }
    this.emit("picture", tile.root.dataset.feed);
  }

  #arrange() {
    for (const [feed, tile] of this.#tiles) {
      if (!this.#names.has(feed) && !this.#streams.has(feed)) this.#remove(feed, tile);
    }
    const order = [...this.#names.keys()];
    const tiles = [...this.#tiles.entries()].sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
    tiles.forEach(([, {root}], index) => {
      const place = index + this.#fixed;
      // Moving a playing element restarts it, so only what stands wrong is moved.
      if (this.#view.children[place] !== root) this.#view.insertBefore(root, this.#view.children[place] ?? null);
    });
    const count = this.mix?.shown ? 1 : tiles.length + this.#fixed;
    const layout = count < 2 ? "1" : this.#layout || (count === 2 && this.preset === "grid" ? "2" : this.preset);
    this.#view.dataset.layout = layout;
    this.#view.dataset.count = String(count);
    this.emit("layout", layout, count);
  }
}
