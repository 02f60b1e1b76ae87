"""Staff pages of people, of what happened, and of who did it."""

import json
from collections.abc import Iterable

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group as StaffGroup
from django.contrib.auth.models import Permission
from django.db import transaction
from django.db.models import Field, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from core import audit, audit_desk, services  # noqa: F401  (the audit log's desk registers itself)
from core.desk import ReadOnlyAdmin, StaffAdmin, recent_values, verbatim
from core.models import Event, User
from core.staff_forms import NewPasswordForm, NewPersonForm, PersonForm

# A second factor's secret and the state of an address are their owner's business; the site has pages for both.
admin.site.unregister([Authenticator, EmailAddress, StaffGroup])

admin.site.index_title = _("Staff")


def rights_at_desks() -> QuerySet[Permission]:
    """Not those of machinery that has no desk."""
    apps = {model._meta.app_label for model in admin.site._registry}
    return Permission.objects.filter(content_type__app_label__in=apps).select_related("content_type")


POWERS = ("is_staff", "is_superuser", "groups", "user_permissions")


@admin.register(User)
class PersonAdmin(UserAdmin, StaffAdmin):
    form, add_form, change_password_form = PersonForm, NewPersonForm, NewPasswordForm
    list_display = ("person", "nick", "realm", "email", "powers", "last_login", "date_joined")
    list_filter = ("is_active", "is_staff", "is_superuser", "realm")
    search_fields = ("username", "uid", "nick", "email")
    ordering = ("-id",)
    readonly_fields = ("realm", "uid", "sign_in_name", "last_login", "date_joined")
    fieldsets = (
        (None, {"fields": (("uid", "realm"), "sign_in_name", "password")}),
        (_("What people see"), {"fields": (("nick", "language"), "avatar")}),
        (_("Reaching them"), {"fields": ("email",)}),
        (_("Rights"), {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
        (_("Dates"), {"fields": (("last_login", "date_joined"),)}),
    )
    add_fieldsets = ((None, {"fields": ("username", "nick", "email", "usable_password", "password1", "password2")}),)

    @display(description=_("user id"), ordering="uid")
    def person(self, user: User) -> str:
        return user.uid

    @display(description=_("signs in as"))
    def sign_in_name(self, user: User) -> str:
        return user.username

    @display(description=_("rights"), label={"off": "danger", "superuser": "primary", "staff": "info"})
    def powers(self, user: User) -> tuple[str, str] | None:
        if not user.is_active:
            return "off", _("switched off")
        if user.is_superuser:
            return "superuser", _("superuser")
        return ("staff", _("staff")) if user.is_staff else None

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Iterable[str]:
        """Only a superuser hands out powers; nobody changes the name that the outside knows somebody by."""
        if obj is None:
            return ()
        return self.readonly_fields if request.user.is_superuser else (*self.readonly_fields, *POWERS)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Staff cannot take over the account, and with it the rights, of others of the staff."""
        of_staff = obj is not None and (obj.is_staff or obj.is_superuser) and obj.pk != request.user.pk
        return super().has_change_permission(request, obj) and (request.user.is_superuser or not of_staff)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        person = self.get_object(request, id) if request.method == "POST" else None
        request.was = audit.facts_now(person) if person else {}
        with transaction.atomic():
            return super().user_change_password(request, id, form_url)

    def save_model(self, request: HttpRequest, obj: User, form: PersonForm, change: bool) -> None:
        if not change:
            super().save_model(request, obj, form, change)
            return
        picture = form.new_avatar()
        obj.avatar = form.initial["avatar"]  # as it was: the service re-encodes what comes in its place
        super().save_model(request, obj, form, change)
        services.save_profile(
            actor=obj, nick=obj.nick, language=obj.language, avatar=picture or None, remove_avatar=picture is False
        )
        if "is_active" in form.changed_data and not obj.is_active:
            services.sign_out_everywhere(user=obj)

    def save_related(self, request: HttpRequest, form: ModelForm, formsets: list, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if change and set(POWERS) & set(form.changed_data):
            services.powers_changed(user=form.instance)


@admin.register(StaffGroup)
class StaffGroupAdmin(GroupAdmin, StaffAdmin):
    """Named bundles of rights (core.staff_groups). Whoever writes them could give themselves any."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def has_change_permission(self, request: HttpRequest, obj: StaffGroup | None = None) -> bool:
        return request.user.is_superuser

    def has_delete_permission(self, request: HttpRequest, obj: StaffGroup | None = None) -> bool:
        return request.user.is_superuser

    def formfield_for_manytomany(self, field: Field, request: HttpRequest, **kwargs: object) -> Field:
        return super().formfield_for_manytomany(field, request, **{"queryset": rights_at_desks(), **kwargs})


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "name", "subject", "realm")
    list_display_links = ("created_at", "name")
    list_filter = (recent_values("name", _("name")),)
    search_fields = ("^subject",)
    search_help_text = _("The subject, from its beginning: a channel id, a group id")
    fields = (("name", "realm"), ("subject", "created_at"), "content")
    readonly_fields = ("content",)

    @display(description=_("data"))
    def content(self, event: Event) -> SafeString:
        text = json.dumps(event.data, indent=2, ensure_ascii=False)
        return verbatim(text)
