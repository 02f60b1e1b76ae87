"""Questions about people."""

from core.errors import BadInput
from core.models import User


def person_of(realm: str, uid: str) -> User:
    """Whom the outside calls `uid` in this realm. BadInput `unknown_user` where there is nobody."""
    user = User.objects.filter(realm=realm, uid=uid).first()
    if user is None:
        raise BadInput("unknown_user", uid=uid)
    return user
