"""Descriptions that browsers and encoders really send, and ways to break them."""

import re
from collections.abc import Callable
from pathlib import Path


def read(name: str) -> str:
    text = (Path(__file__).parent / "descriptions" / f"{name}.sdp").read_text()
    return text.replace("\n", "\r\n")


OFFERS = {
    name: read(name)
    for name in (
        "chromium_offer",
        "chromium_offer_audio",
        "chromium_offer_video",
        "aiortc_offer",
        "encoder_offer",
    )
}
ANSWERS = {  # answer -> (itself, the engine's offer)
    "chromium_answer": (read("chromium_answer"), read("engine_offer")),
    "chromium_answer_left": (read("chromium_answer_left"), read("engine_offer_left")),
    "aiortc_answer": (read("aiortc_answer"), read("engine_offer")),
}
OFFER, (ANSWER, ENGINE_OFFER) = OFFERS["chromium_offer"], ANSWERS["chromium_answer"]

Change = Callable[[str], object]


def swap(pattern: str, new: str, count: int = 0) -> Change:
    """Replace what matches; a change that changes nothing would test nothing."""

    def change(sdp: str) -> str:
        changed = re.sub(pattern, lambda _: new, sdp, count=count)
        assert changed != sdp, pattern
        return changed

    return change


def add(*lines: str) -> Change:
    """At the end, that is to the last line of media."""
    return lambda sdp: sdp + "".join(f"{line}\r\n" for line in lines)


def only_repair(sdp: str) -> str:
    """The video line keeps one rtx format: this ended the engine with a segmentation fault."""
    head, video = sdp.split("m=video", 1)
    kept = [line for line in video.split("\r\n")[1:] if not re.match(r"a=(rtpmap|fmtp|rtcp-fb)", line)]
    return (
        "\r\n".join([head + "m=video 9 UDP/TLS/RTP/SAVPF 97", *kept]) + "a=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n"
    )


def repair_everywhere(sdp: str) -> str:
    """Says of every video format, in an attribute of no meaning, that it is rtx: a segmentation fault too."""
    formats = re.search(r"m=video \d+ \S+ ([\d ]+)", sdp)[1].split()
    return add(*(f"a=note:{number} rtx/90000" for number in formats))(sdp)


def apt_on_itself(sdp: str) -> str:
    """One video format, which is its own repair format: a segmentation fault too."""
    number = re.search(r"m=video \d+ \S+ (\d+)", sdp)[1]
    return add(f"a=fmtp:{number} apt={number}")(re.sub(r"(m=video \d+ \S+) .*", rf"\1 {number}\r", sdp))


