/** The words of the CallAPI with the vendor's numbers. Values travel as the words; the numbers stand beside them. */

export const STATE = Object.freeze({idle: 0, prepared: 1, calling: 2, connecting: 3, connected: 4, failed: 10});

export const REASON = Object.freeze({
  none: 0,
  joinRTCFailed: 1,
  messageFailed: 4,
  localRejected: 5,
  remoteRejected: 6,
  remoteAccepted: 7,
  localAccepted: 8,
  localHangup: 9,
  remoteHangup: 10,
  localCancelled: 11,
  remoteCancelled: 12,
  recvRemoteFirstFrame: 13,
  callingTimeout: 14,
  remoteCallBusy: 17,
  remoteCallingTimeout: 18,
  localVideoCall: 30,
  localAudioCall: 31,
  remoteVideoCall: 32,
  remoteAudioCall: 33,
});

/** `remoteLeft` is what the vendor's code calls `remoteLeave`. */
export const EVENT = Object.freeze({
  none: 0,
  deinitialize: 1,
  callingTimeout: 3,
  remoteCallingTimeout: 4,
  joinRTCSuccessed: 5,
  stateMismatch: 9,
  joinRTCStart: 10,
  remoteUserRecvCall: 99,
  localRejected: 100,
  remoteRejected: 101,
  remoteAccepted: 103,
  localAccepted: 104,
  localHangup: 105,
  remoteHangup: 106,
  remoteJoined: 107,
  remoteLeave: 108,
  remoteLeft: 108,
  localCancelled: 109,
  remoteCancelled: 110,
  localJoined: 111,
  localLeft: 112,
  recvRemoteFirstFrame: 113,
  remoteCallBusy: 117,
  localVideoCall: 140,
  localAudioCall: 141,
  remoteVideoCall: 142,
  remoteAudioCall: 143,
});

export const ERROR_EVENT = Object.freeze({normalError: 0, rtcOccurError: 100, startCaptureFail: 110, sendMessageFail: 210});
export const ERROR_TYPE = Object.freeze({normal: 0, rtc: 1, message: 2});
export const CALL_TYPE = Object.freeze({video: 0, audio: 1});

/** The states of a call as a row, in which it is one. */
export const OPEN = Object.freeze(["ringing", "connecting", "talking", "broken"]);
