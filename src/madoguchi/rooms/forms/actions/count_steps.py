"""Add to the counts of a form's steps: many page views in one write, and never on anybody's request."""

from collections.abc import Mapping
from uuid import UUID

from django.db.models import F

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.forms.models import Form, Steps


@action
def count_steps(counts: Mapping[tuple[UUID, str, str], int]) -> None:
    """By form, step and field. A form that is gone meanwhile is left out."""
    day = clock.today()
    known = set(Form.objects.filter(id__in={form for form, _, _ in counts}).values_list("id", flat=True))
    for (form, step, field), n in sorted(counts.items(), key=str):
        if form in known:
            row, _ = Steps.objects.get_or_create(form_id=form, day=day, step=step, field=field)
            Steps.objects.filter(id=row.id).update(n=F("n") + n)
