/** An encoder: sends the drawn picture by one POST. Answers the ms since 1970 at which it asked, and ms until 201. */
async ([address, key]) => {
  const stream = await navigator.mediaDevices.getUserMedia();
  const connection = new RTCPeerConnection();
  for (const track of stream.getTracks()) connection.addTransceiver(track, {direction: "sendonly", streams: [stream]});
  const h264 = RTCRtpSender.getCapabilities("video").codecs.filter(({mimeType}) => mimeType === "video/H264");
  connection.getTransceivers().find(({sender}) => sender.track.kind === "video").setCodecPreferences(h264);
  await connection.setLocalDescription();
  while (connection.iceGatheringState !== "complete") await new Promise((turn) => setTimeout(turn, 10));
  const headers = {Authorization: `Bearer ${key}`};
  const sdp = {headers: {...headers, "Content-Type": "application/sdp"}, body: connection.localDescription.sdp};
  const asked = benchNow();
  const answer = await fetch(address, {method: "POST", ...sdp});
  const took = benchNow() - asked;
  if (answer.status !== 201) throw new Error(`${answer.status} ${await answer.text()}`);
  await connection.setRemoteDescription({type: "answer", sdp: await answer.text()});
  window.benchStop = async () => {
    await fetch(answer.headers.get("Location"), {method: "DELETE", headers});
    connection.close();
    for (const track of stream.getTracks()) track.stop();
  };
  return [asked, took];
};
