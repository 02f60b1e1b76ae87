"""The staff pages of chat: a file for each desk."""

from chat.admin import groups, words  # noqa: F401 (registers)
