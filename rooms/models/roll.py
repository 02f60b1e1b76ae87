"""The line of comings and goings."""

from django.db import models

from rooms.models.channel import Channel


class Roll(models.Model):
    """How many comings and goings of a channel were told: the next one gets the next number. A row of its own, because
    every one of them writes it; whoever writes it holds the channel."""

    channel = models.OneToOneField(Channel, models.CASCADE, primary_key=True, related_name="roll")
    seq = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.channel_id}: {self.seq}"
