"""How each database is written to a file while people are served, and made of one."""

import glob
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Protocol

from django.db import connection

from core.backup.refusals import Refused

LOCK_TIMEOUT = "10s"
EMPTY = f"SET lock_timeout = '{LOCK_TIMEOUT}'; DROP SCHEMA public CASCADE; CREATE SCHEMA public;"


class Engine(Protocol):
    def dump(self, file: Path) -> None:
        """As it is at one moment."""

    def begin(self, file: Path) -> None:
        """From here Django works on what is in the file."""

    def finish(self) -> None:
        """It stands where the old one was."""

    def give_up(self) -> None:
        """The old one stands, as far as that can still be."""


def engine() -> Engine:
    return {"sqlite": Sqlite, "postgresql": Postgres}[connection.vendor]()


class Sqlite:
    """What is restored is made ready beside the old file, and takes its place when all is done."""

    def __init__(self) -> None:
        self.path = Path(connection.settings_dict["NAME"])

    def dump(self, file: Path) -> None:
        with closing(sqlite3.connect(self.path)) as source, closing(sqlite3.connect(file)) as target:
            source.backup(target)

    def begin(self, file: Path) -> None:
        self._check(file)
        self.ready = file
        self._work_on(file)

    def finish(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._work_on(self.path)
        for tail in ("-wal", "-shm"):
            self.path.with_name(self.path.name + tail).unlink(missing_ok=True)
        beside = self.path.with_name(self.path.name + ".restored")
        shutil.move(self.ready, beside)  # the data folder may be another file system
        os.replace(beside, self.path)

    def give_up(self) -> None:
        self._work_on(self.path)

    def _work_on(self, file: Path) -> None:
        connection.close()
        connection.settings_dict["NAME"] = str(file)

    def _check(self, file: Path) -> None:
        try:
            with closing(sqlite3.connect(file)) as database:
                (found,) = database.execute("PRAGMA quick_check(1)").fetchone()
        except sqlite3.DatabaseError as error:
            found = str(error)
        if found != "ok":
            raise Refused(f"The database in it is damaged: {found}.")


class Postgres:
    """Emptied and filled in one transaction: either all of the new is there, or all of the old."""

    def dump(self, file: Path) -> None:
        self._run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={file}")

    def begin(self, file: Path) -> None:
        script = file.with_suffix(".sql")
        self._run("pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(file))
        connection.close_pool()
        connection.close()
        quiet = ("--no-psqlrc", "--quiet", "--output=/dev/null", "--set=ON_ERROR_STOP=1", "--single-transaction")
        self._run("psql", *quiet, f"--command={EMPTY}", f"--file={script}")

    def finish(self) -> None:
        pass

    def give_up(self) -> None:
        pass

    def _run(self, command: str, *words: str) -> None:
        done = subprocess.run(
            [self._find(command), *words], env=self._env(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
            raise Refused(f"{command} failed: {last}")

    def _find(self, command: str) -> str:
        """Those of the server's own version, where they are installed: they understand one another."""
        major = connection.pg_version // 10000
        others = sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True)
        folders = [f"/usr/lib/postgresql/{major}/bin", os.environ.get("PATH", os.defpath), *others]
        found = shutil.which(command, path=os.pathsep.join(folders))
        if found is None:
            raise Refused(f"{command} is not there: install postgresql-client with your package manager.")
        return found

    def _env(self) -> dict[str, str]:
        known, options = connection.settings_dict, connection.settings_dict["OPTIONS"]
        names = {"HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER", "PASSWORD": "PGPASSWORD", "NAME": "PGDATABASE"}
        named = {variable: str(known[name]) for name, variable in names.items() if known[name]}
        return {**os.environ, **named, **({"PGSSLMODE": options["sslmode"]} if "sslmode" in options else {})}
