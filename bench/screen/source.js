/**
 * Stands for a camera: a picture that moves and carries, as a row of black and white blocks, the moment at which it
 * was drawn. Viewers in the same browser read it against the same clock.
 */
(() => {
  const [WIDTH, HEIGHT, FPS] = [640, 360, 30];
  const BLOCK = 32; // pixels: blocks survive the codec at any bitrate
  const [BITS, SUM] = [16, 4]; // ms modulo 65,536, and a sum by which spoilt rows are known
  const now = () => performance.timeOrigin + performance.now();
  const sumOf = (ms) => [0, 4, 8, 12].reduce((sum, shift) => sum + ((ms >> shift) & 15), 0) & 15;

  function draw(context) {
    const ms = Math.round(now()) & 0xffff;
    const word = ms * 2 ** SUM + sumOf(ms);
    // A third of the picture changes at every frame, so that the encoder has as much to do as with a person.
    for (let n = 0; n < 60; n++) {
      context.fillStyle = `hsl(${Math.random() * 360} 60% ${20 + Math.random() * 50}%)`;
      context.fillRect(Math.random() * WIDTH, BLOCK + Math.random() * HEIGHT, 40, 30);
    }
    for (let n = 0; n < BITS + SUM; n++) {
      context.fillStyle = (word >> (BITS + SUM - 1 - n)) & 1 ? "#fff" : "#000";
      context.fillRect(n * BLOCK, 0, BLOCK, BLOCK);
    }
  }

  function picture() {
    const context = Object.assign(document.createElement("canvas"), {width: WIDTH, height: HEIGHT}).getContext("2d");
    setInterval(() => draw(context), 1000 / FPS);
    return context.canvas.captureStream(FPS).getVideoTracks()[0];
  }

  function tone() {
    const audio = new AudioContext();
    const [oscillator, out] = [audio.createOscillator(), audio.createMediaStreamDestination()];
    oscillator.connect(out);
    oscillator.start();
    return out.stream.getAudioTracks()[0];
  }

  navigator.mediaDevices.getUserMedia = async () => new MediaStream([picture(), tone()]);

  /** @returns {Promise<number[]>} ms from drawing to showing, for each frame of so many seconds */
  window.benchDelays = (video, seconds) =>
    new Promise((resolve) => {
      const canvas = new OffscreenCanvas((BITS + SUM) * 4, 4);
      const context = canvas.getContext("2d", {willReadFrequently: true});
      const until = now() + seconds * 1000;
      const delays = [];
      const look = () => {
        const at = now();
        context.drawImage(video, 0, 0, video.videoWidth, (BLOCK / HEIGHT) * video.videoHeight, 0, 0, canvas.width, 4);
        const {data} = context.getImageData(0, 2, canvas.width, 1);
        let word = 0;
        for (let n = 0; n < BITS + SUM; n++) word = word * 2 + (data[(n * 4 + 2) * 4] > 127 ? 1 : 0);
        const ms = word >> SUM;
        if ((word & 15) === sumOf(ms)) delays.push((Math.round(at) - ms) & 0xffff);
        if (at < until) video.requestVideoFrameCallback(look);
        else resolve(delays);
      };
      video.requestVideoFrameCallback(look);
    });
})();
