/** One picture with one sound of everybody on the air, which lies over the tiles while it is what is watched. */
import {newTile} from "footlight/tile";

export class Mix {
  shown = false;
  #stage;
  #tile;

  /** @param {import("./stage.js").Stage} stage @param {HTMLElement} root the .stage */
  constructor(stage, root) {
    this.#stage = stage;
    stage.mix = this;
    const tile = (this.#tile = newTile());
    tile.audio.remove();
    tile.audio = tile.video;
    const over = document.createElement("div");
    over.className = "stage-view stage-mix";
    over.dataset.layout = "1";
    over.append(tile.root);
    root.querySelector(".stage-view").after(over);
    tile.video.addEventListener("playing", () => this.#plays());
    tile.video.addEventListener("canplay", () => stage.play(tile.video));
    this.hush();
  }

  get tile() {
    return this.#tile;
  }

  get video() {
    return this.#tile.video;
  }

  /** @param {boolean} shown whether it is what is watched from now on */
  show(shown) {
    if (shown === this.shown) return;
    this.shown = shown;
    this.#stage.mixed(shown);
  }

  /** Unheard while it is not what is watched. */
  hush() {
    Object.assign(this.video, {muted: this.#stage.muted || this.#stage.blocked || !this.shown, volume: this.#stage.volume});
  }

  #plays() {
    this.#tile.root.dataset.playing = this.#tile.root.dataset.picture = "yes";
  }
}
