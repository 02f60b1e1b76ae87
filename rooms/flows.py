"""Every state machine of the rooms, as tables. The engine is core/flow.py."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.flow import Flow, Move

WATCH = timedelta(seconds=30)  # how long somebody who vanished may take to come back
LEASE = timedelta(seconds=45)  # how long a socket's stay is believed without a sign of life
SETUP = timedelta(seconds=30)  # how long an uploader may take from the click to the first packet
RING = timedelta(seconds=15)  # how long a call rings, unless channel or preparation say otherwise
AT_ONCE = timedelta(0)
HELD_BY_WORKER = timedelta(seconds=15)  # how long a relay is believed to run without a word of its worker
ANSWER = timedelta(seconds=60)  # how long a request for a seat waits, unless channel or request say otherwise


class ChannelState(models.TextChoices):
    IDLE = "idle", _("off the air")
    LIVE = "live", _("live")
    LOST = "lost", _("host lost")
    AWAY = "away", _("in a private call")
    CLOSED = "closed", _("closed")
    DELETED = "deleted", _("deleted")


class StayState(models.TextChoices):
    JOINING = "joining", _("joining")
    UP = "up", _("here")
    LOST = "lost", _("lost")
    ENDED = "ended", _("ended")


class SeatState(models.TextChoices):
    ASKED = "asked", _("asked")
    INVITED = "invited", _("invited")
    SEATED = "seated", _("on the mic")
    REFUSED = "refused", _("refused")
    CANCELLED = "cancelled", _("cancelled")
    EXPIRED = "expired", _("not answered")
    LEFT = "left", _("left")
    REMOVED = "removed", _("removed")


class CallState(models.TextChoices):
    RINGING = "ringing", _("ringing")
    CONNECTING = "connecting", _("connecting")
    TALKING = "talking", _("talking")
    BROKEN = "broken", _("one side lost")
    ENDED = "ended", _("ended")
    REFUSED = "refused", _("refused")
    CANCELLED = "cancelled", _("cancelled")
    EXPIRED = "expired", _("not answered")
    BUSY = "busy", _("busy")


class RelayState(models.TextChoices):
    WAITING = "waiting", _("waiting for a worker")
    STARTING = "starting", _("starting")
    RUNNING = "running", _("running")
    STOPPED = "stopped", _("stopped")


class RecordingState(models.TextChoices):
    RECORDING = "recording", pgettext_lazy("state", "recording")
    PROCESSING = "processing", _("being made ready")
    READY = "ready", _("ready")
    FAILED = "failed", _("failed")
    DELETED = "deleted", _("deleted")


C, S, M, P, R, T = ChannelState, StayState, SeatState, CallState, RelayState, RecordingState
ON_AIR = (C.LIVE, C.LOST, C.AWAY)
OPEN = (S.JOINING, S.UP, S.LOST)
WAITING = (M.ASKED, M.INVITED)
HELD = (*WAITING, M.SEATED)
TAKEN = (R.STARTING, R.RUNNING)
TOGETHER = (P.CONNECTING, P.TALKING, P.BROKEN)
IN_CALL = (P.RINGING, *TOGETHER)

# The channel has no timer of its own: its host's stay has.
CHANNEL = Flow(
    Move("go_live", (C.IDLE,), C.LIVE),
    Move("lose", (C.LIVE,), C.LOST),
    Move("resume", (C.LOST, C.AWAY), C.LIVE),
    Move("step_away", (C.LIVE, C.LOST), C.AWAY),
    Move("stop", ON_AIR, C.IDLE),
    Move("close", (C.IDLE, *ON_AIR), C.CLOSED),
    Move("reopen", (C.CLOSED,), C.IDLE),
    Move("delete", (C.IDLE, C.CLOSED, *ON_AIR), C.DELETED),
)

STAY = Flow(
    Move("join", (), S.UP, LEASE, then="lose"),
    Move("set_up", (), S.JOINING, SETUP, then="end"),
    Move("arrive", (S.JOINING, S.LOST), S.UP, LEASE, then="lose"),
    Move("take_over", (S.JOINING, S.UP, S.LOST), S.UP, LEASE, then="lose"),
    Move("lose", (S.UP,), S.LOST, WATCH, then="end"),
    Move("end", OPEN, S.ENDED),
)

SEAT = Flow(
    Move("ask", (), M.ASKED, ANSWER, then="expire"),
    Move("invite", (), M.INVITED, ANSWER, then="expire"),
    Move("take", (), M.SEATED),
    Move("accept", WAITING, M.SEATED),
    Move("refuse", WAITING, M.REFUSED),
    Move("cancel", WAITING, M.CANCELLED),
    Move("expire", WAITING, M.EXPIRED),
    Move("leave", (M.SEATED,), M.LEFT),
    Move("remove", (M.SEATED,), M.REMOVED),
)

# Whoever vanishes from a call is watched by their stay in it, as everywhere.
CALL = Flow(
    Move("ring", (), P.RINGING, RING, then="expire"),
    Move("meet_busy", (), P.BUSY),
    Move("accept", (P.RINGING,), P.CONNECTING, SETUP, then="fail"),
    Move("refuse", (P.RINGING,), P.REFUSED),
    Move("cancel", (P.RINGING,), P.CANCELLED),
    Move("expire", (P.RINGING,), P.EXPIRED),
    Move("connect", (P.CONNECTING,), P.TALKING),
    Move("lose", (P.TALKING,), P.BROKEN),
    Move("resume", (P.BROKEN,), P.TALKING),
    Move("hang_up", TOGETHER, P.ENDED),
    Move("fail", TOGETHER, P.ENDED),
)

# What waits is taken when its time has come; what is held is taken when its worker fell silent.
RELAY = Flow(
    Move("ask", (), R.WAITING, AT_ONCE, then="take"),
    Move("ask_again", (R.STOPPED,), R.WAITING, AT_ONCE, then="take"),
    Move("take", (R.WAITING, *TAKEN), R.STARTING, HELD_BY_WORKER, then="take"),
    Move("run", (R.STARTING,), R.RUNNING, HELD_BY_WORKER, then="take"),
    Move("fail", TAKEN, R.WAITING, AT_ONCE, then="take"),
    Move("let_go", TAKEN, R.WAITING, AT_ONCE, then="take"),
    Move("stop", (R.WAITING, *TAKEN), R.STOPPED),
)

# Nothing runs out by itself: the show ends a recording, and a worker (its lease is the relay's) makes it ready.
RECORDING = Flow(
    Move("begin", (), T.RECORDING),
    Move("end", (T.RECORDING,), T.PROCESSING),
    Move("finish", (T.PROCESSING,), T.READY),
    Move("fail", (T.PROCESSING,), T.FAILED),
    Move("retry", (T.FAILED,), T.PROCESSING),
    Move("delete", (T.PROCESSING, T.READY, T.FAILED), T.DELETED),
)
