"""The form for programs: what it asks, and sending it. The same rules and the same action as the page."""

import re
import secrets
from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from ninja import Field as Described
from ninja import P, Router, Schema, Status
from ninja.params import HeaderEx

from madoguchi.faces.public_site.inquiry.arriving import came_from, visit
from madoguchi.faces.public_site.inquiry.counter import Counter, Wording, as_shown
from madoguchi.faces.public_site.inquiry.enclosing import keeping, ready_for
from madoguchi.faces.public_site.inquiry.page import current
from madoguchi.faces.public_site.inquiry.receiving import opening_with, submission_of
from madoguchi.faces.public_site.receipts.visit import EVENT_MAIL
from madoguchi.foundation.lib import clock, links
from madoguchi.foundation.lib.errors import Refusal
from madoguchi.foundation.lib.ids import Ref
from madoguchi.rooms.consent import rules as consent
from madoguchi.rooms.consent.actions.choose import give
from madoguchi.rooms.consent.errors import UnknownPurpose
from madoguchi.rooms.forms import rules as forms
from madoguchi.rooms.forms.errors import FormNotFound
from madoguchi.rooms.inquiries.actions.enclose import Offered
from madoguchi.rooms.inquiries.actions.receive import Arrival, receive

router = Router(tags=["フォーム"])
_KEY = re.compile(r"[\x21-\x7e]{1,255}")


class BadKey(Refusal):
    code: ClassVar[str] = "bad-idempotency-key"
    status: ClassVar[int] = 400
    default: ClassVar[str] = "Idempotency-Key は、空白を含まない255文字までの英数字と記号にしてください。"


class NoFilesHere(Refusal):
    code: ClassVar[str] = "no-files-here"
    status: ClassVar[int] = 422
    default: ClassVar[str] = "このフォームでは、ファイルの添付を受け付けていません。"


class NotBase64(Refusal):
    code: ClassVar[str] = "not-base64"
    status: ClassVar[int] = 422
    default: ClassVar[str] = "添付ファイルの content を、base64 として読み取れませんでした。"


class Question(Schema):
    key: str
    label: str
    required: bool
    kind: str
    hint: str
    max_length: int
    choices: list[str]


class Notice(Schema):
    digest: str
    number: int
    use: str
    acknowledgement: str
    refusal: str
    refusal_line: str
    url: str


class Policy(Schema):
    number: int
    digest: str
    title: str
    url: str


class Mailing(Schema):
    purpose: str
    wording: str
    note: str


class Files(Schema):
    """Where a form takes files: how many, how large each (megabytes), by which endings (none: any)."""

    label: str
    hint: str
    most: int
    each_mb: int
    endings: list[str]


class FileSent(Schema):
    name: str
    content: str = Described(
        description="base64。リクエスト全体で 2MB まで。大きなファイルは画面からお送りください。"
    )


class FormShown(Schema):
    slug: str
    title: str
    fields: list[Question]
    notice: Notice
    policy: Policy
    mailing: Mailing | None
    files: Files | None


class SubmissionSent(Schema):
    """`answers` by key of the form; keys the form does not ask for are dropped and stored nowhere."""

    answers: dict[str, str]
    notice: str = Described(description="お見せした文面の digest。GET で得た値をそのまま返してください。")
    choices: dict[str, bool] = {}
    files: list[FileSent] = []


class Received(Schema):
    receipt_number: str
    received_at: str
    receipt_url: str


class FieldProblem(Schema):
    field: str
    message: str


class Problem(Schema):
    """RFC 9457."""

    type: str
    title: str
    status: int
    code: str
    detail: str | None = None
    errors: list[FieldProblem] | None = None


_PROBLEMS: dict[int, Any] = dict.fromkeys((400, 404, 409, 413, 415, 422, 503), Problem)


