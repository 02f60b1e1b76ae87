"""Word lists as files: a table with a heading, or one word a line."""

import csv
import io

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from import_export import fields, resources
from import_export.formats.base_formats import CSV, TextFormat
from tablib import Dataset
from unfold.contrib.import_export.forms import ImportForm
from unfold.widgets import UnfoldAdminSelectWidget

from chat.models import SensitiveWord, WordCategory, WordLevel
from core.streams import FORMULA, safe

COLUMNS = ("text", "category", "level", "active", "note")
AWAY = ("0", "false", "no", "off")


class WordTable(CSV):
    """CSV. Of the columns only `text` must be there; each row remembers its line."""

    def get_title(self) -> str:
        return _("CSV with the columns %(columns)s") % {"columns": ", ".join(COLUMNS)}

    def create_dataset(self, in_stream: bytes, **kwargs: object) -> Dataset:
        """Raises ValidationError where it is no such table."""
        table = csv.DictReader(io.StringIO(_decoded(in_stream, self.encoding)), strict=True)
        try:
            if "text" not in (table.fieldnames or ()):
                raise ValidationError(_("The first line must name the columns; there is none called “text”."))
            rows = [[table.line_num, *(row.get(name) or "" for name in COLUMNS)] for row in table]
        except csv.Error as error:
            raise ValidationError(
                _("Line %(line)s is no CSV: %(error)s"), params={"line": table.line_num, "error": error}
            ) from None
        return Dataset(*rows, headers=["line", *COLUMNS])

    def export_data(self, dataset: Dataset, **kwargs: object) -> str:
        return dataset.export("csv")


class WordLines(TextFormat):
    def get_title(self) -> str:
        return _("Plain list, one word a line")

    def create_dataset(self, in_stream: bytes, **kwargs: object) -> Dataset:
        """Raises ValidationError where it is no text."""
        lines = _decoded(in_stream, self.encoding).splitlines()
        rows = [[number, line, *[""] * (len(COLUMNS) - 1)] for number, line in enumerate(lines, 1)]
        return Dataset(*rows, headers=["line", *COLUMNS])

    def can_import(self) -> bool:
        return True

    def get_extension(self) -> str:
        return "txt"


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise ValidationError(_("That file is not text in UTF-8.")) from None


def facts(row: dict, *, category: str, level: str) -> dict:
    """A word's facts as the service wants them. What the row leaves open is as the form says."""
    cells = {name: str(row[name]).strip() for name in COLUMNS}
    return {
        "text": _without_quote(cells["text"]),
        "category": cells["category"].lower() or category,
        "level": cells["level"].lower() or level,
        "active": cells["active"].lower() not in AWAY,
        "note": _without_quote(cells["note"]),
    }


def _without_quote(cell: str) -> str:
    """As it was before it was exported."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell


class WordResource(resources.ModelResource):
    """What is exported. (The service imports.)"""

    class Meta:
        model = SensitiveWord
        fields = export_order = COLUMNS

    def export_field(self, field: fields.Field, instance: SensitiveWord, **kwargs: object) -> str:
        return safe(str(super().export_field(field, instance, **kwargs)))


class WordImportForm(ImportForm):
    category = forms.ChoiceField(
        label=_("Category"),
        choices=WordCategory,
        initial=WordCategory.OTHER,
        widget=UnfoldAdminSelectWidget,
        help_text=_("For words whose line names none."),
    )
    level = forms.ChoiceField(
        label=_("What happens"),
        choices=WordLevel,
        initial=WordLevel.MASK,
        widget=UnfoldAdminSelectWidget,
        help_text=_("For words whose line names nothing else."),
    )
