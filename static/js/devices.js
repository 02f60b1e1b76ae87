/** Camera, microphone and screen. No page here: what goes wrong has a code, and the page has the words. */

/** Pictures a host may choose, best first. Bits and frames a second. */
export const QUALITIES = {
  1080: {width: 1920, height: 1080, bitrate: 4_500_000, fps: 30},
  720: {width: 1280, height: 720, bitrate: 2_500_000, fps: 30},
  360: {width: 640, height: 360, bitrate: 800_000, fps: 30},
};

const CODES = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "missing",
  NotReadableError: "busy",
  AbortError: "busy",
  OverconstrainedError: "constraints",
};

/** `code`: denied, missing, busy, constraints, insecure or failed; `kind`: camera, mic, screen or both. */
export class DeviceError extends Error {
  constructor(code, kind) {
    super(`${kind}: ${code}`);
    this.code = code;
    this.kind = kind;
  }
}

/**
 * Opens one device or two at once, so that the browser asks once.
 * @param {{camera?: string | null, mic?: string | null, quality: string}} wish device ids; "" for any, null for none
 * @returns {Promise<{audio: MediaStreamTrack|null, video: MediaStreamTrack|null}>} rejects with DeviceError
 */
export async function openDevices({camera = null, mic = null, quality}) {
  const {width, height, fps} = QUALITIES[quality];
  const video = camera !== null && {...exact(camera), width: {ideal: width}, height: {ideal: height}, frameRate: {ideal: fps}};
  const audio = mic !== null && {...exact(mic), echoCancellation: true, noiseSuppression: true, autoGainControl: true};
  const kind = video && audio ? "both" : video ? "camera" : "mic";
  const stream = await guarded(kind, () => navigator.mediaDevices.getUserMedia({audio, video}));
  const tracks = {audio: stream.getAudioTracks()[0] ?? null, video: stream.getVideoTracks()[0] ?? null};
  if (tracks.video) tracks.video.contentHint = "motion";
  return tracks;
}

/** @returns {Promise<MediaStreamTrack>} the screen or a window, without sound; rejects with DeviceError */
export async function openScreen() {
  const wish = {video: {frameRate: {ideal: 30}}, audio: false};
  const stream = await guarded("screen", () => navigator.mediaDevices.getDisplayMedia(wish));
  const [track] = stream.getVideoTracks();
  track.contentHint = "detail";
  return track;
}

export const canShareScreen = () => Boolean(navigator.mediaDevices?.getDisplayMedia);

/** Devices by kind; their names are empty until the browser was allowed to use one. */
export async function listDevices() {
  const all = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  const of = (kind) => all.filter((device) => device.kind === kind && device.deviceId);
  return {cameras: of("videoinput"), mics: of("audioinput")};
}

/**
 * The loudness of a track, 0 to 1 on a scale that looks even to the eye.
 * @param {MediaStreamTrack} track
 * @returns {{level: () => number, close: () => void}}
 */
export function levelMeter(track) {
  const context = new AudioContext();
  const analyser = new AnalyserNode(context, {fftSize: 1024});
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  return {
    level() {
      analyser.getFloatTimeDomainData(samples);
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
      const decibels = 10 * Math.log10(power + 1e-10);
      return Math.min(1, Math.max(0, (decibels + 60) / 54)); // -60 dB is silence, -6 dB the top
    },
    close: () => void context.close(),
  };
}

const exact = (id) => (id ? {deviceId: {exact: id}} : {});

async function guarded(kind, open) {
  if (!navigator.mediaDevices?.getUserMedia) throw new DeviceError("insecure", kind);
  try {
    return await open();
  } catch (error) {
    throw new DeviceError(CODES[error.name] ?? "failed", kind);
  }
}
