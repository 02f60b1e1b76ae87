/** The floor: two connections in one page, nobody between them. Answers ms to the first frame, then the delays. */
async (seconds) => {
  const stream = await navigator.mediaDevices.getUserMedia();
  const video = Object.assign(document.createElement("video"), {muted: true, autoplay: true});
  const began = performance.now();
  const [from, to] = [new RTCPeerConnection(), new RTCPeerConnection()];
  from.onicecandidate = ({candidate}) => to.addIceCandidate(candidate);
  to.onicecandidate = ({candidate}) => from.addIceCandidate(candidate);
  to.ontrack = ({track}) => track.kind === "video" && (video.srcObject = new MediaStream([track]));
  document.body.append(video);
  const first = new Promise((resolve) => video.requestVideoFrameCallback(resolve));
  for (const track of stream.getTracks()) from.addTrack(track, stream);
  const h264 = RTCRtpReceiver.getCapabilities("video").codecs.filter(({mimeType}) => mimeType === "video/H264");
  from.getTransceivers().find(({sender}) => sender.track.kind === "video").setCodecPreferences(h264);
  await from.setLocalDescription();
  await to.setRemoteDescription(from.localDescription);
  await to.setLocalDescription();
  await from.setRemoteDescription(to.localDescription);
  await first;
  const firstFrame = performance.now() - began;
  const delays = seconds ? await window.benchDelays(video, seconds) : [];
  for (const end of [from, to]) end.close();
  for (const track of stream.getTracks()) track.stop();
  video.remove();
  return [firstFrame, delays];
};
