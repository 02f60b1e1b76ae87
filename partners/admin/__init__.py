"""The staff pages of third-party apps: a file for each desk."""

from partners.admin import apps, inbound, kicking  # noqa: F401 (register)
