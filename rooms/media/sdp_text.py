"""The text of a session description: lines, attributes and their legal values. Limits are the engine's buffers."""

import re
from dataclasses import dataclass, field

from rooms.media.candidate import BadSDP, check_candidate_line

MAX_BYTES = 64 * 1024
MAX_LINE = 480  # the engine copies a line through 512 bytes and loses the end of a longer one
MAX_HEAD = 900  # and everything above the first m= through 1,024
MAX_SECTION = 8000  # and each section through 8,192
MAX_MEDIA = 48
REPAIR = ("red", "ulpfec", "flexfec", "rtx")
HELPERS = ("cn", "telephone-event")
# The engine looks for these words in any attribute and throws the payload type out.
POISON = ("red/90000", "ulpfec/90000", "flexfec-03/90000", "rtx/90000")
DIRECTIONS = ("sendrecv", "sendonly", "recvonly", "inactive")
# What the engine takes out before it writes a section back, and so does not weigh.
TAKEN_OUT = {"ice-ufrag", "ice-pwd", "ice-options", "fingerprint", "setup", "rid", "simulcast", "rtcp"}
TAKEN_OUT |= {"rtcp-mux", "rtcp-rsize", "candidate", "end-of-candidates", "ssrc", "ssrc-group"}

LINE = re.compile(r"[a-z]=[\x20-\x7e]+")
MEDIA = re.compile(r"(audio|video) (\d{1,5}) (?:UDP/TLS/|TCP/TLS/)?RTP/SAVPF((?: \d{1,3}){1,64})")
ATTRIBUTE = re.compile(r"([A-Za-z0-9_.+-]{1,40})(?::(.+))?")
APT = re.compile(r"(\d{1,3}) apt=\d{1,3}(?:;.*)?")
HEX = r"(?:[0-9A-Fa-f]{2}:){%d}[0-9A-Fa-f]{2}"
PLAIN = {  # kind of line -> its legal value
    "v": re.compile(r"0"),
    "o": re.compile(r"\S{1,64} \d{1,19} \d{1,19} IN IP[46] \S{1,64}"),
    "s": re.compile(r".{1,100}"),
    "t": re.compile(r"\d{1,19} \d{1,19}"),
    "c": re.compile(r"IN IP[46] \S{1,64}"),
    "b": re.compile(r"(AS|TIAS|CT|RS|RR):\d{1,9}"),
}
VALUES = {  # attribute -> its legal value; the others only have to be printable
    "mid": re.compile(r"[A-Za-z0-9_-]{1,16}"),
    "ice-ufrag": re.compile(r"[A-Za-z0-9+/=_-]{4,256}"),
    "ice-pwd": re.compile(r"[A-Za-z0-9+/=_-]{22,256}"),
    "setup": re.compile(r"actpass|active|passive"),
    "fingerprint": re.compile(rf"(?i:sha-256 {HEX % 31}|sha-384 {HEX % 47}|sha-512 {HEX % 63})"),
    "rtpmap": re.compile(r"\d{1,3} [A-Za-z0-9._-]{1,32}/\d{1,6}(/\d{1,2})?"),
    "fmtp": re.compile(r"\d{1,3} .+"),
    "rtcp-fb": re.compile(r"(\d{1,3}|\*) .+"),
    "extmap": re.compile(r"([1-9]|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])(/\w{8})? \S+( .*)?"),
    "ssrc": re.compile(r"[1-9]\d{0,9}( .*)?"),
    "ssrc-group": re.compile(r"(FID|SIM|FEC|FEC-FR)( [1-9]\d{0,9}){1,6}"),
    "rid": re.compile(r"[A-Za-z0-9_-]{1,15} (send|recv)( .*)?"),
}


@dataclass
class Part:
    """Attributes in their order: of the whole description or of one line."""

    attributes: list[tuple[str, str]] = field(default_factory=list)

    def values(self, name: str) -> list[str]:
        return [value for key, value in self.attributes if key == name]


@dataclass
class Media(Part):
    kind: str = ""
    port: int = 0
    payloads: tuple[int, ...] = ()
    codecs: dict[int, tuple[str, str]] = field(default_factory=dict)  # payload type -> name, rate
    mid: str = ""
    direction: str = "sendrecv"
    first: bool = False

    @property
    def accepted(self) -> bool:
        """As the engine sees it: port 0 refuses a line, but not the first one and not a bundled one."""
        return self.port > 0 or self.first or bool(self.values("bundle-only"))

    @property
    def repair(self) -> set[int]:
        return {pt for pt, (name, _) in self.codecs.items() if any(word in name.lower() for word in REPAIR)}

    @property
    def real_codecs(self) -> set[tuple[int, str, str]]:
        """(payload type, name, rate) of what can be shown or heard."""
        listed = {pt: self.codecs[pt] for pt in self.payloads if pt in self.codecs and pt not in self.repair}
        return {(pt, name, rate) for pt, (name, rate) in listed.items() if name.lower() not in HELPERS}


@dataclass
class Description(Part):
    media: list[Media] = field(default_factory=list)
    codecs: dict[int, tuple[str, str]] = field(default_factory=dict)

    def lines(self) -> list[tuple[str, str]]:
        return [(media.kind, media.mid) for media in self.media]


