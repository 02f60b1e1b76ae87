"""The desk of who may go on the air in channels of others."""

from django.contrib import admin
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.desk import StaffAdmin, service_action
from core.errors import BadInput
from rooms.models import UploadGrant
from rooms.services import channels


@admin.register(UploadGrant)
class UploadGrantAdmin(StaffAdmin):
    list_display = ("user", "channel", "created_at")
    list_select_related = ("user", "channel")
    search_fields = ("user__uid", "user__nick", "channel__title", "=channel__cid")
    autocomplete_fields = ("channel", "user")
    fields = ("channel", "user")
    ordering = ("-id",)
    unset = service_action(
        "unset",
        label=_("Take the right away"),
        effect=_("A running upload is cut, unless something else lets this person on the air."),
        icon="mic_off",
        service=lambda actor, grant: channels.unset_uploader(actor=actor, cid=grant.channel.cid, uid=grant.user.uid),
    )
    actions = actions_detail = ("unset",)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False  # given or taken away, never turned into another one

    def save_model(self, request: HttpRequest, obj: UploadGrant, form: ModelForm, change: bool) -> None:
        if obj.user.realm != obj.channel.realm:  # the service looks a uid up in the channel's realm
            raise BadInput("unknown_user", uid=obj.user.uid)
        obj.pk = channels.set_uploader(actor=request.user, cid=obj.channel.cid, uid=obj.user.uid).pk