BROKEN: dict[str, Change] = {
    # not a description at all
    "nothing": lambda sdp: "",
    "no text": lambda sdp: None,
    "bytes": lambda sdp: sdp.encode(),
    "a list": lambda sdp: [sdp],
    "prose": lambda sdp: "hello",
    "only line ends": lambda sdp: "\r\n" * 500,
    "json": lambda sdp: '{"type": "offer"}',
    # cut and blown up
    "the first half": lambda sdp: sdp[: len(sdp) // 2],
    "no media": lambda sdp: sdp[: sdp.index("m=")],
    "no head": lambda sdp: sdp[sdp.index("m=") :],
    "the head alone twice": lambda sdp: sdp[: sdp.index("m=")] + sdp,
    "70 kilobytes": add(*["a=x-note:" + "y" * 100] * 700),
    "a long line": swap("m=video", "a=x-note:" + "y" * 700 + "\r\nm=video"),
    "a fat head": swap("m=audio", "".join(f"a=x-{n}:{'y' * 300}\r\n" for n in range(5)) + "m=audio", 1),
    "a fat section": add(*["a=x-note:" + "y" * 300] * 40),
    "thousands of lines of media": lambda sdp: sdp + sdp[sdp.index("m=video") :] * 2000,
    "too many formats": swap(
        r"(?m)^(m=audio .*)\r$", "m=audio 9 UDP/TLS/RTP/SAVPF " + " ".join(map(str, range(128))) + "\r"
    ),
    # bytes that do not belong
    "a zero byte": swap("a=mid:1", "a=mid:1\0"),
    "a control byte": swap("a=mid:1", "a=mid:\x1b1"),
    "letters of the world": swap("a=mid:1", "a=mid:é"),
    "a bare carriage return": swap("a=mid:1", "a=mid:1\ra=mid:2"),
    "a line slipped into a value": swap("a=mid:1", "a=mid:1\r\nm=video 9 UDP/TLS/RTP/SAVPF 97"),
    "an empty line inside": swap("a=mid:1", "\r\na=mid:1"),
    "a line without a kind": swap("a=mid:1", "mid:1"),
    "an empty attribute": swap("a=mid:1", "a="),
    # lines of media
    "port 0 everywhere": swap(r"m=(?:audio|video) \d+", "m=video 0"),
    "a port out of range": swap(r"m=video \d+", "m=video 70000"),
    "a deep number for a port": swap(r"m=video \d+", "m=video " + "9" * 400),
    "another kind": swap("m=video", "m=text"),
    "a data channel": add("m=application 9 UDP/DTLS/SCTP webrtc-datachannel", "a=mid:9", "a=sctp-port:5000"),
    "another transport": swap("UDP/TLS/RTP/SAVPF", "RTP/AVP"),
    "no formats": swap(r"(m=video \d+ \S+) [\d ]+", "m=video 9 UDP/TLS/RTP/SAVPF"),
    "a negative format": swap(r"m=video \d+ \S+ ", "m=video 9 UDP/TLS/RTP/SAVPF -1 "),
    "a format out of range": swap(r"m=video \d+ \S+ ", "m=video 9 UDP/TLS/RTP/SAVPF 128 "),
    "a format twice": swap(r"(?m)^m=audio .*\r$", "m=audio 9 UDP/TLS/RTP/SAVPF 111 111\r"),
    "a mid twice": swap("a=mid:1", "a=mid:0"),
    "two mids on a line": swap("a=mid:1", "a=mid:1\r\na=mid:7"),
    "no mid": swap("a=mid:1\r\n", ""),
    "a long mid": swap("a=mid:1", "a=mid:" + "1" * 17),
    "two directions": add("a=sendonly", "a=recvonly"),
    # codecs
    "only repair formats": only_repair,
    "repair by note": repair_everywhere,
    "repair of itself": apt_on_itself,
    "a codec nobody has": swap(r"(?i)(opus|vp8|h264|vp9|av1)/", "speex/"),
    "the wrong rate": swap(r"/(48000/2|90000)", "/8000"),
    "rtpmap twice": add("a=rtpmap:97 rtx/90000", "a=rtpmap:97 VP8/90000"),
    "repair among the fixed formats": add("a=rtpmap:0 rtx/90000"),
    "a format with two meanings": add("a=rtpmap:111 VP8/90000"),
    "rtpmap that cannot be read": add("a=rtpmap:xx VP8"),
    "apt that cannot be read": add("a=fmtp:97 x=1;apt=96"),
    "a negative extension": add("a=extmap:-1 urn:ietf:params:rtp-hdrext:sdes:mid"),
    "a hidden extension": add("a=x-extmap:-1 urn:ietf:params:rtp-hdrext:sdes:mid"),
    "four layers": add(*(f"a=rid:{n} send" for n in range(4))),
    "a source of 0": add("a=ssrc:0 cname:x"),
    # keys and roles
    "no fingerprint": swap(r"a=fingerprint:.*\r\n", ""),
    "a short fingerprint": swap(r"sha-256 \w\w:", "sha-256 "),
    "a weak fingerprint": swap(r"a=fingerprint:.*\r\n", "a=fingerprint:sha-1 " + ":".join(["AB"] * 20) + "\r\n"),
    "no setup": swap(r"a=setup:.*\r\n", ""),
    "a strange setup": swap(r"a=setup:.*\r\n", "a=setup:holdconn\r\n"),
    "no ufrag": swap(r"a=ice-ufrag:.*\r\n", ""),
    "no password": swap(r"a=ice-pwd:.*\r\n", ""),
    "a short password": swap(r"a=ice-pwd:.*\r\n", "a=ice-pwd:abc\r\n"),
    "a candidate that is none": add("a=candidate:1 1 udp 1 nowhere 9 typ host"),
    "a hundred candidates": add(*["a=candidate:1 1 udp 1 192.0.2.9 9 typ host"] * 100),
    "a strange bandwidth": swap("a=mid:1", "b=AS:-5\r\na=mid:1"),
    "two addresses": swap("a=mid:1", "c=IN IP4 192.0.2.9 9\r\na=mid:1"),
}
BROKEN_OFFERS: dict[str, Change] = {
    "two video lines": lambda sdp: sdp + sdp[sdp.index("m=video") :].replace("a=mid:1", "a=mid:2"),
    "nothing to send": swap("a=sendonly", "a=recvonly"),
    "inactive": swap("a=sendonly", "a=inactive"),
}
BROKEN_ANSWERS: dict[str, Change] = {
    "a line less": lambda sdp: sdp[: sdp.rindex("m=")],
    "kinds exchanged": lambda sdp: (
        sdp.replace("m=audio", "m=x").replace("m=video", "m=audio").replace("m=x", "m=video")
    ),
    "another mid": swap("a=mid:3", "a=mid:4"),
    "it sends": swap("a=recvonly", "a=sendrecv"),
    "it decides nothing": swap("a=setup:active", "a=setup:actpass"),
    "another format": swap(r"\b107\b", "102"),
    "every line refused": swap(r"m=(\w+) \d+", "m=video 0"),
}
CANDIDATE = "candidate:1942352619 1 udp 2122194687 192.0.2.2 58036 typ host generation 0 ufrag KX4V"
BROKEN_CANDIDATES: list[object] = [
    "text",
    17,
    [],
    {},
    {"candidate": CANDIDATE},
    {"candidate": None, "sdpMid": "0"},
    {"candidate": 3, "sdpMid": "0"},
    {"candidate": CANDIDATE + " x" * 600, "sdpMid": "0"},
    {"candidate": CANDIDATE + "\r\na=mid:9", "sdpMid": "0"},
    {"candidate": CANDIDATE + "\0", "sdpMid": "0"},
    {"candidate": CANDIDATE, "sdpMid": 0},
    {"candidate": CANDIDATE, "sdpMid": "x" * 40},
    {"candidate": CANDIDATE, "sdpMLineIndex": -1},
    {"candidate": CANDIDATE, "sdpMLineIndex": True},
    {"candidate": CANDIDATE, "sdpMLineIndex": 10**30},
    {"candidate": CANDIDATE, "sdpMLineIndex": 0.5},
    {"candidate": CANDIDATE.replace(" 1 udp", " 0 udp"), "sdpMid": "0"},
    {"candidate": CANDIDATE.replace("58036", "99999"), "sdpMid": "0"},
    {"candidate": CANDIDATE.replace("2122194687", "9" * 10), "sdpMid": "0"},
    {"candidate": CANDIDATE.replace("192.0.2.2", "example.org"), "sdpMid": "0"},
    {"candidate": CANDIDATE.replace("typ host", "typ srflx"), "sdpMid": "0"},
]
