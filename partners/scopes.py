"""What an API key may do: `<noun>:read` and `<noun>:write`, the nouns being those of the REST addresses."""

from core.errors import BadInput

EVERYTHING = "*"
NOUNS = (
    "apps",
    "bans",
    "calls",
    "channels",
    "gifts",
    "groups",
    "payouts",
    "recordings",
    "seats",
    "transfers",
    "users",
    "usersigs",
    "wallet",
    "webhooks",
)
SCOPES = [f"{noun}:{verb}" for noun in NOUNS for verb in ("read", "write")]


def needed(path: str, method: str) -> str:
    """By a request to this address: `/api/v1/channels/x/stop/`, POST -> `channels:write`."""
    noun = path.removeprefix("/api/v1/").split("/", 1)[0]
    return f"{noun}:{'read' if method in ('GET', 'HEAD', 'OPTIONS') else 'write'}"


def allows(granted: list[str], scope: str) -> bool:
    """Who may write may read."""
    return EVERYTHING in granted or scope in granted or scope.replace(":read", ":write") in granted


def checked(wanted: list[str]) -> list[str]:
    """Raises BadInput `bad_scope`."""
    if not wanted or not set(wanted) <= {EVERYTHING, *SCOPES}:
        raise BadInput("bad_scope", choices=[EVERYTHING, *SCOPES])
    return sorted(set(wanted))
