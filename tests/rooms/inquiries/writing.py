"""Somebody answers: the steps that the tests of replies begin with."""

from uuid import UUID

from madoguchi.foundation.lib.ids import COMMAND
from madoguchi.rooms.inquiries.actions.propose import propose
from madoguchi.rooms.inquiries.actions.reply import reply
from madoguchi.rooms.inquiries.actions.set_desk_rules import set_desk_rules
from madoguchi.rooms.inquiries.models import Entry, Inquiry
from madoguchi.rooms.organisation.actions.add_staff import add_staff
from madoguchi.rooms.organisation.models import LegalEntity, Staff
from madoguchi.rooms.organisation.queries import Viewer, viewer_of
from tests.house import House

TEXT = "お問い合わせありがとうございます。\n宛名を改めた見積書をお送りします。"


def drafter_of(house: House) -> Staff:
    """A colleague who writes and never sends."""
    return add_staff(
        email="drafter@example.jp", name="小野 葵", role="drafter", entity_id=house.entity_id, by=COMMAND
    )


def officer_of(house: House) -> Viewer:
    return viewer_of(house.staff["officer"])


def answer(house: House, inquiry: UUID, text: str = TEXT, *, by: Viewer | None = None) -> Entry:
    reply(viewer=by or house.viewer, inquiry_id=inquiry, text=text, seen_until=None)
    return Entry.objects.get(inquiry_id=inquiry, kind="reply")


def ask(inquiry: UUID, by: Viewer, text: str = TEXT) -> UUID:
    return propose(viewer=by, inquiry_id=inquiry, text=text)


def rule(
    house: House, *, approval: bool = False, always: bool = False, seconds: int = 30, words: str = ""
) -> None:
    set_desk_rules(
        viewer=viewer_of(house.staff["admin"]), approval=approval, always_check=always,
        warning_words=words.split(), take_back_seconds=seconds,
    )  # fmt: skip


def stored(inquiry: UUID) -> Inquiry:
    return Inquiry.objects.get(id=inquiry)


def stranger_of() -> Staff:
    """A clerk of another company in the same installation."""
    other = LegalEntity.objects.create(
        name="別の会社", address="x", representative_title="x", representative="x", desk="x", sender_name="x",
        sender_address="x@other.example",
    )  # fmt: skip
    return add_staff(
        email="stranger@other.example", name="他社 太郎", role="clerk", entity_id=other.id, by=COMMAND
    )
