"""The staff pages of third-party apps: a file for each desk."""

from partners.admin import inbound  # noqa: F401 (registers)
