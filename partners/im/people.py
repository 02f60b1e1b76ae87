"""An app's people: named, called, looked up, signed out."""

from core import services
from core.errors import BadInput
from core.models import User
from core.people import named
from partners.im.answers import BAD_FIELDS, NO_SUCH_USER, Refused
from partners.im.asked import Asked

MOST = 100
NICK, PICTURE = "Tag_Profile_IM_Nick", "Tag_Profile_IM_Image"
TAGS = (NICK, PICTURE)
NOT_KEPT = "FaceUrl is not kept: pictures are uploaded"


def take_in(asked: Asked) -> dict:
    user = named(asked.actor.realm, asked.text("UserID", "Identifier", most=128))
    if asked.given("Nick"):
        _call(user, asked.text("Nick"))
    return {"ErrorInfo": NOT_KEPT} if asked.text("FaceUrl", default="") else {}


def take_many_in(asked: Asked) -> dict:
    """Whoever cannot be called that is named in the answer."""
    if asked.given("AccountList"):
        uids = [row.text("UserID", most=128) for row in asked.objects("AccountList", most=MOST)]
    else:
        uids = asked.accounts("Accounts", most=MOST)
    failed = [uid for uid in uids if not _taken_in(asked, uid)]
    return {"FailAccounts": failed}


def check(asked: Asked) -> dict:
    uids = [row.text("UserID", most=128) for row in asked.objects("CheckItem", most=MOST)]
    known = set(User.objects.filter(realm=asked.actor.realm, uid__in=uids).values_list("uid", flat=True))
    states = {True: "Imported", False: "NotImported"}
    rows = [{"UserID": uid, "ResultCode": 0, "ResultInfo": "", "AccountStatus": states[uid in known]} for uid in uids]
    return {"ResultItem": rows}


def sign_out(asked: Asked) -> dict:
    """Every open connection of theirs."""
    services.sign_out_everywhere(user=_somebody(asked, asked.text("UserID", "Identifier", most=128)))
    return {}


def describe(asked: Asked) -> dict:
    user = named(asked.actor.realm, asked.text("From_Account", most=128))
    for item in asked.objects("ProfileItem", most=20):
        if item.text("Tag") != NICK:
            raise Refused(BAD_FIELDS, f"{item.text('Tag')}: of a profile {NICK} is kept; pictures are uploaded")
        _call(user, item.text("Value"))
    return {}


def described(asked: Asked) -> dict:
    tags = asked.rows("TagList", default=list(TAGS))
    return {"UserProfileItem": [_profile(asked, uid, tags) for uid in asked.accounts("To_Account", most=MOST)]}


def _profile(asked: Asked, uid: str, tags: list) -> dict:
    user = User.objects.filter(realm=asked.actor.realm, uid=uid).first()
    if user is None:
        return {"To_Account": uid, "ResultCode": 40003, "ResultInfo": "there is nobody of that name"}
    values = {NICK: user.nick, PICTURE: user.avatar.url if user.avatar else ""}
    items = [{"Tag": tag, "Value": value} for tag, value in values.items() if tag in tags]
    return {"To_Account": uid, "ProfileItem": items, "ResultCode": 0, "ResultInfo": ""}


def _taken_in(asked: Asked, uid: str) -> bool:
    try:
        named(asked.actor.realm, uid)
    except BadInput:
        return False
    return True


def _call(user: User, nick: str) -> None:
    services.save_profile(actor=user, nick=nick, language=user.language)


def _somebody(asked: Asked, uid: str) -> User:
    user = User.objects.filter(realm=asked.actor.realm, uid=uid).first()
    if user is None:
        raise Refused(NO_SUCH_USER, "there is nobody of that name")
    return user
