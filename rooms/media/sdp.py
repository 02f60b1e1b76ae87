"""Every session description from outside is checked here before the engine sees it.

The engine (1.1.2) trusts what it parses: an answer whose line is left without a payload type it knows,
an extension with a negative id, or a line longer than its buffers ends the process, and with it every
show. So the rules below are narrower than the standard and follow what browsers and encoders really send.
"""

from rooms.media.candidate import BadSDP, NotCarried, check_candidate
from rooms.media.sdp_text import Description, Media, parse

__all__ = [
    "CODECS",
    "BadSDP",
    "NotCarried",
    "check_answer",
    "check_candidate",
    "check_offer",
    "lines",
    "same_connection",
]

# What a room carries, best first. Encoders speak H264, which also needs no transcoding on the way to HLS.
CODECS = {"audio": {"opus": "48000/2"}, "video": {"h264": "90000", "vp8": "90000"}}

OFFER_SETUP = {"actpass", "active", "passive"}
ANSWER_SETUP = {"active", "passive"}
SENDING = {"sendonly", "sendrecv"}


def check_offer(sdp: object) -> None:
    """A publisher's offer: at most one audio and one video line, something to send. Raises BadSDP."""
    offer = parse(sdp)
    kinds = [media.kind for media in offer.media]
    if len(kinds) != len(set(kinds)):
        raise NotCarried("more than one line of a kind")
    _check_transport(offer, OFFER_SETUP)
    for media in offer.media:
        _check_known_payload(media)
        if media.accepted and media.direction in SENDING:
            _check_codec(media)
    if not any(media.accepted and media.direction in SENDING for media in offer.media):
        raise NotCarried("nothing to send")


def check_answer(sdp: object, offer: str) -> None:
    """A viewer's answer to `offer`, which is the engine's own. Raises BadSDP."""
    answer, asked = parse(sdp), parse(offer)
    if [(m.kind, m.mid) for m in answer.media] != [(m.kind, m.mid) for m in asked.media]:
        raise BadSDP("the lines are not those of the offer")
    _check_transport(answer, ANSWER_SETUP)
    for media, wanted in zip(answer.media, asked.media, strict=True):
        _check_known_payload(media)
        if media.accepted:
            _check_accepted(media, wanted)
    if not any(media.accepted for media in answer.media):
        raise BadSDP("every line is refused")


def same_connection(old: str, new: str) -> bool:
    """Whether two good offers come from one peer connection, so that the second only renegotiates it.

    The engine remembers payload types and mids for as long as a connection lives: an offer that gives them
    another meaning has to begin a new one.
    """
    before, after = parse(old), parse(new)
    if _fingerprints(before) != _fingerprints(after) or before.lines() != after.lines():
        return False
    return all(before.codecs[pt] == codec for pt, codec in after.codecs.items() if pt in before.codecs)


def lines(sdp: str) -> list[tuple[str, str]]:
    """`(mid, kind)` of each line of a good description."""
    return [(media.mid, media.kind) for media in parse(sdp).media]


def _fingerprints(description: Description) -> set[str]:
    """A connection has its own, for as long as it lives."""
    return set(description.values("fingerprint") + description.media[0].values("fingerprint"))


def _check_accepted(media: Media, wanted: Media) -> None:
    if not wanted.accepted:
        raise BadSDP("a refused line is accepted")
    if media.direction != "inactive" and (media.direction, wanted.direction) != ("recvonly", "sendonly"):
        raise BadSDP("a direction that was not offered")
    if media.direction != "inactive" and not (media.real_codecs & wanted.real_codecs):
        raise BadSDP("no codec that was offered")


def _check_codec(media: Media) -> None:
    """The engine compares the names letter by letter in two spellings, so nothing in between will do."""
    known = CODECS[media.kind]
    for _, name, rate in media.real_codecs:
        if known.get(name.lower()) == rate and name in (name.lower(), name.upper()):
            return
    raise NotCarried("no codec that we carry")


def _check_known_payload(media: Media) -> None:
    """The engine drops repair formats from a line; a line that lists nothing else ends it, used or not."""
    if not set(media.payloads) - media.repair:
        raise BadSDP("a line without a payload type")


def _check_transport(description: Description, setups: set[str]) -> None:
    """Keys and roles may stand above the lines or in the first one, which carries the bundle."""
    first = description.media[0]
    for name in ("ice-ufrag", "ice-pwd"):
        if not (description.values(name) or first.values(name)):
            raise BadSDP(f"no {name}")
    if not any(value.lower().startswith("sha-256 ") for value in _fingerprints(description)):
        raise BadSDP("no sha-256 fingerprint")
    if not (description.values("setup") or first.values("setup")):
        raise BadSDP("no setup")
    for part in (description, *description.media):
        if not set(part.values("setup")) <= setups:
            raise BadSDP("a setup that is not legal here")
