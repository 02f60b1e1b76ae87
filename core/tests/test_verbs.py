"""The verbs of the audit log, as people read them."""

import ast
import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation import override

from core import audit, verbs

BY = {"act", "service_action", "house_action", "channel_act", "switch"}  # whose first word is a verb
BESIDE = {"note": ("self", "admin"), "record": ("audit",)}  # whose second is one, as a method of these


def used() -> Iterator[str]:
    """Every verb that our code writes into the log of staff."""
    base = Path(settings.BASE_DIR)
    for part in ("core", "rooms", "chat", "billing", "partners"):
        for path in (base / part).rglob("*.py"):
            if "tests" not in path.parts:
                yield from _verbs(ast.parse(path.read_text()))


def _verbs(tree: ast.Module) -> Iterator[str]:
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = getattr(call.func, "attr", getattr(call.func, "id", ""))
        owner = getattr(getattr(call.func, "value", None), "id", "")
        place = 0 if name in BY and owner != "asked" else 1 if owner in BESIDE.get(name, ()) else None
        if place is not None and isinstance(call.args[place], ast.Constant):
            yield call.args[place].value


def test_every_act_that_leaves_a_row_has_words():
    found = set(used())
    assert {"freeze", "notify_all", "make_key", "import", "close"} <= found
    assert found - set(verbs.WORDS) == set()


@pytest.mark.django_db
def test_the_log_speaks_the_language_of_whoever_reads_it(client, staff, viewer):
    client.force_login(staff)
    row = audit.record(staff, "freeze", viewer)
    for page in ("/admin/core/auditrow/", f"/admin/core/auditrow/{row.pk}/change/", "/admin/"):
        assert "froze" in client.get(page).content.decode()
        with override("zh-hans"):
            there = verbs.words("freeze")
        assert there != "froze"
        assert there in client.get(page, headers={"Accept-Language": "zh-hans"}).content.decode()
    with override("en"):
        assert [verbs.kind_words(kind) for kind in ("core.user", "gone.model")] == ["person", "gone.model"]


@pytest.mark.django_db
def test_the_file_holds_the_verb_beside_its_words(client, staff, viewer):
    client.force_login(staff)
    audit.record(staff, "notify_all", viewer)
    file = b"".join(client.get("/admin/core/auditrow/export/?verb=notify_all")).decode("utf-8-sig")
    (line,) = csv.DictReader(io.StringIO(file))
    assert (line["verb"], line["deed"]) == ("notify_all", "sent a notice to all rooms")
