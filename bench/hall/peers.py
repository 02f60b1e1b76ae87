"""Other people's servers with the same hall: nchan, Node's `ws`, Socket.IO, and Channels as it is usually written."""

import http.client
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path

import redis

from bench.hall.hall import Hall
from bench.hall.programs import Program, running
from tests.house import free_port, until

HERE = Path(__file__).parent
PACKAGES = ("ws@8.23.0", "socket.io@4.8.4")
NCHAN = Path("/usr/lib/nginx/modules/ngx_nchan_module.so")
NGINX = """
load_module {module};
daemon off; worker_processes 1; worker_rlimit_nofile 20000; user root; pid {folder}/pid; error_log stderr crit;
events {{ worker_connections 20000; }}
http {{
  access_log off; client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder}; keepalive_requests 1000000;
  server {{
    listen 127.0.0.1:{port};
    location = /listen {{ nchan_subscriber websocket; nchan_channel_id hall; nchan_subscriber_first_message newest; }}
    location = /say {{ nchan_publisher http; nchan_channel_id hall; }}
  }}
}}
"""


@contextmanager
def nchan() -> Iterator[Hall]:
    """Debian's: bin/bench installs it where it can."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="footlight-bench-") as folder:
        config = Path(folder) / "nginx.conf"
        config.write_text(NGINX.format(module=NCHAN, folder=folder, port=port))
        with running(["/usr/sbin/nginx", "-c", str(config)], port) as nginx:
            workers = map(int, Path(f"/proc/{nginx.pid}/task/{nginx.pid}/children").read_text().split())
            connection = http.client.HTTPConnection("127.0.0.1", port)
            yield Hall("nchan", port, {*workers}, partial(_post, connection), path="/listen")


def _post(connection: http.client.HTTPConnection, text: str) -> None:
    connection.request("POST", "/say", text, {"Content-Type": "application/json"})
    connection.getresponse().read()


@contextmanager
def node_ws() -> Iterator[Hall]:
    with _node("ws.js") as (port, node):
        yield Hall("ws", port, {node.pid}, node.tell)


@contextmanager
def socket_io() -> Iterator[Hall]:
    path = "/socket.io/?EIO=4&transport=websocket"
    with _node("socketio.js") as (port, node):
        yield Hall("Socket.IO", port, {node.pid}, node.tell, path=path, welcomes=True, greeting="40")


@contextmanager
def _node(script: str) -> Iterator[tuple[int, Program]]:
    port = free_port()
    env = {**os.environ, "NODE_PATH": str(_modules())}
    with running(["node", str(HERE / script), str(port)], port, env=env) as node:
        yield port, node


@cache
def _modules() -> Path:
    """Fetched with npm into the user's cache; nothing of it is ours."""
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "footlight-bench"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text("{}")
    subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", *PACKAGES], cwd=folder, check=True)
    return folder / "node_modules"


@contextmanager
def usual_channels() -> Iterator[Hall]:
    """`group_add` for each viewer."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="footlight-bench-") as folder, _redis(folder) as url:
        argv = [sys.executable, "-m", "daphne", "-v", "0", "-p", str(port), "bench.hall.naive:application"]
        with running(argv, port, env={**os.environ, "REDIS_URL": url}) as daphne:
            yield Hall("group_add", port, {daphne.pid}, partial(_group_send, redis.Redis.from_url(url)))


def _group_send(client: redis.Redis, text: str) -> None:
    client.publish("naive__group__hall", json.dumps({"type": "chat.message", "text": text}))


@contextmanager
def _redis(folder: str) -> Iterator[str]:
    path = f"{folder}/redis.sock"
    server = Program(["redis-server", "--port", "0", "--unixsocket", path, "--save", ""], stdout=subprocess.DEVNULL)
    try:
        if not until(Path(path).exists, 10):
            raise RuntimeError("redis-server did not start")
        yield f"unix://{path}"
    finally:
        server.end()
