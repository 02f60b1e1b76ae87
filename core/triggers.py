"""The database itself refuses to change or delete what was written once: the rows of models with `append_only`. Made
anew after every migration: SQLite loses triggers when it rebuilds a table."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import AppConfig, apps
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

VERBS = ("UPDATE", "DELETE")
POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$
"""


def after_migrate(app_config: AppConfig, using: str, **_: object) -> None:
    install(connections[using], tables(app_config))


def tables(*of: AppConfig) -> list[str]:
    """Of these apps; of all where none is named. A table that is not there yet gets its triggers when it is made."""
    models = [model for app in of or apps.get_app_configs() for model in app.get_models()]
    return [model._meta.db_table for model in models if getattr(model, "append_only", False)]


def install(connection: BaseDatabaseWrapper, names: list[str]) -> None:
    there = set(connection.introspection.table_names()) if names else set()
    names = [table for table in names if table in there]
    remove(connection, names)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and names:
            cursor.execute(POSTGRES_FUNCTION)
        for table in names:
            for verb in VERBS:
                cursor.execute(_create(connection.vendor, table, verb))


def remove(connection: BaseDatabaseWrapper, names: list[str]) -> None:
    with connection.cursor() as cursor:
        for table in names:
            for verb in VERBS:
                on = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {_name(table, verb)}{on}")


@contextmanager
def lifted(connection: BaseDatabaseWrapper, *names: str) -> Iterator[None]:
    """For what the house itself may do to them, in one transaction: nobody else ever finds the triggers gone."""
    with transaction.atomic(using=connection.alias):
        remove(connection, list(names))
        yield
        install(connection, list(names))


def _name(table: str, verb: str) -> str:
    return f"{table}_no_{verb.lower()}"


def _create(vendor: str, table: str, verb: str) -> str:
    begin = f"CREATE TRIGGER {_name(table, verb)} BEFORE {verb} ON {table} "
    if vendor == "postgresql":
        return begin + "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    return begin + "BEGIN SELECT RAISE(ABORT, 'append-only'); END"
