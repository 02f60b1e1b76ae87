"""Coins on a page."""

from django import template

from billing.models import Account

register = template.Library()


@register.simple_tag(takes_context=True)
def balance(context: template.Context) -> int:
    """What the person has who looks at the page."""
    user = context["user"]
    if not user.is_authenticated:
        return 0
    return Account.objects.filter(owner=user).values_list("balance", flat=True).first() or 0
