"""What an app's server says: in a group, to all of them, to one person; and what it takes back."""

import hashlib

from chat import history
from chat.models import Group, Kind
from chat.services import messages, moderation, notices
from core import clock
from core.errors import BadInput, DomainError
from core.events import encode
from core.models import User
from core.people import named
from partners import elements
from partners.im.answers import BAD_FIELDS, NO_SUCH_USER, Refused, number_of
from partners.im.asked import Asked

PRIORITIES = {"High": "HIGH", "Normal": "NORMAL", "Low": "LOW", "Lowest": "LOWEST"}
MOST_RECALLED = 10
UNASKED = "ForbidBeforeSendMsgCallback"


def to_group(asked: Asked) -> dict:
    """From whom is named, else from the administrator. MsgSeq 0: the room took no more, or a moderator looks at it
    first; the vendor answers success then too."""
    group, priority = asked.group(), asked.text("MsgPriority", default="Normal")
    if priority not in PRIORITIES:
        raise Refused(BAD_FIELDS, f"MsgPriority is one of {', '.join(PRIORITIES)}")
    said = messages.say_for_app(
        actor=asked.actor,
        gid=group.gid,
        sender=_sender(asked),
        priority=PRIORITIES[priority],
        nonce=_nonce(asked),
        decided=UNASKED in asked.rows("ForbidCallbackControl", default=[]),
        **_words(asked),
    )
    return {"MsgTime": _now(), "MsgSeq": said.get("seq", 0)}


def notice(asked: Asked) -> dict:
    """To all who are here; an audience knows no other."""
    if asked.given("ToMembers_Account"):
        raise Refused(BAD_FIELDS, "ToMembers_Account: a notice goes to all who are there")
    notices.send(actor=asked.actor, gid=asked.group().gid, data=asked.text("Content", most=4000))
    return {}


def to_everybody(asked: Asked) -> dict:
    """A system notice in every group of the app."""
    said = _words(asked)
    if said["kind"] == Kind.CUSTOM:
        notices.to_all(actor=asked.actor, data=said["data"]["data"])
    else:
        notices.to_all(actor=asked.actor, text=said["text"])
    return {"MsgTime": _now(), "MsgSeq": 0}


def recall(asked: Asked) -> dict:
    group, said = asked.group(), []
    for row in asked.objects("MsgSeqList", most=MOST_RECALLED):
        seq = row.whole("MsgSeq")
        said.append({"MsgSeq": seq, "RetCode": _recall(asked, group, seq)})
    return {"RecallRetList": said}


def to_person(asked: Asked) -> dict:
    return _tell(asked, [asked.text("To_Account", most=128)])


def to_people(asked: Asked) -> dict:
    return _tell(asked, asked.accounts("To_Account"))


def _tell(asked: Asked, uids: list[str]) -> dict:
    said = _words(asked)
    if said["kind"] != Kind.CUSTOM:
        raise Refused(BAD_FIELDS, "MsgBody: to one person goes a TIMCustomElem")
    there = set(User.objects.filter(realm=asked.actor.realm, uid__in=uids).values_list("uid", flat=True))
    if not there >= set(uids):
        raise Refused(NO_SUCH_USER, f"To_Account: nobody is called {min(set(uids) - there)}")
    messages.tell_for_app(actor=asked.actor, sender=_sender(asked), uids=uids, **said["data"])
    return {"MsgTime": _now(), "MsgKey": ""}


def _sender(asked: Asked) -> User:
    uid = asked.text("From_Account", default="", most=128)
    return named(asked.actor.realm, uid) if uid else asked.admin


def _words(asked: Asked) -> dict:
    """The one element of MsgBody."""
    try:
        kind, text, data = elements.read(asked.fields.get("MsgBody"))
    except BadInput:
        raise Refused(BAD_FIELDS, "MsgBody: one TIMTextElem, TIMCustomElem or TIMFaceElem") from None
    return {"kind": kind, "text": text, "data": data}


def _nonce(asked: Asked) -> str:
    """The same words under the same number are the same message, sent again."""
    number = asked.whole("Random", "MsgRandom", default=0)
    words = encode(asked.fields.get("MsgBody")).encode()
    return f"{number}:{hashlib.sha256(words).hexdigest()[:16]}" if number else ""


def _recall(asked: Asked, group: Group, seq: int) -> int:
    try:
        moderation.delete(actor=asked.actor, gid=group.gid, epoch=_epoch(group, seq), seq=seq)
    except DomainError as error:
        return number_of(error)
    return 0


def _epoch(group: Group, seq: int) -> str:
    """The newest message of that number: the vendor's numbers begin only once."""
    recent = history.one(group.gid, seq)
    if recent:
        return recent["epoch"]
    return group.messages.filter(seq=seq).order_by("-pk").values_list("epoch", flat=True).first() or ""


def _now() -> int:
    return int(clock.now().timestamp())
