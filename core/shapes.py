"""The public shape of a person: the same in REST, frames and events."""

from core.models import User


def person(user: User) -> dict:
    return {"uid": user.uid, "nick": str(user), "avatar": user.avatar.url if user.avatar else ""}
