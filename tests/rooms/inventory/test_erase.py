"""Erase: what was confirmed goes, everywhere, once; nothing else does, and what must stay is told."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import WORKER, Ref, uuid7
from madoguchi.rooms.audit.queries import about
from madoguchi.rooms.delivery.actions.release import release
from madoguchi.rooms.delivery.models import Mail, State
from madoguchi.rooms.inquiries.actions.add_note import add_note
from madoguchi.rooms.inquiries.actions.index import index_some_more
from madoguchi.rooms.inquiries.actions.reply import reply
from madoguchi.rooms.inquiries.models import Entry, Inquiry
from madoguchi.rooms.inventory.actions.begin import Plan, carry_out
from madoguchi.rooms.inventory.actions.erase import erase
from madoguchi.rooms.inventory.actions.finish import finish
from madoguchi.rooms.inventory.errors import (
    ArrivedMeanwhile,
    EndedMeanwhile,
    HeldMeanwhile,
    NotConfirmed,
    NothingChosen,
    OfficersOnly,
    UnknownGround,
)
from madoguchi.rooms.inventory.models import DeletionRecord, Hold
from madoguchi.rooms.inventory.queries.locate import locate
from madoguchi.rooms.inventory.queries.records import certificate
from madoguchi.rooms.jobs.models import Job
from madoguchi.rooms.people.models import Person
from madoguchi.rooms.vault.errors import FileErased, FileKept
from madoguchi.rooms.vault.ledger import folder_of
from madoguchi.rooms.vault.models import Attachment, Chunk, File
from madoguchi.rooms.vault.queries import file_key, files_of, read_ledger
from madoguchi.rooms.vault.queries.search import files_with
from tests.house import House
from tests.keys import destroyed, wrap_of
from tests.rooms.inventory.erasing import ADDRESS, CANARIES, erase_all, officer, someone


def lines(kind: str) -> list[dict[str, str]]:
    return [dict(line.facts) for line in read_ledger(folder_of(settings.KEY_DIR)) if line.kind == kind]


def of_record(kind: str, id: UUID) -> list[dict[str, str]]:
    return [each for each in lines(kind) if each["record"] == str(id)]


def test_from_the_first_moment_nobody_reads_it(house: House) -> None:
    """Long before the job ran: the page, the list, the mails and the timeline show nothing."""
    inquiry = someone(house)
    id = erase_all(house, inquiry)

    with pytest.raises(FileErased):
        file_key(inquiry.file_id)
    assert files_of(inquiry.person_id) == []
    assert certificate(id).finished_at is None
    assert Person.objects.get(id=inquiry.person_id).address_index is None


def test_the_ledger_was_written_before_and_names_each_file_and_the_person(house: House) -> None:
    inquiry = someone(house)
    files = files_of(inquiry.person_id)
    id = erase_all(house, inquiry)

    assert {each["file"] for each in of_record("erasure", id)} == {str(file) for file in files}
    assert of_record("erased-person", id) == [{"person": str(inquiry.person_id), "record": str(id)}]
    assert not any(word in str(lines("erasure")) for word in CANARIES.values())


def test_the_certificate_says_what_was_done(house: House) -> None:
    inquiry = someone(house)
    id = erase_all(house, inquiry)
    house.work()

    found = certificate(id)
    assert (found.person, found.whole, found.files, found.by) == (inquiry.person_id, True, 2, officer(house))
    assert found.rows == 3  # the number of the inquiry and the recipients of two mails, blanked
    assert found.finished_at is not None
    assert found.begun_at <= found.finished_at
    assert found.unreadable_on is not None
    assert found.unreadable_on > clock.today()
    assert f"{found.unreadable_on.year}年" in found.copies


def test_keys_attachments_and_look_up_values_are_gone(house: House) -> None:
    inquiry = someone(house)
    files = files_of(inquiry.person_id)
    erase_all(house, inquiry)
    house.work()

    assert all(destroyed(file) for file in files)
    assert set(File.objects.filter(id__in=files).values_list("destroyed_for", flat=True)) == {"erasure"}
    assert (Attachment.objects.count(), Chunk.objects.count()) == (0, 0)
    assert Inquiry.objects.get(id=inquiry.id).phone_index is None
    assert Person.objects.get(id=inquiry.person_id).address_index is None
    assert not Mail.objects.filter(file_id__in=files, recipient_index__isnull=False).exists()


def test_what_waits_to_be_sent_is_stopped_for_good(house: House) -> None:
    inquiry = someone(house)
    reply(viewer=house.viewer, inquiry_id=inquiry.id, text="追ってご連絡します。", seen_until=None)
    queued = Mail.objects.get(state=State.QUEUED)
    erase_all(house, inquiry)
    before = len(house.mails())
    house.work()

    queued.refresh_from_db()
    assert (queued.state, queued.code) == (State.STOPPED, "erased")
    assert (len(house.mails()), Job.objects.count()) == (before, 0)
    release(mail_id=queued.id, by=house.viewer.ref)
    house.work()
    queued.refresh_from_db()
    assert (queued.state, len(house.mails())) == (State.STOPPED, before)


@pytest.mark.parametrize("state", [State.HELD, State.REFUSED])
def test_a_mail_in_trouble_is_no_longer_offered_to_be_sent_again(house: House, state: str) -> None:
    from madoguchi.rooms.delivery.queries import in_trouble

    inquiry = someone(house)
    Mail.objects.filter(file_id=inquiry.file_id).update(state=state)
    assert len(in_trouble()) == 2
    erase_all(house, inquiry)

    assert in_trouble() == []


def test_another_person_keeps_everything(house: House) -> None:
    inquiry, other = someone(house), someone(house, email="else@example.jp", name="別人")
    before = list(Mail.objects.filter(file_id=other.file_id).values())
    erase_all(house, inquiry)
    house.work()

    assert {each.value for each in locate(other.file_id).certain[0].found} >= {"別人", "else@example.jp"}
    assert list(Mail.objects.filter(file_id=other.file_id).values()) == before
    assert Attachment.objects.count() == 1


def test_one_matter_of_several(house: House) -> None:
    """A colleague's matter at the same address stays, and so does the address."""
    first = someone(house)
    other = Inquiry.objects.get(id=house.submit(email=ADDRESS, name="五百旗頭 真").id)
    result = locate(first.file_id)
    id = erase(
        person=result.person, files=result.certain[0].files, expected=files_of(result.person),
        ground="asked", by=officer(house),
    )  # fmt: skip
    house.work()

    assert (certificate(id).whole, certificate(id).files) == (False, 2)
    assert files_of(result.person) == [other.file_id]
    assert Person.objects.get(id=result.person).address_index is not None
    assert of_record("erased-person", id) == []


