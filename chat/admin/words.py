"""The desk of sensitive words: the list, lists as files, and a box to try a text in."""

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from import_export.admin import ImportExportMixin
from import_export.results import Error, Result, RowResult
from tablib import Dataset
from unfold.decorators import action, display
from unfold.enums import ActionVariant

from chat.admin import word_box
from chat.admin.word_lists import WordImportForm, WordLines, WordResource, WordTable, facts
from chat.models import SensitiveWord
from chat.services import words
from core.desk import StaffAdmin, service_action
from core.errors import BadInput

ERRORS_SHOWN = 50
HELP = {
    "text": _(
        "Any spelling finds all: capitals, full width, traditional characters, signs between letters. “word*” also "
        "finds longer words that begin so, “*word*” those that hold it."
    )
}


class Outcome(Result):
    """Of an import. Mistakes are told by the line of the file, where the library counts rows."""

    def row_errors(self) -> list[tuple[int, list[Error]]]:
        return [(row.number, row.errors) for row in self.error_rows]


class WordFiles(ImportExportMixin):
    """The library reads and writes the files; the service decides what becomes of them."""

    resource_classes = (WordResource,)
    import_form_class = WordImportForm
    import_formats, export_formats = (WordTable, WordLines), (WordTable,)
    skip_import_confirm = skip_export_form = True  # nothing is half done, and there is nothing to choose
    to_encoding = "utf-8-sig"  # with a mark, or Excel reads it as something else

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def import_action(self, request: HttpRequest, **kwargs: object) -> HttpResponse:
        with transaction.atomic():  # the words, and that they were brought
            return super().import_action(request, **kwargs)

    def process_import(self, request: HttpRequest, **kwargs: object) -> HttpResponse:
        raise Http404  # the library's second step, which would read a file by a name it is given

    def process_dataset(self, dataset: Dataset, form: WordImportForm, request: HttpRequest, **kwargs: object) -> Result:
        usual = {name: form.cleaned_data[name] for name in ("category", "level")}
        rows = [(row["line"], facts(row, **usual)) for row in dataset.dict if any(list(row.values())[1:])]
        result = Outcome()
        try:
            result.totals[RowResult.IMPORT_TYPE_NEW] = words.bring(actor=request.user, rows=rows)
        except BadInput as refusal:
            wrong = refusal.detail["rows"]
            messages.error(request, _nothing_added(len(wrong)))
            for line, error in wrong[:ERRORS_SHOWN]:
                result.append_error_row(line, {}, [Error(ValueError(error.words()))])
        return result

    def add_data_read_fail_error_to_form(self, form: WordImportForm, error: Exception) -> None:
        if not isinstance(error, ValidationError):
            raise error
        form.add_error("import_file", error)

    def generate_log_entries(self, result: Result, request: HttpRequest) -> None:
        self.note(request, "import", self.model, asked={"words": result.totals[RowResult.IMPORT_TYPE_NEW]})

    def add_success_message(self, result: Result, request: HttpRequest) -> None:
        messages.success(request, _told(result))


def _nothing_added(count: int) -> str:
    return ngettext(
        "Nothing was added: %(count)d line is wrong.", "Nothing was added: %(count)d lines are wrong.", count
    ) % {"count": count}


def _told(result: Result) -> str:
    count = result.totals[RowResult.IMPORT_TYPE_NEW]
    return ngettext("%(count)d word added.", "%(count)d words added.", count) % {"count": count}


@admin.register(SensitiveWord)
class WordAdmin(WordFiles, StaffAdmin):
    list_display = ("text", "category", "level", "active", "created_by", "created_at")
    list_editable = ("active",)
    list_filter = ("category", "level", "active")
    list_select_related = ("created_by",)
    search_fields = ("text", "normalised", "note")
    fields = ("text", "folded", ("category", "level"), "active", "note", ("created_by", "created_at"))
    readonly_fields = ("folded", "created_by", "created_at")
    actions_list = ("test_box",)
    remove = service_action(
        "remove",
        label=_("Take off the list"),
        effect=_("Messages with this word are let through within two seconds."),
        icon="delete",
        variant=ActionVariant.DANGER,
        service=lambda actor, word: words.remove(actor=actor, word=word),
    )
    actions = actions_detail = ("remove",)

    @display(description=_("is read as"))
    def folded(self, word: SensitiveWord) -> str:
        return word.normalised

    @action(description=_("Test a text"), url_path="test", icon="science", permissions=["view"])
    def test_box(self, request: HttpRequest) -> HttpResponse:
        return word_box.show(self, request)

    def get_form(self, request: HttpRequest, *args: object, **kwargs: object) -> type[ModelForm]:
        return super().get_form(request, *args, **{"help_texts": HELP, **kwargs})

    def get_readonly_fields(self, request: HttpRequest, obj: SensitiveWord | None = None) -> tuple[str, ...]:
        return self.readonly_fields if obj else ()

    def get_fields(self, request: HttpRequest, obj: SensitiveWord | None = None) -> tuple:
        return self.fields if obj else ("text", ("category", "level"), "active", "note")

    def save_model(self, request: HttpRequest, obj: SensitiveWord, form: ModelForm, change: bool) -> None:
        if change:
            words.change(actor=request.user, word=obj)
        else:
            obj.pk = words.add(actor=request.user, **form.cleaned_data).pk
