"""One file of cases, from its upload over a trial to the taking in; the reading is done by a job, in slices."""

import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import islice
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import Ref, uuid7
from madoguchi.foundation.lib.tables import ExcelCsv
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.forms.queries import OpenForm, form_by_id
from madoguchi.rooms.inquiries.actions.take_in import Outcome, Taking
from madoguchi.rooms.inquiries.errors import ImportUnderWay, NoSuchImport, UnfitImport
from madoguchi.rooms.inquiries.models import Import
from madoguchi.rooms.inquiries.queries import importing
from madoguchi.rooms.inquiries.queries.imports import find_import, rows_of
from madoguchi.rooms.jobs.actions.add import add_job
from madoguchi.rooms.organisation import rules as organisation
from madoguchi.rooms.organisation.queries import Viewer, hours_of
from madoguchi.rooms.vault.actions.append_attachment import append, begin_attachment
from madoguchi.rooms.vault.actions.end_files import begin_ending, destroy_some
from madoguchi.rooms.vault.actions.open_file import new_key, open_file
from madoguchi.rooms.vault.actions.store_attachment import store_attachment
from madoguchi.rooms.vault.queries import chunks_of, file_key

KIND = "inquiries.import"
SLICE = 20.0  # seconds of one job, well within a lease
KEPT = timedelta(days=7)
AT_ONCE = 100  # rows between two notes of how far it came
_NAME = "import.csv"


def begin_import(*, viewer: Viewer, form: OpenForm, source: str, content: Sequence[bytes]) -> UUID:
    """Stores the file sealed, and proposes which column is what. Raises UnfitImport for what is no table."""
    organisation.check_administers(viewer.role)
    if source not in importing.SOURCES:
        raise UnfitImport
    charset = importing.detect(content)
    headings = next(importing.read_rows(content, charset), None)
    if not headings:
        raise UnfitImport
    total = sum(1 for _ in importing.read_rows(content, charset)) - 1
    questions = {spec.key: spec.label for spec in form.definition.fields}
    return _store(viewer, form, source, content, charset, importing.propose(headings, questions), total)


@action
def _store(
    viewer: Viewer,
    form: OpenForm,
    source: str,
    content: Sequence[bytes],
    charset: str,
    mapping: Mapping[str, int],
    total: int,
) -> UUID:
    id, key = uuid7(), new_key()
    open_file(kind="import", holder=viewer.ref.id, key=key)
    upload = store_attachment(key=key, name=_NAME, media_type="text/csv", content=content)
    Import.objects.create(
        id=id, entity_id=viewer.entity_id, form_id=form.id, asked_by_id=viewer.ref.id, source=source, charset=charset,
        mapping=dict(mapping), total=max(0, total), file_id=key.id, upload_id=upload,
    )  # fmt: skip
    record("inquiry.import-begun", about=Ref("import", id), by=viewer.ref, details={"source": source})
    return id


@action
def try_import(*, viewer: Viewer, import_id: UUID, mapping: Mapping[str, int]) -> None:
    """A trial of every row, with nothing stored but the list of what would be refused."""
    found = _held(viewer, import_id, ("mapping", "tried"))
    if not {"received"} <= mapping.keys() or not {"body", "subject"} & mapping.keys():
        raise UnfitImport("受付日時と、本文（または件名）の列をお選びください。")
    _restart(found, "trying", mapping)


@action
def start_import(*, viewer: Viewer, import_id: UUID) -> None:
    found = _held(viewer, import_id, ("tried",))
    _restart(found, "taking", found.mapping)
    record(
        "inquiry.import-started", about=Ref("import", found.id), by=viewer.ref, details={"count": found.total}
    )


@action
def drop_import(*, viewer: Viewer, import_id: UUID) -> None:
    """取りやめる, or 片付ける after it was taken in: the file goes, what was taken in stays."""
    found = _held(viewer, import_id, ("mapping", "tried", "taken"))
    _end(found)
    if found.state != "taken":
        Import.objects.filter(id=found.id).update(state="dropped", finished_at=clock.now())
    record("inquiry.import-dropped", about=Ref("import", found.id), by=viewer.ref)


