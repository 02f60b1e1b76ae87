"""`/metrics` for Prometheus, for this machine and for staff only.

Every server process counts for itself, and a scrape reaches one of them: with several processes, add the counters of
scrapes over time or give each process a port of its own. The gauges below come from the database and are the same
whichever process answers."""

from collections.abc import Iterator

from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView
from prometheus_client import REGISTRY
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from core.health import from_this_machine, is_staff


class HouseCollector(Collector):
    """Asks the functions named in settings.GAUGES when it is scraped. Each returns a number; its name and docstring
    become those of the gauge."""

    def describe(self) -> list[GaugeMetricFamily]:
        return []  # otherwise registering would ask the database while the code is still being imported

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for path in settings.GAUGES:
            gauge = import_string(path)
            try:
                value = gauge()
            except DatabaseError:  # what this process counted itself is still worth having
                continue
            yield GaugeMetricFamily(f"footlight_{gauge.__name__}", gauge.__doc__ or "", value=value)


REGISTRY.register(HouseCollector())


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    if not (from_this_machine(request) or is_staff(request)):
        raise Http404
    return ExportToDjangoView(request)
