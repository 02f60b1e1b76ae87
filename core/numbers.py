"""Numbers that come in, and how large ones are shown."""

from rest_framework import serializers


class AsSent(serializers.IntegerField):
    """What was sent, untouched: the service takes whole numbers alone (neither "10" nor 10.0 nor "１０"), and says no
    in its own words."""

    def to_internal_value(self, data: object) -> object:
        return data


def size(count: int) -> str:
    """Bytes as people are billed for them: a GB is 10^9."""
    if count >= 10**9:
        return f"{count / 10**9:,.2f} GB"
    return f"{count / 10**6:,.1f} MB" if count else "–"
