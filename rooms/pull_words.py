"""How the pulling of a stream goes, in words for the host."""

from django.utils.translation import gettext_lazy as _

from rooms import reasons
from rooms.flows import RelayState

STATES = {
    RelayState.WAITING: _("A worker will begin in a moment."),
    RelayState.STARTING: _("Connecting to the source."),
    RelayState.RUNNING: _("The stream is on the air."),
    RelayState.STOPPED: _("Paused. Nothing is pulled."),
}
WORDS = {
    "no_source": _("There is no address yet: say where the stream comes from."),
    "bad_source": _("That is not an address that can be pulled."),
    "source_forbidden": _("That address, or one it leads to, lies in a network that may not be reached from here."),
    "source_unreachable": _("Nobody answers at that address, or it refuses to send the stream."),
    "source_silent": _("Somebody answers there, but nothing comes."),
    "not_media": _("What comes from there is no picture and no sound that can be read."),
    "source_stalled": _("The stream stands still."),
    "source_gone": _("The stream has stopped."),
    "source_ended": _("It was played to its end. Start it to play it again."),
    "engine": _("The media engine of this house is not there."),
    "insufficient_balance": _("There are too few coins to be on the air."),
    "no_balance": _("The coins are used up."),
    "banned_here": _("The host is banned from this channel."),
    "not_allowed": _("The host may not be on the air."),
    "removed": _("The host was put off the air."),
    "fault": _("Something went wrong in this house. It is tried again."),
}


def words(state: str, code: str) -> str:
    """Of the error, where there is one."""
    return str(WORDS.get(code) or reasons.words(code) if code else STATES.get(state, state))
