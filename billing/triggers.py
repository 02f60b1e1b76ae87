"""The database itself refuses to change or delete what was written once. Made anew after every migration: SQLite loses
triggers when it rebuilds a table."""

from django.db.backends.base.base import BaseDatabaseWrapper

TABLES = ("billing_transfer", "billing_minute")
VERBS = ("UPDATE", "DELETE")
POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$
"""


def install(connection: BaseDatabaseWrapper) -> None:
    remove(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRES_FUNCTION)
        for table in TABLES:
            for verb in VERBS:
                cursor.execute(_create(connection.vendor, table, verb))


def remove(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        for table in TABLES:
            for verb in VERBS:
                on = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {_name(table, verb)}{on}")


def _name(table: str, verb: str) -> str:
    return f"{table}_no_{verb.lower()}"


def _create(vendor: str, table: str, verb: str) -> str:
    begin = f"CREATE TRIGGER {_name(table, verb)} BEFORE {verb} ON {table} "
    if vendor == "postgresql":
        return begin + "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    return begin + "BEGIN SELECT RAISE(ABORT, 'append-only'); END"
