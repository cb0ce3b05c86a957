"""Pitches arrive and staff call them what they are: the steps that the tests of screening begin with."""

from uuid import UUID

from madoguchi.config.worker import SORTING, Worker
from madoguchi.foundation.lib.ids import Ref
from madoguchi.rooms.inquiries.actions.move_lane import move_lane
from madoguchi.rooms.inquiries.actions.screen import confirm
from madoguchi.rooms.inquiries.models import Inquiry
from madoguchi.rooms.inventory.actions.erase import erase
from madoguchi.rooms.inventory.queries.apart import theirs
from madoguchi.rooms.organisation.queries import Viewer, viewer_of
from madoguchi.rooms.screening.models import Verdict
from madoguchi.rooms.screening.queries.memory import forget_everything, memory_of
from tests.house import House

PITCH = (
    "突然のご連絡失礼いたします。\n"
    "弊社では、中小企業様向けに採用サイトの制作と運用を月額9,800円からお手伝いしております。"
    "これまで300社以上に導入いただき、応募数が平均2.4倍になったとのお声を頂戴しました。\n"
    "つきましては、15分ほどオンラインでご説明のお時間をいただけますと幸いです。"
    "ご都合のよろしい日時を二、三いただけましたら、こちらからURLをお送りいたします。"
)
OTHER_PITCH = (
    "御社のホームページを拝見し、検索順位に伸びしろがあると感じてご連絡しました。"
    "無料の診断レポートをご用意しておりますので、ご希望でしたら返信にて「希望」とだけお送りください。"
    "上位表示の実績は業界最多で、初期費用は無料、成果が出るまで費用はいただきません。"
    "一度15分ほどオンラインでご説明させていただけませんか。"
)
GENUINE = (
    "先週お届けいただいた椅子の脚が一本ぐらついています。組み立ての手順書も見当たりません。"
    "交換の部品を送っていただくことはできますか。"
)
SELLER = {
    "name": "堀 健太", "company": "株式会社サイトワン", "phone": "03-0000-1111", "website": "https://site-one.example.com",
}  # fmt: skip


def pitch(house: House, **answers: str) -> Inquiry:
    """From a seller with a company domain, unless told otherwise."""
    given = {"body": PITCH, **SELLER, "email": "hori@site-one.example.com"} | answers
    return now(house.submit(**given).id)


def customer(house: House, **answers: str) -> Inquiry:
    return now(house.submit(**({"body": GENUINE, "website": ""} | answers)).id)


def now(id: UUID) -> Inquiry:
    return Inquiry.objects.get(id=id)


def sort(*inquiries: Inquiry) -> Inquiry:
    """Let the worker look at everything that waits; gives back the last of these as it stands then."""
    while Worker().work_off(SORTING):
        pass
    return now(inquiries[-1].id)


def mark(house: House, inquiry: Inquiry, lane: str = "sales", by: Viewer | None = None) -> Inquiry:
    move_lane(viewer=by or house.viewer, inquiry_id=inquiry.id, lane=lane)
    return now(inquiry.id)


def marked_pitch(house: House, **answers: str) -> Inquiry:
    """Called a pitch by a person, wherever the machine had put it."""
    inquiry = sort(pitch(house, **answers))
    if inquiry.lane == "inbox":
        return mark(house, inquiry)
    confirm(viewer=house.viewer, inquiry_id=inquiry.id)
    return inquiry


def verdict(inquiry: Inquiry) -> Verdict:
    return Verdict.objects.get(about=inquiry.id)


def made(house: House) -> bytes:
    """Everything that decides, made anew from what lies there."""
    forget_everything()
    return memory_of(house.entity_id).as_bytes()


def erase_person(house: House, inquiry: Inquiry) -> None:
    person = now(inquiry.id).person_id
    files = theirs(person)
    by = Ref("staff", house.staff["officer"].id)
    erase(person=person, files=files, expected=files, ground="asked", by=by)
    house.work()


def admin_of(house: House) -> Viewer:
    return viewer_of(house.staff["admin"])
