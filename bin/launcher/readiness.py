"""Asks the platform whether it is ready, the way a load balancer would."""

import http.client
import json

# Behind HTTPS the site takes a plain request for one that it must redirect.
HEADERS = {"X-Forwarded-Proto": "https", "Accept": "application/json"}


def check(port: int) -> str | None:
    """None when ready; otherwise which parts are not, in words."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=3)
    try:
        connection.request("GET", "/readyz", headers=HEADERS)
        response = connection.getresponse()
        body = response.read()
    except (OSError, http.client.HTTPException):
        return "the web server does not answer yet"
    finally:
        connection.close()
    if response.status == 200:
        return None
    return _failing(body) or f"/readyz answers {response.status}"


def _failing(body: bytes) -> str:
    try:
        checks = json.loads(body)["checks"]
        return ", ".join(f"{name} ({check['error']})" for name, check in checks.items() if not check["ok"])
    except (ValueError, KeyError, TypeError):
        return ""
