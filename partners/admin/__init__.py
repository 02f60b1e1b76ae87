"""The staff pages of third-party apps: a file for each desk."""

from partners.admin import webhooks  # noqa: F401 (registers)
