"""Before a message: the IM vendor's Group.CallbackBeforeSendMsg."""

import json
import secrets

from chat import content
from chat.drafts import Draft
from chat.models import Group
from chat.verdicts import Verdict
from core import clock
from core.actors import Actor
from core.errors import BadInput, NotAllowed
from partners import elements
from partners.callbacks.asking import ask
from partners.models import Callbacks
from partners.selectors import callbacks_of

COMMAND = "Group.CallbackBeforeSendMsg"
ALLOWED, FORBIDDEN, DROPPED = 0, 1, 2
OWN_CODES = range(10100, 10201)  # with which the app says why, in words of its own


def decide(*, draft: Draft, actor: Actor, platform: str = "") -> Verdict | None:
    """Answers the port `decide_message`. Raises NotAllowed `app_silent`."""
    callbacks = callbacks_of(draft.realm)
    if callbacks is None or not callbacks.messages:
        return None
    body = json.dumps(_question(draft, actor), ensure_ascii=False).encode()
    url = _address(callbacks, actor, platform)
    return ask(callbacks, url, body, "application/json", lambda answer: _verdict(draft, answer), silent=None)


def _question(draft: Draft, actor: Actor) -> dict:
    group = Group.objects.get(pk=draft.group_id)
    return {
        "CallbackCommand": COMMAND,
        "GroupId": elements.name_of(group),
        "Type": group.type,
        "From_Account": actor.uid,
        "Operator_Account": actor.uid,
        "Random": secrets.randbelow(2**32),
        "OnlineOnlyFlag": 0,
        "MsgPriority": draft.priority.title(),
        "MsgBody": elements.of(draft.kind, draft.payload),
        "CloudCustomData": "",
        "EventTime": str(int(clock.now().timestamp() * 1000)),
    }


def _address(callbacks: Callbacks, actor: Actor, platform: str) -> str:
    facts = {"app_id": callbacks.partner.app_id, "token": callbacks.token, "command": COMMAND, "at": clock.now()}
    by = {"client_ip": actor.address, "platform": elements.platform(platform)}
    return elements.address(callbacks.messages, **facts, **by)


def _verdict(draft: Draft, answer: dict) -> Verdict:
    """Raises ValueError for a code that nobody knows, and for another body than such a message may have."""
    code = int(answer["ErrorCode"])
    if code == FORBIDDEN:
        return Verdict(refusal=NotAllowed("refused_by_app"))
    if code == DROPPED:
        return Verdict(drop=True)
    if code in OWN_CODES:
        return Verdict(refusal=NotAllowed("app_refused", str(answer.get("ErrorInfo", ""))[:200], app_code=code))
    if code != ALLOWED:
        raise ValueError(code)
    return Verdict(payload=_rewritten(draft, answer.get("MsgBody")))


def _rewritten(draft: Draft, body: object) -> dict | None:
    if body is None or body == elements.of(draft.kind, draft.payload):
        return None
    try:
        kind, text, data = elements.read(body)
        if kind != draft.kind:
            raise ValueError(kind)
        return content.RULES[draft.kind].payload(text, data)
    except BadInput as error:
        raise ValueError(error.code) from None
