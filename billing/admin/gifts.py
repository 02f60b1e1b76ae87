"""The desk of the gift catalogue."""

from django.contrib import admin

from billing.models import Gift
from core.desk import StaffAdmin


@admin.register(Gift)
class GiftAdmin(StaffAdmin):
    """A gift that was ever given stays known: it is taken off the list, never deleted."""

    list_display = ("name", "icon", "price", "effect", "position", "active")
    list_editable = ("position", "active")
    list_filter = ("active", "effect")
    search_fields = ("code", "name")
    prepopulated_fields = {"code": ("name",)}
    fields = (("name", "code"), ("icon", "price"), ("effect", "position"), "active")
