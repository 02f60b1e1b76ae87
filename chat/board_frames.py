"""The whiteboard on the wire: what a drawer sends, and the one shape of a stroke."""

from collections.abc import Sequence

from rest_framework import serializers

from chat.models import Stroke


class BoardDraw(serializers.Serializer):
    """`chat.services.board` looks into each stroke: its refusals have codes of their own."""

    strokes = serializers.ListField(child=serializers.DictField())


class BoardClear(serializers.Serializer):
    pass


class BoardRead(serializers.Serializer):
    after = serializers.IntegerField(min_value=0, max_value=2**53, default=0)


def stroke(row: Stroke) -> dict:
    """`{id, color, width, points [[x, y], ...]}`."""
    return {"id": row.pk, **row.data}


def drawn(rows: Sequence[Stroke]) -> dict:
    """The reply to `board.draw`: the numbers of the strokes, in the order in which they were sent."""
    return {"ids": [row.pk for row in rows]}
