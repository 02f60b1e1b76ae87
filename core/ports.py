"""How something lower asks something higher without importing it: settings name the functions, as they name backends.

`PORTS = {"member_left": ["rooms.services.stays.on_member_left"]}`"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string


def asked(question: str) -> list[Callable[..., Any]]:
    """Everybody whom settings name for this question, in that order."""
    return [import_string(path) for path in settings.PORTS.get(question, ())]


def ask(question: str, **facts: Any) -> list[Any]:
    """The answers of them all."""
    return [answer(**facts) for answer in asked(question)]
