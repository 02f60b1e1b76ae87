"""Saying something in a group."""

from dataclasses import replace

from django.db.models import QuerySet
from redis import RedisError

from chat import access, announce, content, history, presence, pump, standing
from chat.drafts import Draft
from chat.models import Group, Kind, Message, MessageState, WordLevel
from chat.services import speech, tallies, words
from chat.services.groups import group_for
from chat.shapes import profile
from core import clock, limits, ports
from core.actors import Actor, rules
from core.errors import BadInput, DomainError, NotAllowed, Unavailable
from core.models import User
from core.people import person_of
from core.shapes import person

LONGEST_PERSONAL = 4096  # characters of a personal message's three texts together


def welcome(*, actor: Actor, gid: str) -> dict:
    """What a socket is told first: the group, one's own rights, where the line stands, recent messages."""
    group = group_for(actor, gid)
    access.require_read(actor, group)
    try:
        epoch, seq, recent = history.recent(gid)
    except RedisError:
        raise Unavailable() from None
    return {
        "profile": profile(group, online=presence.online(gid)),
        "me": standing.me(actor, group, clock.now()),
        "epoch": epoch,
        "seq": seq,
        "recent": [_without_strokes(message) for message in recent],
    }


def _without_strokes(message: dict) -> dict:
    """A board is read as a whole (`board.read`); in the line its messages only keep their numbers."""
    return {**message, "data": {"strokes": []}} if message["kind"] == Kind.BOARD else message


def me(*, actor: Actor, gid: str) -> dict:
    return standing.me(actor, group_for(actor, gid), clock.now())


def recover(*, actor: Actor, gid: str, epoch: str, seq: int) -> history.Missed:
    """What somebody missed who is here again."""
    try:
        return history.since(gid, epoch, seq)
    except RedisError:
        raise Unavailable() from None


def prepare(*, actor: Actor, gid: str, seat: standing.Seat | None = None, **said: object) -> Draft | dict:
    """What `_checked` makes of what somebody says; an app hears of what its people were refused."""
    place = seat.place(actor, gid) if seat else standing.place(actor, gid)
    try:
        return _checked(place, actor, gid, **said)
    except DomainError as refusal:
        announce.refused(place.group, actor, said, refusal)
        raise


def _checked(
    place: standing.Place,
    actor: Actor,
    gid: str,
    *,
    kind: str = Kind.TEXT,
    text: str = "",
    data: object = None,
    priority: str = "",
    nonce: str = "",
    reply_to: int | None = None,
    mentions: list[str] | None = None,
) -> Draft | dict:
    """A message that may be said, checked and stamped: the sender's claims about itself are not read. Or the outcome,
    where it will not be said now: `{held: true, id}`, `{dropped: true}`.

    Raises what speech.require says, BadInput `bad_kind`, `bad_text`, `bad_data`, `word_refused`, Unavailable."""
    group, it, now = place.group, place.standing, clock.now()
    rule = content.rule_for(kind, moderator=it.moderator)
    payload = rule.payload(text, data)
    speech.require(actor, group, it, payload)
    payload, found, hold = _screened(group, payload)
    limits.spend(*speech.dues(actor, group, it, kind))
    priority = content.priority(kind, priority, moderator=it.moderator)
    for wanted in ports.ask("before_message", actor=actor, group=group, kind=kind, payload=payload):
        priority = wanted or priority
    if hold:
        return _hold(group, actor, kind, priority, payload, found, now)
    if not group.realm:  # an app is asked first
        tallies.count_message(group, kind, payload)
    quoted = _quoted(gid, reply_to) if reply_to else {}
    extras = {**quoted, **({"mentions": mentions} if mentions else {}), **({"nonce": nonce} if nonce else {})}
    return _draft(group, actor, it.role, kind, priority, payload, now, nonce=nonce, found=found, extras=extras)


def decide(draft: Draft, *, actor: Actor, platform: str = "") -> Draft | dict:
    """Of a draft in an app's realm, what the app's own server makes of it: the draft, perhaps with another payload, or
    `{dropped: true}`. May take seconds; called outside of any transaction. Raises NotAllowed."""
    for verdict in ports.ask("decide_message", draft=draft, actor=actor, platform=platform):
        if verdict is None:
            continue
        if verdict.refusal:
            raise verdict.refusal
        if verdict.drop:
            return {"dropped": True}
        if verdict.payload:
            draft = _reworded(draft, verdict.payload)
    tallies.count_message(Group.objects.get(pk=draft.group_id), draft.kind, draft.payload)
    return draft


def _reworded(draft: Draft, payload: dict) -> Draft:
    kept = {name: value for name, value in draft.payload.items() if name not in ("text", "data")}
    said = {name: value for name, value in draft.message.items() if name not in ("text", "data")}
    return replace(draft, payload={**kept, **payload}, message={**said, **payload})


def say(**fields: object) -> dict:
    """`prepare` and the pump in one, for doors that wait: `{epoch, seq}`, `{dropped}` or `{held, id}`."""
    draft = prepare(**fields)
    if isinstance(draft, Draft) and draft.realm:
        draft = decide(draft, actor=fields["actor"])
    return draft if isinstance(draft, dict) else pump.say(draft)


def say_for_house(
    *, group: Group, kind: str, data: dict | None = None, sender: User | None = None, priority: str = ""
) -> dict:
    """What only the server says: gifts, follows, strokes, deletions. Call it after the commit of what it tells."""
    rule = content.RULES[Kind(kind)]
    role = access.role(sender, group) if sender else ""
    payload = rule.payload("", data)
    return pump.say(_draft(group, sender, role, kind, priority or rule.priority, payload, clock.now()))


