"""Set what a form asks; a changed field makes a new version, submissions keep naming theirs."""

from typing import Any
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.digests import digest
from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.forms.models import Form, FormVersion


@action
def set_form(*, slug: str, entity_id: UUID, definition: dict[str, Any], by: Ref) -> UUID:
    form, _ = Form.objects.get_or_create(slug=slug, defaults={"entity_id": entity_id})
    latest = FormVersion.objects.filter(form=form).order_by("-number").first()
    if latest is not None and latest.superseded_at is None and latest.definition == definition:
        return form.id
    number = latest.number + 1 if latest else 1
    version = FormVersion.objects.create(
        form=form, number=number, definition=definition, digest=digest(definition)
    )
    FormVersion.objects.filter(form=form, superseded_at=None).exclude(id=version.id).update(
        superseded_at=clock.now()
    )
    record("form.set", about=Ref("form", form.id), by=by, details={"number": number})
    return form.id
