"""Why a stay ended and why a film was not made, in words."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    "abnormal": _("Came and went too often."),
    "banned": _("Was banned."),
    "banned_here": _("Is banned."),
    "call_ended": _("The call was over."),
    "channel_closed": _("The channel was closed."),
    "channel_deleted": _("The channel was deleted."),
    "channel_ended": _("The channel ended."),
    "gave_up": _("Never began to send."),
    "kicked_out": _("Was put out by the app."),
    "kick": _("Was put out."),
    "key_changed": _("The stream key was changed."),
    "left": _("Left."),
    "insufficient_balance": _("Has too few coins."),
    "no_balance": _("Ran out of coins."),
    "not_allowed": _("May not watch any more."),
    "off_the_mic": _("Went off the mic."),
    "other": _("Left, nobody knows why."),
    "preview_over": _("The free preview was over."),
    "removed": _("Was put out."),
    "right_taken": _("May not go on the air any more."),
    "show_ended": _("The show ended."),
    "timeout": _("Lost the connection."),
}

FILMS = {
    "nothing_recorded": _("Nothing arrived that could be kept: no picture and no sound."),
    "disk_full": _("There was no room for it on the machine. What was recorded is kept; try again when there is room."),
    "storage_failed": _("It could not be put where films are kept. What was recorded is still here; try again."),
    "unreadable": _("What was recorded could not be put together. It is kept; try again, or ask staff."),
}


def of_film(code: str) -> str:
    """ "" where nothing failed."""
    return str(FILMS.get(code, code))


def words(code: str) -> str:
    """ "" of a stay that goes on; the code itself where there are no words for it."""
    return str(WORDS.get(code, code))