def draft_of(message: Message, *, priority: str) -> Draft:
    """A message that waited for review, ready to be said."""
    group, sender = message.group, message.sender
    role = access.role(sender, group) if sender else ""
    draft = _draft(group, sender, role, message.kind, priority, message.payload, clock.now(), found=message.found)
    draft.row_id = message.pk
    return draft


def to_person(*, actor: Actor, gid: str, uid: str, data: str = "", desc: str = "", ext: str = "") -> None:
    """A custom message to one person alone. Not kept."""
    place = standing.place(actor, gid)
    group, it = place.group, place.standing
    fields = {"data": data, "desc": desc, "ext": ext}
    if not any(fields.values()) or sum(map(len, fields.values())) > LONGEST_PERSONAL:
        raise BadInput("bad_data", longest=LONGEST_PERSONAL)
    speech.require(actor, group, it, {"data": fields})
    *_, doubtful = _screened(group, {"data": fields})
    if doubtful:  # nobody reviews what one person says to another
        raise BadInput("word_refused")
    limits.spend(*speech.dues(actor, group, it, Kind.CUSTOM))
    to = person_of(group.realm, uid, by=actor)
    announce.personal(group, actor, to, fields)


def say_for_app(
    *,
    actor: Actor,
    gid: str,
    sender: User,
    kind: str,
    text: str = "",
    data: object = None,
    priority: str = "",
    nonce: str = "",
    decided: bool = False,
) -> dict:
    """What an app's own server says in the name of one of its people. It needs no membership and is as important as the
    server says; but who is muted or banned has no voice through it either, and words are screened. `decided`: the app
    is not asked about it again. Raises NotAllowed (`muted`, `banned`), and what `prepare` raises of a message."""
    group, now = group_for(actor, gid), clock.now()
    if not access.rules_over(actor, group):
        raise NotAllowed()
    payload = content.rule_for(kind, moderator=True).payload(text, data)
    if silent := standing.silenced(sender, group, now):
        raise NotAllowed(silent, uid=sender.uid)
    payload, found, hold = _screened(group, payload)
    priority = content.priority(kind, priority, moderator=True)
    if hold:
        return _hold(group, sender, kind, priority, payload, found, now)
    draft = _draft(group, sender, access.role(sender, group), kind, priority, payload, now, nonce=nonce, found=found)
    if decided:
        tallies.count_message(group, kind, payload)
    else:
        draft = decide(draft, actor=sender)
    return draft if isinstance(draft, dict) else pump.say(draft)


def tell_for_app(*, actor: Actor, sender: User, uids: list[str], data: str = "", desc: str = "", ext: str = "") -> None:
    """A custom message of one of an app's people to others of them, from its server. Not kept."""
    if not rules(actor, sender.realm, "chat.change_group"):
        raise NotAllowed()
    fields = {"data": data, "desc": desc, "ext": ext}
    if not any(fields.values()) or sum(map(len, fields.values())) > LONGEST_PERSONAL:
        raise BadInput("bad_data", longest=LONGEST_PERSONAL)
    for uid in uids:
        announce.personal(None, sender, person_of(sender.realm, uid, by=actor), fields)


def log(*, actor: Actor, gid: str, state: str = "") -> QuerySet[Message]:
    """What was said, newest first, for moderators."""
    group = group_for(actor, gid)
    access.require_moderator(actor, group)
    rows = group.messages.select_related("sender", "group").order_by("-id")
    return rows.filter(state=state) if state else rows


def _screened(group: Group, payload: dict) -> tuple[dict, list[dict], bool]:
    """`(payload, what was found, whether it must wait for review)`. Words that are only masked are masked in texts,
    and refused where they cannot be."""
    verdict = words.screen(group.realm, content.words(payload))
    found = [{"word": word.text, "category": word.category, "level": word.level} for word in verdict.words]
    maskable = "text" in payload
    if verdict.level == WordLevel.BLOCK or (verdict.level == WordLevel.MASK and not maskable):
        strictest = next(entry for entry in found if entry["level"] == verdict.level)
        raise BadInput("word_refused", category=strictest["category"])
    if verdict.flagged:
        found.append({"word": "", "category": "homoglyph", "level": ""})
    if found and maskable:
        payload = {**payload, "text": verdict.text}
    return payload, found, verdict.level == WordLevel.HOLD


def _hold(group: Group, actor: User, kind: str, priority: str, payload: dict, found: list, now) -> dict:
    message = Message.objects.create(
        group=group,
        sender=actor,
        kind=kind,
        priority=priority,
        payload=payload,
        state=MessageState.HELD,
        found=found,
        created_at=now,
    )
    announce.held(message)
    return {"held": True, "id": message.pk}


def _quoted(gid: str, seq: int) -> dict:
    """The line that is answered, where it is still known."""
    try:
        quoted = history.one(gid, seq)
    except RedisError:
        raise Unavailable() from None
    if not quoted or not quoted.get("text") or not quoted.get("sender"):
        return {}
    seen = {"epoch": quoted["epoch"], "seq": seq, "nick": quoted["sender"]["nick"], "text": quoted["text"][:80]}
    return {"reply_to": seen}


def _draft(
    group: Group,
    sender: User | None,
    role: str,
    kind: str,
    priority: str,
    payload: dict,
    now,
    *,
    nonce: str = "",
    found: list | None = None,
    extras: dict | None = None,
) -> Draft:
    who = {**person(sender), "role": role} if sender and sender.pk else None
    message = {"sender": who, "kind": kind, "priority": priority, **payload, "at": now, **(extras or {})}
    sender_id = sender.pk if sender else None
    kept = {**payload, **{name: value for name, value in (extras or {}).items() if name != "nonce"}}
    return Draft(group.pk, group.gid, sender_id, kind, priority, kept, message, group.realm, nonce, found or [])
