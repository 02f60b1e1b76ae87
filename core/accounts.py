from allauth.account.adapter import DefaultAccountAdapter
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from core.models import User

# No colon: `realm:uid` is the sign-in name of an app's people.
USERNAME_VALIDATORS = [
    RegexValidator(r"^[\w.-]{3,32}$", _("3 to 32 letters, digits, dots, hyphens or underscores."), code="bad_username")
]


class AccountAdapter(DefaultAccountAdapter):
    def populate_username(self, request, user: User) -> None:
        super().populate_username(request, user)
        user.uid = user.username
