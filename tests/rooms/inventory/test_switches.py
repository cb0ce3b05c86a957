"""Items with a switch: off they cannot be stored, on they work whole, and stopping never takes anything away."""

import io
import json
import threading
import zlib
from uuid import UUID

import pytest
from django.db import connections
from PIL import Image

from madoguchi.config.profile import apply, read_profile
from madoguchi.foundation.lib.ids import COMMAND, uuid7
from madoguchi.rooms.audit.models import Event
from madoguchi.rooms.forms.actions.collect import collect
from madoguchi.rooms.forms.actions.set_form import set_form
from madoguchi.rooms.forms.errors import BadDefinition
from madoguchi.rooms.forms.models import FormVersion
from madoguchi.rooms.forms.queries import first_form
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.inquiries.queries.one import answers_of
from madoguchi.rooms.inventory.actions.correct import correct
from madoguchi.rooms.inventory.actions.drop_item import drop_item, drop_items
from madoguchi.rooms.inventory.actions.erase import erase
from madoguchi.rooms.inventory.actions.keep_item import correct_item, keep_item, keep_portrait
from madoguchi.rooms.inventory.errors import (
    CardNumber,
    NobodyHere,
    NotAnnounced,
    NotCollected,
    NothingHeld,
    NotKeptHere,
    NotReady,
    OfficersOnly,
    StillCollected,
    UnfitPicture,
    UnfitValue,
    UnknownItem,
)
from madoguchi.rooms.inventory.models import Correction, Detail, Switch
from madoguchi.rooms.inventory.queries.details import details, portrait
from madoguchi.rooms.inventory.queries.locate import locate
from madoguchi.rooms.inventory.queries.records import certificate
from madoguchi.rooms.inventory.queries.switches import items, standings, switched_on
from madoguchi.rooms.organisation.queries import Viewer, viewer_of
from madoguchi.rooms.policy.models import PolicyVersion
from madoguchi.rooms.vault.models import Attachment, Chunk, File
from madoguchi.rooms.vault.queries import files_of
from tests.house import House

REFERENCE = "ch_3NqExample0001"
FORM_ITEMS = ["birth_date", "sex", "occupation", "postal_address"]


@pytest.fixture
def officer(house: House) -> Viewer:
    return viewer_of(house.staff["officer"])


def asked() -> list[str]:
    form = first_form()
    assert form is not None
    return [spec.key for spec in form.definition.fields]


def someone(house: House, **answers: str) -> Inquiry:
    return Inquiry.objects.get(id=house.submit(**answers).id)


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 30), **more: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "steelblue").save(out, kind, **more)
    return out.getvalue()


# -- the switch -------------------------------------------------------------------------------------


def test_switching_on_asks_at_the_end_and_off_no_more(house: House, officer: Viewer) -> None:
    plain = asked()
    for code in reversed(FORM_ITEMS):
        assert collect(viewer=officer, code=code, on=True)
    assert asked() == [*plain, *FORM_ITEMS]

    collect(viewer=officer, code="sex", on=False)

    assert asked() == [*plain, "birth_date", "occupation", "postal_address"]
    form = first_form()
    assert form is not None
    besides = [spec for spec in form.definition.fields if spec.key in FORM_ITEMS]
    assert [(spec.required, spec.kind, spec.autocomplete, spec.announced) for spec in besides] == [
        (False, "date", "bday", "2-1a"),
        (False, "line", "organization-title", "2-1a"),
        (False, "text", "street-address", "2-1b"),
    ]


def test_an_installation_that_is_applied_again_keeps_its_switches(house: House, officer: Viewer) -> None:
    collect(viewer=officer, code="occupation", on=True)
    versions = FormVersion.objects.count()

    apply(read_profile("eclore"))

    assert asked()[-1] == "occupation"
    assert FormVersion.objects.count() == versions


def test_pressed_twice_is_one_switch_and_one_event(house: House, officer: Viewer) -> None:
    changes = [collect(viewer=officer, code="portrait", on=on) for on in (True, True, False, False)]

    assert changes == [True, False, True, False]
    assert Switch.objects.count() == 1
    events = Event.objects.filter(kind="inventory.switched").order_by("id")
    assert [json.loads(event.details) for event in events] == [
        {"item": "portrait", "on": on} for on in (True, False)
    ]


def test_ten_hands_at_once_turn_one_switch(house: House, officer: Viewer) -> None:
    wrong: list[BaseException] = []

    def press() -> None:
        try:
            collect(viewer=officer, code="occupation", on=True)
        except Exception as error:  # noqa: BLE001  looked at below
            wrong.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []
    assert Switch.objects.filter(off_at=None).count() == 1
    assert asked().count("occupation") == 1
    assert FormVersion.objects.filter(form__slug="inquiry", superseded_at=None).count() == 1


