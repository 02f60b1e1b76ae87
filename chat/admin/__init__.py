"""The staff pages of chat: a file for each desk."""

from chat.admin import deeds, groups, members, messages, reports, restrictions, words  # noqa: F401 (registers)
