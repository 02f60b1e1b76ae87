"""Debian's nginx with a configuration of the house, for as long as somebody needs it."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bin.launcher.programs import NGINX

AROUND = """
{user}
daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
  sendfile on; tcp_nopush on; keepalive_requests 1000000;
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  include {folder}/footlight.conf;
}}
"""


@contextmanager
def nginx_with(configuration: str, folder: Path) -> Iterator[subprocess.Popen]:
    """Its master process; what it keeps lies in the folder."""
    (folder / "footlight.conf").write_text(configuration)
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(AROUND.format(user=user, folder=folder))
    server = subprocess.Popen([NGINX.path(), "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr"])
    try:
        yield server
    finally:
        server.terminate()
        server.wait(10)
