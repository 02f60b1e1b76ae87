"""The staff pages of third-party apps: a file for each desk."""

from partners.admin import apps, inbound, keys, kicking, webhooks  # noqa: F401 (register)
