/** Bytes and decoded frames so far on what this page watches. */
async () => {
  const sum = {bytes: 0, frames: 0};
  for (const connection of window.benchConnections) {
    for (const report of (await connection.getStats()).values()) {
      if (report.type !== "inbound-rtp") continue;
      sum.bytes += report.bytesReceived;
      sum.frames += report.framesDecoded ?? 0;
    }
  }
  return sum;
};