def parse(sdp: object) -> Description:
    """The parts of a description whose every line is legal by itself. Raises BadSDP."""
    lines = _lines(sdp)
    starts = [number for number, line in enumerate(lines) if line.startswith("m=")]
    if not 1 <= len(starts) <= MAX_MEDIA:
        raise BadSDP("too few or too many lines of media")
    description = _head(lines[: starts[0]])
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        description.media.append(_section(lines[start:end], first=start == starts[0]))
    _check_together(description)
    return description


def _lines(sdp: object) -> list[str]:
    if not isinstance(sdp, str):
        raise BadSDP("not text")
    if len(sdp) > MAX_BYTES:
        raise BadSDP("too large")
    lines = [line.removesuffix("\r") for line in sdp.split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    for line in lines:
        if len(line) > MAX_LINE or not LINE.fullmatch(line):
            raise BadSDP("a line that is too long or not printable")
    return lines


def _head(lines: list[str]) -> Description:
    if "".join(line[0] for line in lines[:3]) != "vos":
        raise BadSDP("does not begin with v=, o= and s=")
    if sum(len(line) + 2 for line in lines) > MAX_HEAD:
        raise BadSDP("too much above the first line of media")
    description = Description()
    _read(description, lines, "vostcba")
    return description


def _section(lines: list[str], *, first: bool) -> Media:
    found = MEDIA.fullmatch(lines[0][2:])
    if not found or len(lines[0]) > 200:
        raise BadSDP("m= is not legal")
    media = Media(kind=found[1], port=int(found[2]), payloads=tuple(map(int, found[3].split())), first=first)
    if media.port > 65535 or max(media.payloads) > 127 or len(set(media.payloads)) != len(media.payloads):
        raise BadSDP("m= is not legal")
    _read(media, lines[1:], "icba")
    kept = [name for name in map(_name, lines) if name not in TAKEN_OUT]
    weight = sum(len(line) + 2 for line in lines if _name(line) not in TAKEN_OUT)
    if weight > MAX_SECTION or len(kept) > 1000:
        raise BadSDP("a section is too large")
    _read_codecs(media)
    _read_place(media)
    return media


def _name(line: str) -> str:
    return line[2:].partition(":")[0].lower() if line.startswith("a=") else ""


def _read(part: Part, lines: list[str], kinds: str) -> None:
    seen = set()
    for line in lines:
        kind, value = line[0], line[2:]
        if kind not in kinds or (kind in seen and kind in "vostc"):
            raise BadSDP("a kind of line that does not belong here")
        seen.add(kind)
        if kind == "a":
            part.attributes.append(_attribute(value))
        elif kind in PLAIN and not PLAIN[kind].fullmatch(value):
            raise BadSDP(f"{kind}= is not legal")


def _attribute(text: str) -> tuple[str, str]:
    found = ATTRIBUTE.fullmatch(text)
    if not found:
        raise BadSDP("an attribute without a name or a value")
    name, value = found[1].lower(), found[2] or ""
    if name in VALUES and not VALUES[name].fullmatch(value):
        raise BadSDP(f"{name} is not legal")
    if name == "candidate":
        check_candidate_line(value)
    if "extmap" in name and name not in ("extmap", "extmap-allow-mixed"):
        raise BadSDP("an unknown kind of extmap")  # the engine takes it for one
    if name != "rtpmap" and any(word in value for word in POISON):
        raise BadSDP("a repair format outside rtpmap")
    return name, value


def _read_codecs(media: Media) -> None:
    for value in media.values("rtpmap"):
        number, _, codec = value.partition(" ")
        name, _, rate = codec.partition("/")
        if int(number) > 127 or int(number) in media.codecs:
            raise BadSDP("a payload type twice or out of range")
        media.codecs[int(number)] = (name, rate)
    # Below 35 are the fixed audio formats; a repair format there would take other attributes with it.
    if any(pt < 35 for pt in media.repair):
        raise BadSDP("a repair format in a strange place")
    for value in media.values("fmtp"):
        if "apt=" not in value:
            continue
        found = APT.fullmatch(value)
        if not found or media.codecs.get(int(found[1]), ("",))[0].lower() != "rtx":
            raise BadSDP("apt on what is not rtx")  # the engine would drop the codec itself


def _read_place(media: Media) -> None:
    mids, directions = media.values("mid"), [name for name, _ in media.attributes if name in DIRECTIONS]
    if len(mids) != 1 or len(directions) > 1:
        raise BadSDP("not exactly one mid, or more than one direction")
    media.mid = mids[0]
    media.direction = directions[0] if directions else "sendrecv"
    leading = re.match(r"\d+", media.mid)
    if leading and int(leading[0]) in media.repair:
        raise BadSDP("a mid that reads as a repair format")  # the engine would take the mid out with it
    if len(media.values("rid")) > 3 or len(media.values("simulcast")) > 1 or len(media.values("candidate")) > 64:
        raise BadSDP("too many layers or candidates")


def _check_together(description: Description) -> None:
    mids = [media.mid.lower() for media in description.media]
    if len(set(mids)) != len(mids):
        raise BadSDP("a mid twice")
    for media in description.media:
        for pt, codec in media.codecs.items():
            if description.codecs.setdefault(pt, codec) != codec:
                raise BadSDP("a payload type with two meanings")
