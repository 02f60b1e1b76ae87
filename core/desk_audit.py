"""How staff pages keep the audit log: what forms save leaves one row each, and Django's own log is not written."""

from collections.abc import Iterable

from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from core import audit


class AuditedAdmin:
    """Mixed into a ModelAdmin. `note` is what every act at a desk ends with."""

    def note(
        self,
        request: HttpRequest,
        verb: str,
        about: Model | type[Model],
        *,
        before: dict | None = None,
        asked: dict | None = None,
        name: str = "",
    ) -> None:
        asked = dict(asked or {})
        after = audit.facts_now(about) if isinstance(about, Model) else {}
        reason = asked.pop("reason", "")
        more = {"before": before, "after": after, "asked": asked, "name": name}
        audit.record(request.user, verb, about, reason=reason, **more)

    def changeform_view(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        with audit.at_a_desk():
            return super().changeform_view(request, *args, **kwargs)

    def changelist_view(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        with audit.at_a_desk():
            return super().changelist_view(request, *args, **kwargs)

    def save_form(self, request: HttpRequest, form: ModelForm, change: bool) -> Model:
        """The last moment at which the database still holds what was."""
        row = super().save_form(request, form, change)
        request.was = audit.facts_now(row) if change else {}
        return row

    def log_addition(self, request: HttpRequest, obj: Model, message: object) -> None:
        self.note(request, "add", obj)

    def log_change(self, request: HttpRequest, obj: Model, message: object) -> None:
        if message:  # a form that was sent as it came changed nothing
            self.note(request, "change", obj, before=request.was)

    def log_deletions(self, request: HttpRequest, queryset: Iterable[Model]) -> None:
        """Called before they go."""
        for row in queryset:
            audit.record(request.user, "delete", row, before=audit.facts_now(row))

    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict | None = None) -> HttpResponse:
        """What was done to a row stands in the audit log."""
        about = urlencode({"kind": self.opts.label_lower, "key": object_id})
        return redirect(f"{reverse('admin:core_auditrow_changelist')}?{about}")
