"""The staff pages of money: a file for each desk."""

from billing.admin import accounts  # noqa: F401 (registers)
