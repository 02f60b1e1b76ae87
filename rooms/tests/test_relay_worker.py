"""The worker: it runs what it has, and stops what it has no longer."""

import asyncio
import contextlib

import pytest
from asgiref.sync import sync_to_async

from rooms.flows import RelayState
from rooms.models import Relay, RelayKind
from rooms.relay import worker as worker_module
from rooms.relay.job import JobFailed
from rooms.relay.worker import Worker
from rooms.services import relays

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]


class Job:
    """Runs until the test says how it ends."""

    made: list["Job"] = []

    def __init__(self, relay, engine):
        self.relay, self.end, self.cancelled = relay, asyncio.get_running_loop().create_future(), False
        self.made.append(self)

    async def run(self):
        try:
            await self.end
        except asyncio.CancelledError:
            self.cancelled = True
            raise


@pytest.fixture
def job():
    Job.made = []
    return Job


@pytest.fixture
def relay(channel):
    return relays.ask(channel, RelayKind.PULL)


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(worker_module, "ROUND", 0.01)


async def until(true):
    async with asyncio.timeout(10):
        while not await sync_to_async(true)():  # noqa: ASYNC110  (the row moves, nobody signals)
            await asyncio.sleep(0.01)


@contextlib.asynccontextmanager
async def at_work(job):
    task = asyncio.create_task(Worker(None, {RelayKind.PULL: job}, slots=3).run())
    try:
        await until(lambda: job.made)
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def now(relay) -> Relay:
    return Relay.objects.get(pk=relay.pk)


async def test_a_job_that_is_done_is_done_for_good(relay, job, quick):
    async with at_work(job):
        job.made[0].end.set_result(None)
        await until(lambda: now(relay).state == RelayState.STOPPED)
        assert len(job.made) == 1


@pytest.mark.parametrize(
    ("how", "code"), [(JobFailed("source_gone", "refused"), "source_gone"), (ValueError("odd"), "fault")]
)
async def test_a_job_that_fails_is_tried_again(relay, job, quick, later, how, code):
    async with at_work(job):
        job.made[0].end.set_exception(how)
        await until(lambda: now(relay).error == code)
        later(seconds=2)
        await until(lambda: len(job.made) == 2)


async def test_a_job_ends_when_its_relay_is_stopped(relay, job, quick, channel):
    async with at_work(job):
        await sync_to_async(relays.stop)(channel, RelayKind.PULL)
        await until(lambda: job.made[0].cancelled)


async def test_a_job_ends_when_another_worker_took_it(relay, job, quick):
    async with at_work(job):
        await sync_to_async(Relay.objects.filter(pk=relay.pk).update)(worker="another")
        await until(lambda: job.made[0].cancelled)


async def test_a_worker_that_stops_leaves_its_work_to_others_at_once(relay, job, quick):
    async with at_work(job):
        pass
    assert job.made[0].cancelled
    assert len(await sync_to_async(relays.claim)(worker="other", kinds=[RelayKind.PULL], limit=1)) == 1


async def test_a_worker_cut_off_from_the_rows_stops_before_another_may_begin(relay, job, quick, monkeypatch):
    monkeypatch.setattr(worker_module, "MARGIN", 14)

    def fail(**_):
        raise worker_module.DatabaseError

    async with at_work(job):
        monkeypatch.setattr(relays, "renew", fail)
        await until(lambda: job.made[0].cancelled)
