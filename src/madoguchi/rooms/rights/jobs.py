"""The round of the worker: what came by the form of clause 10 and was left without a complaint gets one."""

from uuid import UUID

from madoguchi.foundation.lib.ids import WORKER
from madoguchi.rooms.inquiries.queries.of_form import open_by_form
from madoguchi.rooms.inquiries.queries.one import answers_of, by_id
from madoguchi.rooms.rights.actions.open_complaint import open_complaint
from madoguchi.rooms.rights.models import Complaint
from madoguchi.rooms.rights.rules import complaints as rules
from madoguchi.rooms.vault.errors import FileErased


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
