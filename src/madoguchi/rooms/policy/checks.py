"""Counted from the tables: is each version as it was published, was it public first, and did two people see it?"""

from collections.abc import Iterator
from datetime import datetime

from madoguchi.foundation.lib.digests import sha256
from madoguchi.foundation.lib.ids import Ref
from madoguchi.rooms.audit.queries import of_kind
from madoguchi.rooms.organisation import rules as organisation
from madoguchi.rooms.organisation.queries import role_of
from madoguchi.rooms.policy.actions.store_version import start_of
from madoguchi.rooms.policy.models import Approval, Draft, Kind, PolicyVersion
from madoguchi.rooms.policy.queries.drafts import authors
from madoguchi.rooms.policy.queries.looks import looks
from madoguchi.rooms.policy.rules import publishing
from madoguchi.rooms.promises.rules import Count

_HERE = (Kind.TEXT, Kind.FACTS)


def kept_word_for_word() -> Count:
    """The words against the digest in the row and the one in the record: whoever changes both leaves the third."""
    published: dict[object, str] = {}
    for event in of_kind("policy.published"):
        published.setdefault(event.about.id, event.details["digest"])
    standing = PolicyVersion.objects.values_list("id", "html", "digest")
    good = [published.pop(id, "") == digest == sha256(html.encode()) for id, html, digest in standing]
    return Count(sum(good), len(good) - sum(good) + len(published))


def served_as_published() -> Count:
    """The looks of the last day that found it the same; broken while the last look that saw anything did not."""
    found = looks()
    return Count(found.same, int(found.altered))


def never_before_publication() -> Count:
    versions = PolicyVersion.objects.defer("text", "html", "clauses", "document")
    return _counted([each.effective_from >= _public_from(each) for each in versions])


def _public_from(version: PolicyVersion) -> datetime:
    """What is published here is public when it is stored; what was public before says since when."""
    return version.stored_at if version.kind in _HERE else start_of(version.published_on)


def two_people() -> Count:
    """What came with the set-up was nobody's decision here and is not counted."""
    return _counted(list(_seen_by_two()))


def _seen_by_two() -> Iterator[bool]:
    could = _could_approve_since()
    for version in PolicyVersion.objects.defer("text", "html", "clauses", "document"):
        by = Ref(version.approved_by_kind, version.approved_by_id)
        if version.approval == Approval.SECOND:
            yield version.asked_at is not None and by.kind == "staff" and by not in _makers(version)
        elif version.approval == Approval.ALONE:
            waited = version.asked_at and version.stored_at - version.asked_at >= publishing.ALONE_AFTER
            yield bool(waited and version.reason.strip())
        elif version.approval == Approval.ATTESTED:
            yield version.kind == Kind.TAKEN_OVER and by.kind == "staff"
        elif version.kind in (Kind.TEXT, Kind.TAKEN_OVER):
            yield could is None or version.stored_at <= could


def _makers(version: PolicyVersion) -> set[Ref]:
    draft = Draft.objects.filter(version=version).first()
    made = {Ref(version.made_by_kind, version.made_by_id)}
    return made | authors(draft) if draft else made


def _could_approve_since() -> datetime | None:
    """When the first of those who speak for the operator today finished their set-up."""
    finished = of_kind("staff.set-up")
    return next((each.at for each in finished if organisation.may_speak_for_operator(role_of(each.by))), None)


def _counted(good: list[bool]) -> Count:
    return Count(sum(good), len(good) - sum(good))
