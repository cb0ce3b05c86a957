"""Figures for monitoring: depths and ages from the tables, never a value. Answered on this machine only."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from madoguchi.foundation.lib import clock
from madoguchi.rooms.audit.queries import alarms
from madoguchi.rooms.delivery.queries import in_trouble
from madoguchi.rooms.jobs.queries import depth, given_up, last_beat, oldest_due

_HERE = ("127.0.0.1", "::1")


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text. Behind a proxy every caller is forwarded, so a forwarded call is a stranger's."""
    if request.META.get("REMOTE_ADDR") not in _HERE or "HTTP_X_FORWARDED_FOR" in request.META:
        raise Http404
    return HttpResponse(generate_latest(_figures()), content_type=CONTENT_TYPE_LATEST)


def _figures() -> CollectorRegistry:
    registry = CollectorRegistry()
    waiting = Gauge("madoguchi_jobs_waiting", "Jobs that wait, by kind", ["kind"], registry=registry)
    for kind, count in depth().items():
        waiting.labels(kind).set(count)
    beat = last_beat("worker")
    age = (clock.now() - beat).total_seconds() if beat else float("inf")
    for name, says, value in (
        ("oldest_job_seconds", "How long the oldest due job has waited", oldest_due()),
        ("jobs_given_up", "Jobs that a person must look at", len(given_up())),
        ("mails_in_trouble", "Mails refused or held", len(in_trouble())),
        ("promises_broken", "Promises that do not hold now", len(alarms())),
        ("worker_silence_seconds", "Since the worker last said that it lives", age),
    ):
        Gauge(f"madoguchi_{name}", says, registry=registry).set(value)
    return registry
