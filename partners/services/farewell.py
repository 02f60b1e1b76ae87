"""What becomes of somebody's apps when they leave, and what is handed to who asks for theirs."""

from core.actors import SYSTEM
from core.models import User
from partners.models import Partner, Status
from partners.services import apps


def forget(*, user: User) -> None:
    """Port `person_leaves`: nobody answers for their apps any more, so they are switched off."""
    for app_id in Partner.objects.filter(owner=user, status=Status.ACTIVE).values_list("app_id", flat=True):
        apps.disable(actor=SYSTEM, app_id=app_id)


def export(*, user: User) -> dict[str, object]:
    """Port `person_export`."""
    return {
        "apps": list(Partner.objects.filter(owner=user).values("app_id", "name", "status", "created_at", "origins"))
    }
