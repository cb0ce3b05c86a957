"""統合, 関連づけ, 別件: both numbers keep working, nobody who waits is lost, and everything goes back."""

import threading
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connections

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.foundation.lib.ids import VISITOR
from madoguchi.rooms.inquiries.actions.add_note import add_note
from madoguchi.rooms.inquiries.actions.assign import assign
from madoguchi.rooms.inquiries.actions.flag_special_care import flag_special_care
from madoguchi.rooms.inquiries.actions.hear import Heard, hear
from madoguchi.rooms.inquiries.actions.index import index_some_more
from madoguchi.rooms.inquiries.actions.merging import merge, unmerge
from madoguchi.rooms.inquiries.actions.move_lane import move_lane
from madoguchi.rooms.inquiries.actions.propose import withdraw
from madoguchi.rooms.inquiries.actions.relate import relate, unrelate
from madoguchi.rooms.inquiries.actions.set_status import set_status
from madoguchi.rooms.inquiries.actions.split import split
from madoguchi.rooms.inquiries.errors import CannotMerge, DifferentPeople, MergedAway, NotAMessage, NotMerged
from madoguchi.rooms.inquiries.models import Entry, Inquiry, Related
from madoguchi.rooms.inquiries.queries.asked import read_asked
from madoguchi.rooms.inquiries.queries.lists import counts, row_of
from madoguchi.rooms.inquiries.queries.merged import goes_on_in, merged_here, open_besides
from madoguchi.rooms.inquiries.queries.one import answers_of, find, timeline
from madoguchi.rooms.inquiries.queries.related import related_to
from madoguchi.rooms.inquiries.queries.search import search
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.rights.actions.let_close import let_close
from madoguchi.rooms.rights.actions.open_complaint import hand_over
from madoguchi.rooms.rights.actions.stop_use import stop_use
from madoguchi.rooms.rights.errors import NoOutcome
from madoguchi.rooms.vault.actions.open_file import open_file
from madoguchi.rooms.vault.actions.search import reset
from madoguchi.rooms.vault.errors import FileErased
from madoguchi.rooms.vault.models import File
from tests.house import House
from tests.rooms.inquiries.writing import ask

SAME = {"email": "hanako@example.jp"}


def of(id: object) -> Inquiry:
    return Inquiry.objects.get(id=id)


def pair(house: House, **more: str) -> tuple[Inquiry, Inquiry]:
    """The later one, and the earlier one that it goes into."""
    target = house.submit(**SAME, body="はじめの用件")
    source = house.submit(**(SAME | {"body": "つづきの用件"} | more))
    return of(source.id), of(target.id)


def test_both_are_one_timeline_and_no_entry_moves(house: House) -> None:
    source, target = pair(house)
    add_note(viewer=house.viewer, inquiry_id=source.id, text="電話で確かめました。")
    before = list(Entry.objects.order_by("id").values_list("id", "inquiry_id"))

    merge(viewer=house.viewer, source_id=source.id, target_id=target.id)

    merged = of(source.id)
    assert (merged.status, merged.merged_into_id, goes_on_in(merged)) == ("done", target.id, target)
    assert merged_here(of(target.id)) == [merged]
    assert (
        list(
            Entry.objects.filter(id__in=[id for id, _ in before])
            .order_by("id")
            .values_list("id", "inquiry_id")
        )
        == before
    )
    lines = [
        (line.kind, line.of, line.text.partition("\n")[0] or line.code) for line in timeline(of(target.id))
    ]
    assert lines == [
        ("message", source.receipt_number, "つづきの用件"),
        ("note", source.receipt_number, "電話で確かめました。"),
        ("event", source.receipt_number, "merged"),
        ("event", "", "merged-here"),
    ]
    assert counts(house.viewer)["inbox"] == 1


