"""How a JSON body is read."""

import re
from math import isfinite

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

UNKEEPABLE = re.compile(r"[\x00\ud800-\udfff]")


class StrictJSON(JSONParser):
    """Refuses what Python reads and databases do not keep: NUL, half a character, 1e999; and what is nested so
    deeply that it cannot be read at all."""

    def parse(self, *args: object, **kwargs: object) -> object:
        try:
            found = super().parse(*args, **kwargs)
            if not _keepable(found):
                raise ParseError()
        except RecursionError:
            raise ParseError() from None
        return found


def _keepable(value: object) -> bool:
    if isinstance(value, str):
        return not UNKEEPABLE.search(value)
    if isinstance(value, float):
        return isfinite(value)
    if isinstance(value, dict):
        return all(_keepable(key) and _keepable(one) for key, one in value.items())
    return not isinstance(value, list) or all(map(_keepable, value))
