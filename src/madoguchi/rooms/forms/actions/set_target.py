"""Within what an answer to this form is due, where that is not as the operator's hours say."""

from uuid import UUID

from madoguchi.foundation.lib.hours import Target
from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.forms.models import Form
from madoguchi.rooms.organisation import rules as organisation
from madoguchi.rooms.organisation.queries import Viewer


@action
def set_target(*, viewer: Viewer, form_id: UUID, target: Target | None) -> bool:
    """True when it changed."""
    organisation.check_administers(viewer.role)
    form = Form.objects.select_for_update(of=("self",)).get(id=form_id)
    organisation.check_own(viewer, form)
    said = target.to_json() if target else None
    if form.target == said:
        return False
    Form.objects.filter(id=form.id).update(target=said)
    record("form.target-set", about=Ref("form", form.id), by=viewer.ref)
    return True
