"""Taking a house along, and setting it up again from what was taken."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Max

from core import audit, clock, ports
from core.actors import SYSTEM
from core.backup import archive
from core.backup.engines import engine
from core.backup.refusals import Refused
from core.models import AuditRow, Event, User

LEAP = 1_000_000  # numbers of events that the lost time may have used: nobody is told two things under one number


def back_up(path: Path) -> dict:
    """Beside a running house. Answers the manifest's facts. Raises Refused."""
    if path.exists():
        raise Refused(f"{path} is there already; nothing was written.")
    try:
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=path.absolute().parent) as name:
            return _write(path, Path(name))
    except OSError as error:
        raise Refused(f"{path} could not be written: {error.strerror or error}.") from error


def _write(path: Path, scratch: Path) -> dict:
    facts = {
        "taken_at": clock.now().isoformat(),
        "engine": connection.vendor,
        "migrations": _heads(MigrationRecorder(connection).applied_migrations()),
    }
    with archive.Writer(path) as writer:
        writer.add_folder(media())
        engine().dump(scratch / archive.DATABASE)
        writer.add(archive.DATABASE, scratch / archive.DATABASE)
        writer.add_folder(media())  # what came while the database was written
        facts = {**facts, "pictures": len(writer.files) - 1}
        writer.finish(facts, scratch)
    return facts


def restore(path: Path, *, replace: bool) -> dict:
    """Into a house that is not running. Until all is ready nothing of the old is touched (PostgreSQL: until its own
    transaction is done). Answers the manifest. Raises Refused."""
    with _stopped(), tempfile.TemporaryDirectory(prefix=".restore-", dir=settings.DATA) as name:
        folder = Path(name)
        manifest = archive.unpack(path, folder)
        _require_ours(manifest)
        if not (replace or _is_empty()):
            raise Refused("There are people or pictures here already; --replace puts what is restored in their place.")
        database, old = engine(), folder / "old"
        try:
            database.begin(folder / archive.DATABASE)
            call_command("migrate", interactive=False, verbosity=0)
            _come_back(datetime.fromisoformat(manifest["taken_at"]), path)
            _exchange_pictures(folder / archive.MEDIA, old)
            database.finish()
        except BaseException:
            if old.exists():
                _exchange_pictures(old, folder / "not_used")
            database.give_up()
            raise
    return manifest


def media() -> Path:
    return Path(default_storage.location)


def _heads(migrations) -> dict[str, str]:
    """The last of each app, by their numbers."""
    return dict(sorted(migrations))


def _require_ours(manifest: dict) -> None:
    if manifest["engine"] != connection.vendor:
        here, there = connection.vendor, manifest["engine"]
        raise Refused(f"It holds a database of {there}, and DATABASE_URL names one of {here}.")
    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    unknown = sorted(f"{app}.{name}" for app, name in manifest["migrations"].items() if (app, name) not in known)
    if unknown:
        raise Refused(f"It was made by a newer Footlight: {', '.join(unknown)} is not known here.")


def _is_empty() -> bool:
    there = set(connection.introspection.table_names())
    lived_in = any(model._meta.db_table in there and model.objects.exists() for model in (User, Event, AuditRow))
    return not lived_in and not any(one.is_file() for one in media().rglob("*"))


@contextmanager
def _stopped() -> Iterator[None]:
    """bin/up holds this lock as long as anything of it runs."""
    settings.DATA.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(settings.DATA / "up.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise Refused("Footlight is running here: stop it first.") from None
    finally:
        os.close(lock)


@transaction.atomic
def _come_back(taken_at: datetime, path: Path) -> None:
    """Nobody is where they were, and nothing of the lost time counts. Whoever signed out since stays so: all sign in
    anew."""
    last = Event.objects.aggregate(last=Max("pk"))["last"] or 0
    _leap(last + LEAP)
    ports.ask("restored", taken_at=taken_at, last_event=last)
    Session.objects.all().delete()
    audit.record(SYSTEM, "restore", AuditRow, asked={"archive": path.name, "taken_at": taken_at})


def _leap(to: int) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [Event._meta.db_table, to])
            return
        table = Event._meta.db_table
        cursor.execute("UPDATE sqlite_sequence SET seq = %s WHERE name = %s", [to, table])
        if not cursor.rowcount:
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, to])


def _exchange_pictures(new: Path, old: Path) -> None:
    """File by file within the folder, which may be a place of its own that cannot be renamed."""
    folder = media()
    folder.mkdir(parents=True, exist_ok=True)
    new.mkdir(exist_ok=True)
    old.mkdir()
    for one in folder.iterdir():
        shutil.move(one, old / one.name)
    for one in new.iterdir():
        shutil.move(one, folder / one.name)
