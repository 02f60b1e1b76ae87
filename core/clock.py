"""The only clock: the database's time, so that every process and machine agrees, plus an offset that only
tests set. Read it once per unit of work and hand the value on."""

from datetime import UTC, datetime, timedelta

from django.db import connection

offset = timedelta(0)

QUERIES = {
    "sqlite": "SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')",
    "postgresql": "SELECT clock_timestamp()",
}


def now() -> datetime:
    """The database's time, aware, in UTC."""
    with connection.cursor() as cursor:
        cursor.execute(QUERIES[connection.vendor])
        (value,) = cursor.fetchone()
    if isinstance(value, str):
        value = datetime.fromisoformat(value).replace(tzinfo=UTC)
    return value.astimezone(UTC) + offset
