"""The address that a pulled channel's picture comes from: what may stand there, and what of it others may see."""

import json
import re
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

from core.errors import BadInput

SCHEMES = ("http", "https", "rtmp", "rtmps", "rtsp", "rtsps")
LONGEST = 2000
HIDDEN = "***"
CONTROL = re.compile(r"[\x00-\x20\x7f]")
ADDRESS = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://\S+")


def check(url: object) -> str:
    """The address, if it is one that can be pulled. Raises BadInput `bad_source`."""
    if not (isinstance(url, str) and len(url) <= LONGEST and not CONTROL.search(url) and _parts(url)):
        raise BadInput("bad_source")
    return url


def in_extra(extra: str) -> object:
    """What an app named as `source` in the data it attached; None where it named nothing. URL-encoded, too, as the
    vendor's servers hand it on."""
    for text in (extra, unquote(extra)):
        try:
            fields = json.loads(text)
        except (ValueError, RecursionError):
            continue
        return fields.get("source") if isinstance(fields, dict) else None
    return None


def without_secrets(url: str) -> str:
    """For those who do not rule the channel: who signs in there, and with which key, is not their business."""
    parts = _parts(url)
    if parts is None:
        return HIDDEN
    host = parts.netloc.rpartition("@")[2]
    netloc = f"{HIDDEN}@{host}" if "@" in parts.netloc else host
    return urlunsplit((parts.scheme, netloc, parts.path, HIDDEN if parts.query else "", ""))


def extra_without_secrets(extra: str) -> str:
    """As it came, unless the source that it names has secrets."""
    source = in_extra(extra) if "source" in extra else None
    shown = without_secrets(source) if isinstance(source, str) else source
    if shown == source:
        return extra
    text = extra if extra.lstrip().startswith("{") else unquote(extra)
    return json.dumps({**json.loads(text), "source": shown}, ensure_ascii=False)


def redacted(words: str, url: str) -> str:
    """What a program said about an address, without it: of a path, the last piece is often a key."""
    words = ADDRESS.sub("…", words)
    parts = urlsplit(url)
    query = re.split("[&=]", parts.query)
    for secret in {parts.username, parts.password, parts.query, *query, *parts.path.split("/")}:
        if secret and len(secret) > 3:
            words = words.replace(secret, "…").replace(unquote(secret), "…")
    return words


def _parts(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        return parts if parts.scheme in SCHEMES and parts.hostname and parts.port != 0 else None
    except ValueError:
        return None
