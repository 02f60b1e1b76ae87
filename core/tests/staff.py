"""What tests of staff pages share."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def fields(answer, **changes: object) -> dict:
    """What a browser would send of the form it got, with these changes."""
    form = answer.context["adminform"].form
    values = {name: form[name].value() for name, field in form.fields.items() if not field.widget.needs_multipart_form}
    return {name: value for name, value in {**values, **changes}.items() if value is not None and value is not False}


def queries_for(client: Client, page: str) -> int:
    """How often a page asks the database."""
    return counted(client, page)[0]


def counted(client: Client, page: str) -> tuple:
    """How often a page asks the database, and the page."""
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(page)
    assert answer.status_code == 200
    return len(queries), answer


def refused(answer) -> list[str]:
    """What a form that came back says above its fields."""
    return list(answer.context["adminform"].form.non_field_errors())


def act(client: Client, page: str, **answers: object):
    """An act on a page, as a browser does it: asks for the form, sends it back filled in."""
    form = client.get(page).context["form"]
    values = {name: form[name].value() or "" for name in form.fields}
    return client.post(page, {**values, "reason": "rule 4", **answers}, follow=True)
