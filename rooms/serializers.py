"""Shapes of what comes in and goes out over REST. Rules are the services'; here only types and lengths."""

from rest_framework import serializers

from core.shapes import PersonOut
from rooms import shapes, sources
from rooms.flows import ChannelState, RelayState, StayState
from rooms.models import (
    LONGEST_ASK,
    MOST_PEOPLE,
    MOST_SEATS,
    SHORTEST_ASK,
    Category,
    Delivery,
    Kind,
    Origin,
    Role,
    Source,
    Stay,
)


class ShowOut(serializers.Serializer):
    started_at = serializers.DateTimeField()
    peak = serializers.IntegerField()
    recorded = serializers.BooleanField(help_text="it is kept, and can be seen again afterwards")


class ChannelOut(serializers.Serializer):
    """rooms.shapes.channel, documented."""

    cid = serializers.CharField()
    external_id = serializers.CharField(allow_null=True, help_text="the app's own id of it")
    gid = serializers.CharField(allow_null=True)
    kind = serializers.ChoiceField(choices=Kind)
    source = serializers.ChoiceField(choices=Source)
    delivery = serializers.ChoiceField(choices=Delivery, help_text="how far behind viewers are, unless they choose")
    state = serializers.ChoiceField(choices=ChannelState)
    title = serializers.CharField()
    cover = serializers.CharField()
    thumbnail = serializers.CharField(
        allow_null=True, help_text="a picture of the running show, made anew about every ten seconds"
    )
    category = serializers.CharField()
    layout = serializers.ChoiceField(choices=["grid", "spotlight", "strip"], help_text="of a stage with guests")
    seats = serializers.IntegerField(help_text="places on the mic besides the host's")
    max_people = serializers.IntegerField()
    extra = serializers.CharField()
    open_upload = serializers.BooleanField()
    record = serializers.BooleanField(help_text="its shows are recorded")
    frozen = serializers.BooleanField(help_text="Staff hold the show back: nobody sees or hears it for now")
    locked = serializers.BooleanField()
    members_only = serializers.BooleanField()
    owner = PersonOut()
    price = serializers.IntegerField(help_text="coins a minute watched; 0: free")
    preview = serializers.IntegerField(help_text="seconds that are free, once a person and show")
    upload_price = serializers.IntegerField(help_text="coins a minute on the air")
    call_price = serializers.IntegerField(allow_null=True, help_text="coins a minute of a private call; null: no calls")
    auto_accept_calls = serializers.BooleanField(help_text="the host's page answers by itself")
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    viewers = serializers.IntegerField(required=False)
    show = ShowOut(required=False, allow_null=True)


class StayOut(serializers.Serializer):
    """rooms.shapes.stay, documented."""

    sid = serializers.CharField()
    role = serializers.ChoiceField(choices=Role)
    state = serializers.ChoiceField(choices=StayState)
    origin = serializers.ChoiceField(choices=Origin)
    platform = serializers.CharField()
    person = PersonOut(allow_null=True)
    host = serializers.BooleanField()
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    end_reason = serializers.CharField()
    version = serializers.IntegerField()

    def to_representation(self, instance: Stay) -> dict:
        return shapes.stay(instance)


class StayListed(StayOut):
    """rooms.shapes.history, documented."""

    end_words = serializers.CharField(help_text="why it ended, in the reader's language")
    duration = serializers.IntegerField(help_text="seconds, so far")


class ChannelPatch(serializers.Serializer):
    title = serializers.CharField(max_length=120)
    kind = serializers.ChoiceField(choices=Kind, required=False)
    category = serializers.ChoiceField(choices=Category, required=False, allow_blank=True)
    cover = serializers.FileField(required=False, allow_null=True, write_only=True)
    max_people = serializers.IntegerField(required=False, min_value=0, max_value=MOST_PEOPLE)
    specify = serializers.ListField(child=serializers.CharField(max_length=128), required=False, max_length=10_000)
    extra = serializers.CharField(required=False, allow_blank=True, max_length=8192, trim_whitespace=False)
    open_upload = serializers.BooleanField(required=False)
    delivery = serializers.ChoiceField(choices=Delivery, required=False)
    record = serializers.BooleanField(required=False, help_text="keep its shows; while one runs, from here on")
    seats = serializers.IntegerField(required=False, min_value=1, max_value=MOST_SEATS)
    seat_seconds = serializers.IntegerField(required=False, min_value=SHORTEST_ASK, max_value=LONGEST_ASK)
    ring_seconds = serializers.IntegerField(required=False, min_value=5, max_value=120)
    auto_accept_calls = serializers.BooleanField(required=False)
    source_url = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=sources.LONGEST,
        write_only=True,
        help_text="where a PROXY channel is pulled from; empty: what `extra` names as `source`",
    )


class PullOut(serializers.Serializer):
    """rooms.services.pulls.shape, documented."""

    source_url = serializers.CharField(help_text="whole, for those who rule the channel")
    state = serializers.ChoiceField(choices=RelayState)
    since = serializers.DateTimeField(allow_null=True)
    tries = serializers.IntegerField(help_text="that failed, since it last ran well")
    error = serializers.CharField(help_text="why it does not run; empty while it does")
    words = serializers.CharField(help_text="how it goes, in the reader's language")


class ChannelCreate(ChannelPatch):
    source = serializers.ChoiceField(choices=Source, required=False, default=Source.UPLOAD)
    gid = serializers.CharField(required=False, max_length=32, help_text="the member group of a GROUP channel")
    owner = serializers.CharField(required=False, max_length=128, help_text="uid, where an app's server makes it")
    external_id = serializers.CharField(required=False, max_length=128, help_text="the app's own id of it")
    with_group = serializers.BooleanField(required=False, default=True, help_text="make a chat group with it")


class ChannelQuery(serializers.Serializer):
    q = serializers.CharField(required=False, max_length=120, help_text="words in title or host")
    category = serializers.ChoiceField(choices=Category, required=False)
    kind = serializers.ChoiceField(choices=Kind, required=False)
    state = serializers.ChoiceField(
        choices=[state for state in ChannelState if state != ChannelState.DELETED],
        required=False,
        help_text="closed ones are shown to their owner and to the app's server",
    )
    external_id = serializers.CharField(required=False, max_length=128, help_text="the app's own id")