@pytest.mark.parametrize("role", ["clerk", "admin"])
def test_only_the_officer_turns_a_switch(house: House, role: str) -> None:
    viewer = viewer_of(house.staff[role])
    for on in (True, False):
        with pytest.raises(OfficersOnly, match="個人情報管理者"):
            collect(viewer=viewer, code="portrait", on=on)
    assert switched_on(house.entity_id) == frozenset()


@pytest.mark.parametrize("code", ["linked_service_id", "linked_service_data", "location"])
def test_what_needs_a_journey_of_its_own_says_so(house: House, officer: Viewer, code: str) -> None:
    with pytest.raises(NotReady, match="画面ができるまで"):
        collect(viewer=officer, code=code, on=True)
    assert switched_on(house.entity_id) == frozenset()


def test_an_unknown_item_is_not_found(house: House, officer: Viewer) -> None:
    with pytest.raises(UnknownItem):
        collect(viewer=officer, code="income", on=True)


def test_nothing_begins_that_the_policy_does_not_say(house: House, officer: Viewer) -> None:
    version = PolicyVersion.objects.get()
    clauses = [{**clause, "announces": {}} for clause in version.clauses]
    version.id, version.number, version.clauses = uuid7(), 2, clauses
    version.save(force_insert=True)

    with pytest.raises(NotAnnounced, match="ポリシー"):
        collect(viewer=officer, code="portrait", on=True)


@pytest.mark.parametrize("key", FORM_ITEMS)
def test_a_form_does_not_ask_a_switched_item_by_itself(house: House, key: str) -> None:
    definition = house.form.definition.to_json()
    definition["fields"].append({"key": key, "label": "x", "announced": "2-1a"})

    with pytest.raises(BadDefinition, match="取扱台帳"):
        set_form(slug="inquiry", entity_id=house.entity_id, definition=definition, by=COMMAND)


@pytest.mark.parametrize("row", ["2-1c", "2-1d", "2-2a", "2-2b", "2-3a", "2-3b", "2-3d", "2-4a"])
def test_a_form_does_not_ask_under_another_name_either(house: House, row: str) -> None:
    definition = house.form.definition.to_json()
    definition["fields"].append({"key": "besides", "label": "x", "announced": row})

    with pytest.raises(BadDefinition, match="尋ねられるのは"):
        set_form(slug="inquiry", entity_id=house.entity_id, definition=definition, by=COMMAND)


# -- what staff record ------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [item.code for item in items()])
def test_off_nothing_is_recorded(house: House, officer: Viewer, code: str) -> None:
    person = someone(house).person_id
    with pytest.raises((NotCollected, NotKeptHere)):
        keep_item(viewer=officer, person=person, code=code, value=REFERENCE)
    with pytest.raises(NotCollected):
        keep_portrait(viewer=officer, person=person, content=picture())

    assert (Detail.objects.count(), File.objects.filter(kind="detail").count()) == (0, 0)


def test_a_reference_is_kept_sealed_in_a_file_of_its_own(house: House, officer: Viewer) -> None:
    inquiry = someone(house)
    collect(viewer=officer, code="payment_reference", on=True)
    keep_item(viewer=officer, person=inquiry.person_id, code="payment_reference", value=REFERENCE)

    row = Detail.objects.get()
    assert REFERENCE.encode() not in bytes(row.value)
    assert row.file_id != inquiry.file_id
    assert File.objects.get(id=row.file_id).holder == inquiry.person_id
    assert [(each.item.code, each.value) for each in details(inquiry.person_id)] == [
        ("payment_reference", REFERENCE)
    ]
    located = locate(inquiry.file_id)
    found = {(each.label, each.value, each.announced) for matter in located.certain for each in matter.found}
    assert ("お支払いの参照番号", REFERENCE, "2-1c") in found


def test_recorded_again_the_new_one_takes_its_place(house: House, officer: Viewer) -> None:
    person = someone(house).person_id
    collect(viewer=officer, code="payment_reference", on=True)
    for value in (REFERENCE, "pi_2"):
        keep_item(viewer=officer, person=person, code="payment_reference", value=value)

    assert [each.value for each in details(person)] == ["pi_2"]
    assert File.objects.filter(kind="detail").count() == 1
    assert [each.key for each in Correction.objects.all()] == ["payment_reference"]


def test_an_item_is_corrected_where_it_lies(house: House, officer: Viewer) -> None:
    person = someone(house).person_id
    collect(viewer=officer, code="payment_reference", on=True)
    keep_item(viewer=officer, person=person, code="payment_reference", value=REFERENCE)

    correct(
        files=files_of(person),
        key="payment_reference",
        value="pi_right",
        ground="not-factual",
        by=officer.ref,
    )

    assert [each.value for each in details(person)] == ["pi_right"]


