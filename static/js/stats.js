/** What the browser measures of a connection, in figures that a person can read. */

const BYTES = {publish: ["outbound-rtp", "bytesSent"], watch: ["inbound-rtp", "bytesReceived"]};

const NARROW = 600_000; // bits a second: what is left for a picture that is worth looking at

/**
 * All media bytes of a connection so far.
 * @param {RTCPeerConnection} pc
 * @param {"publish" | "watch"} direction
 */
export async function bytesOf(pc, direction) {
  const [type, field] = BYTES[direction];
  let sum = 0;
  for (const report of (await pc.getStats()).values()) if (report.type === type) sum += report[field] ?? 0;
  return sum;
}

/**
 * @typedef {object} Health what was sent since the last look; null where the browser does not know
 * @property {number | null} bitrate bits a second, audio and video
 * @property {number | null} fps
 * @property {number | null} rtt ms
 * @property {number | null} loss 0 to 1
 * @property {string} size "1280 × 720", or ""
 * @property {"good" | "fair" | "poor" | null} line
 */

/** Call the returned function once a second. */
export function healthMeter() {
  let before = null;

  /** @param {RTCPeerConnection | null} pc @returns {Promise<Health>} */
  return async (pc) => {
    const health = {bitrate: null, fps: null, rtt: null, loss: null, size: "", line: null};
    if (pc?.connectionState !== "connected") {
      before = null;
      return health;
    }
    const reports = [...(await pc.getStats()).values()];
    const of = (type, test = () => true) => reports.find((report) => report.type === type && test(report));
    const sent = reports.filter(({type}) => type === "outbound-rtp");
    const heard = reports.filter(({type}) => type === "remote-inbound-rtp");
    const video = sent.find(({kind}) => kind === "video");
    const now = {
      at: video?.timestamp ?? performance.now(),
      bytes: sum(sent, "bytesSent"),
      packets: sum(sent, "packetsSent"),
      lost: sum(heard, "packetsLost"),
      pc,
    };
    if (before?.pc === pc && now.at > before.at) {
      health.bitrate = ((now.bytes - before.bytes) * 8000) / (now.at - before.at);
      const packets = now.packets - before.packets;
      if (heard.length && packets > 0) health.loss = Math.min(1, Math.max(0, now.lost - before.lost) / packets);
    }
    before = now;
    const pair = of("candidate-pair", ({nominated, state}) => nominated && state === "succeeded");
    const seconds = heard.find(({roundTripTime}) => roundTripTime !== undefined)?.roundTripTime ?? pair?.currentRoundTripTime;
    if (seconds !== undefined) health.rtt = seconds * 1000;
    if (video?.framesPerSecond !== undefined) health.fps = video.framesPerSecond;
    if (video?.frameWidth) health.size = `${video.frameWidth} × ${video.frameHeight}`;
    health.line = judge(health, pair?.availableOutgoingBitrate < NARROW);
    return health;
  };
}

const sum = (reports, field) => reports.reduce((total, report) => total + (report[field] ?? 0), 0);

function judge({rtt, loss}, narrow) {
  if (rtt === null && loss === null) return null;
  if ((loss ?? 0) > 0.08 || (rtt ?? 0) > 600) return "poor";
  if ((loss ?? 0) > 0.02 || (rtt ?? 0) > 250 || narrow) return "fair";
  return "good";
}
