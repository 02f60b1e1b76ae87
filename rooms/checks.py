"""What `/readyz` and `/metrics` ask of the rooms. Named in settings.HEALTH_CHECKS and settings.GAUGES."""

from django.conf import settings

from core.health import recent
from rooms.flows import ON_AIR, StayState
from rooms.media import probe
from rooms.models import Channel, Role, Stay

SWEPT = "engine:swept"
RELAYED = "relay:seen"


def engine() -> None:
    probe.ping(settings.JANUS_URL, within=0.9)


def engine_sweep() -> None:
    """Media are hung up, and traffic is counted, over the engine's admin line. Without it people are served."""
    recent(SWEPT, "sweep")


def relay_worker() -> None:
    """Without one no stream is pulled in, and there are no thumbnails, HLS or recordings."""
    recent(RELAYED, "relay")


def live_channels() -> int:
    """Channels on the air, those whose host is lost or in a call included."""
    return Channel.objects.filter(state__in=ON_AIR).count()


def viewers_now() -> int:
    """Viewer stays that are up, over all channels."""
    return Stay.objects.filter(role=Role.VIEWER, state=StayState.UP).count()


def publishers_now() -> int:
    """Stays on the air that are up, guests on the mic included."""
    return Stay.objects.filter(role=Role.UPLOADER, state=StayState.UP).count()
