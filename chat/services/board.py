"""The whiteboard of a group: pen motion that is told at once and kept for those who come late.

A stroke's number (`id`) only grows, so whoever hears of strokes in several ways knows each by its number, and a
clearing names the last one that it took away: what is heard of an older one afterwards is gone already."""

import re
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Func, IntegerField, Max, Min, Sum

from chat import access, board_frames
from chat.models import Group, Kind, Stroke
from chat.services import messages
from chat.services.groups import group_for
from core import clock
from core.actors import Actor
from core.audit import act
from core.errors import BadInput, DomainError, Full
from core.models import User

PENS = ("ink", "red", "amber", "green", "blue", "violet")  # each page shows them in its own light
WIDEST = 40  # thousandths of the board's width
MOST_STROKES = 20  # in one call
MOST_POINTS = 200  # in one stroke
ROOM = 20_000  # points on one board
PAGE = 200  # strokes in one answer
OWN_COLOR = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)


def draw(*, actor: User, gid: str, strokes: Sequence[dict]) -> list[Stroke]:
    """Keeps the strokes and tells them to everybody.

    Raises BadInput `bad_stroke` (with `about`: which part), Full `board_full` (it must be cleared first), and what
    saying something raises: then nothing is kept."""
    group = _ruled(actor, gid)
    if not 1 <= len(strokes) <= MOST_STROKES:
        raise _bad("strokes", MOST_STROKES)
    rows = _keep(group, actor, [_checked(stroke) for stroke in strokes])
    try:
        _tell(actor, group, strokes=[board_frames.stroke(row) for row in rows])
    except DomainError:
        # Whoever is here would never see them, so nobody who comes late shall: the drawer's page sends them again.
        Stroke.objects.filter(pk__in=[row.pk for row in rows]).delete()
        raise
    return rows


@act("clear_board", atomic=False)
def clear(*, actor: User, gid: str) -> None:
    """Wipes the board. Raises what saying something raises; wiping again is harmless."""
    group = _ruled(actor, gid)
    _tell(actor, group, clear=True, upto=_wipe(group))


def read(*, actor: Actor, gid: str, after: int = 0) -> dict:
    """What is drawn, oldest first: the page behind the stroke `after`. `first` is the oldest stroke that stands on the
    board at all (null: none), so that somebody who was away drops what was wiped meanwhile."""
    group = group_for(actor, gid)
    access.require_read(actor, group)
    standing = group.strokes.aggregate(first=Min("pk"))
    rows = list(group.strokes.filter(pk__gt=after).order_by("pk")[: PAGE + 1])
    page = rows[:PAGE]
    return {
        "strokes": [board_frames.stroke(row) for row in page],
        "first": standing["first"],
        "last": page[-1].pk if page else after,
        "more": len(rows) > PAGE,
    }


def _ruled(actor: Actor, gid: str) -> Group:
    group = group_for(actor, gid)
    access.require_moderator(actor, group)
    return group


@transaction.atomic
def _keep(group: Group, actor: User, strokes: list[dict]) -> list[Stroke]:
    # One at a time: the numbers become visible in their order, and the room on the board is counted once.
    Group.objects.select_for_update().get(pk=group.pk)
    taken = group.strokes.aggregate(points=Sum(_Points("data")))["points"] or 0
    if taken + sum(len(stroke["points"]) for stroke in strokes) > ROOM:
        raise Full("board_full", most=ROOM)
    now = clock.now()
    return [Stroke.objects.create(group=group, author=actor, data=stroke, created_at=now) for stroke in strokes]


class _Points(Func):
    """How many points a stroke has, counted where it lies."""

    output_field = IntegerField()

    def as_sqlite(self, compiler: object, connection: object, **context: object) -> tuple:
        return self.as_sql(compiler, connection, template="JSON_ARRAY_LENGTH(%(expressions)s, '$.points')")

    def as_postgresql(self, compiler: object, connection: object, **context: object) -> tuple:
        return self.as_sql(compiler, connection, template="JSONB_ARRAY_LENGTH(%(expressions)s -> 'points')")


@transaction.atomic
def _wipe(group: Group) -> int:
    """The number of the last stroke that was taken away."""
    Group.objects.select_for_update().get(pk=group.pk)
    last = group.strokes.aggregate(last=Max("pk"))["last"] or 0
    group.strokes.all().delete()
    return last


def _tell(actor: User, group: Group, **data: object) -> None:
    messages.say_for_house(group=group, sender=actor, kind=Kind.BOARD, data=data)


def _checked(stroke: dict) -> dict:
    """The stroke as it is kept: exactly our fields, points rounded to a ten-thousandth."""
    color, width, points = (stroke.get(name) for name in ("color", "width", "points"))
    if not isinstance(color, str) or not (color in PENS or OWN_COLOR.fullmatch(color)):
        raise _bad("color")
    if not _is_number(width) or not 1 <= width <= WIDEST:
        raise _bad("width", WIDEST)
    if not isinstance(points, list) or not 2 <= len(points) <= MOST_POINTS:
        raise _bad("points", MOST_POINTS)
    return {"color": color.lower(), "width": round(width, 1), "points": [_point(point) for point in points]}


def _point(point: object) -> list[float]:
    if not isinstance(point, list) or len(point) != 2 or not all(_is_number(n) and 0 <= n <= 1 for n in point):
        raise _bad("points", MOST_POINTS)
    return [round(float(n), 4) for n in point]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _bad(about: str, most: int | None = None) -> BadInput:
    return BadInput("bad_stroke", about=about, **({"most": most} if most else {}))
