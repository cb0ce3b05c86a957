"""フォームの案内文: the wording beside a form and the purposes that it announces. Saving makes a version at once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from madoguchi.faces.staff_site.errors import WrongValue
from madoguchi.faces.staff_site.frame import frame
from madoguchi.faces.staff_site.gate import desk_view
from madoguchi.faces.staff_site.policy_words import PURPOSES
from madoguchi.faces.staff_site.speaking import check_speaks, told
from madoguchi.foundation.lib.errors import NotFound, Refusal
from madoguchi.foundation.lib.merging import BrokenTemplate, MissingField, merge
from madoguchi.foundation.lib.text import clean_text, without_unstorable
from madoguchi.rooms.consent.actions.set_notice import set_notice
from madoguchi.rooms.consent.errors import NoticeChanged
from madoguchi.rooms.consent.queries import notice_in_force
from madoguchi.rooms.consent.queries.notices import choosers, notice_versions
from madoguchi.rooms.forms.queries import OpenForm, open_forms
from madoguchi.rooms.organisation.queries import Viewer, entity_facts
from madoguchi.rooms.organisation.rules import merge_facts
from madoguchi.rooms.policy.rules.binding import uses_told
from madoguchi.rooms.screening import readers

if TYPE_CHECKING:
    from madoguchi.rooms.consent.models import NoticeVersion

_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Part:
    """One text of a notice. Those of the mailing are shown at 完了 and in the receipt."""

    name: str
    label: str
    hint: str
    required: bool = True


PARTS = (
    Part("use", "個人情報の使いみち", "送信ボタンの前に出ます。"),
    Part("acknowledgement", "プライバシーポリシーについて", "使いみちに続けて出ます。"),
    Part(
        "refusal", "営業のお断り", "送信ボタンの前に出ます。短く、きっぱりと書くと、お客様を戸惑わせません。"
    ),
    Part(
        "refusal_line",
        "営業のお断り（添える一行）",
        "お断りの文に続けて出ます。フォームに営業を送るプログラムの多くは、この一行を読んで送るのをやめます。",
        required=False,
    ),
    Part(
        "mailing_wording",
        "ご案内メールのお申し込み",
        "完了のページと受付の控えに出ます。送る会社の名前を入れます。",
    ),
    Part("mailing_note", "お申し込みに添える一言", "", required=False),
)


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def notices(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    check_speaks(viewer)
    forms = open_forms(viewer.entity_id)
    form = _form(forms, request.GET.get("form", ""))
    current = notice_in_force(form.id)
    if request.method != "POST":
        return _page(request, viewer, forms, form, _stored(current), set(current.uses))
    typed, uses = (
        _typed(request, current),
        {each for each in request.POST.getlist("uses") if each in PURPOSES},
    )
    try:
        if request.POST.get("go") == "try":
            return _page(request, viewer, forms, form, typed, uses, tried=True)
        version = _save(request, viewer, form, typed, uses)
    except Refusal as refusal:
        problem, status = told(request, viewer, refusal)
        return _page(request, viewer, forms, form, typed, uses, problem=problem, status=status)
    changed = version.digest != current.digest
    text = f"第{version.number}版にしました。いまから、この文面をお見せします。"
    messages.info(request, text if changed else "変わるところはありませんでした。")
    return HttpResponseRedirect(f"{reverse('desk_notices')}?form={form.slug}")


def _form(forms: list[OpenForm], slug: str) -> OpenForm:
    found = [each for each in forms if each.slug == slug or not slug]
    if not found:
        raise NotFound
    return found[0]


def _parts(version: "NoticeVersion") -> list[Part]:
    """Those that this form has: one without mailings or a refusal of sales shows none."""
    return [part for part in PARTS if part.name in version.template]


def _stored(version: "NoticeVersion") -> dict[str, str]:
    return {part.name: str(version.template[part.name]) for part in _parts(version)}


def _typed(request: HttpRequest, version: "NoticeVersion") -> dict[str, str]:
    given = request.POST
    return {
        part.name: clean_text(without_unstorable(given.get(part.name, ""))).strip()
        for part in _parts(version)
    }


def _save(
    request: HttpRequest, viewer: Viewer, form: OpenForm, typed: Mapping[str, str], uses: set[str]
) -> "NoticeVersion":
    current = notice_in_force(form.id)
    seen = request.POST.get("seen", "")
    if seen != current.digest:
        raise NoticeChanged
    wrong = wrongs(viewer, typed)
    if wrong:
        raise WrongValue(
            "".join(wrong.values()) if len(wrong) == 1 else f"{len(wrong)}か所をご確認ください。"
        )
    return set_notice(
        entity_id=viewer.entity_id, form_id=form.id, template={**current.template, **typed}, uses=uses,
        by=viewer.ref, seen=seen,
    )  # fmt: skip


def wrongs(viewer: Viewer, typed: Mapping[str, str]) -> dict[str, str]:
    """By the part's name, what is to be put right."""
    facts = merge_facts(entity_facts(viewer.entity_id))
    found = {part.name: _wrong(part, typed[part.name], facts) for part in PARTS if part.name in typed}
    return {name: text for name, text in found.items() if text}