@pytest.mark.parametrize(
    "value",
    [
        "4242424242424242", "4242 4242 4242 4242", "4242-4242-4242-4242", "card:4242.4242.4242.4242",
        "４２４２４２４２４２４２４２４２", "378282246310005", "5555/5555/5555/4444",
    ],
)  # fmt: skip
def test_a_card_number_is_never_stored(house: House, officer: Viewer, value: str) -> None:
    person = someone(house).person_id
    collect(viewer=officer, code="payment_reference", on=True)
    with pytest.raises(CardNumber, match="参照番号"):
        keep_item(viewer=officer, person=person, code="payment_reference", value=value)
    assert Detail.objects.count() == 0


@pytest.mark.parametrize("value", ["", " ", "a b", "みずほ銀行 普通 1234567", "x" * 101, "a\nb", "a\x00b"])
def test_a_reference_is_short_and_plain(house: House, officer: Viewer, value: str) -> None:
    person = someone(house).person_id
    collect(viewer=officer, code="payment_reference", on=True)
    with pytest.raises(UnfitValue):
        keep_item(viewer=officer, person=person, code="payment_reference", value=value)


@pytest.mark.parametrize("value", ["0001234567890123", "20261124000012345", "ch_4242", "T-2026-000000001"])
def test_other_long_numbers_pass(house: House, officer: Viewer, value: str) -> None:
    person = someone(house).person_id
    collect(viewer=officer, code="payment_reference", on=True)
    keep_item(viewer=officer, person=person, code="payment_reference", value=value)


def test_staff_record_only_what_is_theirs_to_record(house: House, officer: Viewer) -> None:
    person = someone(house).person_id
    collect(viewer=officer, code="birth_date", on=True)
    collect(viewer=officer, code="portrait", on=True)
    for code in ("birth_date", "portrait"):
        with pytest.raises(NotKeptHere):
            keep_item(viewer=officer, person=person, code=code, value=REFERENCE)
    for role in ("clerk", "admin"):
        with pytest.raises(OfficersOnly):
            keep_portrait(viewer=viewer_of(house.staff[role]), person=person, content=picture())


def test_of_an_erased_person_nothing_is_recorded(house: House, officer: Viewer) -> None:
    person = someone(house).person_id
    collect(viewer=officer, code="payment_reference", on=True)
    files = files_of(person)
    erase(person=person, files=files, expected=files, ground="asked", by=officer.ref)
    for _ in range(2):  # while it ends, and after
        with pytest.raises(NobodyHere):
            keep_item(viewer=officer, person=person, code="payment_reference", value=REFERENCE)
        house.work()
    assert Detail.objects.count() == 0


# -- pictures ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_drawn_anew_without_what_was_written_in_it(
    house: House, officer: Viewer, kind: str
) -> None:
    person = someone(house).person_id
    collect(viewer=officer, code="portrait", on=True)
    told = Image.Exif()
    told[0x010E], told[0x8825] = "canary-description", {1: "N", 2: (35.0, 41.0, 22.0)}
    content = picture(kind, exif=told.tobytes()) + b"canary-behind"
    assert b"canary-description" in content

    keep_portrait(viewer=officer, person=person, content=content)

    shown = b"".join(portrait(person) or ())
    image = Image.open(io.BytesIO(shown))
    assert (image.format, image.size, dict(image.getexif())) == ("JPEG", (40, 30), {})
    assert b"canary" not in shown
    assert [each.picture for each in details(person)] == [True]
    assert Attachment.objects.get().media_type == "image/jpeg"


def test_a_picture_stands_upright_and_is_not_kept_larger_than_needed(house: House, officer: Viewer) -> None:
    person = someone(house).person_id
    collect(viewer=officer, code="portrait", on=True)
    turned = Image.Exif()
    turned[0x0112] = 6
    keep_portrait(viewer=officer, person=person, content=picture(size=(3000, 2000), exif=turned.tobytes()))

    assert Image.open(io.BytesIO(b"".join(portrait(person) or ()))).size == (1067, 1600)


def test_another_picture_takes_the_place_of_the_first(house: House, officer: Viewer) -> None:
    person = someone(house).person_id
    collect(viewer=officer, code="portrait", on=True)
    for size in ((40, 30), (60, 30)):
        keep_portrait(viewer=officer, person=person, content=picture(size=size))

    assert Image.open(io.BytesIO(b"".join(portrait(person) or ()))).size == (60, 30)
    assert (Attachment.objects.count(), Chunk.objects.count()) == (1, 1)


