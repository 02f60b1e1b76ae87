"""What an app calls a channel or a group of its own: once in its realm, by its server alone."""

from django.db import IntegrityError, models, transaction

from core.actors import Actor, App
from core.errors import IllegalMove, NotAllowed


def own_id(actor: Actor, wanted: str) -> str | None:
    """The app's own id for what `actor` makes, or None. Only an app's server gives one, also where it speaks for one
    of its people: whoever holds no key takes no id away from it. Raises NotAllowed `external_id_is_the_apps`."""
    if wanted and not (isinstance(actor, App) or getattr(actor, "by_server", False)):
        raise NotAllowed("external_id_is_the_apps")
    return wanted or None


def insert(row: models.Model, ours: str) -> None:
    """A row with `realm` and `external_id`. Raises IllegalMove `external_id_taken`, which names the one that is there
    by our id for it (the field `ours`)."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        known = type(row).objects.filter(realm=row.realm, external_id=row.external_id).first()
        if known is None or not row.external_id:
            raise
        there = {ours: getattr(known, ours)}
        raise IllegalMove("external_id_taken", external_id=row.external_id, **there) from None
