"""Where sockets do their database work: a few threads of their own, so that one slow query does not hold them all."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connection

_pool = ThreadPoolExecutor(settings.SOCKET_THREADS, thread_name_prefix="sockets")


async def in_database(call: Callable[..., Any], /, *args: object, **kwargs: object) -> Any:
    """Runs a service in one of the threads."""
    return await sync_to_async(_run, thread_sensitive=False, executor=_pool)(call, args, kwargs)


def _run(call: Callable[..., Any], args: tuple, kwargs: dict) -> Any:
    try:
        return call(*args, **kwargs)
    finally:
        # Opening SQLite costs more than a query, so a thread keeps its connection. PostgreSQL's goes back to the pool.
        if connection.vendor != "sqlite":
            connection.close()