def huge_png() -> bytes:
    """A bomb: 60,000 × 60,000 pixels in a few hundred bytes."""
    head = b"\x00\x00\xea\x60\x00\x00\xea\x60\x08\x02\x00\x00\x00"
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 4096)), (b"IEND", b"")]
    body = b"".join(
        len(data).to_bytes(4) + name + data + zlib.crc32(name + data).to_bytes(4) for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize(
    "content",
    [
        b"", b"not a picture", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        picture("GIF"), picture("BMP"), picture("TIFF"), b"\xff\xd8\xff" + b"\0" * 100, picture("PNG")[:60],
        b"RIFF\x10\0\0\0WEBPVP8 ", huge_png(), picture() + b"\0" * 8 * 1024 * 1024, b"%PDF-1.7",
    ],
    ids=[
        "empty", "text", "svg", "gif", "bmp", "tiff", "broken-jpeg", "cut-png", "cut-webp", "bomb", "too-long", "pdf",
    ],
)  # fmt: skip
def test_whatever_is_no_fit_picture_is_refused(house: House, officer: Viewer, content: bytes) -> None:
    person = someone(house).person_id
    collect(viewer=officer, code="portrait", on=True)
    with pytest.raises(UnfitPicture, match="JPEG"):
        keep_portrait(viewer=officer, person=person, content=content)
    assert (Detail.objects.count(), Attachment.objects.count()) == (0, 0)


# -- stopping and ending ----------------------------------------------------------------------------


def test_stopping_takes_nothing_away_and_says_what_is_left(house: House, officer: Viewer) -> None:
    person = someone(house).person_id
    collect(viewer=officer, code="payment_reference", on=True)
    keep_item(viewer=officer, person=person, code="payment_reference", value=REFERENCE)
    collect(viewer=officer, code="payment_reference", on=False)

    assert [each.value for each in details(person)] == [REFERENCE]
    held = {each.item.code: (each.on_at, each.held) for each in standings(house.entity_id)}
    assert held["payment_reference"] == (None, 1)
    with pytest.raises(NotCollected):
        keep_item(viewer=officer, person=person, code="payment_reference", value="other")
    correct_item(viewer=officer, person=person, code="payment_reference", value="right")
    assert [each.value for each in details(person)] == ["right"]  # what is held must still be right
    with pytest.raises(OfficersOnly):
        correct_item(viewer=house.viewer, person=person, code="payment_reference", value="wrong")


def test_what_is_left_is_ended_together_once_it_was_stopped(house: House, officer: Viewer) -> None:
    people = [someone(house).person_id for _ in range(3)]
    collect(viewer=officer, code="payment_reference", on=True)
    for person in people:
        keep_item(viewer=officer, person=person, code="payment_reference", value=REFERENCE)
    with pytest.raises(StillCollected):
        drop_items(viewer=officer, code="payment_reference")
    collect(viewer=officer, code="payment_reference", on=False)
    with pytest.raises(OfficersOnly):
        drop_items(viewer=house.viewer, code="payment_reference")

    record = drop_items(viewer=officer, code="payment_reference")
    house.work()

    assert (Detail.objects.count(), [details(person) for person in people]) == (0, [[], [], []])
    assert certificate(record).files == 3
    assert certificate(record).finished_at is not None
    assert [len(files_of(person)) > 0 for person in people] == [True] * 3  # the inquiries stay
    with pytest.raises(NothingHeld):
        drop_items(viewer=officer, code="payment_reference")


def test_one_item_of_one_person_ends_alone(house: House, officer: Viewer) -> None:
    one, other = (someone(house).person_id for _ in range(2))
    collect(viewer=officer, code="portrait", on=True)
    for person in (one, other):
        keep_portrait(viewer=officer, person=person, content=picture())

    drop_item(viewer=officer, person=one, code="portrait")
    assert details(one) == []  # at once, before the job
    house.work()

    assert (portrait(one), Attachment.objects.count()) == (None, 1)
    assert len(details(other)) == 1


def test_erasing_the_person_ends_their_items(house: House, officer: Viewer) -> None:
    person = someone(house).person_id
    collect(viewer=officer, code="portrait", on=True)
    keep_portrait(viewer=officer, person=person, content=picture())
    files: list[UUID] = files_of(person)
    erase(person=person, files=files, expected=files, ground="asked", by=officer.ref)
    house.work()

    assert (Detail.objects.count(), Attachment.objects.count(), Chunk.objects.count()) == (0, 0, 0)


def test_a_switch_turned_off_while_an_inquiry_is_on_its_way_drops_the_answer(
    house: House, officer: Viewer
) -> None:
    collect(viewer=officer, code="occupation", on=True)
    form = first_form()
    assert form is not None
    house.form = form
    kept = someone(house, occupation="会社員")
    collect(viewer=officer, code="occupation", on=False)
    dropped = someone(house, occupation="会社員")  # from the page that was shown before

    assert answers_of(kept).values["occupation"] == "会社員"
    assert "occupation" not in answers_of(dropped).values
