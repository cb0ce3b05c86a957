"""What the screens of a request say: its timeline, its answers, what stands in a choice."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from madoguchi.faces.staff_site import words
from madoguchi.foundation.lib import calendar
from madoguchi.foundation.lib.ids import Ref
from madoguchi.rooms.rights.queries.one import Line, Whole
from madoguchi.rooms.rights.rules import asking, complaints, fees, identity, letters
from madoguchi.rooms.rights.rules import requests as rules

_KEY = re.compile(r"(/requests/)[A-Za-z0-9_=-]{20,}(?:/package)?")
_PERSON = ("visitor", "person")
SENT_BY = {"mail": "メールで", "post": "郵便で", "hand": "窓口で", "page": "ご請求のページで"}


def answers(whole: Whole) -> Iterator[dict[str, str]]:
    """What they said, in the order of the form, codes in words."""
    options = asking.items_of(whole.request.kind)
    for key, label in asking.LABELS.items():
        if value := whole.asked.get(key, ""):
            yield {"label": label, "value": options.get(value, value) if key == "item" else value}
    if whole.request.wish:
        yield {"label": "お渡しの方法", "value": asking.WISHES[whole.request.wish]}
    if whole.request.agent:
        yield {"label": "代理の方の立場", "value": identity.AGENTS[whole.request.agent]}


def checks(whole: Whole) -> Iterator[dict[str, Any]]:
    for each in whole.checks:
        paper = identity.DOCUMENTS.get(each.document, "")
        gone = (
            f"{calendar.japanese_day(each.destroyed_on)}に、写しを処分またはお返し"
            if each.destroyed_on
            else ""
        )
        yield {
            "label": each.label if each.passed else f"{each.label}（確かめられませんでした）",
            "more": " ・ ".join(part for part in (paper, gone) if part),
            "at": each.at,
        }


def timeline(whole: Whole, staff: Mapping[UUID, str]) -> list[dict[str, Any]]:
    return [{"kind": "event", "at": each.at, "text": told(each, staff)} for each in whole.steps]


def told(line: Line, staff: Mapping[UUID, str]) -> str:
    """One step as a sentence."""
    said = _SAYS.get(line.code)
    return (
        said(_actor(line.by, staff), line.details, staff) if said else f"{_actor(line.by, staff)}が進めました"
    )


def _actor(by: Ref, staff: Mapping[UUID, str]) -> str:
    if by.kind == "staff":
        return f"{words.family(words.by_whom(by, staff))}さん"
    return "ご本人" if by.kind in _PERSON else "窓口"


def _opened(actor: str, details: Mapping[str, Any], _: Mapping[UUID, str]) -> str:
    label = rules.KINDS[details["kind"]].label
    if details.get("channel") in asking.TYPED_IN:
        return f"{actor}が、{asking.TYPED_IN[details['channel']]}で受け取った{label}のご請求を登録しました"
    if actor not in ("ご本人", "窓口"):
        return f"{actor}が、お問い合わせから{label}のご請求として受け付けました"
    return f"{label}のご請求を受け付けました"


def _checked(actor: str, details: Mapping[str, Any], _: Mapping[UUID, str]) -> str:
    way = identity.WAYS[details["way"]].label
    if actor == "ご本人":
        return f"ご本人が確かめに応じました（{way}）"
    return (
        f"{actor}が、{way}と記しました"
        if details["passed"]
        else f"{actor}が、確かめられなかったと記しました（{way}）"
    )


def _settled(actor: str, details: Mapping[str, Any], _: Mapping[UUID, str]) -> str:
    if details["how"] == "waived":
        return f"{actor}が、手数料をいただかないことにしました（{fees.WAIVED[details['reason']]}）"
    return f"{actor}が、{_day(details['on'])}の入金を確かめました（{fees.HOW[details['how']]}）"


def _collected(actor: str, details: Mapping[str, Any], _: Mapping[UUID, str]) -> str:
    return (
        f"{actor}が、対象の情報を確かめました"
        if details["chosen"]
        else f"{actor}が、対象の情報がないことを確かめました"
    )


def _decided(actor: str, details: Mapping[str, Any], _: Mapping[UUID, str]) -> str:
    label = rules.OUTCOMES[rules.Outcome(details["outcome"])]
    ground = rules.GROUNDS.get(details.get("ground", ""))
    return f"{actor}が「{label}」と決めました" + (f"（{ground.label}）" if ground else "")


def _approved(actor: str, details: Mapping[str, Any], _: Mapping[UUID, str]) -> str:
    alone = rules.ALONE.get(details.get("alone", ""), "")
    return f"{actor}が確かめました" + (f"（お一人で。{alone}）" if alone else "")


def _owner(_: str, details: Mapping[str, Any], staff: Mapping[UUID, str]) -> str:
    return f"担当が{words.family(staff.get(UUID(details['to']), '退職した職員'))}さんになりました"


def _due(actor: str, details: Mapping[str, Any], _: Mapping[UUID, str]) -> str:
    return f"{actor}が期日を{_day(details['to'])}に変えました（{complaints.DUE_REASONS[details['reason']]}）"


def _letter(actor: str, details: Mapping[str, Any], _: Mapping[UUID, str]) -> str:
    how = SENT_BY.get(details.get("channel", ""), "")
    return (
        f"「{letter(details['kind'])}」を、{how}お送りしました"
        if actor == "窓口"
        else f"{actor}が「{letter(details['kind'])}」を、{how}お送りしました"
    )


def _day(stored: str) -> str:
    return calendar.japanese_day(date.fromisoformat(stored)) if stored else "日付のない"


def _plain(sentence: str) -> Any:
    return lambda actor, *_: sentence.format(actor=actor)


_SAYS: Mapping[str, Any] = {
    "opened": _opened,
    "checked": _checked,
    "identified": _plain("ご本人と確かめられました"),
    "fee-settled": _settled,
    "fee-refunded": lambda actor, details, _: (
        f"{actor}が、{_day(details['on'])}に手数料をお返ししたと記しました"
    ),
    "collected": _collected,
    "decided": _decided,
    "approved": _approved,
    "reopened": _plain("{actor}が、決めたことを取りやめて、もう一度調べることにしました"),
    "package-ordered": _plain("{actor}が、お渡しするファイルを作り始めました"),
    "package-ready": _plain("お渡しするファイルができました"),
    "package-given": _plain("ご本人が、ファイルを受け取られました"),
    "package-printed": _plain("{actor}が、印刷するものを受け取りました"),
    "package-reissued": _plain("{actor}が、お渡しのリンクを作り直しました"),
    "redacted": _plain("{actor}が、ほかの方の情報を伏せることにしました"),
    "unredacted": _plain("{actor}が、伏せるのをやめました"),
    "reminded": _plain("担当者に、期日をお知らせしました"),
    "executed": _plain("{actor}が、決めたとおりに行いました"),
    "closed": _plain("{actor}が終わりを記しました"),
    "withdrawn": _plain("{actor}が、取り下げを記しました"),
    "owner": _owner,
    "due": _due,
    "letter": _letter,
}


def without_keys(body: str) -> str:
    """A letter as it is kept, but for the links that open what is the person's alone."""
    return _KEY.sub(r"\1（ご本人だけのリンク）", body)


def letter(kind: str) -> str:
    return letters.LABELS.get(kind, "お手紙")
