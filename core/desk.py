"""What every staff page stands on: reading is free, acting goes through a service, and who acted leaves a reason."""

from collections.abc import Callable, Iterable

from django import forms
from django.contrib import messages
from django.contrib.admin import SimpleListFilter
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth import get_permission_codename
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy, ngettext
from unfold.admin import ModelAdmin
from unfold.enums import ActionVariant
from unfold.widgets import UnfoldAdminTextInputWidget

from core import audit
from core.desk_audit import AuditedAdmin
from core.errors import DomainError, IllegalMove

Service = Callable[..., object]  # of the actor, the row and, where it asks for them, the answers


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        widget=UnfoldAdminTextInputWidget({"autocomplete": "off"}),
        help_text=gettext_lazy("It stands in the audit log beside your name."),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        next(iter(self.fields.values())).widget.attrs["autofocus"] = True  # a bound field would keep its help as it is


def service_action(
    verb: str,
    *,
    label: str,
    effect: str | Callable[[], str],
    service: Service,
    legal: Callable[[Model], bool] = lambda row: True,
    icon: str = "",
    variant: ActionVariant = ActionVariant.DEFAULT,
    asks: type[ReasonForm] | None = None,
    right: str = "change",
) -> Callable:
    """An admin action, good for `actions` (a list's ticked rows) and `actions_detail` (one row's page) alike.

    It asks for a reason, then calls `service(actor, row)` for each row. What a service refuses, or `legal` forbids, is
    told with the row's name; each act that was done is one row in the audit log. `effect` says before it what will
    come of it, as a text or as a call that knows it only now. With `asks` (ReasonForm, or one with more fields) the
    service is given every answer, by name. `right` is the permission on the model that it takes; another word is that
    of a `has_<word>_permission` of the desk, for an act that takes a right to something else. Never acts on a GET."""

    def action(self: "StaffAdmin", request: HttpRequest, rows: Iterable[Model] = (), object_id: str = ""):
        if not getattr(self, f"has_{_method_of(right)}_permission")(request):
            raise PermissionDenied
        chosen = [self.get_row(request, object_id)] if object_id else list(rows)
        form = (asks or ReasonForm)(request.POST if "reason" in request.POST else None)
        if not form.is_valid():
            return _ask(self, request, action, chosen, form, object_id)
        _perform(self, request, action, chosen, form.cleaned_data)
        return redirect(self.page_of(request, object_id)) if object_id else None

    action.__name__ = action.verb = action.url_path = verb
    action.short_description, action.icon, action.variant, action.attrs = label, icon, variant, {}
    action.effect, action.legal = effect, legal
    action.service = service if asks else lambda actor, row, **answers: service(actor, row)
    action.allowed_permissions = (_method_of(right),)
    return action


def house_action(
    verb: str,
    *,
    label: str,
    effect: str | Callable[[], str],
    service: Callable[..., object],
    icon: str = "",
    asks: type[ReasonForm] = ReasonForm,
    shows: Callable[["StaffAdmin", HttpRequest, object], HttpResponse] | None = None,
) -> Callable:
    """For `actions_list`: an act upon no row in particular. It asks, then calls `service(actor, **answers)`; what that
    refuses is told in the form, a response it answers (a file) is sent, and what else it answers is told, or shown by
    `shows`. One row in the audit log."""

    def action(self: "StaffAdmin", request: HttpRequest) -> HttpResponse:
        if not self.has_act_permission(request):
            raise PermissionDenied
        form = asks(request.POST if request.method == "POST" else None)
        if not form.is_valid():
            return _ask(self, request, action, [], form, "")
        try:
            with transaction.atomic(), audit.at_a_desk():
                answer = service(request.user, **form.cleaned_data)
                self.note(request, verb, self.model, asked=form.cleaned_data)
        except DomainError as error:
            form.add_error(None, error.words())
            return _ask(self, request, action, [], form, "")
        if shows:
            return shows(self, request, answer)
        if isinstance(answer, HttpResponseBase):
            return answer
        messages.success(request, answer or label)
        return redirect(self.page_of(request, ""))

    action.__name__ = action.verb = action.url_path = verb
    action.short_description, action.icon, action.variant, action.attrs = label, icon, ActionVariant.PRIMARY, {}
    action.effect, action.legal = effect, lambda row: True
    action.allowed_permissions = ("act",)
    return action


def _method_of(right: str) -> str:
    """The word of `has_<word>_permission` that decides: Django's own are about pages, ours about acts."""
    return {"change": "act", "delete": "remove"}.get(right, right)


