"""The only place from which partners tell anybody anything."""

from django.core.mail import send_mail
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from core.events import realm_topic, record, signal
from partners import webhook_shapes as shapes
from partners.models import Partner, Webhook


def webhook_disabled(hook: Webhook) -> None:
    """To the app's other endpoints, and to its owner by mail."""
    record("webhook.disabled", subject=hook.wid, realm=hook.partner.app_id, webhook=shapes.webhook(hook))
    transaction.on_commit(lambda: _mail(hook))


def _mail(hook: Webhook) -> None:
    owner = hook.partner.owner
    if not owner.email:
        return
    with translation.override(owner.language or None):
        subject = _("A webhook of %(app)s was switched off") % {"app": hook.partner.name}
        told = {"url": hook.url, "reason": hook.get_off_reason_display()}
        text = _("%(url)s is called no more: %(reason)s. Mend it, then switch it on again.") % told
        send_mail(subject, text, None, [owner.email], fail_silently=True)


def switched_off(partner: Partner) -> None:
    """To the open sockets of all its people: they are closed with 4001."""
    signal(realm_topic(partner.app_id), "signed_out")
