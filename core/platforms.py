"""What a client says it runs on."""

import re
from urllib.parse import parse_qs

NAME = re.compile(r"[\w.-]{1,16}")
WEB = "web"


def platform_of(scope: dict) -> str:
    """`?platform=ios`; a browser where nothing, or nonsense, is said."""
    asked = parse_qs(scope["query_string"].decode("latin-1")).get("platform", [WEB])[0]
    return asked if NAME.fullmatch(asked) else WEB
