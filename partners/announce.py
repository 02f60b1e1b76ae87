"""The only place from which apps tell anybody anything."""

from core.events import realm_topic, signal
from partners.models import Partner


def switched_off(partner: Partner) -> None:
    """To the open sockets of all its people: they are closed with 4001."""
    signal(realm_topic(partner.app_id), "signed_out")
