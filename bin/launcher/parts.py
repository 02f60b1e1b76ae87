"""The parts of the platform as children. The highest stage is stopped first, Redis last."""

from collections.abc import Mapping
from pathlib import Path

from . import programs
from .child import Child
from .folders import PYTHON, ROOT, DataFolder
from .options import Options

REDIS, ENGINES, WORKERS, SERVERS = range(4)
APPLICATION = "config.asgi:application"
# 65536 bytes: the application's own limits on a frame are lower, these guard memory.
# Pings find a reader who stalls within 25 s, however little is said to it.
DAPHNE = (
    "--no-server-name --verbosity 0 --websocket_timeout -1 --application-close-timeout 3"
    " --websocket-max-message-size 65536 --websocket-max-frame-size 65536"
    " --ping-interval 10 --ping-timeout 9"
)
# Deflate would double the time per frame and cost up to 115 KiB per connection.
UVICORN = (
    "--loop uvloop --ws core.uvicorn:Protocol --ws-per-message-deflate false --ws-max-size 65536"
    " --ws-ping-interval 10 --ws-ping-timeout 10"
    " --no-access-log --no-server-header --log-level warning --lifespan off --timeout-graceful-shutdown 3"
)
# Only production has a proxy in front whose word about the visitor's address can be taken.
PROXIED = {
    "daphne": {True: ["--proxy-headers"], False: []},
    "uvicorn": {True: ["--proxy-headers", "--forwarded-allow-ips", "127.0.0.1"], False: ["--no-proxy-headers"]},
}
WORKER = "--concurrency 2 --prefetch-multiplier 1 --loglevel warning --without-gossip --without-mingle"


def redis(socket: Path, data: DataFolder, env: Mapping[str, str]) -> Child:
    """Nothing is saved and no port is opened: what must last is in the database."""
    argv = [programs.REDIS.path(), "--unixsocket", str(socket), "--dir", str(data.run), "--save", ""]
    argv += ["--port", "0", "--unixsocketperm", "600", "--appendonly", "no", "--daemonize", "no"]
    return Child("redis", argv, env, data.log / "redis.log", REDIS)


def janus(data: DataFolder, env: Mapping[str, str]) -> Child:
    argv = [programs.JANUS.path(), "-F", str(data.janus), "-o"]
    return Child("janus", argv, env, data.log / "janus.log", ENGINES)


def turn(data: DataFolder, config: Path, env: Mapping[str, str]) -> Child:
    return Child("turn", [programs.TURN.path(), "-c", str(config)], env, data.log / "turn.log", ENGINES)


def server(options: Options, name: str, fd: int, data: DataFolder, env: Mapping[str, str]) -> Child:
    """One server process on the listening socket that all of them inherit."""
    kind = options.server
    argv = [PYTHON, "-m", kind, *{"daphne": DAPHNE, "uvicorn": UVICORN}[kind].split()]
    argv += [*PROXIED[kind][options.host is not None], "--fd", str(fd), APPLICATION]
    return Child(name, argv, env, data.log / f"{name}.log", SERVERS, pass_fds=(fd,))


def worker(data: DataFolder, env: Mapping[str, str]) -> Child:
    argv = [PYTHON, "-m", "celery", "-A", "config", "worker", *WORKER.split()]
    return Child("worker", argv, env, data.log / "worker.log", WORKERS)


def beat(data: DataFolder, env: Mapping[str, str]) -> Child:
    argv = [PYTHON, "-m", "celery", "-A", "config", "beat", "--loglevel", "warning"]
    argv += ["--schedule", str(data.run / "beat"), "--pidfile", ""]
    return Child("beat", argv, env, data.log / "beat.log", WORKERS)


def relay(data: DataFolder, env: Mapping[str, str]) -> Child:
    return Child("relay", [PYTHON, str(ROOT / "manage.py"), "relay"], env, data.log / "relay.log", WORKERS)


def preparation(data: DataFolder, env: Mapping[str, str], *commands: str) -> Child:
    """manage.py commands, one after the other."""
    argv = [PYTHON, str(ROOT / "bin" / "prepare.py"), *commands]
    return Child("preparation", argv, env, data.log / "setup.log", SERVERS)


def stage(name: str, argv: list[str], env: Mapping[str, str]) -> Child:
    """A step of bin/test: it speaks to the terminal itself."""
    return Child(name, argv, env, None, SERVERS)


def follower(children: list[Child], pid: int, env: Mapping[str, str]) -> Child:
    """For --verbose: shows the children's logs on the terminal as they grow, until the process is gone."""
    logs = [str(child.log) for child in children if child.log]
    return Child("follower", ["tail", "-n", "0", "-F", f"--pid={pid}", *logs], env, None, REDIS)
