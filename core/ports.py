"""How something lower asks something higher without importing it: settings name the functions, as they name backends.

`PORTS = {"member_left": ["rooms.services.stays.on_member_left"]}`"""

from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string


def ask(question: str, **facts: Any) -> list[Any]:
    """The answers of everybody whom settings name for this question, in that order."""
    return [import_string(path)(**facts) for path in settings.PORTS.get(question, ())]
