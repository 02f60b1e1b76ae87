"""The staff pages of third-party apps: a file for each desk."""

from partners.admin import apps, kicking  # noqa: F401 (register)
