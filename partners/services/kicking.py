"""What Agora is told of who is out. Rows say what is to be told and when it is due; the task tells it, outside of any
transaction, and tries again where that went wrong."""

from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from core import clock, limits
from core.errors import TooFast, Unavailable
from core.models import User
from partners import agora_api
from partners.agora_api import Gone, Later, Never, Rule, Unsure
from partners.models import AgoraName, KickingRule, Partner, Wants
from rooms.models import Ban, Channel, Origin, Privilege, Stay
from rooms.services.bans import SECONDS

KEPT = timedelta(days=30)
LEASE = timedelta(seconds=60)  # an attempt that takes longer has lost its process
BAN = "ban"  # `why` of a rule that lasts; any other puts out once
MOST_TRIES = 12
MOST_TRIES_OF_KICK = 4  # who is put out half a minute late is somebody who was let in again
LONGEST_WAIT = 600  # seconds between two attempts
AT_ONCE = 20  # rules a round tells at most
MOST_CALLS, IN_SECONDS = 10, 1  # that Agora takes of one customer
AHEAD = timedelta(minutes=10)  # of its end, a rule is renewed that lasts for longer than Agora lets one last
# Ends of a stay that Agora has to hear of: it would go on sending to them. (A ban makes a rule of its own.)
OUT = {
    "timeout",
    "removed",
    "no_balance",
    "preview_over",
    "not_allowed",
    "right_taken",
    "show_ended",
    "channel_closed",
    "channel_deleted",
}


def on_ban_ruled(*, ban: Ban, verb: str) -> None:
    """Port `ban_ruled`, inside its transaction: what is decided here is told there."""
    if verb != "add":
        _follow(ban, lifted=verb == "remove")
        return
    partner = _partner_of(ban.channel.realm if ban.channel else ban.user.realm if ban.user else "")
    uid = next(iter(numbers_of([ban.user])), None) if ban.user else None
    if partner is None or (ban.user and uid is None):
        return
    now, lasts = clock.now(), ban.pk is not None
    KickingRule.objects.create(
        partner=partner,
        ban_id=ban.pk,
        user=ban.user,
        cname=_cname(ban.channel),
        uid=uid,
        address=ban.address,
        privileges=ban.privileges,
        why=BAN if lasts else "kick",
        until=ban.until if lasts else now,
        due_at=now,
        created_at=now,
    )


def on_stays_ended(*, stays: list[Stay]) -> None:
    """Port `stays_ended`, inside its transaction: whom this house put out of an Agora channel Agora puts out too. They
    are all of one channel, and out for one reason."""
    out = [stay for stay in stays if stay.origin == Origin.AGORA and stay.end_reason in OUT and stay.user]
    partner = _partner_of(out[0].channel.realm) if out else None
    if partner:
        people = numbers_of([stay.user for stay in out])
        kick(partner=partner, cname=_cname(out[0].channel), people=people, why=out[0].end_reason)


def kick(*, partner: Partner, cname: str, people: dict[int, User], why: str, after: timedelta = timedelta(0)) -> None:
    """Out now, or after a while, and free to come back. Whoever is to be put out already is not put out twice."""
    same = KickingRule.objects.filter(partner=partner, cname=cname, ban_id=None, why=why, uid__in=people)
    waiting = set(same.exclude(wants=Wants.NOTHING).values_list("uid", flat=True))
    now = clock.now()
    facts = {"partner": partner, "cname": cname, "why": why[:24], "privileges": [Privilege.JOIN], "until": now}
    facts |= {"due_at": now + after, "created_at": now}
    KickingRule.objects.bulk_create(
        KickingRule(**facts, uid=uid, user=user) for uid, user in people.items() if uid not in waiting
    )


def forget() -> int:
    """What was told long ago, and is no rule any more."""
    told = KickingRule.objects.filter(wants=Wants.NOTHING, ban_id=None, done_at__lte=clock.now() - KEPT)
    return told.delete()[0]


def send_due() -> int:
    """Tells Agora what is due. Answers how many rules were told."""
    due = KickingRule.objects.filter(due_at__lte=clock.now()).select_related("partner").order_by("due_at", "pk")
    return sum(_attempt(rule) for rule in due[:AT_ONCE])


@transaction.atomic
def retry(*, rule: KickingRule) -> None:
    """Staff has mended what was wrong."""
    row = KickingRule.objects.select_for_update().get(pk=rule.pk)
    row.wants, row.due_at, row.tries, row.error = _wish(row), clock.now(), 0, ""
    row.version += 1
    row.save(update_fields=["wants", "due_at", "tries", "error", "version"])


def numbers_of(users: list[User]) -> dict[int, User]:
    """Those whom Agora knows, by its number of each: what its notices said, else a user id that is a number."""
    told = dict(AgoraName.objects.filter(user__in=users).values_list("user_id", "uid"))
    numbers = {user.pk: told.get(user.pk) or _number(user.uid) for user in users}
    return {numbers[user.pk]: user for user in users if numbers[user.pk]}


def _number(uid: str) -> int:
    return int(uid) if uid.isascii() and uid.isdigit() and len(uid) <= 10 and int(uid) < 2**32 else 0


def _partner_of(realm: str) -> Partner | None:
    partner = Partner.objects.filter(app_id=realm).first() if realm else None
    return partner if partner and partner.kicks_at_agora else None


