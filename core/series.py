"""How the house stood, minute by minute: what settings.SERIES name, kept for some days and read as lines of charts."""

from collections import defaultdict
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Max, Sum
from django.db.models.functions import TruncHour, TruncMinute
from django.utils.module_loading import import_string

from core import clock
from core.models import Figure

MINUTE = timedelta(minutes=1)
# span: how far back, and how much of it one point stands for
SPANS = {
    "3h": (timedelta(hours=3), MINUTE),
    "24h": (timedelta(hours=24), timedelta(minutes=10)),
    "14d": (timedelta(days=14), timedelta(hours=2)),
}


def keep() -> int:
    """For the beat. Writes each figure of the last whole minute once, however often it is asked; forgets old ones."""
    until = clock.now().replace(second=0, microsecond=0)
    since = until - MINUTE
    known = set(Figure.objects.filter(at=since).values_list("name", flat=True))
    rows = [Figure(name=name, at=since, value=_value(name, since, until)) for name in settings.SERIES.keys() - known]
    Figure.objects.bulk_create(rows, ignore_conflicts=True)
    Figure.objects.filter(at__lt=until - timedelta(days=settings.SERIES_KEEP_DAYS)).delete()
    return len(rows)


def lines(span: str) -> dict:
    """`at` (moments, ISO), and of each series its values there: a flow's sums, a level's highest. What was not counted
    (nobody ran the beat) is None. An unknown span is the first."""
    back, step = SPANS.get(span) or SPANS["3h"]
    last = _floor(clock.now(), step)
    moments = [last - step * n for n in range(back // step - 1, -1, -1)]
    found = _sums(moments[0], TruncHour if step >= timedelta(hours=1) else TruncMinute, step)
    return {
        "at": [moment.isoformat() for moment in moments],
        "series": {name: [found[name].get(moment) for moment in moments] for name in settings.SERIES},
    }


def _value(name: str, since: datetime, until: datetime) -> int:
    kind, path, _ = settings.SERIES[name]
    counted = import_string(path)
    return counted(since, until) if kind == "flow" else counted()


def _sums(since: datetime, trunc: type, step: timedelta) -> dict[str, dict[datetime, int]]:
    rows = Figure.objects.filter(at__gte=since).annotate(of=trunc("at")).order_by()
    found: dict[str, dict[datetime, int]] = defaultdict(dict)
    for row in rows.values("name", "of").annotate(most=Max("value"), sum=Sum("value")):
        kind = settings.SERIES.get(row["name"], ("level",))[0]
        points, at = found[row["name"]], _floor(row["of"], step)
        points[at] = points.get(at, 0) + row["sum"] if kind == "flow" else max(points.get(at, 0), row["most"])
    return found


def _floor(moment: datetime, step: timedelta) -> datetime:
    return datetime.fromtimestamp(moment.timestamp() // step.total_seconds() * step.total_seconds(), moment.tzinfo)