def _held(viewer: Viewer, import_id: UUID, states: Sequence[str]) -> Import:
    organisation.check_administers(viewer.role)
    find_import(viewer, import_id)
    found = Import.objects.select_for_update(of=("self",)).get(id=import_id)
    if found.upload_id is None:
        raise NoSuchImport
    if found.state not in states:
        raise ImportUnderWay
    return found


def _restart(found: Import, state: str, mapping: Mapping[str, int]) -> None:
    """The list of faults begins anew; the old one lies unused until the file goes."""
    Import.objects.filter(id=found.id).update(
        state=state, mapping=dict(mapping), at_row=0, taken=0, known=0, refused=0, faults_id=None
    )
    add_job(KIND, found.id)


def _end(found: Import) -> None:
    begin_ending(ending=found.id, files=[found.file_id])
    destroy_some(ending=found.id, reason="import-over")


# -- the job ----------------------------------------------------------------------------------------


def run_slice(import_id: UUID, *, seconds: float = SLICE) -> bool:
    """Goes on where the slice before ended; True when more is left."""
    found = Import.objects.filter(id=import_id, state__in=("trying", "taking")).first()
    if found is None or found.upload_id is None:
        return False
    taking, end = _taking(found), time.monotonic() + seconds
    rows = enumerate(rows_of(found))
    headings: list[str] = next(rows, (0, []))[1]
    left = (row for row in rows if row[0] > found.at_row)
    while some := list(islice(left, AT_ONCE)):
        _note(found, headings, some, _outcomes(taking, found.state, [row for _, row in some]))
        taking.make_findable()
        if time.monotonic() >= end:
            return True
    _finish(found)
    return False


def _taking(found: Import) -> Taking:
    form = form_by_id(found.form_id)
    by = Ref("staff", found.asked_by_id) if found.asked_by_id else Ref("command", found.id)
    return Taking(form, hours_of(found.entity_id), found.source, found.mapping, by)


def _outcomes(taking: Taking, state: str, rows: Sequence[Sequence[str]]) -> list[tuple[Outcome, str]]:
    return taking.try_out(rows) if state == "trying" else [taking.take(row) for row in rows]


@action
def _note(
    found: Import,
    headings: Sequence[str],
    some: Sequence[tuple[int, list[str]]],
    outcomes: Sequence[tuple[Outcome, str]],
) -> None:
    """How far it came, with the rows that were refused: each with its place in the file and the reason."""
    faults = [
        (place, row, why)
        for (place, row), (outcome, why) in zip(some, outcomes, strict=True)
        if outcome == "refused"
    ]
    if faults:
        _append_faults(found, headings, faults)
    for outcome, _ in outcomes:
        setattr(found, outcome, getattr(found, outcome) + 1)
    found.at_row = some[-1][0]
    found.save(update_fields=["at_row", "taken", "known", "refused", "faults"])


def _append_faults(
    found: Import, headings: Sequence[str], faults: Sequence[tuple[int, list[str], str]]
) -> None:
    key = file_key(found.file_id)
    writer = ExcelCsv(["行", "理由", *headings])
    if found.faults_id is None:
        found.faults_id = begin_attachment(key=key, name="faults.csv", media_type="text/csv")
    else:
        writer.take()
    for place, row, why in faults:
        writer.row([str(place + 1), why, *row])
    append(key=key, attachment=found.faults_id, position=chunks_of(found.faults_id), content=writer.take())


@action
def _finish(found: Import) -> None:
    """After a trial it waits for a person; what was taken in is said, and the refused rows stay to be fetched."""
    state = {"trying": "tried", "taking": "taken"}[found.state]
    Import.objects.filter(id=found.id).update(state=state, finished_at=clock.now())
    counts = {"taken": found.taken, "known": found.known, "refused": found.refused}
    by = Ref("staff", found.asked_by_id) if found.asked_by_id else Ref("import", found.id)
    record(f"inquiry.import-{state}", about=Ref("import", found.id), by=by, details=counts)


def end_old_imports() -> int:
    """Files that nobody came back to within a week."""
    old = Import.objects.filter(upload__isnull=False, asked_at__lt=clock.now() - KEPT)
    ended = list(old.exclude(state__in=("trying", "taking"))[:20])
    for found in ended:
        _end_old(found)
    return len(ended)


@action
def _end_old(found: Import) -> None:
    _end(found)
    if found.state != "taken":
        Import.objects.filter(id=found.id).update(state="dropped", finished_at=clock.now())
