"""A person's own yes or no to a change of the policy that needs consent (clause 11b)."""

from uuid import UUID

from madoguchi.foundation.lib.ids import VISITOR, Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.consent import rules
from madoguchi.rooms.consent.models import Agreement
from madoguchi.rooms.people.queries import hold_person
from madoguchi.rooms.policy.queries.versions import by_id


@action
def answer_change(*, person: UUID, policy: UUID, agreed: bool) -> None:
    """Saying the same again changes nothing; a later answer stands before an earlier one."""
    rules.check_asked(by_id(policy))
    hold_person(person)  # of two clicks at once the second finds what the first left
    given = Agreement.objects.filter(person_id=person, policy_id=policy).order_by("-answered_at", "-id")
    last = given.values_list("agreed", flat=True).first()
    if last is agreed:
        return
    answer = Agreement.objects.create(person_id=person, policy_id=policy, agreed=agreed)
    record("consent.answered", about=Ref("agreement", answer.id), by=VISITOR, details={"agreed": agreed})
