"""返信のひな形: written, put in order, no longer used. What was sent from one stays as it was sent."""

from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import Ref, uuid7
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.inquiries import rules
from madoguchi.rooms.inquiries.models import Template
from madoguchi.rooms.inquiries.queries.desk_rules import find_template, templates
from madoguchi.rooms.organisation.queries import Viewer


@action
def write_template(*, viewer: Viewer, name: str, text: str, template_id: UUID | None = None) -> UUID:
    """A new one comes last."""
    rules.check_may_edit_templates(viewer.role)
    rules.check_template(name, text)
    if template_id is None:
        last = Template.objects.filter(entity_id=viewer.entity_id).count()
        template = Template(id=uuid7(), entity_id=viewer.entity_id, position=min(last, 32_000))
    else:
        template = find_template(viewer, template_id)
    template.name, template.text = name.strip(), text.strip("\n")
    _save(template, viewer, "template.written")
    return template.id


@action
def retire_template(*, viewer: Viewer, template_id: UUID, retired: bool = True) -> None:
    rules.check_may_edit_templates(viewer.role)
    template = find_template(viewer, template_id)
    template.retired_at = clock.now() if retired else None
    _save(template, viewer, "template.retired" if retired else "template.used-again")


@action
def move_template(*, viewer: Viewer, template_id: UUID, up: bool) -> None:
    """One place; beyond the ends nothing happens."""
    rules.check_may_edit_templates(viewer.role)
    order = [each.id for each in templates(viewer)]
    if template_id not in order:
        find_template(viewer, template_id)
        return
    here = order.index(template_id)
    there = min(max(here + (-1 if up else 1), 0), len(order) - 1)
    order.insert(there, order.pop(here))
    for position, id in enumerate(order):
        Template.objects.filter(id=id).update(position=position)
    record("template.moved", about=Ref("template", template_id), by=viewer.ref)


def _save(template: Template, viewer: Viewer, kind: str) -> None:
    template.changed_at, template.changed_by = clock.now(), viewer.ref.id
    template.save()
    record(kind, about=Ref("template", template.id), by=viewer.ref)
