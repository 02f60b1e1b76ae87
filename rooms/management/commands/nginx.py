"""deploy/nginx.conf with what this house is called and where it keeps its things. It holds a secret."""

import re
from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from rooms.hls import links

TEMPLATE = Path(settings.BASE_DIR) / "deploy" / "nginx.conf"
TLS = re.compile(r" *# TLS begins\n.*?# TLS ends\n", re.DOTALL)
OF_THE_VISITOR = {
    "X-Forwarded-For $remote_addr": "X-Forwarded-For $http_x_forwarded_for",
    "X-Forwarded-Proto $scheme": "X-Forwarded-Proto $http_x_forwarded_proto",
}
LISTEN = re.compile(r"(    listen .*443 ssl http2;\n)+")


class Command(BaseCommand):
    help = "Writes the configuration of nginx for this house to standard output. Keep it readable by root alone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="", help="the public name (the first of ALLOWED_HOSTS)")
        parser.add_argument("--site", default="127.0.0.1:8000", help="where bin/up listens (127.0.0.1:8000)")
        parser.add_argument("--cache", default="/var/cache/nginx/footlight", help="where open segments are kept")
        parser.add_argument("--listen", default="", help="plain HTTP there, behind somebody else's TLS")

    def handle(self, *args: object, host: str, site: str, cache: str, listen: str, **options: object) -> None:
        text = TEMPLATE.read_text()
        if listen:
            text = LISTEN.sub(f"    listen {listen};\n", TLS.sub("", text))
        filled = {
            "live.example.org": host or settings.ALLOWED_HOSTS[0],
            "127.0.0.1:8000": site,
            "/var/cache/nginx/footlight": cache,
            "/var/lib/footlight/hls": str(settings.HLS_ROOT),
            "HLS_SECRET": links.secret(),
            **(OF_THE_VISITOR if listen else {}),  # whoever does TLS in front has met them
        }
        for name, value in filled.items():
            text = text.replace(name, value)
        self.stdout.write(text, ending="")
