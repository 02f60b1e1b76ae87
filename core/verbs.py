"""What the verbs of the audit log read like to people. The log keeps the verb; whoever brings an act that leaves a row
adds a line here. Beside each stands what it was done to, so `close` needs no word for it."""

from django.apps import apps
from django.utils.translation import gettext_lazy as _

WORDS = {
    "accept": _("let in"),
    "add": _("made"),
    "add_member": _("took into the group"),
    "answer_request": _("answered a request to join"),
    "apply": _("asked to go on the air"),
    "approve": _("let through"),
    "ban": _("banned"),
    "cancel": _("took back"),
    "change": _("changed"),
    "change_ban": _("changed a ban"),
    "clear": _("cleared"),
    "clear_board": _("wiped the whiteboard"),
    "close": _("closed"),
    "create": _("made"),
    "decide": _("decided"),
    "decide_report": _("decided a report"),
    "delete": _("deleted"),
    "delete_message": _("deleted a message"),
    "delete_recording": _("deleted a recording"),
    "disable": _("switched off"),
    "disband": _("disbanded"),
    "dismiss": _("dismissed"),
    "dismiss_report": _("dismissed a report"),
    "enable": _("switched on"),
    "end": _("ended"),
    "erase": _("deleted the account"),
    "export": _("took along as a file"),
    "freeze": _("froze"),
    "go_on_air": _("went on the air"),
    "hand_over": _("handed over"),
    "hang_up": _("hung up"),
    "hear_site": _("let it hear the site"),
    "import": _("brought a list"),
    "invite": _("invited"),
    "kick": _("put out"),
    "lift": _("lifted"),
    "lift_ban": _("lifted a ban"),
    "lock_seat": _("locked a seat"),
    "make": _("made"),
    "make_key": _("made a key"),
    "move": _("moved"),
    "mute": _("muted"),
    "mute_all": _("muted everybody"),
    "name": _("named a moderator"),
    "notify": _("sent a notice"),
    "notify_all": _("sent a notice to all rooms"),
    "refuse": _("refused"),
    "remove": _("took away"),
    "remove_member": _("put out of the group"),
    "reopen": _("reopened"),
    "replay": _("sent again"),
    "restore": _("restored a backup"),
    "retry": _("tried again"),
    "reverse": _("reversed"),
    "revoke": _("revoked"),
    "revoke_key": _("revoked a key"),
    "retry_recording": _("had a recording made again"),
    "revoke_stream_key": _("took the stream key away"),
    "rotate": _("gave a new secret"),
    "rotate_key": _("gave a new key"),
    "rotate_stream_key": _("changed the stream key"),
    "run": _("took the sums"),
    "set_callbacks": _("set the callbacks"),
    "set_prices": _("set prices"),
    "set_role": _("gave a role"),
    "set_uploader": _("let on the air"),
    "sign_out": _("signed out everywhere"),
    "start_pull": _("let the stream be pulled"),
    "stop": _("stopped the show"),
    "stop_hearing": _("let it hear no more of the site"),
    "stop_pull": _("paused the pulling"),
    "tell": _("wrote to the host"),
    "test": _("sent a test"),
    "top_up": _("gave coins"),
    "transfer": _("gave to another host"),
    "unban": _("lifted a ban"),
    "unfreeze": _("let go on"),
    "unmute": _("lifted a mute"),
    "unmute_all": _("let everybody speak"),
    "unset": _("took the right away"),
    "unset_uploader": _("took the right to go on the air away"),
    "uploading": _("counted as on the air"),
}


def words(verb: str) -> str:
    """The verb itself where nobody wrote words for it: a row may be older than the act's name."""
    return str(WORDS.get(verb, verb))


def kind_words(kind: str) -> str:
    """`rooms.channel` as people call it."""
    try:
        return str(apps.get_model(kind)._meta.verbose_name)
    except (LookupError, ValueError):
        return kind
