"""The way from draft to version: asked for by one, approved by another, or alone after a wait, or attested."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from madoguchi.faces.staff_site.errors import WrongValue
from madoguchi.faces.staff_site.policy_text import read_seen
from madoguchi.faces.staff_site.publishing import publish_draft
from madoguchi.faces.staff_site.speaking import in_words
from madoguchi.faces.staff_site.step_up import ask_again
from madoguchi.foundation.lib import calendar, clock
from madoguchi.foundation.lib.ids import Ref
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.organisation.queries import Viewer, speakers
from madoguchi.rooms.policy.actions.draft import ask_approval, change_draft, drop_draft, return_draft
from madoguchi.rooms.policy.actions.publish import approving_of, attest
from madoguchi.rooms.policy.queries.drafts import authors, draft_of, open_drafts
from madoguchi.rooms.policy.rules import publishing

if TYPE_CHECKING:
    from madoguchi.rooms.policy.models import Draft, PolicyVersion

_FACTS_ONLY = "会社の情報を新しくしました。ポリシーの条文に変わるところはないので、版はそのままです。"
_REASON = "policy_reason"  # kept while somebody says once more who they are


@action
def prepare(viewer: Viewer, draft_id: UUID, seen: datetime, chosen: dict[str, Any], *, ask: bool) -> None:
    """Keep what was chosen and, in the same step, ask for approval of exactly that."""
    draft = change_draft(entity_id=viewer.entity_id, draft_id=draft_id, seen=seen, by=viewer.ref, **chosen)
    if ask:
        ask_approval(entity_id=viewer.entity_id, draft_id=draft_id, seen=draft.edited_at, by=viewer.ref)


def decide(request: HttpRequest, viewer: Viewer, draft: "Draft", verb: str) -> HttpResponse | None:
    """None: stay on the draft's page."""
    here = reverse("policy_draft", args=[draft.id])
    if verb == "return":
        _return(request, viewer, draft)
    elif verb == "withdraw" and viewer.ref in authors(draft):
        return_draft(entity_id=viewer.entity_id, draft_id=draft.id, by=viewer.ref, because="")
        messages.info(request, "依頼を取り下げました。")
    elif verb == "drop":
        drop_draft(entity_id=viewer.entity_id, draft_id=draft.id, by=viewer.ref)
        messages.info(request, "下書きを取りやめました。公表している文面は変わりません。")
        return HttpResponseRedirect(reverse("desk_policy"))
    elif verb in ("publish", "attest"):
        request.session[_REASON] = request.POST.get("reason", "")
        if (again := ask_again(request, here)) is not None:
            return again
        return _publish(request, viewer, draft, verb)
    return None


def _return(request: HttpRequest, viewer: Viewer, draft: "Draft") -> None:
    because = request.POST.get("because", "").strip()
    if not because:
        raise WrongValue("差し戻す理由を書いてください。作った方が読みます。")
    return_draft(entity_id=viewer.entity_id, draft_id=draft.id, by=viewer.ref, because=because)
    messages.info(request, "差し戻しました。")


def _publish(request: HttpRequest, viewer: Viewer, draft: "Draft", verb: str) -> HttpResponse:
    seen = read_seen(request.POST.get("seen", ""))
    if verb == "attest":
        version = attest(entity_id=viewer.entity_id, draft_id=draft.id, seen=seen, by=viewer.ref)
    else:
        version = publish_draft(
            entity_id=viewer.entity_id, draft_id=draft.id, seen=seen, by=viewer.ref,
            reason=request.POST.get("reason", ""),
        )  # fmt: skip
    request.session.pop(_REASON, None)
    messages.info(
        request, _published(version) if draft_of(viewer.entity_id, draft.id).version else _FACTS_ONLY
    )
    return HttpResponseRedirect(reverse("desk_policy"))


def _published(version: "PolicyVersion") -> str:
    if version.effective_from > clock.now():
        day = calendar.japanese_day(version.effective_from)
        return f"第{version.number}版を公表しました。{day}から施行します。"
    if version.approval == "attested":
        return f"第{version.number}版として引き継ぎました。"
    return f"第{version.number}版を公表しました。いまから、この版をお見せします。"


def standing(viewer: Viewer, draft: "Draft") -> dict[str, Any]:
    """What this viewer may do about the approval, and if not, why not and whom to ask."""
    approving, wrote = approving_of(draft, viewer.ref), authors(draft)
    able = [each for each in speakers(viewer.entity_id) if Ref("staff", each.id) not in wrote]
    alone = publishing.is_alone(approving) and not approving.others
    since = draft.asked_at + publishing.ALONE_AFTER if draft.asked_at and alone else None
    return {
        "asked": draft.asked_at is not None,
        "mine": publishing.is_alone(approving),
        "may": draft.asked_at is not None and not publishing.is_alone(approving),
        "whom": in_words(able),
        "alone": alone,
        "alone_from": since,
        "alone_now": since is not None and clock.now() >= since,
    }


def waiting(viewer: Viewer) -> Iterator[tuple["Draft", bool]]:
    """Drafts that this viewer may publish now, and whether it is their own, after the wait."""
    for draft in open_drafts(viewer.entity_id):
        if draft.asked_at is not None:
            approving = approving_of(draft, viewer.ref, reason="…")
            if publishing.may_approve(approving, clock.now()):
                yield draft, publishing.is_alone(approving)
