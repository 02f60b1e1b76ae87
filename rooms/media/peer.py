"""What the doors import: the two kinds of peer, and what is said to them and heard from them."""

from rooms.media.port import FeedLine, PeerEvents, Room
from rooms.media.publisher import Publisher
from rooms.media.viewer import Viewer

__all__ = ["FeedLine", "PeerEvents", "Publisher", "Room", "Viewer"]
