"""A draft is one a colleague and inquiry; it goes when it was sent or discarded, and with the person."""

from madoguchi.foundation.lib import clock
from madoguchi.rooms.audit.models import Event
from madoguchi.rooms.inquiries.actions.attach import attach
from madoguchi.rooms.inquiries.actions.enclose import Offered
from madoguchi.rooms.inquiries.actions.write_draft import discard_draft, save_draft
from madoguchi.rooms.inquiries.models import Draft, Enclosure
from madoguchi.rooms.inquiries.queries.drafts import Marks, draft_of, drafts_on, marks_on
from madoguchi.rooms.vault.models import Attachment
from madoguchi.rooms.vault.queries import file_key
from tests.house import House
from tests.keys import destroy_file
from tests.rooms.inquiries.writing import TEXT, answer, officer_of, stored


def test_it_is_kept_as_it_is_typed_and_begun_once(house: House) -> None:
    inquiry = house.submit().id

    for text in ("お", "お問い", TEXT):
        assert save_draft(viewer=house.viewer, inquiry_id=inquiry, text=text, on_page=True) is not None
    save_draft(viewer=officer_of(house), inquiry_id=inquiry, text="別の人の下書き")

    mine = draft_of(house.viewer, stored(inquiry))
    assert mine is not None
    assert (mine.text, mine.on_page) == (TEXT, True)
    assert Draft.objects.count() == 2
    assert Event.objects.filter(kind="inquiry.draft-begun").count() == 2
    assert marks_on([inquiry]) == {inquiry: Marks(drafts=[house.viewer.ref.id, officer_of(house).ref.id])}


def test_nothing_is_not_kept_but_emptying_is(house: House) -> None:
    inquiry = house.submit().id

    assert save_draft(viewer=house.viewer, inquiry_id=inquiry, text=" \n") is None
    assert Draft.objects.count() == 0
    save_draft(viewer=house.viewer, inquiry_id=inquiry, text=TEXT)
    save_draft(viewer=house.viewer, inquiry_id=inquiry, text="")

    mine = draft_of(house.viewer, stored(inquiry))
    assert mine is not None
    assert mine.text == ""


def test_sent_it_is_gone_and_a_late_saving_does_not_bring_it_back(house: House) -> None:
    inquiry, opened = house.submit().id, clock.now()
    save_draft(viewer=house.viewer, inquiry_id=inquiry, text=TEXT, seen_until=opened)
    save_draft(viewer=officer_of(house), inquiry_id=inquiry, text="こちらも書きかけです。", seen_until=opened)

    answer(house, inquiry)

    assert save_draft(viewer=house.viewer, inquiry_id=inquiry, text=TEXT, seen_until=opened) is None
    assert list(Draft.objects.values_list("staff_id", flat=True)) == [officer_of(house).ref.id]
    assert save_draft(viewer=officer_of(house), inquiry_id=inquiry, text="まだ書きます。", seen_until=opened)


def test_discarded_it_takes_its_files_along(house: House) -> None:
    inquiry = house.submit().id
    attach(viewer=house.viewer, inquiry_id=inquiry, files=[Offered("見積.txt", "見積".encode())], text=TEXT)
    assert Attachment.objects.count() == 1

    assert discard_draft(viewer=house.viewer, inquiry_id=inquiry) is True
    assert discard_draft(viewer=house.viewer, inquiry_id=inquiry) is False

    assert (Draft.objects.count(), Enclosure.objects.count(), Attachment.objects.count()) == (0, 0, 0)


def test_what_is_attached_goes_with_the_reply(house: House) -> None:
    inquiry = house.submit(email="hanako@example.jp").id
    house.work()
    attach(viewer=house.viewer, inquiry_id=inquiry, files=[Offered("見積.txt", "見積".encode())], text=TEXT)

    entry = answer(house, inquiry)
    house.work()

    (mail,) = house.mails(to="hanako@example.jp")[1:]
    (part,) = [part for part in mail.walk() if part.get_content_disposition() == "attachment"]
    assert part.get_payload(decode=True) == "見積".encode()
    assert list(Enclosure.objects.values_list("entry_id", "draft_id")) == [(entry.id, None)]


def test_erased_with_the_person_it_cannot_be_read(house: House) -> None:
    inquiry = house.submit().id
    save_draft(viewer=house.viewer, inquiry_id=inquiry, text=TEXT)
    found = stored(inquiry)
    assert [each.text for each in drafts_on(found, key=file_key(found.file_id))] == [TEXT]

    destroy_file(file=found.file_id, reason="erasure")

    assert draft_of(house.viewer, found) is None
    assert drafts_on(found, key=None) == []
