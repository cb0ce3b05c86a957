"""A reply put before a colleague: approved or sent back by somebody else, and only that text goes out."""

import pytest

from madoguchi.rooms.inquiries.actions.attach import attach
from madoguchi.rooms.inquiries.actions.decide import approve, send_back
from madoguchi.rooms.inquiries.actions.decline import decline
from madoguchi.rooms.inquiries.actions.enclose import Offered
from madoguchi.rooms.inquiries.actions.move_lane import move_lane
from madoguchi.rooms.inquiries.actions.pen import take_pen
from madoguchi.rooms.inquiries.actions.propose import propose, withdraw
from madoguchi.rooms.inquiries.actions.reply import reply
from madoguchi.rooms.inquiries.actions.resend import resend
from madoguchi.rooms.inquiries.actions.take_back import take_back
from madoguchi.rooms.inquiries.actions.write_draft import save_draft
from madoguchi.rooms.inquiries.errors import (
    AnotherWaits,
    DecidedAlready,
    NeedsApproval,
    NoReason,
    OnlyOthersSend,
    OwnProposal,
    UnknownColleague,
)
from madoguchi.rooms.inquiries.models import Draft, Enclosure, Entry, Inquiry, Proposal
from madoguchi.rooms.inquiries.queries.drafts import draft_of, pen_on
from madoguchi.rooms.inquiries.queries.proposals import Proposed, current, returned_to, waiting_for
from madoguchi.rooms.organisation.queries import viewer_of
from madoguchi.rooms.vault.queries import file_key
from tests.house import House
from tests.rooms.inquiries.writing import TEXT, answer, ask, drafter_of, officer_of, rule, stored

OTHER = "書き直したお返事です。宛名を改めてお送りします。"


def now(inquiry: Inquiry) -> Proposed | None:
    return current(inquiry, key=file_key(inquiry.file_id))


def codes() -> list[str]:
    return list(Entry.objects.filter(kind="event").order_by("at", "id").values_list("code", flat=True))


def test_a_drafters_reply_goes_out_by_somebody_elses_hand(house: House) -> None:
    inquiry, drafter = house.submit(email="hanako@example.jp").id, viewer_of(drafter_of(house))
    house.work()
    with pytest.raises(OnlyOthersSend):
        answer(house, inquiry, by=drafter)

    proposal = ask(inquiry, drafter)
    with pytest.raises(OnlyOthersSend):
        approve(viewer=drafter, inquiry_id=inquiry, proposal_id=proposal)
    approve(viewer=house.viewer, inquiry_id=inquiry, proposal_id=proposal)
    with pytest.raises(OnlyOthersSend):
        answer(house, inquiry, by=drafter)
    sent = answer(house, inquiry, by=officer_of(house))  # a third one may send it
    house.work()

    assert len(house.mails(to="hanako@example.jp")) == 2
    assert Proposal.objects.get().sent_id == sent.id
    assert codes() == ["proposed", "proposal-approved", "status"]
    assert now(stored(inquiry)) is None


def test_a_drafter_has_no_other_way_out_either(house: House) -> None:
    sales, drafter = house.submit(email="sales@example.jp").id, viewer_of(drafter_of(house))
    move_lane(viewer=drafter, inquiry_id=sales, lane="sales")
    entry = answer(house, house.submit().id)

    with pytest.raises(OnlyOthersSend):
        decline(viewer=drafter, inquiry_id=sales)
    assert entry.mail_id is not None
    with pytest.raises(OnlyOthersSend):
        resend(viewer=drafter, mail_id=entry.mail_id)


def test_nobody_approves_their_own(house: House) -> None:
    inquiry = house.submit().id
    proposal = ask(inquiry, officer_of(house))

    with pytest.raises(OwnProposal):
        approve(viewer=officer_of(house), inquiry_id=inquiry, proposal_id=proposal)
    with pytest.raises(OwnProposal):
        send_back(viewer=officer_of(house), inquiry_id=inquiry, proposal_id=proposal, reason="わたし")
    with pytest.raises(OwnProposal):
        propose(viewer=house.viewer, inquiry_id=inquiry, text=TEXT, asked_of=house.viewer.ref.id)
    assert waiting_for(officer_of(house)) == []


def test_where_approval_is_the_rule_only_the_approved_text_leaves(house: House) -> None:
    inquiry = house.submit().id
    rule(house, approval=True)
    with pytest.raises(NeedsApproval):
        answer(house, inquiry)

    proposal = ask(inquiry, house.viewer)
    with pytest.raises(NeedsApproval):  # waiting is not approved
        answer(house, inquiry)
    approve(viewer=officer_of(house), inquiry_id=inquiry, proposal_id=proposal)
    with pytest.raises(NeedsApproval):  # one letter more is another text
        answer(house, inquiry, f"{TEXT}。")
    assert answer(house, inquiry).kind == "reply"
    with pytest.raises(NeedsApproval):  # an approval is for one sending
        reply(viewer=officer_of(house), inquiry_id=inquiry, text=TEXT, seen_until=None)


