"""Record an item of a person (お支払いの参照番号, ご本人の写真), each in a file of its own, while it is collected."""

from collections.abc import Callable
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.digests import canonical_json
from madoguchi.foundation.lib.ids import Ref, uuid7
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.gate.queries import stopped_items
from madoguchi.rooms.inventory import rules
from madoguchi.rooms.inventory.actions.correct import correct
from madoguchi.rooms.inventory.models import Detail
from madoguchi.rooms.inventory.pictures import KIND, MOST_BYTES, draw_anew
from madoguchi.rooms.inventory.queries.apart import theirs
from madoguchi.rooms.inventory.queries.details import file_of
from madoguchi.rooms.inventory.queries.switches import item, switched_on
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.people.queries import hold_person
from madoguchi.rooms.vault.actions.drop_attachment import drop_attachment
from madoguchi.rooms.vault.actions.open_file import open_file
from madoguchi.rooms.vault.actions.store_attachment import store_attachment
from madoguchi.rooms.vault.fields import FileKey
from madoguchi.rooms.vault.queries import hold_file

__all__ = ["MOST_BYTES", "correct_item", "keep_item", "keep_portrait"]

Fill = Callable[[Detail, FileKey], None]


def keep_item(*, viewer: Viewer, person: UUID, code: str, value: str) -> None:
    """A value. Recorded again it corrects the one before, which stays as a correction under the same key."""
    rules.check_kept_by_staff(item(code), picture=False)
    rules.check_reference(value)
    if file_of(person, code):
        rules.check_officer(viewer.role)
        rules.check_collected(code, switched_on(viewer.entity_id))
        return correct_item(viewer=viewer, person=person, code=code, value=value)

    def fill(row: Detail, key: FileKey) -> None:
        row.value = _sealed(row, key, value)

    return _keep(viewer, person, code, fill)


def correct_item(*, viewer: Viewer, person: UUID, code: str, value: str, ground: str = "changed") -> None:
    """What is held must be right, also after its collection was stopped (Art 34)."""
    rules.check_kept_by_staff(item(code), picture=False)
    rules.check_reference(value)
    files = file_of(person, code)
    rules.check_held(files)
    correct(files=files, key=code, value=value, ground=ground, by=viewer.ref)


def keep_portrait(*, viewer: Viewer, person: UUID, content: bytes) -> None:
    """A picture, drawn anew outside the transaction."""
    rules.check_officer(viewer.role)
    rules.check_collected("portrait", switched_on(viewer.entity_id))
    drawn = draw_anew(content)

    def fill(row: Detail, key: FileKey) -> None:
        before = row.attachment
        row.attachment = store_attachment(key=key, name="portrait.jpg", media_type=KIND, content=[drawn])
        row.value = _sealed(row, key, f"写真 1 枚（JPEG、{len(drawn):,} バイト）")
        if before:
            drop_attachment(attachment=before)

    _keep(viewer, person, "portrait", fill)


def _sealed(row: Detail, key: FileKey, value: str) -> bytes:
    return key.seal(Detail, "value", row.id, canonical_json({row.item: value}).decode())


@action
def _keep(viewer: Viewer, person: UUID, code: str, fill: Fill) -> None:
    rules.check_officer(viewer.role)
    rules.check_collected(code, switched_on(viewer.entity_id))
    hold_person(
        person
    )  # an erasure that begins now either sees this item or finds nobody left to record it of
    rules.check_somebody(theirs(person))
    rules.check_not_stopped(code, item(code).label, stopped_items(person))
    row = Detail.objects.filter(person_id=person, item=code).first()
    key = hold_file(row.file_id) if row else open_file(kind="detail", holder=person)
    row = row or Detail(id=uuid7(), person_id=person, item=code, file_id=key.id)
    fill(row, key)
    row.stored_at, row.by_kind, row.by_id = clock.now(), viewer.ref.kind, viewer.ref.id
    row.save()
    record("inventory.item-kept", about=Ref("person", person), by=viewer.ref, details={"item": code})
