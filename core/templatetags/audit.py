"""What somebody of the staff did last, for their first page."""

from django import template
from django.db.models import QuerySet

from core.models import AuditRow, User

register = template.Library()


@register.simple_tag
def latest_acts(user: User, most: int = 10) -> QuerySet[AuditRow]:
    return AuditRow.objects.filter(who=user.pk)[:most]
