"""Where sockets do their database work: a few threads of their own, so that one slow query does not hold them all."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import DatabaseError, connection
from redis import RedisError

from core.errors import DomainError

log = logging.getLogger(__name__)
FAULTS = (DatabaseError, RedisError, OSError, TimeoutError)  # ours, not the person's
_tasks: set[asyncio.Task] = set()  # the event loop itself keeps no hold of a task
_pool = ThreadPoolExecutor(settings.SOCKET_THREADS, thread_name_prefix="sockets")
_waiting = ThreadPoolExecutor(settings.WAITING_THREADS, thread_name_prefix="waiting")
_swift = ThreadPoolExecutor(4, thread_name_prefix="redis")


async def in_database(call: Callable[..., Any], /, *args: object, **kwargs: object) -> Any:
    """Runs a service in one of the threads."""
    return await _in_pool(call, args, kwargs)


async def in_waiting(call: Callable[..., Any], /, *args: object, **kwargs: object) -> Any:
    """For what waits for somebody else's server: it holds up none of the others."""
    return await sync_to_async(_run, thread_sensitive=False, executor=_waiting)(call, args, kwargs)


async def in_redis(call: Callable[..., Any], /, *args: object) -> Any:
    """Runs what needs no database, and so does not wait behind those who do."""
    return await asyncio.get_running_loop().run_in_executor(_swift, call, *args)


def _run(call: Callable[..., Any], args: tuple, kwargs: dict) -> Any:
    try:
        return call(*args, **kwargs)
    finally:
        # Opening SQLite costs more than a query, so a thread keeps its connection. PostgreSQL's goes back to the pool.
        if connection.vendor != "sqlite":
            connection.close()


_in_pool = sync_to_async(_run, thread_sensitive=False, executor=_pool)  # made once: it takes its time


def later(work: Coroutine) -> None:
    """Runs beside whoever must not wait. A refusal means that somebody else was faster; a fault of ours is logged."""
    task = asyncio.ensure_future(_quietly(work))
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)


async def _quietly(work: Coroutine) -> None:
    try:
        await work
    except DomainError:
        return
    except FAULTS:
        log.exception("work beside a socket met a fault")
