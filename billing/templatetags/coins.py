"""Coins on a page."""

from django import template

from billing import wallets

register = template.Library()


@register.simple_tag(takes_context=True)
def balance(context: template.Context) -> int:
    """What the person has who looks at the page."""
    return wallets.balance(context["request"].actor) or 0
