"""The media engine behind our sockets. Nothing here knows the rest of the house; doors pass in what it needs."""

from rooms.media.candidate import BadSDP, check_candidate
from rooms.media.janus import Engine, Participant
from rooms.media.peer import FeedLine, Peer, PeerEvents, Room
from rooms.media.publisher import Publisher
from rooms.media.sdp import check_answer, check_offer
from rooms.media.viewer import Viewer

__all__ = [
    "BadSDP",
    "Engine",
    "FeedLine",
    "Participant",
    "Peer",
    "PeerEvents",
    "Publisher",
    "Room",
    "Viewer",
    "check_answer",
    "check_candidate",
    "check_offer",
]
