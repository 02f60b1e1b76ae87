"""The smallest backend of an app: it serves two pages and says who somebody is. Python alone, nothing to install.

    python backend.py --house http://127.0.0.1:8000 --app 1234567890 --key <usersig_key> --cid <channel> --port 9000

The app's `origins` must name this address (http://127.0.0.1:9000)."""

import argparse
import base64
import hashlib
import hmac
import json
import time
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

HERE = Path(__file__).resolve().parent
LASTS = 3600  # seconds


def usersig(uid: str, app: str, key: str) -> str:
    """Signed with the app's key, which never leaves the backend."""
    now = int(time.time())
    signed = f"TLS.identifier:{uid}\nTLS.sdkappid:{app}\nTLS.time:{now}\nTLS.expire:{LASTS}\n"
    mark = base64.b64encode(hmac.digest(key.encode(), signed.encode(), hashlib.sha256)).decode()
    fields = {
        "TLS.ver": "2.0",
        "TLS.identifier": uid,
        "TLS.sdkappid": int(app),
        "TLS.expire": LASTS,
        "TLS.time": now,
        "TLS.sig": mark,
    }
    packed = base64.b64encode(zlib.compress(json.dumps(fields).encode())).decode()
    return packed.translate(str.maketrans("+/=", "*-_"))


def handler(options: argparse.Namespace) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            if asked.path == "/usersig":
                # A real backend asks its own session who this is, and believes no address.
                uid = parse_qs(asked.query).get("uid", ["ann"])[0]
                self.answer(usersig(uid, options.app, options.key), "text/plain")
            elif asked.path == "/config.json":
                shown = {"house": options.house, "app": options.app, "cid": options.cid}
                self.answer(json.dumps(shown), "application/json")
            elif asked.path in ("/", "/embed.html"):
                page = HERE / ("index.html" if asked.path == "/" else "embed.html")
                self.answer(page.read_text(), "text/html; charset=utf-8")
            else:
                self.send_error(404)

        def answer(self, text: str, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *words: object) -> None:
            """Quiet: a UserSig may stand in what is asked for."""

    return Handler


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("house", "app", "key", "cid"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--port", type=int, default=9000)
    options = parser.parse_args()
    ThreadingHTTPServer(("127.0.0.1", options.port), handler(options)).serve_forever()


if __name__ == "__main__":
    main()
