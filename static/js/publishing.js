/** What this page sends: one audio and one video line, whose tracks are changed without negotiating again. */
import {Peer} from "footlight/peer";

const AUDIO_BITRATE = 96_000; // bits a second: music, not only speech

const FIRST_SHARE = 0.5; // of the full bitrate: browsers start at 0.3 Mb/s and take ten seconds to a sharp picture

export class Publisher extends Peer {
  /** @type {{audio: MediaStreamTrack|null, video: MediaStreamTrack|null}} */ tracks = {audio: null, video: null};
  /** @type {{bitrate: number, fps: number}} */ quality = {bitrate: 2_500_000, fps: 30};

  held = false;

  /** @param {import("./show.js").Show} show */
  constructor(show) {
    super(show, "publish");
    this.room.on("media.answer", (frame) => this.inOrder(() => this.#answered(frame)));
  }

  async negotiate() {
    const pc = this.begin();
    pc.addTransceiver(this.#sent("audio") ?? "audio", {
      direction: "sendonly",
      sendEncodings: [{maxBitrate: AUDIO_BITRATE}],
    });
    const video = pc.addTransceiver(this.#sent("video") ?? "video", {
      direction: "sendonly",
      sendEncodings: [this.#encoding()],
    });
    video.setCodecPreferences(codecs());
    await pc.setLocalDescription();
    const {sid} = await this.room.ask("media.publish", {sdp: pc.localDescription.sdp});
    this.show.sending = sid;
  }

  stop(options) {
    super.stop(options);
    this.show.sending = "";
  }

  /**
   * Puts another track on the line, or none; both lines exist from the start, so a camera may also come later.
   * @param {"audio" | "video"} kind
   * @param {MediaStreamTrack | null} track
   */
  async setTrack(kind, track) {
    this.tracks[kind] = track;
    await this.#sender(kind)?.replaceTrack(this.#sent(kind));
    if (kind === "video") await this.#applyQuality();
  }

  /** Sends nothing for a while, or again, without giving the connection up. @param {boolean} held */
  async hold(held) {
    this.held = held;
    for (const kind of ["audio", "video"]) await this.#sender(kind)?.replaceTrack(this.#sent(kind));
  }

  #sent(kind) {
    return this.held ? null : this.tracks[kind];
  }

  expecting() {
    return !this.held && Boolean(this.tracks.audio || this.tracks.video);
  }

  /** @param {{bitrate: number, fps: number}} quality */
  async setQuality(quality) {
    this.quality = quality;
    await this.#applyQuality();
  }

  async #answered({sdp}) {
    if (this.pc?.signalingState !== "have-local-offer") return;
    await this.pc.setRemoteDescription({type: "answer", sdp: startingAt(sdp, this.quality.bitrate * FIRST_SHARE)});
    await this.#applyQuality();
    this.answered();
  }

  #sender(kind) {
    const line = this.pc?.getTransceivers().find(({receiver}) => receiver.track.kind === kind);
    return line?.sender ?? null;
  }

  #encoding() {
    return {maxBitrate: this.quality.bitrate, maxFramerate: this.quality.fps};
  }

  async #applyQuality() {
    const sender = this.#sender("video");
    const parameters = sender?.getParameters();
    if (!parameters?.encodings?.length) return;
    Object.assign(parameters.encodings[0], this.#encoding());
    // A shared screen is read, so it may stutter but not blur; a person on a stage moves.
    const still = this.tracks.video?.contentHint === "detail";
    parameters.degradationPreference = still ? "maintain-resolution" : "maintain-framerate";
    await sender.setParameters(parameters);
  }
}

/** H264 first: what encoders and players at the far ends of the house speak without transcoding. VP8 if there is none. */
function codecs() {
  const all = RTCRtpReceiver.getCapabilities("video").codecs;
  const rank = ({mimeType, sdpFmtpLine = ""}) => {
    if (mimeType === "video/H264") return /profile-level-id=42e01f/i.test(sdpFmtpLine) && /packetization-mode=1/.test(sdpFmtpLine) ? 0 : 9;
    return {"video/VP8": 1, "video/rtx": 2}[mimeType] ?? 9;
  };
  return all.filter((codec) => rank(codec) < 9).sort((a, b) => rank(a) - rank(b));
}

/** The answer, with Chromium's own word for where its estimate of the line begins. Others do not read it. */
function startingAt(sdp, bitrate) {
  const kilobits = Math.round(bitrate / 1000);
  const [head, video = ""] = sdp.split(/(?=^m=video )/m);
  return head + video.replace(/^(a=rtpmap:(\d+) (?:H264|VP8)\/90000)(\r?\n)/gim, `$1$3a=fmtp:$2 x-google-start-bitrate=${kilobits}$3`);
}
