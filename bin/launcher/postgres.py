"""A PostgreSQL server that lives as long as a test run: on a unix socket, quick rather than durable unless asked."""

import os
import pwd
import shutil
from collections.abc import Mapping
from pathlib import Path

import psycopg

from . import parts, programs
from .child import Child
from .supervisor import Supervisor
from .words import Refusal

ROLE = "footlight"
CLUSTER = ["--auth=trust", "--no-locale", "--encoding=UTF8", "--no-sync"]
DURABLE = {"max_connections": "200"}
QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", **DURABLE}


def start(supervisor: Supervisor, folder: Path, env: Mapping[str, str], settings: Mapping[str, str] = QUICK) -> str:
    """Start one in the folder; answers its DATABASE_URL."""
    user = _owner()
    folder.mkdir(mode=0o700)
    if user:
        shutil.chown(folder, user)
    cluster, log = folder / "cluster", folder.with_name("postgres.log")
    initdb = [programs.INITDB.path(), "-D", str(cluster), "-U", ROLE, *CLUSTER]
    made = Child("initdb", initdb, env, log, parts.REDIS, user=user, cwd=folder)
    if supervisor.run(made):
        raise Refusal(f"initdb failed: {made.last_words()}")
    settings = {"listen_addresses": "", "unix_socket_directories": str(folder), **settings}
    argv = [programs.POSTGRES.path(), "-D", str(cluster)]
    argv += [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
    child = Child("postgres", argv, env, log, parts.REDIS, user=user, cwd=folder)
    supervisor.start_and_wait(child, lambda: _answers(folder))
    return f"postgres://{ROLE}@/{folder}/{ROLE}"


def _owner() -> str | None:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _answers(folder: Path) -> bool:
    try:
        psycopg.connect(host=str(folder), user=ROLE, dbname="postgres", connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True
