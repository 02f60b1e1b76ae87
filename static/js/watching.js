/** Everything that is watched, over one connection. The server makes the offers; a page has no say in what it gets. */
import {Peer} from "footlight/peer";

/** Emits `streams` (Map of feed to MediaStream) whenever somebody's tracks came, went or moved to another line. */
export class Watcher extends Peer {
  /** @type {Map<string, MediaStream>} */ streams = new Map();
  #transport = "";

  /** @param {import("./show.js").Show} show */
  constructor(show) {
    super(show, "watch");
    this.room.on("media.offer", (frame) => this.inOrder(() => this.#answer(frame)));
  }

  negotiate() {
    return this.room.ask("media.watch");
  }

  /** Without this the server would renegotiate the line that is broken. */
  letGo() {
    this.room.tell("media.stop", {direction: "watch"});
  }

  expecting() {
    return this.show.channel?.state === "live" && !this.show.channel.frozen && this.show.others().some((stay) => stay.state === "up");
  }

  async #answer({sdp, feeds}) {
    if (!this.wanted) return;
    // A known transport is renegotiated; another ufrag means that the far end began anew, and so do we.
    const transport = /^a=ice-ufrag:(.+)$/m.exec(sdp)?.[1] ?? "";
    if (!this.pc || transport !== this.#transport) {
      this.begin();
      this.#transport = transport;
      this.streams = new Map();
    }
    const pc = this.pc;
    await pc.setRemoteDescription({type: "offer", sdp});
    await pc.setLocalDescription();
    this.room.ask("media.answer", {sdp: pc.localDescription.sdp}).catch((error) => this.failed(error.code));
    this.#sort(pc, feeds);
    this.answered();
  }

  /** A line that a departed feed left is given to the next one, so each answer sorts all tracks anew. */
  #sort(pc, feeds) {
    const before = this.streams;
    this.streams = new Map();
    for (const {mid, feed} of feeds) {
      const line = pc.getTransceivers().find((transceiver) => transceiver.mid === mid);
      if (line?.currentDirection !== "recvonly") continue;
      if (!this.streams.has(feed)) this.streams.set(feed, before.get(feed) ?? new MediaStream());
      this.streams.get(feed).addTrack(line.receiver.track);
    }
    for (const [feed, stream] of this.streams) {
      const mids = feeds.filter((entry) => entry.feed === feed).map((entry) => entry.mid);
      const tracks = pc.getTransceivers().filter(({mid}) => mids.includes(mid)).map(({receiver}) => receiver.track);
      for (const track of stream.getTracks()) if (!tracks.includes(track)) stream.removeTrack(track);
    }
    this.emit("streams", this.streams);
  }
}
