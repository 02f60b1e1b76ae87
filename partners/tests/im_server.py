"""An app's server at the IM door, as the vendor's client libraries call it."""

import json
import secrets
from urllib.parse import urlencode

from django.test import Client


class Im:
    def __init__(self, app) -> None:
        self.app, self.client = app, Client()

    def post(self, verb: str, body: object = None, *, service: str = "group_open_http_svc", **query):
        asked = {
            "sdkappid": self.app.realm,
            "identifier": "administrator",
            "usersig": self.app.usersig(query.pop("signer", "administrator"), **query.pop("sig", {})),
            "random": secrets.randbelow(2**32),
            "contenttype": "json",
            **query,
        }
        raw = body if isinstance(body, bytes) else json.dumps({} if body is None else body).encode()
        address = f"/im/{self.app.realm}/v4/{service}/{verb}?{urlencode(asked)}"
        answer = self.client.post(address, raw, content_type="application/json")
        assert answer.status_code == 200
        return answer.json()

    def do(self, verb: str, body: object = None, **options) -> dict:
        """What was answered; a FAIL fails."""
        said = self.post(verb, body, **options)
        assert (said["ActionStatus"], said["ErrorCode"]) == ("OK", 0), said
        return said

    def fails(self, verb: str, body: object = None, **options) -> int:
        """The vendor's number."""
        said = self.post(verb, body, **options)
        assert said["ActionStatus"] == "FAIL"
        assert said["ErrorInfo"]
        return said["ErrorCode"]
