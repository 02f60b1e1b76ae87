"""Rows of any model, made from what its fields say: many at once, each with relations of its own."""

from datetime import UTC, datetime
from itertools import count

from django.contrib.contenttypes.models import ContentType
from django.db import models

from billing.models import Account, Holder, Price, Transfer
from rooms.models import Ban

AT = datetime(2026, 1, 1, tzinfo=UTC)
# What no field tells: the rules between them.
FITTING = {
    Account: lambda row, others: {"holder": Holder.PERSON, "name": "", "realm": ""},
    Transfer: lambda row, others: {"reverses": None, "target": others["target"]},
    Ban: lambda row, others: {"privileges": ["join_channel"], "address": None},
    Price: lambda row, others: {"host": None},
}


class Maker:
    """`make(Stay, 10)` makes ten stays in ten channels of ten hosts."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def make(self, model: type[models.Model], many: int) -> list[models.Model]:
        related = {
            field: self._related(model, field, many) for field in model._meta.concrete_fields if field.is_relation
        }
        rows = [self._row(model, {field: rows[n] for field, rows in related.items()}) for n in range(many)]
        made = model._base_manager.bulk_create(rows)
        return made if made[0].pk else list(model._base_manager.order_by("-pk")[:many])

    def _related(self, model: type[models.Model], field: models.ForeignKey, many: int) -> list:
        other = field.related_model
        if other is ContentType:
            return [ContentType.objects.get_for_model(model)] * many
        if other is model:  # a row about another of its kind: none
            return [None] * many
        return self.make(other, many)

    def _row(self, model: type[models.Model], related: dict) -> models.Model:
        number = next(self._numbers)
        fields = [field for field in model._meta.concrete_fields if not field.is_relation and not field.primary_key]
        values = {field.name: self._value(field, number) for field in fields}
        others = {field.name: row for field, row in related.items()}
        row = {**values, **others}
        return model(**{**row, **FITTING.get(model, lambda row, others: {})(row, others)})

    def _value(self, field: models.Field, number: int) -> object:
        if field.choices and not field.unique:
            return next(value for value, _ in field.flatchoices if value != "")
        if field.has_default() and not field.unique:
            return field.get_default()
        for kind, value in VALUES:
            if isinstance(field, kind):
                return value(field, number)
        return field.get_default()


def _text(field: models.CharField, number: int) -> str:
    return f"{number:x}-{field.name}"[: field.max_length or 40]


VALUES = (
    (models.GenericIPAddressField, lambda field, number: f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"),
    (models.FileField, lambda field, number: ""),
    (models.CharField, _text),
    (models.TextField, _text),
    (models.BooleanField, lambda field, number: False),
    (models.IntegerField, lambda field, number: number),
    (models.DateTimeField, lambda field, number: AT),
    (models.JSONField, lambda field, number: {}),
)
