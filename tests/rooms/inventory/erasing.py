"""A person with all that an inquiry brings, and an officer who erases them."""

from collections.abc import Collection
from uuid import UUID

from madoguchi.foundation.lib.ids import Ref
from madoguchi.rooms.inquiries.actions.add_note import add_note
from madoguchi.rooms.inquiries.actions.reply import reply
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.inventory.actions.erase import erase
from madoguchi.rooms.vault.actions.store_attachment import store_attachment
from madoguchi.rooms.vault.queries import file_key, files_of
from tests.house import House

ADDRESS = "yoko@nubatama.example"
CANARIES = {
    "body": "紫蘇の苗を七株いただけますか。", "name": "左近允 燿子", "company": "合資会社ぬばたま堂",
    "phone": "0197-00-4821", "email": ADDRESS, "remarks": "夕刻が都合よいです。",
}  # fmt: skip
NOTE, REPLY, ATTACHED = "折り返しは姪御さんへ。", "七株ご用意できます。", "委任状.pdf"


def officer(house: House) -> Ref:
    return Ref("staff", house.staff["officer"].id)


def someone(house: House, **answers: str) -> Inquiry:
    """An inquiry with its acknowledgement sent, a note, a reply sent, and an attachment."""
    inquiry = Inquiry.objects.get(id=house.submit(**(CANARIES | answers)).id)
    house.work()
    add_note(viewer=house.viewer, inquiry_id=inquiry.id, text=NOTE)
    reply(viewer=house.viewer, inquiry_id=inquiry.id, text=REPLY, seen_until=None)
    house.work()
    store_attachment(
        key=file_key(inquiry.file_id), name=ATTACHED, media_type="application/pdf", content=[b"%PDF-1.7"]
    )
    return inquiry


def erase_all(house: House, inquiry: Inquiry, *, seen: Collection[UUID] | None = None) -> UUID:
    """Everything of the person behind this inquiry; the job that does the rest is still to run."""
    files = files_of(inquiry.person_id)
    return erase(
        person=inquiry.person_id, files=files, expected=files if seen is None else seen, ground="asked",
        by=officer(house),
    )  # fmt: skip
