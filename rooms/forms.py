"""What a host fills in about a channel. The rules are in rooms.services.channels."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chat.models import GroupType
from core.forms import ServiceForm
from core.models import User
from rooms import sources
from rooms.models import (
    GROUP_KINDS,
    LONGEST_ASK,
    MOST_PEOPLE,
    MOST_SEATS,
    SHORTEST_ASK,
    Category,
    Channel,
    Delivery,
    Kind,
    Source,
)

KIND_WORDS = {
    Kind.GLOBAL_PUBLIC: _("Anyone with the address watches, signed in or not."),
    Kind.LOGIN_PUBLIC: _("Anyone signed in watches; guests are asked to sign in."),
    Kind.GROUP_PUBLIC: _("Only members of a group watch. You add the members."),
    Kind.LOGIN_SPECIFY: _("Only people on your list know that it exists."),
    Kind.GROUP_SPECIFY: _("Only members who are also on your list know that it exists."),
}

DELIVERY_WORDS = {
    Delivery.WEBRTC: _("You and your audience talk to each other. Who cannot be reached so is sent the other way."),
    Delivery.HLS: _("For large audiences: everybody sees one steady picture. Guests on the mic are not kept waiting."),
}


class ChannelForm(ServiceForm):
    """Making a channel. Its kind decides which of `group` and `specify` count."""

    ABOUT = {
        "bad_title": "title",
        "bad_max_people": "max_people",
        "bad_list": "specify",
        "kind_is_fixed": "kind",
        "unknown_group": "gid",
        "bad_source": "source_url",
        "picture_too_big": "cover",
        "not_a_picture": "cover",
    }

    title = forms.CharField(
        label=_("Title"),
        max_length=120,
        widget=forms.TextInput(attrs={"placeholder": _("What happens on your stage"), "autocomplete": "off"}),
    )
    category = forms.ChoiceField(label=_("Subject"), required=False, choices=[("", _("No subject")), *Category.choices])
    cover = forms.FileField(
        label=_("Cover"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/*", "data-preview": "cover-preview"}),
        help_text=_("Wide, 16:9; at most 5 MB. Without one, the house paints a scene."),
    )
    remove_cover = forms.BooleanField(label=_("Remove the cover"), required=False)
    kind = forms.ChoiceField(label=_("Open to"), choices=Kind.choices, widget=forms.RadioSelect)
    gid = forms.ChoiceField(label=_("Member group"), required=False)
    specify = forms.CharField(
        label=_("The list"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Usernames, with commas between them."),
    )
    max_people = forms.IntegerField(
        label=_("Places"),
        required=False,
        widget=forms.NumberInput(attrs={"min": 0, "max": MOST_PEOPLE}),
        help_text=_("How many may watch at once. 0 means no limit."),
    )
    delivery = forms.ChoiceField(label=_("Delay"), required=False, choices=Delivery.choices, widget=forms.RadioSelect)
    source_url = forms.CharField(
        label=_("Address of the stream"),
        required=False,
        max_length=sources.LONGEST,
        widget=forms.TextInput(attrs={"placeholder": "rtmp://", "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Leave it empty to go on the air from a device of yours."),
    )
    open_upload = forms.BooleanField(label=_("Anyone signed in may go on the air"), required=False)
    seats = forms.TypedChoiceField(
        label=_("Seats on the mic"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[(number, str(number)) for number in range(1, MOST_SEATS + 1)],
        help_text=_("How many guests may be on stage with you at once."),
    )
    seat_seconds = forms.IntegerField(
        label=_("Seconds to answer"),
        required=False,
        min_value=SHORTEST_ASK,
        max_value=LONGEST_ASK,
        help_text=_("A request or an invitation waits for so long."),
    )

    record = forms.BooleanField(label=_("Record the shows of this channel"), required=False)

    def __init__(self, *args: Any, owner: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = owner.chat_groups.filter(type=GroupType.PUBLIC, disbanded_at=None)
        self.fields["gid"].choices = [("", _("A new group")), *((g.gid, str(g)) for g in groups)]

    @property
    def deliveries(self) -> list[dict]:
        """The two ways, as the page shows them."""
        chosen = self["delivery"].value() or Delivery.WEBRTC
        return [
            {"value": value, "name": name, "words": DELIVERY_WORDS[value], "chosen": chosen == value}
            for value, name in Delivery.choices
        ]

    @property
    def kinds(self) -> list[dict]:
        """The ways in, as the page shows them."""
        return [
            {"value": value, "name": name, "words": KIND_WORDS[value], "chosen": self["kind"].value() == value}
            for value, name in self.fields["kind"].choices
        ]

    def values(self) -> dict[str, Any]:
        """Arguments for the service. Without a new picture the cover is left as it is."""
        values = {**self.cleaned_data, "max_people": self.cleaned_data["max_people"] or 0}
        for name in ("seats", "seat_seconds", "delivery"):
            if values[name] in (None, ""):  # left as it is
                del values[name]
        if not values.get("source_url"):
            values.pop("source_url", None)
        else:
            values["source"] = Source.PROXY
        cover, remove = values.pop("cover"), values.pop("remove_cover")
        if cover or remove:
            values["cover"] = cover or False
        return values


class SettingsForm(ChannelForm):
    """Changing a channel. Whether it stands on a member group was settled when it was made."""

    def __init__(self, *args: Any, channel: Channel, **kwargs: Any) -> None:
        names = ("title", "category", "kind", "max_people", "open_upload", "seats", "seat_seconds")
        names = (*names, "delivery", "record")
        initial = {name: getattr(channel, name) for name in names}
        initial["specify"] = ", ".join(channel.specify)
        super().__init__(*args, owner=channel.owner, initial=initial, **kwargs)
        del self.fields["gid"], self.fields["source_url"]
        grouped = channel.kind in GROUP_KINDS
        self.fields["kind"].choices = [(k, n) for k, n in Kind.choices if (k in GROUP_KINDS) == grouped]


class PersonForm(ServiceForm):
    """One person, by user id."""

    ABOUT = {"unknown_user": "uid", "may_not_watch": "uid"}

    uid = forms.CharField(
        label=_("Username"),
        max_length=128,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