def test_a_matter_of_another_address_goes_only_when_named(house: House) -> None:
    first, second = someone(house), someone(house, email="y.private@example.jp")
    result = locate(first.file_id)
    (perhaps,) = result.perhaps
    chosen = [*result.certain[0].files, *perhaps.files]
    id = erase(
        person=result.person,
        files=chosen,
        expected=files_of(result.person),
        ground="asked",
        by=officer(house),
    )
    house.work()

    assert (files_of(first.person_id), files_of(second.person_id)) == ([], [])
    assert certificate(id).files == 4
    assert {each["person"] for each in of_record("erased-person", id)} == {
        str(first.person_id), str(second.person_id),
    }  # fmt: skip
    assert Person.objects.filter(address_index__isnull=False).count() == 0


# ---- only what was confirmed


def test_an_arrival_in_between_stops_it(house: House) -> None:
    inquiry = someone(house)
    seen = files_of(inquiry.person_id)
    house.submit(**CANARIES)
    before = len(lines("erasure"))

    with pytest.raises(ArrivedMeanwhile):
        erase_all(house, inquiry, seen=seen)
    assert (DeletionRecord.objects.count(), len(lines("erasure"))) == (0, before)
    assert len(files_of(inquiry.person_id)) == 3


def test_a_note_in_between_stops_it_too(house: House) -> None:
    inquiry = Inquiry.objects.get(id=house.submit(**CANARIES).id)
    seen = files_of(inquiry.person_id)
    from madoguchi.rooms.inquiries.actions.add_note import add_note

    add_note(viewer=house.viewer, inquiry_id=inquiry.id, text="一言")
    with pytest.raises(ArrivedMeanwhile):
        erase_all(house, inquiry, seen=seen)


def test_the_second_is_told(house: House) -> None:
    inquiry = someone(house)
    seen = files_of(inquiry.person_id)
    erase_all(house, inquiry)

    for _ in range(2):
        with pytest.raises(EndedMeanwhile):
            erase(person=inquiry.person_id, files=seen, expected=seen, ground="asked", by=officer(house))
        house.work()
    assert DeletionRecord.objects.count() == 1