def _ask(admin: "StaffAdmin", request: HttpRequest, action, rows: list[Model], form, object_id: str) -> HttpResponse:
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.opts,
        "title": action.short_description,
        "media": admin.media + form.media,
        "form": form,
        "verb": action.verb,
        "effect": action.effect() if callable(action.effect) else action.effect,
        "danger": action.variant is ActionVariant.DANGER,
        "rows": [(row, action.legal(row)) for row in rows],
        "any_legal": not rows or any(map(action.legal, rows)),
        "checkbox": ACTION_CHECKBOX_NAME,
        "back": admin.page_of(request, object_id),
    }
    return TemplateResponse(request, "admin/ask_reason.html", context)


def _perform(admin: "StaffAdmin", request: HttpRequest, action, rows: list[Model], answers: dict) -> None:
    done = 0
    for row in rows:
        try:
            with transaction.atomic(), audit.at_a_desk():
                if not action.legal(row):
                    raise IllegalMove(verb=action.verb)
                before, name, pk = audit.facts_now(row), audit.name_of(row), row.pk
                action.service(request.user, row, **answers)
                row.pk = pk  # a service that deletes takes it away
                admin.note(request, action.verb, row, before=before, asked=answers, name=name)
        except DomainError as error:
            messages.error(request, f"{row}: {error.words()}")
        else:
            done += 1
    if done:
        told = ngettext("%(label)s: %(count)d done.", "%(label)s: %(count)d done.", done)
        messages.success(request, told % {"label": action.short_description, "count": done})


def recent_values(
    field: str, label: str, *, latest: int = 2000, words: Callable[[str], str] = str
) -> type[SimpleListFilter]:
    """A filter by the values of `field` among the latest rows: asking all of a long table would take seconds. `words`
    is what people read for a value."""

    class RecentValues(SimpleListFilter):
        title, parameter_name = label, field

        def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
            values = model_admin.model.objects.order_by("-id").values_list(field, flat=True)[:latest]
            return sorted(((value, words(value)) for value in set(values) if value), key=lambda one: one[1])

        def queryset(self, request: HttpRequest, rows: QuerySet) -> QuerySet:
            return rows.filter(**{field: self.value()}) if self.value() else rows

    return RecentValues


def verbatim(text: str) -> SafeString:
    """For a row's page: text as programs wrote it, line by line."""
    return format_html('<pre class="verbatim">{}</pre>', text)


class RefusedForm:
    """Mixed into a form whose service said no: the form comes back with what was typed, and why."""

    refusal: DomainError

    def clean(self) -> dict | None:
        self.add_error(None, self.refusal.words())
        return super().clean()


class StaffAdmin(AuditedAdmin, ModelAdmin):
    """`actions` and `actions_detail` name `service_action`s. Rows are never deleted by hand."""

    list_per_page = 50
    list_disable_select_all = True  # an act is for rows that one has seen
    show_full_result_count = False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_act_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Also for rows that cannot be edited field by field."""
        return self.may(request, "change")

    def has_remove_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """For acts that are final."""
        return self.may(request, "delete")

    def may(self, request: HttpRequest, right: str) -> bool:
        return request.user.has_perm(f"{self.opts.app_label}.{get_permission_codename(right, self.opts)}")

    def get_row(self, request: HttpRequest, object_id: str) -> Model:
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        return row

    def get_actions_detail(self, request: HttpRequest, object_id: str) -> list:
        """Acts that the row's state does not allow are not offered."""
        row = self.get_object(request, object_id)
        return [act for act in super().get_actions_detail(request, object_id) if row and act.method.legal(row)]

    def page_of(self, request: HttpRequest, object_id: str) -> str:
        """Where `?next=` says, within the staff pages; else the row's own page while it is there, else the list."""
        there = request.GET.get("next", "")
        if there.startswith("/admin/") and url_has_allowed_host_and_scheme(there, None):
            return there
        name = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}"
        if object_id and self.get_object(request, object_id):
            return reverse(f"{name}_change", args=(object_id,))
        return reverse(f"{name}_changelist")

    def changeform_view(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Saving calls a service in `save_model`; a refusal has undone everything, so the form is shown again."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except DomainError as error:
            request.refusal = error
            for file in request.FILES.values():
                file.seek(0)
            return super().changeform_view(request, *args, **kwargs)

    def get_form(self, request: HttpRequest, *args: object, **kwargs: object) -> type[forms.ModelForm]:
        form = super().get_form(request, *args, **kwargs)
        refusal = getattr(request, "refusal", None)
        return type(form.__name__, (RefusedForm, form), {"refusal": refusal}) if refusal else form


class ReadOnlyAdmin(StaffAdmin):
    """Facts: to be read, and acted on where `actions` say so."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
