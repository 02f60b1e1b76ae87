/** Where a flying comment finds room: each lane knows its last one, and nobody runs into it. No page here. */

const GAP = 24; // px between two in a lane

/** All comments take the same time across, so a longer one is faster. */
export class Lanes {
  #last = []; // of each lane: {width, start, time}

  /**
   * @param {{width: number, count: number, time: number}} room px, lanes, ms across
   * @param {number} width of the comment, px
   * @param {number} now ms
   * @returns {number} the lane, or -1 where all are taken
   */
  place({width: across, count, time}, width, now) {
    for (let lane = 0; lane < count; lane++) {
      if (!this.#free(this.#last[lane], across, width, time, now)) continue;
      this.#last[lane] = {width, start: now, time};
      return lane;
    }
    return -1;
  }

  /** The lane whose last comment is furthest on its way, for one that must not be left out. */
  force({count, time}, width, now) {
    const begun = (lane) => this.#last[lane]?.start ?? -Infinity;
    let oldest = 0;
    for (let lane = 1; lane < count; lane++) if (begun(lane) < begun(oldest)) oldest = lane;
    this.#last[oldest] = {width, start: now, time};
    return oldest;
  }

  clear() {
    this.#last = [];
  }

  #free(last, across, width, time, now) {
    if (!last || now >= last.start + last.time) return true;
    const entered = ((last.width + GAP) / (across + last.width)) * last.time;
    const reaches = now + (across / (across + width)) * time; // its head is at the far edge
    return now >= last.start + entered && reaches >= last.start + last.time;
  }
}
