"""One error family. A service raises it, each door translates it once.

`code` is public and stable; the docstring is the default message; keyword arguments become fields of the answer."""

from django.utils.translation import gettext_lazy as _

from core.refusals import WORDS


class DomainError(Exception):
    status = 400
    code = "bad_input"
    message = _("That cannot be done.")

    def __init__(self, code: str = "", message: str = "", **detail: object) -> None:
        self.code = code or self.code
        self.message = message or self.message
        self.detail = detail
        super().__init__(self.code)

    def words(self) -> str:
        """What the person is told."""
        known = WORDS.get(self.code)
        try:
            return str(known % self.detail if known else self.message)
        except KeyError:  # it was raised without the figures that the words name
            return str(self.message)

    def as_dict(self) -> dict:
        return {"code": self.code, "message": self.words(), **self.detail}


class BadInput(DomainError):
    message = _("Something in the request is not right.")


class LoginRequired(DomainError):
    status, code, message = 401, "login_required", _("Sign in first.")


class InsufficientBalance(DomainError):
    status, code, message = 402, "insufficient_balance", _("The balance is too low.")


class NotAllowed(DomainError):
    status, code, message = 403, "not_allowed", _("You may not do that here.")


class NotFound(DomainError):
    status, code, message = 404, "not_found", _("There is nothing here.")


class IllegalMove(DomainError):
    status, code, message = 409, "illegal_move", _("That is not possible in the present state.")


class KeyReused(IllegalMove):
    status, code, message = 422, "key_reused", _("This key stands for another call already.")


class Full(DomainError):
    status, code, message = 409, "full", _("Every place is taken.")


class Gone(DomainError):
    status, code, message = 410, "gone", _("That is over.")


class TooBig(DomainError):
    status, code, message = 413, "too_big", _("That is too much at once.")


class TooFast(DomainError):
    status, code, message = 429, "too_fast", _("That was too fast. Wait a moment.")


class Unavailable(DomainError):
    status, code, message = (
        503,
        "unavailable",
        _("This part of the house is not reachable now. Try again in a moment."),
    )