def test_more_than_was_seen_is_refused(house: House) -> None:
    first = someone(house)
    other = Inquiry.objects.get(id=house.submit(email=ADDRESS, name="五百旗頭 真").id)
    living = files_of(first.person_id)
    unseen = [file for file in living if file != other.file_id]

    with pytest.raises(ArrivedMeanwhile):
        erase(person=first.person_id, files=living, expected=unseen, ground="asked", by=officer(house))
    assert files_of(first.person_id) == living


@pytest.mark.parametrize("role", ["clerk", "admin"])
def test_only_an_officer_erases(house: House, role: str) -> None:
    inquiry = someone(house)
    files = files_of(inquiry.person_id)
    for by in (Ref("staff", house.staff[role].id), WORKER):
        with pytest.raises(OfficersOnly) as refused:
            erase(person=inquiry.person_id, files=files, expected=files, ground="asked", by=by)
        assert "個人情報管理者にお願いしてください" in refused.value.message
    assert files_of(inquiry.person_id) == files


def test_a_former_officer_erases_nothing(house: House) -> None:
    from madoguchi.rooms.organisation.models import Staff

    inquiry = someone(house)
    Staff.objects.filter(id=house.staff["officer"].id).update(is_active=False)
    with pytest.raises(OfficersOnly):
        erase_all(house, inquiry)


def test_nothing_chosen_and_an_unknown_ground_are_refused(house: House) -> None:
    inquiry = someone(house)
    files = files_of(inquiry.person_id)
    with pytest.raises(NothingChosen):
        erase(person=inquiry.person_id, files=[], expected=files, ground="asked", by=officer(house))
    with pytest.raises(UnknownGround):
        erase(person=inquiry.person_id, files=files, expected=files, ground="", by=officer(house))


def test_a_file_that_is_not_theirs_and_was_not_there_is_refused(house: House) -> None:
    inquiry = someone(house)
    files = files_of(inquiry.person_id)
    with pytest.raises((EndedMeanwhile, NotConfirmed)):
        erase(
            person=inquiry.person_id, files=[*files, inquiry.id], expected=files, ground="asked",
            by=officer(house),
        )  # fmt: skip
    assert files_of(inquiry.person_id) == files


# ---- what must stay


def held(house: House, file: UUID, days: int = 30) -> Hold:
    return Hold.objects.create(
        file_id=file,
        ground="dispute",
        owner=house.staff["officer"],
        until=clock.today() + timedelta(days=days),
    )


def test_a_held_file_stays_sealed_with_its_law_and_its_day(house: House) -> None:
    inquiry = someone(house)
    hold = held(house, inquiry.file_id)
    assert locate(inquiry.file_id).certain[0].held == hold
    id = erase_all(house, inquiry)
    house.work()

    with pytest.raises(FileKept):
        file_key(inquiry.file_id)
    file = File.objects.get(id=inquiry.file_id)
    assert (file.kept_for, file.kept_until, file.ending) == ("dispute", hold.until, None)
    assert certificate(id).files == 1  # the notes
    assert [(each.until) for each in certificate(id).remainder if each.until] == [hold.until]
    assert of_record("erasure-kept", id) == [
        {"file": str(file.id), "law": "dispute", "until": hold.until.isoformat(), "record": str(id)}
    ]
    assert Person.objects.get(id=inquiry.person_id).address_index is None


def test_what_is_noted_on_a_held_matter_stays_with_it(house: House) -> None:
    """The note has a file of its own: it comes after the hold, and the erasure must not take it out of the matter."""
    inquiry = Inquiry.objects.get(id=house.submit(**CANARIES).id)
    placed = held(house, inquiry.file_id)
    add_note(viewer=house.viewer, inquiry_id=inquiry.id, text="経緯を記します。")
    files = files_of(inquiry.person_id)
    id = erase_all(house, inquiry)
    house.work()

    left = File.objects.filter(id__in=files, destroyed_at=None).values_list("kept_for", "kept_until")
    assert list(left) == [("dispute", placed.until)] * 2
    assert certificate(id).files == 0


