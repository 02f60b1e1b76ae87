"""Secrets that must be read again (an HMAC needs its key) lie encrypted in the database, under the house's own key.

SECRET_KEY_FALLBACKS still open what an older SECRET_KEY sealed."""

import base64
import hashlib
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    digests = (hashlib.sha256(f"sealed:{key}".encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


def _ours() -> MultiFernet:
    return _box((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


def seal(text: str) -> str:
    return _ours().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """ "" for what another house sealed: nobody can be let in by a secret that cannot be read."""
    try:
        return _ours().decrypt(sealed.encode()).decode()
    except InvalidToken:
        return ""


class SealedField(models.TextField):
    """A text that is sealed on its way to the database and never shown in a form. "" stays ""."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **{"blank": True, "default": "", "editable": False, **kwargs})

    def get_prep_value(self, value: str | None) -> str | None:
        text = super().get_prep_value(value)
        return seal(text) if text else text

    def from_db_value(self, value: str | None, expression: object, connection: object) -> str | None:
        return unseal(value) if value else value
