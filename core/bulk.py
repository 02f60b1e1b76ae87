"""Many rows changed in one plain statement. Django's own bulk_update makes a CASE of every row, which costs ten times
as much to build as to run."""

from collections.abc import Iterable, Sequence
from itertools import islice

from django.db import connection
from django.db.models import Field, Model

AT_ONCE = 500  # rows in one statement


def write(model: type[Model], fields: Sequence[str], rows: Iterable[tuple], *, add: bool = False) -> None:
    """Each row is `(pk, value, ...)`, in the order of the fields. With `add`, numbers are added to what is there."""
    columns = [model._meta.get_field(name) for name in fields]
    rows = iter(rows)
    while some := list(islice(rows, AT_ONCE)):
        _write(model, columns, some, add)


def _write(model: type[Model], columns: list[Field], rows: list[tuple], add: bool) -> None:
    every = [model._meta.pk, *columns]
    values = ", ".join([f"({', '.join(map(_placeholder, every))})"] * len(rows))
    table = connection.ops.quote_name(model._meta.db_table)
    change = ", ".join(_assignment(table, field, number, add) for number, field in enumerate(columns, start=2))
    key = connection.ops.quote_name(model._meta.pk.column)
    prepared = [
        field.get_db_prep_save(value, connection) for row in rows for field, value in zip(every, row, strict=True)
    ]
    with connection.cursor() as cursor:
        # Both databases call the columns of VALUES column1, column2, ...
        cursor.execute(
            f"UPDATE {table} SET {change} FROM (VALUES {values}) AS new WHERE {table}.{key} = new.column1", prepared
        )


def _placeholder(field: Field) -> str:
    """PostgreSQL must be told what a NULL would be."""
    return f"%s::{field.cast_db_type(connection)}" if connection.vendor == "postgresql" else "%s"


def _assignment(table: str, field: Field, number: int, add: bool) -> str:
    column = connection.ops.quote_name(field.column)
    was = f"{table}.{column} + " if add else ""
    return f"{column} = {was}new.column{number}"
