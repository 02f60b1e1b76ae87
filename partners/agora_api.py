"""Agora's kicking rules over HTTP: who may not come in, or not be heard or seen."""

import base64
import json
from dataclasses import dataclass

from core.events import encode
from partners import http
from partners.models import Partner
from rooms.services.bans import MINUTES

PATH = "/dev/v1/kicking-rule"
SECONDS = 20.0  # the vendor's advice
NOT_NOW = (408, 429)  # and everything from 500 on


class Unsure(Exception):
    """Nobody knows whether it was done."""


class Later(Exception):
    """It was not done, and may go well another time."""


class Never(Exception):
    """It will not go well however often it is tried."""


class Gone(Never):
    """There is no such rule."""


@dataclass(frozen=True)
class Rule:
    """What is asked of Agora. `seconds` 0 puts out now and leaves nothing behind."""

    cname: str
    uid: int | None
    ip: str | None
    privileges: list[str]
    seconds: int

    def body(self, app_id: str) -> dict:
        named = {"cname": self.cname, "uid": self.uid, "ip": self.ip}
        fits = {name: value for name, value in named.items() if value}
        return {"appid": app_id, **fits, "time_in_seconds": self.seconds, "privileges": self.privileges}


def post(partner: Partner, rule: Rule) -> int | None:
    """The new rule's id. Raises Unsure, Later, Never."""
    made = _call(partner, "POST", rule.body(partner.agora_app_id)).get("id")
    return made if type(made) is int else None


def put(partner: Partner, rule_id: int, seconds: int) -> None:
    """Another end, counted from now."""
    minutes = min(max(1, -(-seconds // 60)), MINUTES[1])
    _call(partner, "PUT", {"appid": partner.agora_app_id, "id": rule_id, "time": minutes})


def delete(partner: Partner, rule_id: int) -> None:
    _call(partner, "DELETE", {"appid": partner.agora_app_id, "id": rule_id})


def find(partner: Partner, rule: Rule) -> int | None:
    """The id of a rule that says the same, where there is one: the newest."""
    said = _call(partner, "GET").get("rules")
    same = [each for each in said if _is(each, rule)] if isinstance(said, list) else []
    return max((each["id"] for each in same), default=None)


def _is(said: object, rule: Rule) -> bool:
    """The vendor answers "" or 0 for what a rule does not name."""
    if not isinstance(said, dict) or type(said.get("id")) is not int:
        return False
    named = (said.get("cname") or "", said.get("uid") or None, said.get("ip") or None)
    privileges = said.get("privileges")
    return named == (rule.cname, rule.uid, rule.ip) and set(_list(privileges)) == set(rule.privileges)


def _list(value: object) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _call(partner: Partner, method: str, fields: dict | None = None) -> dict:
    url = partner.agora_api_url.rstrip("/") + PATH
    if fields is None:
        url, fields = f"{url}?appid={partner.agora_app_id}", {}
    who = f"{partner.agora_customer_id}:{partner.agora_customer_secret}".encode()
    headers = {
        "Authorization": f"Basic {base64.b64encode(who).decode()}",
        "Content-Type": "application/json",
        "Accept": "application/json",
    }
    body = encode(fields).encode() if fields else b""
    try:
        answer = http.send(method, url, body=body, headers=headers, timeout=SECONDS)
    except http.Refused as refused:
        raise Never(f"not an address to call: {refused}") from None
    except http.Failed as failed:
        raise Unsure(str(failed)) from None
    if answer.status == 504:
        raise Unsure("504")
    if answer.status >= 500 or answer.status in NOT_NOW:
        raise Later(str(answer.status))
    if answer.status == 404:
        raise Gone("404")
    if not 200 <= answer.status < 300:
        raise Never(f"{answer.status} {_said(answer.body).get('message', '')}".strip())
    return _said(answer.body)


def _said(body: bytes) -> dict:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}