@router.get(
    "/forms/{slug:slug}",
    response={200: FormShown, 404: Problem, 503: Problem},
    summary="フォームの項目と、お見せする文面",
)
def read_form(request: HttpRequest, slug: str) -> FormShown:
    counter, base = _counter(slug), settings.BASE_URL
    definition, notice, policy = counter.form.definition, counter.notice, counter.policy
    words = notice.wording
    return FormShown(
        slug=slug,
        title=definition.title,
        fields=[_question(spec) for spec in definition.fields],
        notice=Notice(
            digest=notice.digest,
            number=notice.number,
            url=f"{base}/notices/{notice.digest}/",
            **{name: words.get(name, "") for name in ("use", "acknowledgement", "refusal", "refusal_line")},
        ),
        policy=Policy(
            number=policy.number,
            digest=policy.digest,
            title=policy.title,
            url=f"{base}/policy/versions/{policy.number}/",
        ),
        mailing=_mailing(counter),
        files=Files(**asdict(definition.files)) if definition.files else None,
    )


def _question(spec: forms.FieldSpec) -> Question:
    return Question(
        key=spec.key, label=spec.label, required=spec.required, kind=spec.kind, hint=spec.hint,
        max_length=spec.max_length, choices=list(spec.choices),
    )  # fmt: skip


def _mailing(counter: Counter) -> Mailing | None:
    words = counter.notice.wording
    if not counter.form.definition.mailing_offer:
        return None
    return Mailing(purpose=EVENT_MAIL, wording=words["mailing_wording"], note=words["mailing_note"])


@router.post(
    "/forms/{slug:slug}/submissions", response={201: Received, **_PROBLEMS}, summary="お問い合わせの送信"
)
def submit(
    request: HttpRequest,
    slug: str,
    sent: SubmissionSent,
    idempotency_key: HeaderEx[
        str, P(alias="Idempotency-Key", description="同じ送信の印。UUID をお勧めします。")
    ] = "",
) -> Status[Received]:
    """Same key and same answers, same receipt; other answers under one key are refused (409)."""
    counter = _counter(slug)
    draft = _draft(slug, idempotency_key)
    shown = as_shown(counter, Wording(counter.form.digest, sent.notice, counter.policy.digest))
    checked = forms.check_answers(shown.form.definition, sent.answers)
    forms.check_readable(checked)
    chosen = _chosen(shown, sent.choices)
    came = visit(request, counter.collects, came_from(request))
    offered = _offered(shown, sent.files)
    ready = ready_for(shown.form.definition, offered, over=False)
    submission = submission_of(shown, checked, draft, came, offered)
    then = keeping(ready, opening_with(submission))
    receipt = receive(submission, Arrival(clock.now(), channel="api"), then=then)
    _give(receipt.id, chosen, checked.values)
    url = f"{settings.BASE_URL}/receipts/{links.mint('receipt', receipt.id, receipt.link_issue)}/"
    at = clock.local(receipt.received_at).isoformat(timespec="seconds")
    return Status(201, Received(receipt_number=receipt.receipt_number, received_at=at, receipt_url=url))


def _offered(counter: Counter, files: Sequence[FileSent]) -> list[Offered]:
    if files and counter.form.definition.files is None:
        raise NoFilesHere
    try:
        return [Offered(each.name, b64decode(each.content, validate=True)) for each in files]
    except ValueError:
        raise NotBase64 from None


def _counter(slug: str) -> Counter:
    page = current(slug)
    if page is None:
        raise FormNotFound
    return page.counter


def _draft(slug: str, key: str) -> str:
    """Kept apart from the tokens of pages, and from other forms, by what stands before it."""
    if not key:
        return f"api {slug} {secrets.token_urlsafe(32)}"
    if not _KEY.fullmatch(key):
        raise BadKey
    return f"api {slug} key {key}"


def _chosen(counter: Counter, choices: Mapping[str, bool]) -> list[str]:
    """The purposes said yes to; a purpose this form does not offer is refused before anything is stored."""
    for purpose in choices:
        consent.check_purpose_known(purpose)
    if choices and not counter.form.definition.mailing_offer:
        raise UnknownPurpose
    return [purpose for purpose, yes in choices.items() if yes]


def _give(inquiry_id: UUID, purposes: list[str], values: Mapping[str, str]) -> None:
    """After the receipt; a repeat under the same key makes up for a crash in between."""
    email, _ = forms.contact_keys({"email": values.get("email", "")})
    for purpose in purposes if email else []:
        give(about=Ref("inquiry", inquiry_id), purpose=purpose)
