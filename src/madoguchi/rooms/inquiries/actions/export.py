"""書き出す: asked with purpose and recipient, made by a job, sealed, kept for seven days, each fetch recorded."""

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import WORKER, Ref, uuid7
from madoguchi.foundation.lib.tables import Cp932Csv, Writer
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.gate.actions.mint import use_inside
from madoguchi.rooms.gate.queries import check_still_may_leave, read_permit
from madoguchi.rooms.inquiries.models import Export
from madoguchi.rooms.inquiries.queries import exporting
from madoguchi.rooms.inquiries.queries.exporting import FORMATS, KEPT, Wanted, filename
from madoguchi.rooms.inquiries.queries.exports import (
    Rows,
    check_fetchable,
    columns_of,
    find_export,
    in_use,
    over,
    selected,
)
from madoguchi.rooms.jobs.actions.add import add_job
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.vault.actions.append_attachment import append, begin_attachment
from madoguchi.rooms.vault.actions.drop_attachment import drop_attachment
from madoguchi.rooms.vault.actions.end_files import begin_ending, destroy_some
from madoguchi.rooms.vault.actions.open_file import open_file
from madoguchi.rooms.vault.fields import FileKey
from madoguchi.rooms.vault.queries import file_key

KIND = "inquiries.export"
PIECE = 256 * 1024  # bytes sealed at once
_MOST_TOLD = 60  # lost characters that are named


def ask_export(*, viewer: Viewer, wanted: Wanted) -> UUID:
    """Raises NotForExport, UnfitExport."""
    exporting.check_may_export(viewer.role)
    exporting.check_wanted(wanted)
    conditions = {
        "first": f"{wanted.first}",
        "last": f"{wanted.last}",
        "state": wanted.state,
        "sales": wanted.sales,
        "junk": wanted.junk,
    }
    found = selected(viewer.entity_id, conditions)
    total = in_use(found).count()
    return _ask(viewer, wanted, conditions | {"stopped": found.count() - total}, total)


@action
def _ask(viewer: Viewer, wanted: Wanted, conditions: dict[str, Any], total: int) -> UUID:
    id, known = uuid7(), columns_of()
    about = Ref("export", id)
    permit = use_inside(about=about, recipient=viewer.ref)
    key = open_file(kind="export", holder=viewer.ref.id)
    Export.objects.create(
        id=id, entity_id=viewer.entity_id, asked_by_id=viewer.ref.id, permit=permit.id, purpose=wanted.purpose,
        recipient=wanted.recipient, format=wanted.format, conditions=conditions, total=total, file_id=key.id,
        columns=[code for code in known if code in wanted.columns],
    )  # fmt: skip
    told = {
        name: value
        for name, value in asdict(wanted).items()
        if name in ("purpose", "recipient", "format", "sales", "junk")
    }
    record("inquiry.export-asked", about=about, by=viewer.ref, details={**told, "count": total})
    add_job(KIND, id)
    return id


def make_export(export_id: UUID) -> None:
    """In one go, piece by piece: a worker that dies begins again. Memory holds one piece and one batch."""
    export = Export.objects.filter(id=export_id, ready_at=None, gone_at=None).first()
    if export is None or export.file_id is None:
        return
    key, known = file_key(export.file_id), columns_of()
    attachment, position = _begin(export, key), 0
    writer = exporting.writer(export.format, [known.get(code, code) for code in export.columns])
    rows = Rows(export.entity_id, export.columns, FORMATS[export.format].plain)
    done = 0
    for batch in rows.batches(in_use(selected(export.entity_id, export.conditions))):
        for row in batch:
            writer.row(row)
        done += len(batch)
        if writer.size() >= PIECE:
            position = _put(export.id, key, attachment, position, writer.take(), done)
    writer.end()
    _put(export.id, key, attachment, position, writer.take(), done)
    _ready(export.id, done, _lost(writer))


@action
def _begin(export: Export, key: FileKey) -> UUID:
    if export.attachment_id is not None:
        drop_attachment(attachment=export.attachment_id)
    first, last = (datetime.fromisoformat(export.conditions[name]).date() for name in ("first", "last"))
    media = FORMATS[export.format].media_type
    made = begin_attachment(key=key, name=filename(export.format, first, last), media_type=media)
    Export.objects.filter(id=export.id).update(attachment_id=made, rows=0)
    return made


@action
def _put(export_id: UUID, key: FileKey, attachment: UUID, position: int, content: bytes, done: int) -> int:
    Export.objects.filter(id=export_id).update(rows=done)
    return append(key=key, attachment=attachment, position=position, content=content)


def _lost(writer: Writer) -> dict[str, Any]:
    if not isinstance(writer, Cp932Csv) or not writer.rows:
        return {}
    return {
        "rows": writer.rows,
        "lost": writer.lost.total(),
        "lost_which": writer.lost.most_common(_MOST_TOLD),
        "likened": writer.likened.total(),
        "likened_which": writer.likened.most_common(_MOST_TOLD),
    }


@action
def _ready(export_id: UUID, rows: int, lost: dict[str, Any]) -> None:
    now = clock.now()
    Export.objects.filter(id=export_id).update(ready_at=now, until=now + KEPT, rows=rows, lost=lost)
    record("inquiry.export-made", about=Ref("export", export_id), by=WORKER, details={"count": rows})


@action
def fetch(*, viewer: Viewer, export_id: UUID) -> Export:
    """Leave to take the file, asked again at the moment of taking it, and recorded each time."""
    export = find_export(viewer, export_id)
    check_fetchable(export)
    check_still_may_leave(read_permit(export.permit), b"")
    record(
        "inquiry.export-fetched",
        about=Ref("export", export.id),
        by=viewer.ref,
        details={"count": export.rows},
    )
    return export


def end_exports() -> int:
    """Those whose time is over, and those that hold what was erased since: their keys go, and the files with them."""
    ended = over(clock.now())
    for id, reason in ended:
        end_export(id, reason)
    return len(ended)


@action
def end_export(export_id: UUID, reason: str) -> None:
    export = Export.objects.select_for_update(of=("self",)).get(id=export_id)
    if export.gone_at is not None or export.file_id is None:
        return
    begin_ending(ending=export.id, files=[export.file_id])
    destroy_some(ending=export.id, reason="export-over")
    Export.objects.filter(id=export.id).update(gone_at=clock.now(), gone_for=reason)
    record("inquiry.export-gone", about=Ref("export", export.id), by=WORKER, details={"why": reason})