def _cname(channel: Channel | None) -> str:
    return (channel.external_id or channel.cid) if channel else ""


def _follow(ban: Ban, *, lifted: bool) -> None:
    """The ban has another end, or is no more."""
    for rule in KickingRule.objects.select_for_update().filter(ban_id=ban.pk):
        rule.ban_id = None if lifted else rule.ban_id
        rule.wants = _wish(rule)
        rule.until, rule.due_at, rule.tries = ban.until, clock.now(), 0
        rule.version += 1
        rule.save(update_fields=["wants", "ban_id", "until", "due_at", "tries", "version"])


def _attempt(rule: KickingRule) -> bool:
    now = clock.now()
    try:
        for _ in range(2 if rule.tries else 1):  # what is tried again is looked up first
            limits.spend(limits.Due(f"agora:{rule.partner.agora_customer_id}", MOST_CALLS, IN_SECONDS))
    except (TooFast, Unavailable):
        return False  # it is due still
    mine = KickingRule.objects.filter(pk=rule.pk, due_at=rule.due_at, version=rule.version)
    if not mine.update(due_at=now + LEASE, tries=F("tries") + 1):
        return False
    rule.tries += 1
    try:
        if not rule.partner.kicks_at_agora:
            raise Never("the app names no Agora account")
        ends = TELL[Wants(rule.wants)](rule, now)
    except (Unsure, Later) as error:
        _again(rule, now, error)
    except Never as error:
        _finish(rule, error=str(error))
    else:
        _finish(rule, ends=ends)
    return True


def _post(rule: KickingRule, now: datetime) -> datetime | None:
    """An attempt of which nobody knows how it ended is looked up before it is made again."""
    wanted = _rule(rule, now)
    if _is_over(rule, now):
        return None
    found = agora_api.find(rule.partner, wanted) if rule.tries > 1 and wanted.seconds else None
    rule.rule_id = found or agora_api.post(rule.partner, wanted)
    if not wanted.seconds:
        rule.rule_id = None
    return now + timedelta(seconds=wanted.seconds)


def _put(rule: KickingRule, now: datetime) -> datetime | None:
    if _is_over(rule, now):
        return _delete(rule, now)
    seconds = _seconds(rule, now)
    try:
        agora_api.put(rule.partner, rule.rule_id, seconds)
    except Gone:
        return _post(rule, now)
    return now + timedelta(seconds=seconds)


def _delete(rule: KickingRule, now: datetime) -> None:
    rule.rule_id = rule.rule_id or agora_api.find(rule.partner, _rule(rule, now))
    if rule.rule_id:
        with suppress(Gone):
            agora_api.delete(rule.partner, rule.rule_id)
    rule.rule_id = None


def _is_over(rule: KickingRule, now: datetime) -> bool:
    return rule.why == BAN and rule.until is not None and rule.until <= now


TELL = {Wants.POST: _post, Wants.PUT: _put, Wants.DELETE: _delete}


def _rule(rule: KickingRule, now: datetime) -> Rule:
    return Rule(rule.cname, rule.uid, rule.address, rule.privileges, _seconds(rule, now))


def _seconds(rule: KickingRule, now: datetime) -> int:
    """How long from now, within what Agora allows; 0 of a kick."""
    if rule.why != BAN:
        return 0
    if rule.until is None:
        return SECONDS[1]
    return min(max(round((rule.until - now).total_seconds()), SECONDS[0]), SECONDS[1])


def _again(rule: KickingRule, now: datetime, error: Exception) -> None:
    if rule.tries >= (MOST_TRIES if rule.why == BAN else MOST_TRIES_OF_KICK):
        _finish(rule, error=f"given up: {error}")
        return
    wait = timedelta(seconds=min(2**rule.tries, LONGEST_WAIT))
    same = KickingRule.objects.filter(pk=rule.pk, version=rule.version)
    same.update(due_at=now + wait, error=f"{type(error).__name__.lower()}: {error}"[:120])


@transaction.atomic
def _finish(rule: KickingRule, *, ends: datetime | None = None, error: str = "") -> None:
    """The outcome; where the wish has changed meanwhile, the newer one is done with what is known now."""
    now, row = clock.now(), KickingRule.objects.select_for_update().get(pk=rule.pk)
    row.rule_id, row.error = rule.rule_id, error[:120]
    if row.version != rule.version:
        row.wants, row.due_at = _wish(row), now
        row.version += 1  # nor does what another process found out meanwhile pass for the end of it
    elif _lasts_longer(row, ends) and not error:
        row.wants, row.due_at, row.tries = Wants.PUT, ends - AHEAD, 0
    else:
        row.wants, row.due_at = Wants.NOTHING, None
    row.done_at = now
    row.save(update_fields=["rule_id", "error", "wants", "due_at", "tries", "done_at", "version"])


def _wish(row: KickingRule) -> Wants:
    if row.why == BAN and row.ban_id is None:
        return Wants.DELETE
    return Wants.PUT if row.rule_id else Wants.POST


def _lasts_longer(row: KickingRule, ends: datetime | None) -> bool:
    return row.why == BAN and ends is not None and (row.until is None or row.until > ends + timedelta(seconds=5))
