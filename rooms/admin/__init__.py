"""The staff pages of the rooms: a file for each desk."""

from rooms.admin import bans, channels, grants, people, recordings, shows, stays  # noqa: F401 (registers)
