"""A long table as a file, sent while it is read."""

import csv
from collections.abc import AsyncIterator, Iterable, Iterator
from io import StringIO
from itertools import islice

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse

AT_ONCE = 500  # lines
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would execute a text that begins so
MARK = "\ufeff"  # without it Excel reads UTF-8 as something else


def safe(text: str) -> str:
    """A text for a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def csv_line(cells: Iterable[object]) -> str:
    out = StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()


def csv_file(request: HttpRequest, name: str, lines: Iterable[str]) -> StreamingHttpResponse:
    chunks = _chunks(iter(lines))
    body = _beside_the_loop(chunks) if isinstance(request, ASGIRequest) else chunks
    response = StreamingHttpResponse(body, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _chunks(lines: Iterator[str]) -> Iterator[str]:
    yield MARK
    while chunk := "".join(islice(lines, AT_ONCE)):
        yield chunk


async def _beside_the_loop(chunks: Iterator[str]) -> AsyncIterator[str]:
    """Each chunk is read in the request's own thread, which keeps its connection."""
    while chunk := await sync_to_async(next)(chunks, ""):
        yield chunk
