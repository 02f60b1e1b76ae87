from allauth.account.adapter import DefaultAccountAdapter
from django.core.validators import RegexValidator
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, ngettext_lazy

from core.models import User
from core.preferences import remember_language

# No colon: `realm:uid` is the sign-in name of an app's people.
USERNAME_VALIDATORS = [
    RegexValidator(r"^[\w.-]{3,32}$", _("3 to 32 letters, digits, dots, hyphens or underscores."), code="bad_username")
]

# Words of others which their Chinese catalogues lack, or say otherwise than this house does.
WORDS_OF_OTHERS = (
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
    gettext_noop("Email (optional)"),
    gettext_noop("Code"),
)


class AccountAdapter(DefaultAccountAdapter):
    def populate_username(self, request: HttpRequest, user: User) -> None:
        super().populate_username(request, user)
        user.uid = user.username
        user.language = user.language or translation.get_language()

    def post_login(self, request: HttpRequest, user: User, **arguments) -> HttpResponse:
        """Whoever signs in finds the house in the language they chose."""
        with translation.override(user.language or translation.get_language()):
            response = super().post_login(request, user, **arguments)
        return remember_language(response, user.language) if user.language else response

    def format_email_subject(self, subject: str) -> str:
        return f"[Footlight] {subject}"

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """Letters are in the reader's language, not in that of whoever caused them."""
        reader = context.get("user")
        with translation.override(getattr(reader, "language", "") or translation.get_language()):
            super().send_mail(template_prefix, email, context)
