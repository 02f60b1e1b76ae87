"""One call: who it is from, which verb it names, what came of it. Always HTTP 200, and always in the book."""

import json
from collections.abc import Callable

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from core.actors import App
from core.errors import DomainError, NotFound
from core.models import User
from partners import auth, doors
from partners.doors import Call
from partners.im import answers, groups, members, messages, people
from partners.im.answers import Refused
from partners.im.asked import Asked
from partners.models import Inlet, Partner

MOST = 256 * 1024  # bytes

GROUP = {
    "add_group_member": members.add,
    "ban_group_member": members.ban,
    "change_group_owner": groups.hand_over,
    "clear_group_attr": groups.clear_attributes,
    "create_group": groups.create,
    "delete_group_attr": groups.delete_attributes,
    "delete_group_counter": groups.not_offered,
    "delete_group_member": members.delete,
    "destroy_group": groups.destroy,
    "forbid_send_msg": members.mute,
    "get_appid_group_list": groups.listed,
    "get_group_attr": groups.attributes,
    "get_group_ban_member": members.banned,
    "get_group_counter": groups.counters,
    "get_group_info": groups.info,
    "get_group_member_info": members.info,
    "get_group_muted_account": members.muted,
    "get_group_shutted_uin": members.shutted,
    "get_online_member_num": groups.online,
    "group_msg_recall": messages.recall,
    "modify_group_attr": groups.modify_attributes,
    "modify_group_base_info": groups.change,
    "modify_group_member_info": members.change,
    "send_broadcast_msg": messages.to_everybody,
    "send_group_msg": messages.to_group,
    "send_group_system_notification": messages.notice,
    "set_group_attr": groups.set_attributes,
    "unban_group_member": members.unban,
    "update_group_counter": groups.not_offered,
}
VERBS: dict[str, dict[str, Callable[[Asked], dict]]] = {
    "group_open_http_svc": GROUP,
    "group_open_attr_http_svc": {"get_group_attr": groups.attributes},
    "group_open_avchatroom_http_svc": {"get_members": members.online, "modify_user_info": groups.not_offered},
    "openim": {"sendmsg": messages.to_person, "batchsendmsg": messages.to_people},
    "profile": {"portrait_set": people.describe, "portrait_get": people.described},
    "im_open_login_svc": {
        "account_import": people.take_in,
        "multiaccount_import": people.take_many_in,
        "account_check": people.check,
        "kick": people.sign_out,
    },
}


@csrf_exempt
@require_POST
def answer(request: HttpRequest, app_id: str, service: str, command: str) -> JsonResponse:
    try:
        call = doors.begin(request, app_id, MOST)
    except NotFound:
        return JsonResponse(answers.refusal(Refused(answers.BAD_APP_ID, "there is no such app")))
    except DomainError as refusal:
        return JsonResponse(answers.refusal(refusal))
    call.name = command
    try:
        admin = _administrator(request, call.partner)
    except (DomainError, Refused) as refusal:
        return doors.keep_refused(call, Inlet.IM, 200, answers.refusal(refusal))
    try:
        said = answers.good(_do(call, admin, service, command))
    except (DomainError, Refused) as refusal:
        said = answers.refusal(refusal, service)
    return doors.keep(call, Inlet.IM, 200, said)


def _administrator(request: HttpRequest, partner: Partner) -> User:
    """The signature travels in the address here alone, as the vendor has it; it is in no log (core/logs.py)."""
    asked = request.GET
    if asked.get("sdkappid") != partner.app_id:
        raise Refused(answers.BAD_APP_ID, "sdkappid is of another app")
    if not asked.get("usersig"):
        raise Refused(answers.NO_SIG, "usersig is missing")
    user = auth.identify(asked["usersig"], app_id=partner.app_id).user
    if user.uid != asked.get("identifier"):
        raise Refused(answers.OTHER_PERSON, "usersig is of another identifier")
    if user.uid != partner.im_admin:
        raise Refused(answers.NEEDS_ADMIN, "identifier is not the app's administrator")
    return user


def _do(call: Call, admin: User, service: str, command: str) -> dict:
    fields = _fields(call)
    verb = VERBS.get(service, {}).get(command)
    if verb is None:
        raise Refused(answers.UNKNOWN_VERB, "there is no such command")
    return verb(Asked(App(call.partner.app_id, call.address), admin, fields))


def _fields(call: Call) -> dict:
    try:
        fields = json.loads(call.body or b"{}")
    except (ValueError, RecursionError):
        raise Refused(answers.NOT_JSON, "the body is not JSON") from None
    if not isinstance(fields, dict):
        raise Refused(answers.NOT_JSON, "the body is not an object")
    if isinstance(fields.get("GroupId"), str):
        call.subject = fields["GroupId"]
    return fields
