"""The desk of the audit log: to be read, searched and taken along as a file. Nobody writes here."""

import json
from collections.abc import Iterator

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from core import verbs
from core.desk import ReadOnlyAdmin, recent_values
from core.models import AuditRow
from core.streams import csv_file, csv_line, safe

COLUMNS = (
    "id",
    "at",
    "who",
    "address",
    "door",
    "verb",
    "deed",
    "kind",
    "key",
    "name",
    "reason",
    "asked",
    "before",
    "after",
)


class KeyFilter(admin.SimpleListFilter):
    """`?key=`, with `?kind=`: what was done to one thing; the page of the thing leads here."""

    title, parameter_name = _("key"), "key"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        key = request.GET.get(self.parameter_name, "")
        return [(key, key)] if key else []

    def queryset(self, request: HttpRequest, rows: QuerySet[AuditRow]) -> QuerySet[AuditRow]:
        return rows.filter(key=self.value()) if self.value() else rows


@admin.register(AuditRow)
class AuditRowAdmin(ReadOnlyAdmin):
    """Who did what to whom, and why."""

    list_display = ("at", "who_name", "deed", "name", "what_kind", "reason", "door", "address")
    list_display_links = ("at", "deed")
    list_filter = (
        recent_values("who_name", _("who")),
        recent_values("verb", _("verb"), words=verbs.words),
        recent_values("kind", _("kind"), words=verbs.kind_words),
        KeyFilter,
        "door",
    )
    search_fields = ("who_name", "name", "reason", "verb", "=key", "=address")
    date_hierarchy = "at"
    fields = (
        ("at", "who_name"),
        ("deed", "what_kind"),
        ("thing", "key"),
        "reason",
        ("door", "address"),
        "details",
        "changes",
    )
    readonly_fields = ("deed", "what_kind", "thing", "details", "changes")
    list_before_template = "admin/core/auditrow/export.html"

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.may(request, "export")

    def get_urls(self) -> list:
        export = path("export/", self.admin_site.admin_view(self.export), name="core_auditrow_export")
        return [export, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        more = {"may_export": self.has_export_permission(request), "filters": request.GET.urlencode()}
        return super().changelist_view(request, {**more, **(extra_context or {})})

    def export(self, request: HttpRequest) -> HttpResponse:
        """What the list shows, all pages of it. That it was taken along stands in the log as well."""
        if not self.has_export_permission(request):
            raise PermissionDenied
        rows = self.get_changelist_instance(request).get_queryset(request)
        self.note(request, "export", AuditRow, asked={"filters": request.GET.urlencode()})
        return csv_file(request, "audit", csv_lines(rows))

    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict | None = None) -> HttpResponse:
        raise PermissionDenied  # the log is its own history

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        return super().change_view(request, object_id, form_url, {"show_history": False, **(extra_context or {})})

    @display(description=_("verb"), ordering="verb")
    def deed(self, row: AuditRow) -> str:
        return verbs.words(row.verb)

    @display(description=_("kind"), ordering="kind")
    def what_kind(self, row: AuditRow) -> str:
        return verbs.kind_words(row.kind)

    @display(description=_("what"))
    def thing(self, row: AuditRow) -> SafeString | str:
        """With the way to its page, while there is one."""
        try:
            page = reverse(f"admin:{row.kind.replace('.', '_')}_change", args=(row.key,)) if row.key else ""
        except NoReverseMatch:
            page = ""
        return format_html('<a class="text-link" href="{}">{}</a>', page, row.name) if page else row.name

    @display(description=_("what was asked"))
    def details(self, row: AuditRow) -> SafeString | str:
        return _text(row.asked) if row.asked else "–"

    @display(description=_("what changed"))
    def changes(self, row: AuditRow) -> SafeString | str:
        names = list({**row.before, **row.after})
        if not names:
            return "–"
        lines = [(name, _text(row.before.get(name, "–")), _text(row.after.get(name, "–"))) for name in names]
        body = format_html_join("", "<tr><th>{}</th><td>{}</td><td>{}</td></tr>", lines)
        head = format_html("<tr><th></th><th>{}</th><th>{}</th></tr>", _("before"), _("after"))
        return format_html('<table class="changes">{}{}</table>', head, body)


def _text(value: object) -> SafeString:
    if value in (None, ""):
        return format_html("–")
    plain = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1)
    return format_html('<span class="written">{}</span>', plain)


def csv_lines(rows: QuerySet[AuditRow]) -> Iterator[str]:
    """A line at a time; nothing in it that a spreadsheet would execute."""
    yield csv_line(COLUMNS)
    for row in rows.iterator(chunk_size=1000):
        deed = verbs.words(row.verb)
        texts = (row.who_name, row.address or "", row.door, row.verb, deed, row.kind, row.key, row.name, row.reason)
        json_texts = (json.dumps(value, ensure_ascii=False) for value in (row.asked, row.before, row.after))
        yield csv_line([row.pk, row.at.isoformat(), *map(safe, texts), *json_texts])
