"""Messages as the IM vendor writes them: a list of elements, of which ours have one.

What has no element there (an inquiry, a voucher) is a custom one whose `Ext` is `footlight.<kind>`."""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlencode, urlsplit, urlunsplit

from chat.models import Group, Kind
from core.errors import BadInput

OURS = "footlight."
PLATFORMS = {name.lower(): name for name in ("Web", "Android", "iOS", "Windows", "Mac", "iPad")}


def of(kind: str, payload: dict) -> list[dict]:
    """Our payload (`text` or `data`) as a MsgBody."""
    if kind == Kind.TEXT:
        return [_element("TIMTextElem", Text=payload["text"])]
    if kind == Kind.FACE:
        return [_element("TIMFaceElem", Index=0, Data=payload["text"])]
    if kind == Kind.CUSTOM:
        fields = payload["data"]
        return [_element("TIMCustomElem", Data=fields["data"], Desc=fields["desc"], Ext=fields["ext"])]
    data = json.dumps(payload.get("data", {}), ensure_ascii=False)
    return [_element("TIMCustomElem", Data=data, Desc="", Ext=f"{OURS}{kind}")]


def read(body: object) -> tuple[str, str, object]:
    """A MsgBody as kind, text and data, unchecked: chat.content checks them. Raises BadInput `bad_elements`."""
    try:
        (element,) = body
        name, content = element["MsgType"], element["MsgContent"]
        if name == "TIMTextElem":
            return Kind.TEXT, _text(content["Text"]), None
        if name == "TIMFaceElem":
            return Kind.FACE, _text(content.get("Data", "")), None
        if name == "TIMCustomElem":
            return _custom(_texts(content, ("Data", "Desc", "Ext")))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        pass
    raise BadInput("bad_elements")


def address(
    url: str, *, app_id: str, token: str, command: str, at: datetime, client_ip: str = "", platform: str = "Unknown"
) -> str:
    """Where a callback goes, with what the vendor puts in its query. `Sign` proves who holds the token; "" signs
    nothing."""
    asked = {
        "SdkAppid": app_id,
        "CallbackCommand": command,
        "contenttype": "json",
        "ClientIP": client_ip,
        "OptPlatform": platform,
        **(_signed(token, int(at.timestamp())) if token else {}),
    }
    parts = urlsplit(url)
    query = "&".join(filter(None, (parts.query, urlencode(asked))))
    return urlunsplit(parts._replace(query=query, fragment=""))


def _signed(token: str, at: int) -> dict:
    return {"Sign": hashlib.sha256(f"{token}{at}".encode()).hexdigest(), "RequestTime": at}


def name_of(group: Group) -> str:
    """What the app calls it."""
    return group.external_id or group.gid


def platform(name: str) -> str:
    """What a client runs on, in the vendor's spelling; no client is one of the REST door."""
    return PLATFORMS.get(name.lower(), "Unknown") if name else "RESTAPI"


def _custom(fields: dict[str, str]) -> tuple[str, str, object]:
    kind = fields["ext"].removeprefix(OURS) if fields["ext"].startswith(OURS) else Kind.CUSTOM
    return kind, "", (fields if kind == Kind.CUSTOM else json.loads(fields["data"]))


def _element(name: str, **content: object) -> dict:
    return {"MsgType": name, "MsgContent": content}


def _texts(content: dict, names: Iterable[str]) -> dict[str, str]:
    return {name.lower(): _text(content.get(name, "")) for name in names}


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
