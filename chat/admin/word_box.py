"""The test box: what the list makes of a text, before anybody says it."""

from django import forms
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from chat import folding
from chat.models import WordCategory, WordLevel
from chat.services import words
from chat.words import BLOCK, HOLD, MASK, PASS

LONGEST = 2000  # characters; more than any message
COLOURS = {BLOCK: "danger", HOLD: "warning", MASK: "info", PASS: "success"}
LEVELS = {**dict(WordLevel.choices), PASS: _("nothing to hold against it")}


class TextForm(forms.Form):
    text = forms.CharField(
        label=_("Text"),
        max_length=LONGEST,
        strip=False,
        widget=UnfoldAdminTextareaWidget({"rows": 3, "autofocus": True}),
        help_text=_("Nobody sees it, and it is not kept."),
    )


def show(admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    form = TextForm(request.POST or None)
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.opts,
        "title": _("Test a text"),
        "media": admin.media + form.media,
        "form": form,
        "back": reverse("admin:chat_sensitiveword_changelist"),
        "result": _result(form.cleaned_data["text"]) if form.is_valid() else None,
    }
    return TemplateResponse(request, "admin/chat/sensitiveword/test_box.html", context)


def _result(text: str) -> dict:
    verdict = words.matcher("", fresh=True).check(text)
    categories = dict(WordCategory.choices)
    found = [(word.text, categories[word.category], LEVELS[word.level], COLOURS[word.level]) for word in verdict.words]
    return {
        "level": LEVELS[verdict.level],
        "colour": COLOURS[verdict.level],
        "text": verdict.text,
        "folded": folding.fold(text),
        "flagged": verdict.flagged,
        "words": found,
    }
