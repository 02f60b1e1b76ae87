"""What the vendor's clients are answered: always HTTP 200, and a number that says what was wrong."""

from core.errors import DomainError

INTERNAL = 10002
UNKNOWN_VERB = 10003  # also of what is not offered here
BAD_FIELDS = 10004
TOO_MANY = 10005
NO_RIGHT = 10007
NO_GROUP = 10010
NOT_JSON = 60003
BAD_GROUP_ID = 10015
NO_SUCH_USER = 10019
GROUP_ID_TAKEN = 10021
BAD_APP_ID, APP_OFF, NEEDS_ADMIN = 60006, 60016, 60010
NO_SIG, OTHER_PERSON = 70002, 70013

# One number for each code of a refusal; a family's number where its code has none of its own.
NUMBERS = {
    "app_disabled": APP_OFF,
    "banned": 10007,
    "bad_uid": NO_SUCH_USER,
    "muted": 10017,
    "no_member_group": 10007,
    "not_a_member": NO_SUCH_USER,
    "owner_cannot_quit": 10009,
    "room_busy": 10023,
    "signed_off": 70020,
    "too_big": 60002,
    "unknown_message": 10030,
    "unknown_user": NO_SUCH_USER,
    "usersig_expired": 70001,
    "usersig_forged": 70009,
    "usersig_malformed": 70003,
    "usersig_other_app": 70014,
    "word_refused": 80001,
}
FAMILIES = {
    400: BAD_FIELDS,
    401: NO_RIGHT,
    402: NO_RIGHT,
    403: NO_RIGHT,
    404: NO_GROUP,
    409: NO_RIGHT,
    413: BAD_FIELDS,
    429: 10006,
    503: INTERNAL,
}
# Where the vendor counts anew.
OF_SERVICE = {
    "profile": {BAD_FIELDS: 40001, NO_SUCH_USER: 40003, INTERNAL: 40006},
    "im_open_login_svc": {BAD_FIELDS: 70402, INTERNAL: 70500, NO_SUCH_USER: 70402},
    "openim": {BAD_FIELDS: 90001, INTERNAL: 91000, NO_SUCH_USER: 90012, NO_RIGHT: 90009},
}


class Refused(Exception):
    """A refusal of this door's own, by the vendor's number. `words` say what about."""

    def __init__(self, number: int, words: str) -> None:
        self.number, self.words = number, words
        super().__init__(words)


def number_of(error: DomainError) -> int:
    return NUMBERS.get(error.code, FAMILIES.get(error.status, INTERNAL))


def refusal(error: DomainError | Refused, service: str = "") -> dict:
    if isinstance(error, DomainError):
        number, words = number_of(error), f"{error.code}: {error.words()}"
    else:
        number, words = error.number, error.words
    return {"ActionStatus": "FAIL", "ErrorCode": OF_SERVICE.get(service, {}).get(number, number), "ErrorInfo": words}


def good(facts: dict) -> dict:
    return {"ActionStatus": "OK", "ErrorCode": 0, "ErrorInfo": "", **facts}
