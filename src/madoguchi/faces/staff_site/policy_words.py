"""What the screens of policy and notices say of versions, drafts, purposes and rows of clause 2."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.urls import reverse

from madoguchi.faces.staff_site import words
from madoguchi.foundation.lib.ids import Ref
from madoguchi.rooms.policy.errors import NotClassed
from madoguchi.rooms.policy.queries.drafts import sheet
from madoguchi.rooms.policy.rules import publishing

if TYPE_CHECKING:
    from madoguchi.rooms.policy.models import Draft, PolicyVersion

Names = Mapping[UUID, str]

PURPOSES = {
    "answer": "お問い合わせにお答えする",
    "service": "サービスを提供し、よくする",
    "measure": "アクセスの状況や行動を測る",
    "advertise": "広告を配信し、効果を測る",
    "breach-of-terms": "規約に反する行為に対応する",
    "changes": "規約やポリシーの変更をお知らせする",
    "event-mail": "セミナー・イベントや製品・サービスのご案内をお送りする",
}
ROWS = {
    "2-0": "お預かりする情報の全体",
    "2-1a": "氏名など、ご本人についての情報",
    "2-1b": "ご連絡先",
    "2-1c": "お支払いの手段",
    "2-1d": "ご本人の写真",
    "2-1e": "フォームなどで入力・送信した情報",
    "2-2a": "外部サービスでのID",
    "2-2b": "外部サービスから受け取る情報",
    "2-3a": "直前のページ",
    "2-3b": "IPアドレス",
    "2-3c": "アクセスの記録",
    "2-3d": "Cookieなどの識別子",
    "2-4a": "位置情報",
}
DRAFTS = {
    "text": "プライバシーポリシーの改定",
    "facts": "会社の情報の変更",
    "taken-over": "公表ずみの版の引き継ぎ",
}
MEANS = {
    "consent": "すでにご利用の方には、同意をいただいてから新しい条文を使います。",
    "notice": "施行までにお知らせします。お知らせのあと、すべての方に新しい条文を使います。",
    "name": "会社の名称や住所などが変わるだけで、取り扱いは変わりません。",
    "wording": "意味は変わりません。",
}


def version_row(version: "PolicyVersion", names: Names, *, beside: int | None = None) -> dict[str, Any]:
    """`beside`: the number of the version to compare it with."""
    compared = beside is not None and beside != version.number
    return {
        "number": version.number,
        "title": version.title,
        "url": reverse("policy-version", args=[version.number]),
        "compare_url": reverse("policy-compare", args=[version.number, beside]) if compared else "",
        "kind": "" if version.kind == "set-up" else version.get_kind_display(),
        "enacted_on": version.enacted_on,
        "published_on": version.published_on,
        "effective_from": version.effective_from,
        "superseded_at": version.superseded_at,
        "never_held": version.never_held,
        "how": how(version, names),
        "reason": version.reason,
        "digest": version.digest,
    }


def how(version: "PolicyVersion", names: Names) -> str:
    made = _who(Ref(version.made_by_kind, version.made_by_id), names)
    approved = _who(Ref(version.approved_by_kind, version.approved_by_id), names)
    return {
        "second": f"{made}が作り、{approved}が承認",
        "alone": f"{approved}が、時間をおいて一人で公表",
        "attested": f"公表ずみであることを、{approved}が申告",
    }.get(version.approval, "窓口を用意したときに入れたもの")


def _who(ref: Ref, names: Names) -> str:
    return f"{words.by_whom(ref, names)}さん" if ref.kind == "staff" else "管理用のコマンド"


def draft_row(draft: "Draft", names: Names) -> dict[str, Any]:
    return {
        "url": reverse("policy_draft", args=[draft.id]),
        "title": DRAFTS[draft.kind],
        "next": next_step(draft),
        "asked": draft.asked_at is not None,
        "made_by": _who(Ref(draft.made_by_kind, draft.made_by_id), names),
        "edited_by": _who(Ref(draft.edited_by_kind, draft.edited_by_id), names),
        "edited_at": draft.edited_at,
    }


def next_step(draft: "Draft") -> str:
    if draft.asked_at is not None:
        return "承認を待っています"
    if draft.returned_because:
        return "差し戻されました。直して、もう一度依頼してください"
    if draft.kind != "facts" and draft.confirmed_at is None:
        return "次は、条文の結び付きを確かめます"
    if draft.kind == "taken-over":
        return "次は、公表していたことを申告します"
    return "次は、承認を依頼します" if is_classed(draft) else "次は、変わる条文の影響を選びます"


def is_classed(draft: "Draft") -> bool:
    found = sheet(draft)
    try:
        publishing.check_classed(found.changed, found.said)
    except NotClassed:
        return False
    return True
