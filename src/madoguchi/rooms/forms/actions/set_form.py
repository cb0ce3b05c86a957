"""Set what a form asks; a changed field makes a new version, submissions keep naming theirs."""

from typing import Any
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.digests import digest
from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.forms import rules
from madoguchi.rooms.forms.models import Form, FormVersion
from madoguchi.rooms.forms.rules import Definition
from madoguchi.rooms.inventory.queries.switches import questions, switched_on


@action
def set_form(*, slug: str, entity_id: UUID, definition: dict[str, Any], by: Ref) -> UUID:
    """The form's own questions; the items that are collected besides stay at its end."""
    own = Definition.from_json(definition)
    rules.check_own_questions(own)
    form, _ = Form.objects.get_or_create(slug=slug, defaults={"entity_id": entity_id})
    _put(form, own, by)
    return form.id


@action
def ask_switched(*, entity_id: UUID, by: Ref) -> None:
    """Every form of the entity asks exactly the items that are switched on: a new version where that differs."""
    # Locked: of two items switched at once, the second sees the first one's version and switch.
    for form in Form.objects.select_for_update(of=("self",)).filter(entity_id=entity_id).order_by("id"):
        latest = FormVersion.objects.filter(form=form, superseded_at=None).order_by("-number").first()
        if latest is not None:
            _put(form, Definition.from_json(latest.definition), by)


def _put(form: Form, wanted: Definition, by: Ref) -> None:
    besides = questions(switched_on(form.entity_id)) if wanted.items else []
    asked = rules.with_questions(wanted, besides)
    definition = asked.to_json()
    latest = FormVersion.objects.filter(form=form).order_by("-number").first()
    if latest is not None and latest.superseded_at is None and latest.definition == definition:
        return
    number = latest.number + 1 if latest else 1
    version = FormVersion.objects.create(
        form=form, number=number, definition=definition, digest=digest(definition)
    )
    FormVersion.objects.filter(form=form, superseded_at=None).exclude(id=version.id).update(
        superseded_at=clock.now()
    )
    record("form.set", about=Ref("form", form.id), by=by, details={"number": number})
