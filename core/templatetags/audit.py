"""What somebody of the staff did last, for their first page."""

from django import template
from django.db.models import QuerySet

from core import verbs
from core.models import AuditRow, User

register = template.Library()


@register.filter
def deed(row: AuditRow) -> str:
    return verbs.words(row.verb)


@register.simple_tag
def latest_acts(user: User, most: int = 10) -> QuerySet[AuditRow]:
    return AuditRow.objects.filter(who=user.pk)[:most]