def _wrong(part: Part, text: str, facts: Mapping[str, str]) -> str:
    if not text:
        return f"「{part.label}」を書いてください。" if part.required else ""
    if len(text) > _LONGEST:
        return f"「{part.label}」は、{_LONGEST}文字までで書いてください（いまは{len(text)}文字です）。"
    try:
        merge(text, facts)
    except (MissingField, BrokenTemplate) as refusal:
        return f"「{part.label}」の{refusal.message}"
    return ""


# -- the page -------------------------------------------------------------------------------------


def _page(
    request: HttpRequest,
    viewer: Viewer,
    forms: list[OpenForm],
    form: OpenForm,
    typed: Mapping[str, str],
    uses: set[str],
    *,
    problem: str = "",
    tried: bool = False,
    status: int = 200,
) -> HttpResponse:
    versions = notice_versions(form.id)
    current = next(each for each in versions if each.superseded_at is None)
    facts, parts = merge_facts(entity_facts(viewer.entity_id)), _parts(current)
    wrong = wrongs(viewer, typed) if problem or tried else {}
    stale = problem and request.POST.get("seen") != current.digest
    context = frame(request, viewer, current="policy") | {
        "tab": "notices",
        "forms": [{"slug": each.slug, "title": each.definition.title} for each in forms],
        "form": form,
        "current": current,
        "parts": [_part(part, typed[part.name], wrong.get(part.name, ""), facts) for part in parts],
        "read": _read(typed, facts),
        "errors": [
            {"name": part.name, "label": part.label, "message": wrong[part.name]}
            for part in parts
            if part.name in wrong
        ],
        "uses": [{"code": code, "label": label, "on": code in uses} for code, label in PURPOSES.items()],
        "advice": list(advice(typed, uses)),
        "problem": problem if not wrong else "",
        "stale": [current.wording.get(part.name, "") for part in parts] if stale else [],
        "tried": tried,
        "facts": facts.items(),
        "older": [each for each in versions if each.superseded_at is not None],
    }
    return render(request, "desk/policy/notices.html", context, status=status)


def _part(part: Part, text: str, error: str, facts: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": part.name, "label": part.label, "kind": "paragraph", "required": part.required,
        "hint": part.hint, "value": text, "error": error, "size": "short", "result": _result(text, facts),
    }  # fmt: skip


def _result(text: str, facts: Mapping[str, str]) -> str:
    """As it would be read; nothing while it cannot be put together."""
    try:
        return merge(text, facts)
    except (MissingField, BrokenTemplate):
        return ""


def _read(typed: Mapping[str, str], facts: Mapping[str, str]) -> dict[str, Any] | None:
    """Which programs would notice the refusal, each text being one node of the page as it is shown."""
    if "refusal" not in typed:
        return None
    nodes = [_result(typed.get(name, ""), facts) for name in ("refusal", "refusal_line")]
    kinds = readers.noticed(nodes)
    count = sum(kind.count for kind in kinds)
    return {
        "after": "refusal_line" if "refusal_line" in typed else "refusal",
        "kinds": kinds,
        "count": count,
        "of": readers.ALL,
        "line": readers.LINE if count < readers.ALL else "",
    }


def advice(typed: Mapping[str, str], uses: set[str]) -> Iterator[str]:
    """Where the words and the purposes that they announce drift apart. It never blocks."""
    said = uses_told("\n".join(typed.get(name, "") for name in ("use", "mailing_wording")))
    for code, label in PURPOSES.items():
        if code in said and code not in uses:
            yield f"「{said[code]}」とありますが、「{label}」が選ばれていません。選ばないと、この案内を見た方に、その目的では使えません。"
        if code in uses and code not in said:
            yield f"「{label}」が選ばれていますが、文面からは読み取れませんでした。文面に書き添えると、お客様に伝わります。"
    chosen = choosers("event-mail") if "mailing_wording" in typed else 0
    if chosen and "event-mail" not in uses & said.keys():
        yield f"ご案内のメールを申し込まれた方が {chosen} 人います。案内文からご案内のことをなくしても、これまでのお申し込みは、そのときの文面のまま続きます。"
