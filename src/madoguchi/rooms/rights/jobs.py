"""What the worker calls: acknowledge a request, make its package. Its rounds: complaints that were missed, requests
that were interrupted, owners who are reminded, packages that end."""

from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.foundation.lib.ids import WORKER
from madoguchi.rooms.inquiries.queries.of_form import open_by_form
from madoguchi.rooms.inquiries.queries.one import answers_of, by_id
from madoguchi.rooms.jobs.actions.settle import finish
from madoguchi.rooms.jobs.rules import Claimed
from madoguchi.rooms.rights.actions.letters import acknowledge
from madoguchi.rooms.rights.actions.open_complaint import open_complaint
from madoguchi.rooms.rights.actions.package import end_packages, make_package
from madoguchi.rooms.rights.actions.remind import remind
from madoguchi.rooms.rights.actions.run_through import run_through
from madoguchi.rooms.rights.models import Complaint, IdentityCheck, RightsRequest
from madoguchi.rooms.rights.rules import complaints as rules
from madoguchi.rooms.rights.rules import requests
from madoguchi.rooms.vault.errors import FileErased

_LEFT_ALONE = timedelta(minutes=2)  # whoever confirmed just now is still at it


def missed() -> list[UUID]:
    came = open_by_form(rules.FORM)
    known = set(Complaint.objects.filter(inquiry_id__in=came).values_list("inquiry_id", flat=True))
    return [id for id in came if id not in known]


def open_what_was_missed() -> None:
    """They open with the submission, in one transaction; this mends what a copy of old or an import left out."""
    for id in missed():
        try:
            kind = rules.kind_said(answers_of(by_id(id)).values.get("kind", ""))
            open_complaint(inquiry_id=id, kind=kind, by=WORKER)
        except FileErased:
            continue


def finish_what_acts_at_once() -> None:
    """What stops a use runs through in the visitor's own request; one that was cut off there goes on here. What is
    refused stays with its owner, who sees it in the list."""
    begun = clock.now() - _LEFT_ALONE
    known = IdentityCheck.objects.filter(request_id=OuterRef("id"), at__lt=begun, passed=True)
    states = [each.value for each in requests.OPEN - {requests.State.RECEIVED, requests.State.VERIFYING}]
    left = RightsRequest.objects.filter(Exists(known), kind__in=requests.AT_ONCE, state__in=states)
    for id in left.order_by("arrived_at").values_list("id", flat=True):
        with suppress(Refusal):
            run_through(request_id=id, by=WORKER)


def run_acknowledge(job: Claimed) -> None:
    with suppress(FileErased):  # its own period is over: there is nobody to write to
        acknowledge(job.subject)
    finish(job)


def run_package(job: Claimed) -> None:
    """A worker that dies begins anew; of an erased person nothing is made."""
    with suppress(FileErased):
        make_package(job.subject)
    finish(job)


def look_after_requests() -> None:
    """What nobody does, but time."""
    remind()
    end_packages()
