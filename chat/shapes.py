"""The one public shape of a group: REST, frames and events show the same."""

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from chat.models import Access, Group, GroupType, JoinOption
from core.shapes import PersonOut, person


def profile(group: Group, *, online: int = 0) -> dict:
    """`online`: how many connections of people are here now, as far as the caller counted."""
    return {
        "gid": group.gid,
        "external_id": group.external_id,
        "type": group.type,
        "access": group.access,
        "join_option": group.join_option,
        "title": group.title,
        "notice": group.notice,
        "introduction": group.introduction,
        "avatar": group.avatar.url if group.avatar else "",
        "custom": group.custom,
        "owner": person(group.owner) if group.owner else None,
        "muted_all": group.muted_all,
        "slow_seconds": group.slow_seconds,
        "followers_only": group.followers_only,
        "block_links": group.block_links,
        "tell_joins": group.tell_joins,
        "likes": group.likes,
        "follows": group.follows,
        "vouchers": group.vouchers,
        "inquiries": group.inquiries,
        "online": online,
        "version": group.version,
    }


@extend_schema_field({"type": "object", "additionalProperties": {"type": "string"}})
class CustomFields(serializers.JSONField):
    """An object of texts; the service says how many and how long."""


@extend_schema_serializer(component_name="GroupProfile")
class ProfileOut(serializers.Serializer):
    """`profile`, documented."""

    gid = serializers.CharField()
    external_id = serializers.CharField(allow_null=True, help_text="the app's own id of it")
    type = serializers.ChoiceField(choices=GroupType)
    access = serializers.ChoiceField(choices=Access)
    join_option = serializers.ChoiceField(choices=JoinOption)
    title = serializers.CharField()
    notice = serializers.CharField()
    introduction = serializers.CharField()
    avatar = serializers.CharField()
    custom = CustomFields()
    owner = PersonOut(allow_null=True)
    muted_all = serializers.BooleanField()
    slow_seconds = serializers.IntegerField()
    followers_only = serializers.BooleanField()
    block_links = serializers.BooleanField()
    tell_joins = serializers.BooleanField()
    likes = serializers.IntegerField()
    follows = serializers.IntegerField()
    vouchers = serializers.IntegerField()
    inquiries = serializers.IntegerField()
    online = serializers.IntegerField()
    version = serializers.IntegerField()
