"""The forms with which staff make and mend accounts of people."""

from django.core.files.uploadedfile import UploadedFile
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from core import services
from core.accounts import USERNAME_VALIDATORS
from core.models import User


class NewPersonForm(UserCreationForm):
    """Somebody of the site: the same rule for names as at the front door."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].validators += USERNAME_VALIDATORS
        self.fields["username"].help_text = USERNAME_VALIDATORS[0].message


class PersonForm(UserChangeForm):
    def new_avatar(self) -> UploadedFile | bool | None:
        """A picture, False to take the old one away, None to leave it."""
        return self.cleaned_data["avatar"] if "avatar" in self.changed_data else None


class NewPasswordForm(AdminPasswordChangeForm):
    def save(self, commit: bool = True) -> User:
        user = super().save(commit)
        services.sign_out_everywhere(user=user)
        return user