def test_a_new_proposal_takes_the_approval_of_the_old_one_away(house: House) -> None:
    inquiry = house.submit().id
    rule(house, approval=True)
    approve(viewer=officer_of(house), inquiry_id=inquiry, proposal_id=ask(inquiry, house.viewer))

    later = ask(inquiry, house.viewer, OTHER)

    with pytest.raises(NeedsApproval):
        answer(house, inquiry)
    approve(viewer=officer_of(house), inquiry_id=inquiry, proposal_id=later)
    answer(house, inquiry, OTHER)
    found = Proposal.objects.order_by("asked_at")
    assert [(each.decision, each.sent_id is not None) for each in found] == [
        ("approved", False),
        ("approved", True),
    ]
    assert found[1].before_id == found[0].id


def test_sent_back_it_says_why_and_is_a_draft_again(house: House) -> None:
    inquiry = house.submit().id
    take_pen(viewer=house.viewer, inquiry_id=inquiry)
    save_draft(viewer=house.viewer, inquiry_id=inquiry, text=TEXT)
    proposal = ask(inquiry, house.viewer)
    assert (Draft.objects.count(), pen_on(inquiry)) == (0, None)
    with pytest.raises(NoReason):
        send_back(viewer=officer_of(house), inquiry_id=inquiry, proposal_id=proposal, reason=" ")

    send_back(viewer=officer_of(house), inquiry_id=inquiry, proposal_id=proposal, reason="宛名が違います。")

    found, draft = now(stored(inquiry)), draft_of(house.viewer, stored(inquiry))
    assert found is not None
    assert draft is not None
    assert (found.decision, found.reason, draft.text) == ("returned", "宛名が違います。", TEXT)
    assert [each.row.id for each in returned_to(house.viewer)] == [inquiry]
    again = ask(inquiry, house.viewer, OTHER)
    second = now(stored(inquiry))
    assert second is not None
    assert (second.id, second.before_text, returned_to(house.viewer)) == (again, TEXT, [])
    assert codes() == ["proposed", "proposal-returned", "proposed"]


def test_withdrawn_it_is_a_draft_again_and_only_by_its_author(house: House) -> None:
    inquiry = house.submit().id
    proposal = ask(inquiry, house.viewer)

    with pytest.raises(DecidedAlready):
        withdraw(viewer=officer_of(house), inquiry_id=inquiry, proposal_id=proposal)
    withdraw(viewer=house.viewer, inquiry_id=inquiry, proposal_id=proposal)

    with pytest.raises(DecidedAlready):
        approve(viewer=officer_of(house), inquiry_id=inquiry, proposal_id=proposal)
    draft = draft_of(house.viewer, stored(inquiry))
    assert draft is not None
    assert draft.text == TEXT


def test_one_waits_at_a_time_and_the_longest_first(house: House) -> None:
    first, second = house.submit().id, house.submit().id
    ask(first, house.viewer)
    ask(second, house.viewer)

    with pytest.raises(AnotherWaits):
        ask(first, officer_of(house), OTHER)
    assert [each.row.id for each in waiting_for(officer_of(house))] == [first, second]
    assert waiting_for(house.viewer) == []


def test_somebody_may_be_asked_and_another_may_answer(house: House) -> None:
    inquiry, drafter = house.submit().id, drafter_of(house)
    with pytest.raises(UnknownColleague):  # who may not send cannot approve
        propose(viewer=house.viewer, inquiry_id=inquiry, text=TEXT, asked_of=drafter.id)
    proposal = propose(
        viewer=viewer_of(drafter), inquiry_id=inquiry, text=TEXT, asked_of=officer_of(house).ref.id
    )
    assert [each.asked_of_me for each in waiting_for(officer_of(house))] == [True]
    assert [each.asked_of_me for each in waiting_for(house.viewer)] == [False]

    approve(viewer=house.viewer, inquiry_id=inquiry, proposal_id=proposal)

    assert Proposal.objects.get().decided_by_id == house.viewer.ref.id


def test_files_are_approved_with_the_text(house: House) -> None:
    inquiry, drafter = house.submit().id, viewer_of(drafter_of(house))
    attach(viewer=drafter, inquiry_id=inquiry, files=[Offered("見積.txt", b"1")], text=TEXT)
    proposal = ask(inquiry, drafter)
    attach(viewer=drafter, inquiry_id=inquiry, files=[Offered("あとから.txt", b"2")])
    approve(viewer=house.viewer, inquiry_id=inquiry, proposal_id=proposal)
    attach(viewer=house.viewer, inquiry_id=inquiry, files=[Offered("別の人の.txt", b"3")])

    entry = answer(house, inquiry)

    assert Enclosure.objects.filter(entry_id=entry.id).count() == 1
    assert Enclosure.objects.filter(draft__isnull=False).count() == 1


def test_taken_back_it_is_approved_still(house: House) -> None:
    inquiry, drafter = house.submit().id, viewer_of(drafter_of(house))
    attach(viewer=drafter, inquiry_id=inquiry, files=[Offered("見積.txt", b"1")], text=TEXT)
    proposal = ask(inquiry, drafter)
    approve(viewer=house.viewer, inquiry_id=inquiry, proposal_id=proposal)
    entry = answer(house, inquiry)

    take_back(viewer=house.viewer, inquiry_id=inquiry, entry_id=entry.id)

    found = now(stored(inquiry))
    assert found is not None
    assert (found.id, found.decision) == (proposal, "approved")
    assert Enclosure.objects.get().proposal_id == proposal
    assert answer(house, inquiry).kind == "reply"
