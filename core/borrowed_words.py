"""What Unfold says on the staff pages. It knows English alone: named here, its words stand in our catalogue, where its
templates find them."""

from django.utils.translation import gettext_noop as _

WORDS = (
    _("After you've created a user, you’ll be able to edit more user options."),
    _("Choose file to upload"),
    _("Date"),
    _("False"),
    _("Go back"),
    _("Image preview"),
    _("Loading more results..."),
    _("No recent searches"),
    _("No results matching your query"),
    _(
        "Raw passwords are not stored, so there is no way to see this user’s password, but you can change the "
        'password using <a href="{}" class="text-primary-600 dark:text-primary-500">this form</a>.'
    ),
    _("Recent searches"),
    _("Reset filters"),
    _("Return to site"),
    _("Run"),
    _("Search apps and models..."),
    _("Select action"),
    _("Select action to run"),
    _("Select all rows"),
    _("Select format"),
    _("Select record"),
    _("Select value"),
    _("System"),
    _("Toggle password visibility"),
    _("True"),
    _("Type to search"),
)
