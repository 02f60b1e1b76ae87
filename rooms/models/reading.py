"""How far the engine's counters were read, and what was told."""

from django.db import models

from rooms.models.stay import Stay


class Reading(models.Model):
    """A handle of the engine counts what was sent on it since it was made; `bytes` of that are in its stay already."""

    handle = models.BigIntegerField(primary_key=True)
    stay = models.ForeignKey(Stay, models.CASCADE, related_name="+", db_index=False)
    bytes = models.BigIntegerField()
    read_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.handle}: {self.bytes}"


class Told(models.Model):
    """An app's server told of these bytes: told again, they are not added again. Kept for a day."""

    key = models.CharField(max_length=192, unique=True)
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key
