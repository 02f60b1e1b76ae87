"""A Redis, a SQLite file and a PostgreSQL server for one benchmark, as durable as they are by default."""

import json
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from bin.launcher import environment, link, parts, postgres, programs
from bin.launcher.folders import PYTHON, DataFolder
from bin.launcher.supervisor import Supervisor

SETTINGS = ("DATABASE_URL", "REDIS_URL", "DEBUG", "SECRET_KEY", "ALLOWED_HOSTS", "SITE_ORIGINS")


@dataclass(frozen=True)
class Databases:
    supervisor: Supervisor
    folder: Path
    envs: dict[str, dict[str, str]]  # by the database's name: what a process needs to work on it

    def measure(self, module: str, name: str, *options: str) -> list[dict]:
        """Runs `python -m module` on that database; answers the rows it left."""
        rows = self.folder / f"{name}.json"
        argv = [PYTHON, "-m", module, str(rows), *options]
        if self.supervisor.run(parts.stage(name, argv, self.envs[name])):
            raise SystemExit(f"{module} failed on {name}")
        return json.loads(rows.read_text())

    def pgbench(self, clients: int, seconds: int, *, scale: int) -> float:
        """Transactions a second of PostgreSQL's own TPC-B-like load."""
        host = ["-h", str(self.folder / "postgres"), "-U", postgres.ROLE]
        tool = programs.Program("pgbench", "postgresql").path()
        subprocess.run([tool, *host, "-i", "-q", "-s", str(scale), "postgres"], check=True, capture_output=True)
        run = [tool, *host, "-n", "-c", str(clients), "-T", str(seconds), "postgres"]
        said = subprocess.run(run, check=True, capture_output=True, text=True).stdout
        return float(said.partition("tps = ")[2].split()[0])


@contextmanager
def databases() -> Iterator[Databases]:
    with tempfile.TemporaryDirectory(prefix="footlight-bench-", dir="/tmp") as scratch:
        folder = Path(scratch)
        folder.chmod(0o711)  # PostgreSQL runs as another user when we are root
        with Supervisor() as supervisor:
            env = _redis(supervisor, folder)
            server = postgres.start(supervisor, folder / "postgres", env, settings=postgres.DURABLE)
            _create(postgres.ROLE, host=folder / "postgres")
            yield Databases(supervisor, folder, {"SQLite": env, "PostgreSQL": {**env, "DATABASE_URL": server}})


def _create(database: str, host: Path) -> None:
    with psycopg.connect(host=str(host), user=postgres.ROLE, dbname="postgres", autocommit=True) as server:
        server.execute(f"CREATE DATABASE {database}")


def _redis(supervisor: Supervisor, folder: Path) -> dict[str, str]:
    data = DataFolder.open(folder / "data")
    environment.keep(data, host="bench.example.org")
    socket = data.run / "redis.sock"
    environment.renew(data, {"REDIS_URL": link.url(socket)})
    env = {name: value for name, value in environment.for_children(data).items() if name not in SETTINGS}
    supervisor.start_and_wait(parts.redis(socket, data, env), lambda: link.answers(link.url(socket)))
    return {**env, "DJANGO_SETTINGS_MODULE": "config.settings"}