def test_it_goes_back_as_it_was(house: House) -> None:
    source, target = pair(house)
    set_status(viewer=house.viewer, inquiry_id=source.id, status="doing")
    merge(viewer=house.viewer, source_id=source.id, target_id=target.id)

    unmerge(viewer=house.viewer, inquiry_id=source.id)

    back = of(source.id)
    assert (back.status, back.closed_at, back.merged_into_id) == ("doing", None, None)
    assert [line.code for line in timeline(of(target.id))] == ["merged-here", "unmerged-here"]
    with pytest.raises(NotMerged):
        unmerge(viewer=house.viewer, inquiry_id=source.id)


def test_who_waits_waits_on_and_only_until_it_goes_back(house: House) -> None:
    source, target = pair(house)
    answered = clock.now() - timedelta(hours=1)
    Inquiry.objects.filter(id=target.id).update(answered_at=answered)

    merge(viewer=house.viewer, source_id=source.id, target_id=target.id)
    assert (of(target.id).answered_at, of(target.id).due_at) == (None, source.due_at)
    unmerge(viewer=house.viewer, inquiry_id=source.id)

    assert (of(target.id).answered_at, of(target.id).due_at) == (answered, target.due_at)


def test_a_reply_that_waits_for_a_colleague_is_not_buried(house: House) -> None:
    source, target = pair(house)
    proposal = ask(source.id, house.viewer)

    with pytest.raises(CannotMerge) as refused:
        merge(viewer=house.viewer, source_id=source.id, target_id=target.id)
    assert refused.value.message == (
        f"{source.receipt_number} のお返事が、承認を待っています。"
        "承認するか差し戻すか、書いた方が依頼を取り下げてから、統合してください。"
    )
    assert of(source.id).merged_into_id is None

    withdraw(viewer=house.viewer, inquiry_id=source.id, proposal_id=proposal)
    merge(viewer=house.viewer, source_id=source.id, target_id=target.id)
    assert of(source.id).merged_into_id == target.id


VERBS: dict[str, Callable[[House, Inquiry], object]] = {
    "status": lambda house, it: set_status(viewer=house.viewer, inquiry_id=it.id, status="doing"),
    "assign": lambda house, it: assign(viewer=house.viewer, inquiry_id=it.id, to=house.viewer.ref.id),
    "lane": lambda house, it: move_lane(viewer=house.viewer, inquiry_id=it.id, lane="sales"),
    "note": lambda house, it: add_note(viewer=house.viewer, inquiry_id=it.id, text="メモ"),
}


@pytest.mark.parametrize("verb", VERBS)
def test_verbs_on_a_merged_one_name_the_way(house: House, verb: str) -> None:
    source, target = pair(house)
    merge(viewer=house.viewer, source_id=source.id, target_id=target.id)

    with pytest.raises(MergedAway) as refused:
        VERBS[verb](house, source)

    assert target.receipt_number in refused.value.message


def test_what_is_said_to_either_is_said_to_the_target(house: House) -> None:
    source, target = pair(house)
    merge(viewer=house.viewer, source_id=source.id, target_id=target.id)

    said = hear(
        inquiry_id=source.id,
        heard=Heard("追伸です。", open_file(kind="message", holder=source.person_id), clock.now()),
    )

    assert Entry.objects.get(id=said).inquiry_id == target.id


def test_different_people_are_merged_by_who_has_seen_both(house: House) -> None:
    source, target = pair(house, email="other@example.jp")
    with pytest.raises(DifferentPeople):
        merge(viewer=house.viewer, source_id=source.id, target_id=target.id)
    namesake, _ = pair(house, name="別の 方")
    with pytest.raises(DifferentPeople):
        merge(viewer=house.viewer, source_id=namesake.id, target_id=target.id)

    merge(viewer=house.viewer, source_id=source.id, target_id=target.id, confirmed=True)

    assert of(source.id).merged_into_id == target.id


