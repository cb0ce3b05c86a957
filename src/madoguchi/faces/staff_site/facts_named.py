"""Where each fact of the company stands: clauses of the policy, notices, mails, and the frame of the public pages."""

from collections import defaultdict
from collections.abc import Iterator
from uuid import UUID

from madoguchi.rooms.consent.errors import NoNotice
from madoguchi.rooms.consent.queries import notice_in_force
from madoguchi.rooms.forms.queries import open_forms
from madoguchi.rooms.inquiries.queries.mails import wordings
from madoguchi.rooms.organisation.queries import FACTS
from madoguchi.rooms.policy.queries.versions import in_force_or_none
from madoguchi.rooms.policy.rules import Document

_MAILS = {
    "acknowledgement": "自動返信",
    "refusal": "お断りのメール",
    "staff_notice": "職員へのお知らせ",
    "policy_change": "ポリシーの変更のお知らせ",
    "signature": "お返事の署名",
}
# What stands in the frame of every public page, or in the envelope of every mail.
_ALWAYS = (
    (("name", "postal_code", "address", "representative_title", "representative"), "公開のページの下"),
    (("desk",), "公開のページの下、受付の控え"),
    (("phone",), "フォームの横"),
    (("email",), "メールの返信先"),
    (("sender_name", "sender_address"), "すべてのメールの差出人"),
)


def named(entity_id: UUID) -> dict[str, list[str]]:
    """By the fact's name, the places in words."""
    found: dict[str, list[str]] = defaultdict(list)
    for place, template in (*_policy(entity_id), *_notices(entity_id), *_mails(entity_id)):
        for name in FACTS:
            if f"operator.{name}}}}}" in template.replace(" ", "") and place not in found[name]:
                found[name].append(place)
    for names, place in _ALWAYS:
        for name in names:
            found[name].append(place)
    return found


def _policy(entity_id: UUID) -> Iterator[tuple[str, str]]:
    version = in_force_or_none(entity_id)
    if version is None:
        return
    document = Document.from_json(version.document)
    yield "ポリシーの前文", document.preamble
    for clause in document.clauses:
        yield f"ポリシーの第{clause.number}条", clause.text
    yield "ポリシーの末尾", document.closing


def _notices(entity_id: UUID) -> Iterator[tuple[str, str]]:
    for form in open_forms(entity_id):
        try:
            template = notice_in_force(form.id).template
        except NoNotice:
            continue
        yield f"「{form.definition.title}」の案内文", "\n".join(map(str, template.values()))


def _mails(entity_id: UUID) -> Iterator[tuple[str, str]]:
    for kind, text in wordings(entity_id).items():
        yield _MAILS.get(kind, "ほかのメール"), text
