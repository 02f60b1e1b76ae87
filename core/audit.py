"""Who of the staff did what, to what, from where and why: one row an act, and one way to write it.

A desk says itself what was done (`at_a_desk`, then `record`). Everywhere else staff act through the same services as
everybody. Those are marked with `act`; where the gate lets somebody through by staff power alone it says so
(`by_staff`), and when the service has done its work the row is written, in the service's own transaction. What only
reads is no act, and what was refused left nothing."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar

from django.core.files.uploadedfile import UploadedFile
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Model
from django.db.models.fields.files import FieldFile

from core import clock
from core.actors import Actor, of_staff
from core.models import AuditRow

SECRET = re.compile(r"password|secret|token|hash|digest|private|(^|_)key$|^code$")
HIDDEN = "***"
NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")  # in JSON; PostgreSQL takes none
SILENT = {"version", "seats_version", "sign_outs", "updated_at", "last_login"}  # they follow from what was done
NAMES = ("uid", "cid", "gid", "sid", "rid", "call_id")  # what the outside calls a row
LONGEST = 2000  # characters of one value

Service = TypeVar("Service", bound=Callable[..., Any])


@dataclass
class Act:
    """A service at work, outermost of those that it calls."""

    verb: str
    asked: dict = field(default_factory=dict)
    told_elsewhere: bool = False
    actor: Actor | None = None
    row: Model | None = None
    kind: type[Model] | None = None
    before: dict = field(default_factory=dict)

    def write(self) -> None:
        if self.actor:
            now = facts_now(self.row) if self.row else {}
            changed = {"before": self.before, "after": now}
            asked = {name: value for name, value in self.asked.items() if name not in ("actor", "reason")}
            reason = str(self.asked.get("reason") or "")
            record(self.actor, self.verb, self.row or self.kind, asked=asked, reason=reason, **changed)


_act: ContextVar[Act | None] = ContextVar("act", default=None)


def act(verb: str, *, atomic: bool = True) -> Callable[[Service], Service]:
    """For services: atomic, and what staff do by them leaves a row. Those that must tell the outside before they are
    done are not `atomic`; their row is written when all is well."""

    def marked(service: Service) -> Service:
        @wraps(service)
        def done(*args: object, **asked: object) -> object:
            if _act.get() is not None:
                with _transaction(atomic):
                    return service(*args, **asked)
            with _under_way(Act(verb, asked)) as this, _transaction(atomic):
                answer = service(*args, **asked)
                this.write()
                return answer

        done.leaves_a_row = True
        return done

    return marked


def by_staff(actor: Actor, about: Model | type[Model], own: Callable[[], bool] = lambda: False) -> None:
    """Says that this person gets through as staff, unless it is their `own` right. The first word of an act counts."""
    this = _act.get()
    if not (of_staff(actor) and actor.pk) or this is None or this.told_elsewhere or this.actor or own():
        return
    this.actor = actor
    if isinstance(about, Model):
        this.row, this.before = about, facts(about)
    else:
        this.kind = about


@contextmanager
def at_a_desk() -> Iterator[None]:
    """Whoever opens this writes the row."""
    with _under_way(Act("", told_elsewhere=True)):
        yield


def record(
    actor: Actor,
    verb: str,
    about: Model | type[Model],
    *,
    before: dict | None = None,
    after: dict | None = None,
    asked: dict | None = None,
    reason: str = "",
    name: str = "",
) -> AuditRow:
    """`about` is a row, or a model where the act was upon no row in particular; `before` and `after` are `facts`, of
    which those are kept that differ. Inside the transaction of what was done."""
    is_row = isinstance(about, Model)
    changed = _changed(about, before or {}, after or {})
    return AuditRow.objects.create(
        at=clock.now(),
        who=actor if actor.pk else None,
        who_name=name_of(actor) if actor.pk else "",
        address=getattr(actor, "address", "") or None,
        door=getattr(actor, "door", ""),
        verb=verb[:64],
        kind=about._meta.label_lower,
        key=str(about.pk)[:64] if is_row else "",
        name=(name or (name_of(about) if is_row else str(about._meta.verbose_name_plural)))[:200],
        asked=_masked(about, asked or {}),
        before=_masked(about, changed[0]),
        after=_masked(about, changed[1]),
        reason=reason[:200],
    )


def name_of(row: Model) -> str:
    """As people read it, and as the outside calls it."""
    public = next((str(getattr(row, name)) for name in NAMES if getattr(row, name, "")), "")
    return f"{row} ({public})" if public and public not in str(row) else str(row)


def facts(row: Model) -> dict[str, Any]:
    """The fields of the row as it is in memory."""
    deferred = row.get_deferred_fields()
    return {f.name: f.value_from_object(row) for f in row._meta.concrete_fields if f.attname not in deferred}


def facts_now(row: Model) -> dict[str, Any]:
    """As they are in the database, with what hangs on the row; nothing where it is gone."""
    row = type(row)._base_manager.filter(pk=row.pk).first()
    if row is None:
        return {}
    many = {f.name: sorted(map(str, getattr(row, f.name).all())) for f in row._meta.many_to_many}
    return {**facts(row), **many}


@contextmanager
def _under_way(this: Act) -> Iterator[Act]:
    token = _act.set(this)
    try:
        yield this
    finally:
        _act.reset(token)


def _transaction(atomic: bool):
    return transaction.atomic() if atomic else nullcontext()


def _changed(about: Model | type[Model], before: dict, after: dict) -> tuple[dict, dict]:
    names = [name for name in {**before, **after} if name not in SILENT and before.get(name) != after.get(name)]
    return tuple({name: side[name] for name in names if name in side} for side in (before, after))


def _masked(about: Model | type[Model], values: dict) -> dict:
    """Fit for JSON, nothing secret, nothing endless."""
    hides = getattr(about, "audit_hides", ())
    return {name: HIDDEN if SECRET.search(name) or name in hides else _plain(value) for name, value in values.items()}


class _Encoder(DjangoJSONEncoder):
    def default(self, value: object) -> object:
        """An act must not fail for what it was asked with."""
        try:
            return super().default(value)
        except TypeError:
            return str(value)


def _plain(value: object) -> object:
    if isinstance(value, Model):
        return name_of(value)
    if isinstance(value, FieldFile | UploadedFile):
        return value.name
    text = NUL.sub(r"\1", json.dumps(value, cls=_Encoder, ensure_ascii=False))
    return json.loads(text) if len(text) <= LONGEST else text[:LONGEST] + " …"
