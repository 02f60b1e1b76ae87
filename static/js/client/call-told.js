/** What a call's row means for one of its two people, in the vendor's words: for whoever reads rows and hears no frames. */

/** state of the row -> what [the caller, the host] are told: [state, reason] */
const CHANGED = {
  ringing: (kind) => [["calling", `local${kind}Call`], ["calling", `remote${kind}Call`]],
  connecting: () => [["connecting", "remoteAccepted"], ["connecting", "localAccepted"]],
  talking: () => [["connected", "recvRemoteFirstFrame"], ["connected", "recvRemoteFirstFrame"]],
  refused: () => [["prepared", "remoteRejected"], ["prepared", "localRejected"]],
  cancelled: () => [["prepared", "localCancelled"], ["prepared", "remoteCancelled"]],
  expired: () => [["prepared", "callingTimeout"], ["prepared", "remoteCallingTimeout"]],
  busy: () => [["prepared", "remoteCallBusy"], ["prepared", "none"]],
};
const LOST = ["timeout", "gave_up", "no_media"]; // ends that nobody wanted
const PEER_LOST = 123;

/**
 * @param {object} call as it is now
 * @param {string} uid whose words
 * @param {object | null} before the same call as this person knew it
 * @returns {{type: "changed" | "event" | "error", frame: object}[]} in their order; nothing where nothing is new
 */
export function told(call, uid, before = null) {
  const was = before?.call_id === call.call_id ? before : null;
  if (was && was.version >= call.version) return [];
  const frames = [];
  const together = ["talking", "broken"];
  if (call.state === "ended") frames.push(...ended(call, uid));
  else if (!(together.includes(call.state) && together.includes(was?.state))) frames.push(changed(call, ...sideOf(call, uid)));
  if (call.state === "broken" && was?.state !== "broken") frames.push({type: "event", frame: {call, event: "remoteLeave"}});
  if (call.state === "talking" && was?.state === "broken") frames.push({type: "event", frame: {call, event: "remoteJoined"}});
  return frames;
}

function ended(call, uid) {
  const lost = LOST.includes(call.end_reason);
  const error = {call, errorEvent: "rtcOccurError", errorType: "rtc", errorCode: PEER_LOST};
  const local = lost ? call.end_reason !== "no_media" : call.ended_by === uid;
  const over = changed(call, "prepared", local ? "localHangup" : "remoteHangup");
  return lost ? [{type: "error", frame: error}, over] : [over];
}

function sideOf(call, uid) {
  const kind = call.kind === "audio" ? "Audio" : "Video";
  const words = CHANGED[call.state === "broken" ? "talking" : call.state](kind);
  return words[call.caller.uid === uid ? 0 : 1];
}

const changed = (call, state, reason) => ({
  type: "changed",
  frame: {call, state, stateReason: reason, eventReason: reason, eventInfo: infoOf(call)},
});

/** The fourth of onCallStateChanged: from it both pages know their part. */
export const infoOf = (call) => ({
  callId: call.call_id,
  fromUserId: call.caller.uid,
  fromRoomId: call.cid,
  remoteUserId: call.host.uid,
  fromUserExtension: call.extension,
  duration: call.duration,
});
