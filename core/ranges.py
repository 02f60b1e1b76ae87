"""Files in parts, as players and downloads ask for them (RFC 9110, ranges). Django sends whole files only.

One part is answered with at most `MOST` bytes: a player asks on when it has played, so a slow one never makes the
server hold a film in memory."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import datetime
from typing import IO

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.http import http_date, parse_http_date_safe

MOST = 4 * 1024 * 1024  # bytes of one part
CHUNK = 256 * 1024
ASKED = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


def answer(
    request: HttpRequest, file: IO[bytes], *, size: int, changed: datetime, content_type: str
) -> HttpResponse | StreamingHttpResponse:
    """200 with all of it, 206 with the part that was asked for, 416 for one that is not there. Takes the file over."""
    tag = f'"{size:x}-{int(changed.timestamp() * 1000):x}"'
    wanted = _wanted(request, tag, changed)
    part = _part(wanted, size) if wanted else (0, size - 1)
    if part is None:
        file.close()
        response = HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    else:
        first, length = part[0], part[1] - part[0] + 1
        chunks, status = _stream(file, first, length), 206 if wanted else 200
        response = StreamingHttpResponse(chunks, status=status, content_type=content_type)
        response["Content-Length"] = str(length)
        if wanted:
            response["Content-Range"] = f"bytes {part[0]}-{part[1]}/{size}"
    response["Accept-Ranges"] = "bytes"
    response["ETag"], response["Last-Modified"] = tag, http_date(changed.timestamp())
    response["Cache-Control"] = "private, no-transform"
    return response


def _wanted(request: HttpRequest, tag: str, changed: datetime) -> tuple[str, str] | None:
    """Where the one part that is asked for begins and ends; None: all of it, also for what we cannot read."""
    asked = ASKED.fullmatch(request.headers.get("Range", "").replace(" ", ""))
    if asked is None or not any(asked.groups()) or not _still_the_same(request, tag, changed):
        return None
    return asked.groups()


def _part(wanted: tuple[str, str], size: int) -> tuple[int, int] | None:
    """First and last byte; None for what is not there."""
    begin, end = wanted
    first = int(begin) if begin else max(size - int(end), 0)
    last = int(end) if begin and end else size - 1
    if first >= size or last < first:
        return None
    return first, min(last, size - 1, first + MOST - 1)


def _still_the_same(request: HttpRequest, tag: str, changed: datetime) -> bool:
    """Whoever has a part of another film already is given all of this one."""
    known = request.headers.get("If-Range")
    if known is None:
        return True
    return known == tag or parse_http_date_safe(known) == int(changed.timestamp())


async def _stream(file: IO[bytes], first: int, length: int) -> AsyncIterator[bytes]:
    try:
        await asyncio.to_thread(file.seek, first)
        while length > 0 and (chunk := await asyncio.to_thread(file.read, min(CHUNK, length))):
            length -= len(chunk)
            yield chunk
    finally:
        file.close()
