"""The step that is next, with the fields of its form, for templates/desk/request_<code>.html."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from madoguchi.faces.staff_site import fields, request_matters, request_next, request_words
from madoguchi.faces.staff_site.fields import Wrong
from madoguchi.faces.staff_site.request_next import Next
from madoguchi.foundation.lib import clock
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.rights.queries.one import Whole
from madoguchi.rooms.rights.rules import fees, identity
from madoguchi.rooms.rights.rules import requests as rules
from madoguchi.rooms.vault.errors import FileErased

LABELS = {
    "way": "確かめた方法", "passed": "結果", "document": "ご覧になった書類", "destroyed": "写しを処分した日",
    "how": "お支払いの方法", "paid": "入金の日", "waived": "いただかない理由", "refunded": "お返しした日",
    "outcome": "決定", "ground": "根拠", "reason": "ご本人にお伝えする理由", "instead": "代わりにとる措置",
    "alone": "お一人で進める理由", "owner": "担当者", "due": "期日", "due-reason": "変える理由", "form": "お渡しの形",
}  # fmt: skip
_PASSED = {"yes": "確かめられた", "no": "確かめられなかった"}
_NEEDS_PAPER = ("document", "in-person")


def step(http: HttpRequest, viewer: Viewer, told: Whole, coming: Next, wrong: Wrong) -> dict[str, Any]:
    """What the form of the next step needs; empty for one that is only a button."""
    makes = _MAKES.get(coming.code)
    made = makes(http, viewer, told, wrong) if makes else {}
    return {"template": f"desk/request_{coming.code or 'over'}.html", **made}


def _identify(http: HttpRequest, viewer: Viewer, told: Whole, wrong: Wrong) -> dict[str, Any]:
    ways = {each.code: each.label for each in told.ways}
    passed = {each.way for each in told.checks if each.passed}
    return {
        "way": fields.choice(http, "way", LABELS["way"], ways, wrong),
        "passed": fields.radios(http, "passed", LABELS["passed"], _PASSED, wrong, value="yes"),
        "document": fields.choice(
            http, "document", LABELS["document"], identity.DOCUMENTS, wrong, required=False,
            hint="身分証や委任状をご覧になったときに、お選びください。種類だけを記し、写しは残しません。",
        ),
        "destroyed": fields.day(
            http, "destroyed", LABELS["destroyed"], wrong, required=False, last=f"{clock.today()}",
            hint="写しを受け取ったときに、処分した日、またはお返しした日をお書きください。",
        ),
        "at_once": rules.KINDS[told.request.kind].at_once,
        "agent": identity.AGENTS.get(told.request.agent, ""),
        "one_more": bool(passed) and not told.identified,
        "unseen": _unseen(http, told, wrong) if told.moves.decide and told.outcomes else None,
        "letter": letter_url(told, "identity"),
    }  # fmt: skip


def _unseen(http: HttpRequest, told: Whole, wrong: Wrong) -> dict[str, Any]:
    """The two answers that tell an unverified person nothing."""
    said = {
        rules.Outcome.REFUSED: "ご本人と確かめられないため、応じない",
        rules.Outcome.NOT_FOUND: "該当する情報がない",
    }
    options = {each.value: said[each] for each in told.outcomes if each in said}
    return {
        "outcome": fields.radios(http, "outcome", LABELS["outcome"], options, wrong),
        "reason": fields.paragraph(
            http, "reason", LABELS["reason"], wrong, required=False,
            hint="応じないときに、お書きください。お知らせの手紙に入ります。",
        ),
        "ground": rules.UNSEEN,
        "open": bool(wrong.keys() & {"outcome", "ground", "reason"}),
    }  # fmt: skip


def _fee(http: HttpRequest, viewer: Viewer, told: Whole, wrong: Wrong) -> dict[str, Any]:
    paid = {code: label for code, label in fees.HOW.items() if code != "waived"}
    today = f"{clock.today()}"
    return {
        "yen": told.fee.yen if told.fee else 0,
        "how": fields.choice(http, "how", LABELS["how"], paid, wrong, value="transfer"),
        "paid": fields.day(http, "paid", LABELS["paid"], wrong, value=today, last=today),
        "waived": fields.choice(http, "waived", LABELS["waived"], fees.WAIVED, wrong),
        "waiving": "waived" in wrong,
        "letter": letter_url(told, "fee"),
        "asked": any(each.kind == "fee" for each in told.letters),
    }


def _collect(http: HttpRequest, viewer: Viewer, told: Whole, wrong: Wrong) -> dict[str, Any]:
    try:
        found = request_matters.offered(viewer, told.request)
    except FileErased:
        return {"matters": [], "seen": ""}
    request_matters.note_look(http, viewer, told.request, found)
    return {
        "matters": request_matters.choices(http, found),
        "seen": " ".join(str(each) for each in sorted(found.seen)),
        "about": told.asked.get("about", ""),
    }


def _decide(http: HttpRequest, viewer: Viewer, told: Whole, wrong: Wrong) -> dict[str, Any]:
    options = {each.value: rules.OUTCOMES[each] for each in told.outcomes}
    grounds = {each.code: each.label for each in told.grounds}
    return {
        "matters": list(told.matters.values()),
        "collects": told.request.kind in rules.COLLECTED,
        "outcome": fields.radios(http, "outcome", LABELS["outcome"], options, wrong),
        "ground": fields.choice(http, "ground", LABELS["ground"], grounds, wrong),
        "reason": fields.paragraph(
            http, "reason", LABELS["reason"], wrong,
            hint="お知らせの手紙に、このまま入ります。ご本人に伝わる言葉で、お書きください。",
        ),
        "instead": fields.paragraph(
            http, "instead", LABELS["instead"], wrong, required=False,
            hint="「代わりの措置をとる」ときに、お書きください。手紙に入ります。",
        ),
        "others": _others(told),
        "redactions": len(told.redactions),
        "person": person_url(told),
    }  # fmt: skip


def _approve(http: HttpRequest, viewer: Viewer, told: Whole, wrong: Wrong) -> dict[str, Any]:
    made = told.decision
    own = made is not None and made.decided_by == viewer.ref.id
    since = made.decided_at + rules.WAIT if made else clock.now()
    return {
        "own": own,
        "since": since,
        "may_alone": own and clock.now() >= since,
        "alone": fields.choice(http, "alone", LABELS["alone"], rules.ALONE, wrong),
        "count": len(told.matters),
    }


def _hand_over(http: HttpRequest, viewer: Viewer, told: Whole, wrong: Wrong) -> dict[str, Any]:
    forms = {"electronic": "電子ファイル（メールのリンクからお受け取り）", "paper": "書面（印刷して郵送）"}
    made = told.package
    return {
        "package": made,
        "percent": min(100, 100 * made.done // made.total) if made and made.total else 0,
        "others": _others(told),
        "paper": made is not None and made.form == "paper",
        "form": fields.radios(
            http, "form", LABELS["form"], forms, wrong, value=told.request.wish or "electronic"
        ),
        "redactions": len(told.redactions),
    }  # fmt: skip


def _carry_out(http: HttpRequest, viewer: Viewer, told: Whole, wrong: Wrong) -> dict[str, Any]:
    made = told.decision
    alternative = made is not None and made.outcome == rules.Outcome.ALTERNATIVE
    answers = {each["label"]: each["value"] for each in request_words.answers(told)}
    return {
        "does": _EFFECT["alternative" if alternative else told.request.kind],
        "numbers": [] if alternative else list(told.matters.values()),
        "instead": made.instead if made and alternative else "",
        "item": answers.get("直す項目", "") if told.request.kind == "correction" else "",
        "value": told.asked.get("value", ""),
        "person": person_url(told),
        "erases": told.request.kind == "erasure" and not alternative,
    }


_EFFECT = {
    "alternative": "決めた代わりの措置をとってから、記してください。",
    "correction": "お預かりしているすべてのところで、正しい内容に直します。直す前の内容も、確かめられるように残します。",
    "use_cessation": "次のお問い合わせへのお返事、ご案内、書き出しを止めます。記録は残り、ご本人にはお見せできます。",
    "erasure": "次のお問い合わせと、それに属するものを消去します。だれにも元に戻せません。",
    "provision_cessation": "この方の情報を、ほかの会社に渡さないようにします。",
    "joint_use_exclusion": "この方の情報を、グループ会社との共同利用から外します。",
    "collection_stop": "ご請求の項目の取得や利用を止めます。",
    "consent_withdrawal": "これまでの同意を取り消します。",
    "mail_opt_out": "この方へのご案内のメールを止めます。",
    "purpose_notice": "お答えは、手紙に書きます。次の画面で、文面をお確かめください。",
    "provision_record_disclosure": "お答えは、手紙に書きます。次の画面で、文面をお確かめください。",
    "disclosure": "",
}


def _tell(http: HttpRequest, viewer: Viewer, told: Whole, wrong: Wrong) -> dict[str, Any]:
    made = told.decision
    kind = rules.LETTER_OF[rules.Outcome(made.outcome)] if made else ""
    paper = told.package is not None and told.package.form == "paper"
    return {"letter": letter_url(told, kind), "outcome": made.label if made else "", "paper": paper}


def _over(http: HttpRequest, viewer: Viewer, told: Whole, wrong: Wrong) -> dict[str, Any]:
    withdrawn = told.request.state == rules.State.WITHDRAWN
    return {"letter": letter_url(told, "withdrawn") if withdrawn and told.asked else ""}


_Makes = Callable[[HttpRequest, Viewer, Whole, Wrong], dict[str, Any]]
_MAKES: Mapping[str, _Makes] = {
    request_next.IDENTIFY: _identify,
    request_next.TELL_FEE: _fee,
    request_next.FEE: _fee,
    request_next.COLLECT: _collect,
    request_next.DECIDE: _decide,
    request_next.APPROVE: _approve,
    request_next.HAND_OVER: _hand_over,
    request_next.CARRY_OUT: _carry_out,
    request_next.TELL: _tell,
    request_next.CLOSE: _tell,
    request_next.NOTHING: _over,
}


def _others(told: Whole) -> str:
    """To what names somebody else, where something was found at all."""
    if told.request.kind != "disclosure" or not told.matters:
        return ""
    return reverse("request_others", args=[told.request.number])


def letter_url(told: Whole, kind: str) -> str:
    return f"{reverse('request_letter', args=[told.request.number])}?kind={kind}"


def person_url(told: Whole) -> str:
    """To everything that is held of them, reached from one of their inquiries; nothing where there is none."""
    number = next(iter(told.matters.values()), "")
    return f"{reverse('person', args=[told.request.person_id])}?from={number}" if number else ""
