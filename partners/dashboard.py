"""What apps show on the first page of staff."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from core.dashboard import Figure
from core.models import User
from partners import checks
from partners.flows import DeliveryState
from partners.models import Delivery


def figures(user: User) -> Iterator[Figure]:
    if user.has_perm("partners.view_webhook"):
        failing = checks.webhooks_failing()
        page = reverse("admin:partners_webhook_changelist")
        yield Figure(_("Webhooks that fail"), failing, url=page, tone="bad" if failing else "")
    if user.has_perm("partners.view_delivery"):
        given_up = Delivery.objects.filter(state=DeliveryState.FAILED).count()
        page = reverse("admin:partners_delivery_changelist") + "?state__exact=failed"
        yield Figure(_("Deliveries given up"), given_up, url=page)
