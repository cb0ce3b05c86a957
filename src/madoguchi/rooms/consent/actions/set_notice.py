"""Set the wording beside a form; a changed word is a new version, and the old one stays readable."""

from collections.abc import Collection, Mapping
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.digests import digest
from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.merging import merge
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.consent.errors import NoticeChanged
from madoguchi.rooms.consent.models import NoticeVersion
from madoguchi.rooms.gate.rules import Purpose
from madoguchi.rooms.organisation.queries import entity_facts
from madoguchi.rooms.organisation.rules import merge_facts


@action
def set_notice(
    *,
    entity_id: UUID,
    form_id: UUID,
    template: Mapping[str, str],
    uses: Collection[str],
    by: Ref,
    seen: str = "",
) -> NoticeVersion:
    """`template` has the operator's facts as merge fields; `uses` are purposes (gate.rules.Purpose) that it announces.

    `seen`: the digest of the wording that whoever wrote this had before them; raises NoticeChanged for an older one.
    """
    hold_notices(form_id)
    words = merge_facts(entity_facts(entity_id))
    wording = {name: merge(text, words) for name, text in template.items()}
    announced = sorted(Purpose(use).value for use in uses)
    latest = NoticeVersion.objects.filter(form=form_id).order_by("-number").first()
    if seen and latest is not None and latest.digest != seen:
        raise NoticeChanged
    if latest is not None and (latest.wording, latest.template, latest.uses) == (
        wording,
        dict(template),
        announced,
    ):
        return latest
    number = latest.number + 1 if latest else 1
    same_text = latest is not None and (latest.template, latest.uses) == (dict(template), announced)
    writer = Ref(latest.written_by_kind, latest.written_by_id) if latest and same_text else by
    version = NoticeVersion.objects.create(
        form=form_id, number=number, wording=wording, template=dict(template), uses=announced,
        digest=digest({"form": str(form_id), "number": number, "wording": wording}),
        written_by_kind=writer.kind, written_by_id=writer.id,
    )  # fmt: skip
    NoticeVersion.objects.filter(form=form_id, superseded_at=None).exclude(id=version.id).update(
        superseded_at=clock.now()
    )
    record("notice.set", about=Ref("notice", version.id), by=by, details={"number": number})
    return version


@action
def name_facts_anew(*, entity_id: UUID, by: Ref) -> None:
    """Every notice in force with the operator's facts of today; a notice that does not change stays."""
    hold_notices()
    for notice in NoticeVersion.objects.filter(superseded_at=None):
        set_notice(
            entity_id=entity_id, form_id=notice.form, template=notice.template, uses=notice.uses, by=by
        )


def hold_notices(form_id: UUID | None = None) -> None:
    """Two who set a wording take turns; the second reads what the first left. Not their keys: on PostgreSQL whoever
    sends a form names the notice it was shown, and would wait."""
    held = NoticeVersion.objects.filter(superseded_at=None).order_by("form")
    held = held.filter(form=form_id) if form_id else held
    list(held.select_for_update(no_key=True).values_list("id", flat=True))
