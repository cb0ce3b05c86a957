"""プライバシーポリシー: what is in force, what is announced, what is on its way, and every version there ever was."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madoguchi.faces.staff_site import policy_words
from madoguchi.faces.staff_site.errors import WrongValue
from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.speaking import check_speaks, told
from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.foundation.lib.text import clean_text, without_unstorable
from madoguchi.rooms.organisation.queries import Viewer, entity_facts, has_own_wording, names
from madoguchi.rooms.outreach.queries.telling import begun
from madoguchi.rooms.policy.actions.draft import begin_draft
from madoguchi.rooms.policy.errors import DraftOpenAlready
from madoguchi.rooms.policy.queries.drafts import open_drafts
from madoguchi.rooms.policy.queries.versions import ahead, in_force, in_force_or_none, list_versions
from madoguchi.rooms.policy.rules import Document
from madoguchi.rooms.policy.rules.binding import enacted_on
from madoguchi.rooms.policy.rules.preparing import prepare

if TYPE_CHECKING:
    from madoguchi.rooms.policy.models import PolicyVersion

LONGEST = 300_000  # characters of an imported text
_ENCODINGS = ("utf-8-sig", "cp932")
_SUFFIXES = (".txt", ".md")


@desk_view
@require_safe
def overview(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    check_speaks(viewer)
    staff, current = names(viewer), in_force_or_none(viewer.entity_id)
    coming = ahead(viewer.entity_id)
    apart = {each.number for each in (current, *coming) if each}
    beside = current.number if current else None
    announced = begun([each.id for each in (current, *coming) if each])
    context = frame(request, viewer, current="policy") | {
        "tab": "policy",
        "own_wording": has_own_wording(viewer.entity_id),
        "current": _with_telling(current, policy_words.version_row(current, staff), announced)
        if current
        else None,
        "coming": [
            _with_telling(each, policy_words.version_row(each, staff, beside=beside), announced)
            for each in coming
        ],
        "drafts": [policy_words.draft_row(each, staff) for each in open_drafts(viewer.entity_id)],
        "older": [
            policy_words.version_row(each, staff, beside=beside)
            for each in list_versions(viewer.entity_id)
            if each.number not in apart
        ],
    }
    return render(request, "desk/policy/overview.html", context)


def _with_telling(
    version: "PolicyVersion", row: dict[str, Any], announced: Collection[UUID]
) -> dict[str, Any]:
    """Where people are told of it: a change that somebody classed, from when it is public."""
    url = reverse("announce_policy", args=[version.number]) if version.changes else ""
    return row | {"announce_url": url, "announced": version.id in announced}


@desk_view
@require_POST
def revise(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """改定する: a draft that begins as the document in force."""
    check_speaks(viewer)
    current = in_force(viewer.entity_id)
    try:
        draft = begin_draft(
            entity_id=viewer.entity_id, kind="text", document=Document.from_json(current.document),
            enacted_on=current.enacted_on, by=viewer.ref,
        )  # fmt: skip
    except DraftOpenAlready:
        messages.info(request, "進めている下書きがあります。続きから始められます。")
        return HttpResponseRedirect(_open_draft(viewer, "text"))
    return HttpResponseRedirect(reverse("policy_text", args=[draft.id]))


def _open_draft(viewer: Viewer, kind: str) -> str:
    for draft in open_drafts(viewer.entity_id):
        if draft.kind == kind:
            return reverse("policy_draft", args=[draft.id])
    return reverse("desk_policy")


# -- the operator's own text -----------------------------------------------------------------------


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def take_in(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """原文を取り込む: as a version that was public already, or as one to come."""
    check_speaks(viewer)
    if request.method != "POST":
        return _form(request, viewer, {"published": "yes" if has_own_wording(viewer.entity_id) else "no"})
    given = {name: request.POST.get(name, "") for name in ("text", "published", "published_on")}
    try:
        given["text"] = _text(request, given["text"])
        return _taken_in(request, viewer, given)
    except Refusal as refusal:
        problem, status = told(request, viewer, refusal)
        here = _open_draft(viewer, _kind(given)) if isinstance(refusal, DraftOpenAlready) else ""
        return _form(request, viewer, given, problem=problem, open_url=here, status=status)


def _form(
    request: HttpRequest,
    viewer: Viewer,
    given: Mapping[str, str],
    *,
    problem: str = "",
    open_url: str = "",
    status: int = 200,
) -> HttpResponse:
    context = frame(request, viewer, current="policy") | {
        "given": given,
        "problem": problem,
        "open_url": open_url,
        "today": clock.today(),
    }
    return render(request, "desk/policy/take_in.html", context, status=status)


def _text(request: HttpRequest, pasted: str) -> str:
    file = request.FILES.get("file")
    if file is None:
        text = pasted
    elif (file.name or "").lower().endswith(_SUFFIXES):
        text = _decoded(file.read())
    else:
        raise WrongValue(
            "文字だけのファイル（.txt か .md）をお選びください。Word や PDF は、文章を写して貼り付けてください。"
        )
    text = clean_text(without_unstorable(text)).strip()
    if not text:
        raise WrongValue("原文を貼り付けるか、ファイルをお選びください。")
    if len(text) > LONGEST:
        raise WrongValue("長すぎて読み取れません。プライバシーポリシーの部分だけを貼り付けてください。")
    return text


def _decoded(raw: bytes) -> str:
    """UTF-8 with or without its mark, or what Windows writes."""
    for encoding in _ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise WrongValue("ファイルの文字を読み取れません。UTF-8 で保存し直すか、文章を貼り付けてください。")


def _kind(given: Mapping[str, str]) -> str:
    return "taken-over" if given["published"] == "yes" else "text"


def _taken_in(request: HttpRequest, viewer: Viewer, given: Mapping[str, str]) -> HttpResponse:
    document = prepare(given["text"], entity_facts(viewer.entity_id))
    published_on = _published_on(given)
    draft = begin_draft(
        entity_id=viewer.entity_id, kind=_kind(given), document=document, published_on=published_on,
        enacted_on=_enacted_on(document) or published_on or clock.today(), by=viewer.ref,
    )  # fmt: skip
    messages.info(request, f"{len(document.clauses)} の条文を読み取りました。")
    return HttpResponseRedirect(reverse("policy_draft", args=[draft.id]))


def _published_on(given: Mapping[str, str]) -> date | None:
    if given["published"] != "yes":
        return None
    return read_past_day(given["published_on"], "公表した日")


def read_past_day(typed: str, label: str) -> date:
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        raise WrongValue(f"{label}を選んでください。") from None
    if day > clock.today():
        raise WrongValue(f"{label}が、これからの日付になっています。")
    return day


def _enacted_on(document: Document) -> date | None:
    found: Any = enacted_on(document)
    try:
        return date(*found) if found else None
    except ValueError:
        return None
