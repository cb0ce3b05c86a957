"""The side panel of one request: where it stands, the one next thing, what was gathered, what stands behind it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from madoguchi.faces.staff_site import request_next as steps
from madoguchi.faces.staff_site.request_articles import articles
from madoguchi.foundation.lib.text import shown_name
from madoguchi.rooms.rights.queries.requests import Standing
from madoguchi.rooms.rights.queries.waiting import Facts, Gathered, gathered, last_steps
from madoguchi.rooms.rights.rules import requests as rules
from madoguchi.rooms.rights.rules.requests import Outcome, State

if TYPE_CHECKING:
    from madoguchi.rooms.rights.models import RightsRequest

GONE = "消去されたご請求"
_DOES = {
    "correction": "直す", "use_cessation": "使うのを止める", "erasure": "消去する",
    "provision_cessation": "渡すのを止める", "joint_use_exclusion": "共同利用から外す",
    "collection_stop": "取得や利用を止める", "consent_withdrawal": "同意を取り消す", "mail_opt_out": "ご案内を止める",
}  # fmt: skip


def who(standing: Standing) -> str:
    return shown_name(standing.name) if standing.name else GONE


def panel(request: "RightsRequest", standing: Standing, facts: Facts) -> dict[str, Any]:
    coming = steps.next_of(standing, facts)
    version = request.policy.number if request.policy else None
    return {
        "kind": f"{standing.label}のご請求",
        "number": standing.number,
        "who": who(standing),
        "progress": list(progress(request, standing, facts)),
        "next": coming,
        "url": f"{reverse('request', args=[standing.number])}#next",
        "gathered": gathered_in_words(gathered(request)) if request.collected_at else "",
        "articles": list(articles(standing.kind, facts.fee, version)),
        "line_on": standing.line_on if standing.open else None,
        "over": standing.over,
        "record": {"url": f"{reverse('request', args=[standing.number])}#record-h", "label": "記録を見る"},
    }


def gathered_in_words(found: Gathered) -> str:
    if not found.inquiries:
        return "該当するお問い合わせは、ありませんでした。"
    counts = (
        ("お問い合わせ", found.inquiries, "件"), ("お返事", found.replies, "通"), ("社内メモ", found.notes, "件"),
    )  # fmt: skip
    told = "、".join(f"{noun} {count} {unit}" for noun, count, unit in counts if count)
    hidden = f"ほかの方の情報を、{found.redactions} か所で伏せます。" if found.redactions else ""
    return f"{told}。{hidden}"


def progress(request: "RightsRequest", standing: Standing, facts: Facts) -> Iterator[dict[str, Any]]:
    """Every stage this request has, with the day of those that lie behind."""
    stages = list(_stages(request, standing, facts))
    codes = [code for code, _, _ in stages]
    now = steps.next_of(standing, facts).code
    at = codes.index(now) if now in codes else len(codes)
    withdrawn = standing.state == State.WITHDRAWN
    for place, (_, label, moment) in enumerate(stages):
        if withdrawn and moment is None:
            continue
        yield {
            "label": label,
            "at": moment if place < at else None,
            "state": "past" if place < at else "now" if place == at else "",
            "by": standing.due_on if place == at else None,
        }
    if withdrawn:
        yield {"label": "ご本人が取り下げました", "at": standing.closed_at, "state": "past", "by": None}


def _stages(request: "RightsRequest", standing: Standing, facts: Facts) -> Iterator[tuple[str, str, Any]]:
    """The code of the next step that ends it, its name, when it ended."""
    done, kind = last_steps(request.id), rules.KINDS[standing.kind]
    yield "", "受付", request.arrived_at
    yield steps.IDENTIFY, "ご本人の確認", done.get("identified")
    if facts.fee:
        settled = done.get("fee-settled")
        yield steps.FEE if facts.fee_shown or settled else steps.TELL_FEE, f"手数料 {facts.fee:,}円", settled
    if kind.code in rules.COLLECTED:
        yield steps.COLLECT, "対象を確かめる", request.collected_at
    if not kind.at_once:
        yield steps.DECIDE, "応じかたを決める", done.get("decided")
    if "approved" in done or facts.unconfirmed:
        yield steps.APPROVE, "もう一人の確認", done.get("approved")
    if not standing.outcome or Outcome(standing.outcome) not in rules.UNEXECUTED:
        yield _doing(standing, request)
    yield steps.TELL, "お知らせ", request.notified_at
    yield steps.CLOSE, "完了", request.closed_at


def _doing(standing: Standing, request: "RightsRequest") -> tuple[str, str, Any]:
    if standing.outcome == Outcome.ALTERNATIVE:
        return steps.CARRY_OUT, "代わりの措置", request.executed_at
    if standing.kind == "disclosure":
        return steps.HAND_OVER, "お渡しの用意", request.executed_at
    return steps.CARRY_OUT, _DOES.get(standing.kind, "お答えの用意"), request.executed_at