def test_sealed_files_are_not_found_sent_or_shown(house: House) -> None:
    from madoguchi.rooms.inquiries.queries.lists import list_page

    inquiry = someone(house)
    held(house, inquiry.file_id)
    reply(viewer=house.viewer, inquiry_id=inquiry.id, text="追ってご連絡します。", seen_until=None)
    erase_all(house, inquiry)
    before = len(house.mails())
    house.work()

    assert len(house.mails()) == before
    (row,) = list_page(house.viewer, "inbox").rows
    assert (row.erased, row.name, row.line) == (True, "", "")
    with pytest.raises(FileErased):
        locate(inquiry.file_id)


def test_what_stays_sealed_leaves_the_search_index(house: House) -> None:
    inquiry = someone(house)
    held(house, inquiry.file_id)
    while index_some_more():
        pass
    assert inquiry.file_id in files_with("name", CANARIES["name"], limit=5)
    erase_all(house, inquiry)
    house.work()

    assert files_with("name", CANARIES["name"], limit=5) == []


def test_a_hold_placed_after_the_look_stops_it(house: House) -> None:
    inquiry = someone(house)
    files = files_of(inquiry.person_id)
    plan = Plan(uuid7(), "erasure", "asked", tuple(files), officer(house), inquiry.person_id)
    held(house, inquiry.file_id)

    with pytest.raises(HeldMeanwhile):
        carry_out(plan)
    assert files_of(inquiry.person_id) == files
    assert of_record("erasure-withdrawn", plan.id) != []


# ---- the record


def test_events_carry_codes_only_and_are_two(house: House) -> None:
    inquiry = someone(house)
    erase_all(house, inquiry)
    house.work()

    events = [each for each in about(Ref("person", inquiry.person_id)) if each.kind.startswith("inventory.")]
    assert [each.kind for each in events] == ["inventory.erasure-begun", "inventory.erasure-finished"]
    assert [each.details for each in events] == [
        {"code": "asked", "files": 2, "kept": 0, "whole": True},
        {"code": "asked", "files": 2},
    ]


def test_finishing_again_changes_nothing(house: House) -> None:
    inquiry = someone(house)
    id = erase_all(house, inquiry)
    house.work()
    before = certificate(id)
    finish(id)

    assert certificate(id) == before


def test_the_raw_database_holds_neither_keys_nor_words(house: House) -> None:
    """SQLite, after the ending swept: the bytes of the wrapped keys are in no file of the data folder."""
    inquiry = someone(house)
    wrapped = [wrap_of(file) for file in files_of(inquiry.person_id)]
    assert all(key in _raw() for key in wrapped)
    erase_all(house, inquiry)
    house.work()

    raw = _raw()
    assert not any(key in raw for key in wrapped)
    assert not any(word.encode() in raw for word in CANARIES.values())


def _raw() -> bytes:
    """Everything that an outsider with the files would read. PostgreSQL: what a reader of the tables would."""
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(settings.DATABASES["default"]["NAME"])) as other:
            assert other.execute("SELECT count(*) FROM vault_file").fetchone()[0] > 0
        return b"".join(path.read_bytes() for path in Path(settings.DATA_DIR).iterdir() if path.is_file())
    from django.apps import apps

    rows = (row for model in apps.get_models() for row in model._default_manager.values_list())
    return b"\n".join(
        bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
        for row in rows
        for value in row
    )


def test_an_erased_inquiry_can_still_be_put_away(house: House) -> None:
    from madoguchi.rooms.inquiries.actions.set_status import set_status

    inquiry = someone(house)
    erase_all(house, inquiry)
    house.work()
    set_status(viewer=house.viewer, inquiry_id=inquiry.id, status="done")

    assert Entry.objects.filter(inquiry_id=inquiry.id, code="status").count() >= 1


def test_the_same_draft_sent_again_brings_nothing_and_nobody_back(house: House) -> None:
    """The browser sends it once more: the receipt stays the same, the text is not stored, the address not kept."""
    draft = "d" * 43
    first = house.submit(draft=draft, **CANARIES)
    inquiry = Inquiry.objects.get(id=first.id)
    erase_all(house, inquiry)
    house.work()
    again = house.submit(draft=draft, **CANARIES)

    assert (again.id, again.receipt_number, again.fresh) == (first.id, first.receipt_number, False)
    assert (Inquiry.objects.count(), Person.objects.count()) == (1, 1)
    assert Person.objects.get().address_index is None
