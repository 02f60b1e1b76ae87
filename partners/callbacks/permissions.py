"""Before somebody watches or goes on the air: the AEC vendor's events, put as questions."""

import json
from urllib.parse import urlencode

from core import clock
from core.actors import Actor
from core.errors import NotAllowed
from partners.callbacks.asking import ask
from partners.selectors import callbacks_of, working
from rooms.models import Channel, Role

ACTIONS = {Role.VIEWER: "AEC_LIVE_USER_ONLINE", Role.UPLOADER: "AEC_LIVE_APPLY_UPLOAD_CHANNEL"}


def lets_in(*, actor: Actor, cid: str, role: str) -> None:
    """Answers the port `lets_in`. The app's own server is not asked about itself. Raises NotAllowed `app_disabled`,
    `refused_by_app`, `app_silent`."""
    channel = Channel.objects.filter(cid=cid).only("realm", "external_id", "cid").first()
    if channel and channel.realm and working(channel.realm) is None:
        raise NotAllowed("app_disabled")
    callbacks = callbacks_of(channel.realm) if channel else None
    if callbacks is None or not callbacks.permissions:
        return
    now = str(int(clock.now().timestamp()))
    uid = actor.uid if actor.pk else ""
    asked = {"action": ACTIONS[role], "userId": uid, "channelId": channel.external_id or cid, "time": now, "ts": now}
    body = urlencode({"data": json.dumps(asked)}).encode()
    if not ask(callbacks, callbacks.permissions, body, "application/x-www-form-urlencoded", _allowed, silent=True):
        raise NotAllowed("refused_by_app")


def _allowed(answer: dict) -> bool:
    """Samples of the vendor's answer numbers, its pages texts. Raises KeyError for anything else."""
    return {"1": True, "0": False}[str(answer["status"])]
