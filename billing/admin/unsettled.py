"""The desk of what could not be settled. A row goes when its stay or show is settled after all."""

from django.contrib import admin

from billing.models import Unsettled
from core.desk import ReadOnlyAdmin


@admin.register(Unsettled)
class UnsettledAdmin(ReadOnlyAdmin):
    list_display = ("what", "subject", "error", "tries", "since", "tried_at")
    list_filter = ("what",)
    search_fields = ("=subject",)
    fields = (("what", "subject"), "error", ("tries", "since", "tried_at"))
