"""A call in the words of the vendor that the pages' CallAPI speaks, with its numbers.

Our row has one flow; what each of the two people is told of it is derived here, per verb. The vendor's client calls
`remoteLeave` `remoteLeft`; the wire name is the specification's."""

STATES = {"idle": 0, "prepared": 1, "calling": 2, "connecting": 3, "connected": 4, "failed": 10}

REASONS = {
    "none": 0,
    "joinRTCFailed": 1,
    "messageFailed": 4,
    "localRejected": 5,
    "remoteRejected": 6,
    "remoteAccepted": 7,
    "localAccepted": 8,
    "localHangup": 9,
    "remoteHangup": 10,
    "localCancelled": 11,
    "remoteCancelled": 12,
    "recvRemoteFirstFrame": 13,
    "callingTimeout": 14,
    "remoteCallBusy": 17,
    "remoteCallingTimeout": 18,
    "localVideoCall": 30,
    "localAudioCall": 31,
    "remoteVideoCall": 32,
    "remoteAudioCall": 33,
}

EVENTS = {
    "none": 0,
    "deinitialize": 1,
    "callingTimeout": 3,
    "remoteCallingTimeout": 4,
    "joinRTCSuccessed": 5,
    "stateMismatch": 9,
    "joinRTCStart": 10,
    "remoteUserRecvCall": 99,
    "localRejected": 100,
    "remoteRejected": 101,
    "remoteAccepted": 103,
    "localAccepted": 104,
    "localHangup": 105,
    "remoteHangup": 106,
    "remoteJoined": 107,
    "remoteLeave": 108,
    "localCancelled": 109,
    "remoteCancelled": 110,
    "localJoined": 111,
    "localLeft": 112,
    "recvRemoteFirstFrame": 113,
    "remoteCallBusy": 117,
    "captureFirstLocalVideoFrame": 119,
    "publishFirstLocalVideoFrame": 120,
    "publishFirstLocalAudioFrame": 130,
    "localVideoCall": 140,
    "localAudioCall": 141,
    "remoteVideoCall": 142,
    "remoteAudioCall": 143,
}

ERROR_EVENTS = {"normalError": 0, "rtcOccurError": 100, "startCaptureFail": 110, "sendMessageFail": 210}
ERROR_TYPES = {"normal": 0, "rtc": 1, "message": 2}
PEER_LOST = 123  # the code of rtcOccurError when the other side was put out by the server

# verb -> (the caller's, the host's) (state, reason); the event has the reason's name.
TOLD = {
    "accept": (("connecting", "remoteAccepted"), ("connecting", "localAccepted")),
    "refuse": (("prepared", "remoteRejected"), ("prepared", "localRejected")),
    "cancel": (("prepared", "localCancelled"), ("prepared", "remoteCancelled")),
    "expire": (("prepared", "callingTimeout"), ("prepared", "remoteCallingTimeout")),
    "meet_busy": (("prepared", "remoteCallBusy"), None),
    "connect": (("connected", "recvRemoteFirstFrame"), ("connected", "recvRemoteFirstFrame")),
}

# What a person's state is while the row is in this one.
DERIVED = {"ringing": "calling", "connecting": "connecting", "talking": "connected", "broken": "connected"}


def ringing(kind: str, *, local: bool) -> tuple[str, str]:
    """What both hear when it begins to ring."""
    return "calling", f"{'local' if local else 'remote'}{kind.title()}Call"


def hung_up(*, local: bool) -> tuple[str, str]:
    return "prepared", "localHangup" if local else "remoteHangup"


def changed(state: str, reason: str, event: str = "") -> dict:
    """The four of onCallStateChanged but its info, strings with their numbers beside them."""
    event = event or reason
    numbers = {"state": STATES[state], "stateReason": REASONS[reason], "eventReason": EVENTS[event]}
    return {"state": state, "stateReason": reason, "eventReason": event, "numbers": numbers}


def event(name: str) -> dict:
    return {"event": name, "number": EVENTS[name]}


def error(name: str, kind: str, code: int) -> dict:
    """The arguments of onCallError."""
    numbers = {"errorEvent": ERROR_EVENTS[name], "errorType": ERROR_TYPES[kind]}
    return {"errorEvent": name, "errorType": kind, "errorCode": code, "numbers": numbers}