def test_nobody_is_put_where_nobody_answers(house: House) -> None:
    source, target = pair(house)
    set_status(viewer=house.viewer, inquiry_id=target.id, status="done")
    with pytest.raises(CannotMerge):
        merge(viewer=house.viewer, source_id=source.id, target_id=target.id)
    set_status(viewer=house.viewer, inquiry_id=target.id, status="doing")
    move_lane(viewer=house.viewer, inquiry_id=target.id, lane="sales")
    with pytest.raises(CannotMerge):
        merge(viewer=house.viewer, source_id=source.id, target_id=target.id)
    with pytest.raises(CannotMerge):
        merge(viewer=house.viewer, source_id=source.id, target_id=source.id)


def test_no_ring_comes_about(house: House) -> None:
    first, second = pair(house)
    third, _ = pair(house)
    merge(viewer=house.viewer, source_id=first.id, target_id=second.id)
    with pytest.raises(CannotMerge):
        merge(viewer=house.viewer, source_id=second.id, target_id=first.id)
    merge(viewer=house.viewer, source_id=second.id, target_id=third.id)

    assert goes_on_in(of(first.id)) == of(third.id)
    assert [each.id for each in merged_here(of(third.id))] == [second.id, first.id]


@pytest.mark.parametrize("turn", range(3))
def test_of_two_opposite_merges_at_once_exactly_one_wins(house: House, turn: int) -> None:
    one, other = pair(house)
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def join(source: Inquiry, target: Inquiry) -> None:
        start.wait()
        try:
            merge(viewer=house.viewer, source_id=source.id, target_id=target.id)
            outcomes.append("merged")
        except Refusal as refusal:
            outcomes.append(refusal.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=join, args=way) for way in ((one, other), (other, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["cannot-merge", "merged"]
    assert Inquiry.objects.filter(merged_into=None).count() == 1


def test_an_open_complaint_is_settled_first(house: House) -> None:
    source, target = pair(house)
    hand_over(viewer=house.viewer, inquiry_id=source.id, kind="complaint")

    with pytest.raises(NoOutcome):
        merge(viewer=house.viewer, source_id=source.id, target_id=target.id, closing=let_close)

    assert of(source.id).merged_into_id is None


def test_what_needs_care_is_covered_where_it_went(house: House) -> None:
    source, target = pair(house)
    flag_special_care(viewer=house.viewer, inquiry_id=source.id)

    merge(viewer=house.viewer, source_id=source.id, target_id=target.id)

    assert of(target.id).special_care_at is not None


def test_its_words_are_still_found(house: House) -> None:
    source, target = pair(house, body="真鍮の呼び鈴について")
    merge(viewer=house.viewer, source_id=source.id, target_id=target.id)
    reset()
    while index_some_more():
        pass

    hits = search(house.viewer, read_asked("真鍮")).hits

    assert [(hit.row.receipt_number, hit.row.merged) for hit in hits] == [(source.receipt_number, True)]


def test_linked_ones_know_each_other_once(house: House) -> None:
    one, other = pair(house)
    relate(viewer=house.viewer, inquiry_id=one.id, other_id=other.id)
    relate(viewer=house.viewer, inquiry_id=other.id, other_id=one.id)

    assert Related.objects.count() == 1
    for here, there in ((one, other), (other, one)):
        assert [each.row.id for each in related_to(house.viewer, here)] == [there.id]
        assert [line.code for line in timeline(here)] == ["linked"]
    unrelate(viewer=house.viewer, inquiry_id=other.id, other_id=one.id)
    assert related_to(house.viewer, one) == []
    with pytest.raises(CannotMerge):
        relate(viewer=house.viewer, inquiry_id=one.id, other_id=one.id)


def test_open_ones_of_the_same_person_or_number_are_offered(house: House) -> None:
    source, target = pair(house)
    by_phone = house.submit(email="shop@example.jp", name="店長")
    settled, _ = pair(house)
    set_status(viewer=house.viewer, inquiry_id=settled.id, status="done")
    house.submit(email="stranger@example.jp", phone="090-1111-2222")

    found = open_besides(house.viewer, target, row_of(target))

    told = {each.row.id: (each.by_phone, each.other_name) for each in found}
    assert told[source.id] == (False, False)
    assert told[by_phone.id] == (True, True)
    assert settled.id not in told
    relate(viewer=house.viewer, inquiry_id=source.id, other_id=target.id)
    assert source.id not in {each.row.id for each in open_besides(house.viewer, target, row_of(target))}


def test_a_message_becomes_an_inquiry_of_its_own_once(house: House) -> None:
    inquiry = of(house.submit(**SAME).id)
    at = clock.now() - timedelta(hours=3)
    key = open_file(kind="message", holder=inquiry.person_id)
    entry = hear(
        inquiry_id=inquiry.id, heard=Heard("別の商品の見積もお願いします。", key, at, {"subject": "別件"})
    )

    made = split(viewer=house.viewer, entry_id=entry)
    again = split(viewer=house.viewer, entry_id=entry)

    new = of(made.id)
    assert again.id == made.id
    assert (new.received_at, new.person_id, new.status) == (at, inquiry.person_id, "new")
    assert new.receipt_number != inquiry.receipt_number
    values = answers_of(new).values
    assert (values["body"], values["name"]) == ("別の商品の見積もお願いします。", "山田 花子")
    assert [(each.row.id, each.kind) for each in related_to(house.viewer, inquiry)] == [(new.id, "split")]
    assert [line.code for line in timeline(new)] == ["split-off"]
    assert [line.code for line in timeline(inquiry) if line.kind == "event"] == ["split"]
    assert new.notified_at is not None


def test_what_was_split_off_goes_back_and_is_said_once(house: House) -> None:
    inquiry = of(house.submit(**SAME).id)
    key = open_file(kind="message", holder=inquiry.person_id)
    entry = hear(inquiry_id=inquiry.id, heard=Heard("別件です。", key, clock.now()))
    made = split(viewer=house.viewer, entry_id=entry)

    merge(viewer=house.viewer, source_id=made.id, target_id=inquiry.id, confirmed=True)

    assert [line.text for line in timeline(of(inquiry.id)) if line.kind == "message"] == ["別件です。"]


def test_what_was_stopped_meanwhile_is_left_out_of_what_is_split_off(house: House) -> None:
    """`receive` begins anew without it, which it can only do while no transaction is open around it."""
    inquiry = of(house.submit(**SAME).id)
    stop_use(person=inquiry.person_id, scope="item:company", by=VISITOR)
    key = open_file(kind="message", holder=inquiry.person_id)
    entry = hear(inquiry_id=inquiry.id, heard=Heard("別件です。", key, clock.now()))

    made = split(viewer=house.viewer, entry_id=entry)

    values = answers_of(of(made.id)).values
    assert values["body"] == "別件です。"
    assert "company" not in values
    assert [line.code for line in timeline(inquiry) if line.kind == "event"] == ["split"]


@pytest.mark.parametrize("whose", ["message", "inquiry"])
def test_what_was_ended_meanwhile_is_not_split_off(
    house: House, monkeypatch: pytest.MonkeyPatch, whose: str
) -> None:
    """Read, then erased by another, then written: nothing of it is left."""
    inquiry = of(house.submit(**SAME).id)
    key = open_file(kind="message", holder=inquiry.person_id)
    entry = hear(inquiry_id=inquiry.id, heard=Heard("別件です。", key, clock.now()))
    file = {"message": key.id, "inquiry": inquiry.file_id}[whose]

    def ended(viewer: Viewer, id: UUID, *, for_update: bool = False) -> Inquiry:
        if for_update:
            File.objects.filter(id=file).update(ending=id)
        return find(viewer, id, for_update=for_update)

    monkeypatch.setattr("madoguchi.rooms.inquiries.actions.split.find", ended)
    with pytest.raises(FileErased):
        split(viewer=house.viewer, entry_id=entry)

    assert Inquiry.objects.count() == 1


def test_only_what_a_person_said_is_split_off(house: House) -> None:
    inquiry = of(house.submit(**SAME).id)
    note = add_note(viewer=house.viewer, inquiry_id=inquiry.id, text="メモ")

    with pytest.raises(NotAMessage):
        split(viewer=house.viewer, entry_id=note)
