from django.urls import path

from core.health import PROBES
from core.metrics import metrics

urlpatterns = [
    *(path(name, probe, name=name) for name, probe in PROBES.items()),
    path("metrics", metrics, name="metrics"),
]
