"""Numbers that come in."""

from rest_framework import serializers


class AsSent(serializers.IntegerField):
    """What was sent, untouched: the service takes whole numbers alone (neither "10" nor 10.0 nor "１０"), and says no
    in its own words."""

    def to_internal_value(self, data: object) -> object:
        return data
