"""bin/test: the fences, the tests on both databases, and the walks; with arguments, just pytest."""

import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from . import environment, link, parts, postgres, programs
from .folders import PYTHON, ROOT, DataFolder
from .supervisor import StopAsked, Supervisor, raise_open_files
from .words import say

PARTS = (programs.REDIS, programs.JANUS, programs.FFMPEG)
PROGRAMS = [
    *PARTS,
    programs.NODE,
    programs.NPM,
    programs.CHROMIUM,
    programs.POSTGRES,
    programs.INITDB,
    programs.GETTEXT,
    programs.NGINX,
]
# A developer's own settings must not reach the tests; a walk's bin/up must start its own parts.
FOREIGN = ("DATABASE_URL", "REDIS_URL", "JANUS_URL", "DEBUG", "SECRET_KEY", "ALLOWED_HOSTS", "SITE_ORIGINS")


@dataclass(frozen=True)
class Stage:
    name: str
    argv: list[str]
    env: dict[str, str]


def main(argv: list[str]) -> int:
    for name in FOREIGN:
        os.environ.pop(name, None)
    programs.ensure(PROGRAMS)
    programs.ensure_fonts()
    programs.ensure_streams()
    raise_open_files()
    # Under /tmp whatever TMPDIR says: paths of unix sockets must be short.
    with tempfile.TemporaryDirectory(prefix="footlight-test-", dir="/tmp") as scratch:
        folder = Path(scratch)
        folder.chmod(0o711)  # PostgreSQL runs as another user when we are root
        try:
            with Supervisor() as supervisor:
                env = _start_redis(supervisor, folder)
                stages = [_pytest("pytest", env, *argv)] if argv else _all(supervisor, folder, env)
                return _run(supervisor, stages)
        except StopAsked:
            return 130


def _start_redis(supervisor: Supervisor, folder: Path) -> dict[str, str]:
    data = DataFolder.open(folder / "data")
    environment.keep(data, host=None)
    (data.path / "static").mkdir()  # WhiteNoise warns in every test about a folder that is not there
    socket = data.run / "redis.sock"
    environment.renew(data, {"DEBUG": "on", "REDIS_URL": link.url(socket)})
    env = environment.for_children(data)
    supervisor.start_and_wait(parts.redis(socket, data, env), lambda: link.answers(link.url(socket)))
    return env


def _all(supervisor: Supervisor, folder: Path, env: dict[str, str]) -> list[Stage]:
    on_postgres = {**env, "DATABASE_URL": postgres.start(supervisor, folder / "postgres", env)}
    return [
        *_fences(folder, env),
        _pytest("tests on SQLite", env, "-n", "2", "-m", "not walk"),
        _pytest("tests on PostgreSQL", on_postgres, "-n", "2", "-m", "not walk"),
        *_walks(folder, env),
    ]


def _walks(folder: Path, env: dict[str, str]) -> list[Stage]:
    """One after the other: two pictures that are sent and decoded at a time are more than two cores show in time. The
    tables are made once for most of the platforms that are started."""
    tables = DataFolder.open(folder / "tables")
    environment.keep(tables, host=None)
    prepare = [PYTHON, str(ROOT / "bin" / "prepare.py"), "migrate --noinput -v 0"]
    made = Stage("tables", prepare, environment.for_children(tables))
    walking = {**env, "WALKS_DATABASE": str(tables.path / "footlight.sqlite3")}
    return [made, _pytest("walks", walking, "-m", "walk", "tests/")]


def _fences(folder: Path, env: dict[str, str]) -> list[Stage]:
    production = DataFolder.open(folder / "production")
    environment.keep(production, "live.example.org")
    deployed = environment.for_children(production)
    tools, manage = Path(PYTHON).parent, [PYTHON, str(ROOT / "manage.py")]
    templates = [str(page) for top in ("", "*/") for page in ROOT.glob(f"{top}templates/**/*.html")]
    return [
        Stage("lint", [str(tools / "ruff"), "check", "."], env),
        Stage("format", [str(tools / "ruff"), "format", "--check", "."], env),
        Stage("templates", [str(tools / "djade"), "--target-version", "5.2", "--check", *templates], env),
        Stage("imports", [str(tools / "lint-imports")], env),
        Stage("migrations", [*manage, "makemigrations", "--check", "--dry-run"], env),
        Stage("deployment", [*manage, "check", "--deploy", "--fail-level", "WARNING"], deployed),
    ]


def _pytest(name: str, env: dict[str, str], *options: str) -> Stage:
    return Stage(name, [PYTHON, "-m", "pytest", *options], env)


def _run(supervisor: Supervisor, stages: list[Stage]) -> int:
    """Run them until one fails; answers its exit code."""
    results: list[str] = []
    code = 0
    for stage in stages:
        say(f"== {stage.name}")
        began = time.monotonic()
        code = supervisor.run(parts.stage(stage.name, stage.argv, stage.env))
        results.append(f"{'FAILED' if code else 'ok':<8}{time.monotonic() - began:7.1f} s  {stage.name}")
        if code:
            break
    results += [f"{'not run':<19}{stage.name}" for stage in stages[len(results) :]]
    say("\n".join(["==", *results]))
    return abs(code)
