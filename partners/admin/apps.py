"""The desk of apps: what staff look up and set for them."""

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.enums import ActionVariant
from unfold.widgets import UnfoldAdminPasswordWidget

from core.desk import StaffAdmin, service_action
from partners.models import Partner, Status
from partners.services import apps

COLOURS = {Status.ACTIVE: "success", Status.DISABLED: "warning", Status.DELETED: "danger"}
LISTS = (
    (_("API keys"), "apikey"),
    (_("Webhooks"), "webhook"),
    (_("Deliveries"), "delivery"),
    (_("Inbound events"), "inboundevent"),
    (_("Kicking rules"), "kickingrule"),
)
SECRETS = {"new_secret": "agora_secret", "new_customer_secret": "agora_customer_secret"}


def secret(label: str) -> forms.CharField:
    """Never shown again; what is left empty stays as it is."""
    widget = UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"})
    return forms.CharField(
        label=label, max_length=128, required=False, widget=widget, help_text=_("Empty: it stays as it is.")
    )


class PartnerForm(forms.ModelForm):
    new_secret = secret(_("Secret of Agora's notifications"))
    new_customer_secret = secret(_("Agora's customer secret"))

    def changes(self) -> dict:
        typed = {SECRETS.get(name, name): self.cleaned_data[name] for name in self.changed_data}
        return {name: value for name, value in typed.items() if value or name not in SECRETS.values()}


def switch(verb: str, label: str, effect: str, icon: str, source: Status, variant=ActionVariant.DEFAULT):
    return service_action(
        verb,
        label=label,
        effect=effect,
        icon=icon,
        variant=variant,
        legal=lambda partner: partner.status == source,
        service=lambda actor, partner: getattr(apps, verb)(actor=actor, app_id=partner.app_id),
    )


@admin.register(Partner)
class PartnerAdmin(StaffAdmin):
    form = PartnerForm
    list_display = ("name", "app_id", "status_now", "owner", "kicks", "created_at", "expires_at")
    list_filter = ("status",)
    list_select_related = ("owner",)
    search_fields = ("name", "=app_id", "owner__uid")
    readonly_fields = ("app_id", "owner", "status", "created_at", "doors", "elsewhere")
    fieldsets = (
        (
            None,
            {"fields": (("name", "version"), ("app_id", "owner"), ("status", "created_at"), "expires_at", "elsewhere")},
        ),
        (_("Its servers"), {"fields": ("doors", "im_admin")}),
        (
            "Agora",
            {
                "fields": (
                    "new_secret",
                    ("agora_app_id", "agora_api_url"),
                    ("agora_customer_id", "new_customer_secret"),
                )
            },
        ),
    )
    disable = switch(
        "disable",
        _("Switch off"),
        _("None of its people and servers is let in until it is switched on again."),
        "block",
        Status.ACTIVE,
        ActionVariant.DANGER,
    )
    enable = switch("enable", _("Switch on"), _("Its people and servers are let in again."), "check", Status.DISABLED)
    actions = actions_detail = ("disable", "enable")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # an app is made by its owner

    def save_model(self, request: HttpRequest, obj: Partner, form: PartnerForm, change: bool) -> None:
        apps.change(actor=request.user, app_id=obj.app_id, **form.changes())

    @display(description=_("status"), ordering="status", label=COLOURS)
    def status_now(self, partner: Partner) -> tuple[str, str]:
        return partner.status, partner.get_status_display()

    @display(description=_("bans go to Agora"), boolean=True)
    def kicks(self, partner: Partner) -> bool:
        return partner.kicks_at_agora

    @display(description=_("see also"))
    def elsewhere(self, partner: Partner) -> SafeString:
        links = [(reverse(f"admin:partners_{name}_changelist"), partner.app_id, label) for label, name in LISTS]
        return format_html_join(" · ", '<a class="text-link" href="{}?q={}">{}</a>', links)

    @display(description=_("where they call"))
    def doors(self, partner: Partner) -> SafeString:
        places = (f"/aec/{partner.app_id}/", f"/agora/{partner.app_id}/", f"/im/{partner.app_id}/v4/")
        return format_html("<code>{}</code> · <code>{}</code> · <code>{}</code>", *places)
