"""What page and API hand to `receive`, and what opens with it in the same transaction."""

from collections.abc import Mapping, Sequence

from madoguchi.faces.public_site.inquiry.counter import Counter
from madoguchi.faces.public_site.receipts.visit import EVENT_MAIL
from madoguchi.foundation.lib.ids import VISITOR, Ref
from madoguchi.rooms.consent.actions.choose import give
from madoguchi.rooms.forms.rules import Checked, contact_keys
from madoguchi.rooms.inquiries.actions.enclose import Offered, digest_of
from madoguchi.rooms.inquiries.actions.receive import Receipt, Submission, Then
from madoguchi.rooms.rights.actions.open_complaint import opening
from madoguchi.rooms.rights.rules import complaints as rights


def submission_of(
    counter: Counter,
    checked: Checked,
    draft: str,
    came: Mapping[str, str],
    files: Sequence[Offered] = (),
    signals: frozenset[str] = frozenset(),
) -> Submission:
    """Under the wording that was shown; whether sending acknowledges the policy is what that wording says. `files` as
    they were given: the same ones, sent again, are the same draft."""
    return Submission(
        form=counter.form, hours=counter.operator.hours, values=checked.values, notice=counter.notice.id,
        policy=counter.policy.id, draft=draft, visit=came, deemed="acknowledgement" in counter.notice.wording,
        enclosed=digest_of(files) if files else "", signals=signals,
    )  # fmt: skip


def opening_with(submission: Submission, *, mailing: bool = False) -> Then | None:
    """The contact of clause 10: whatever comes by its form has an owner and a day at once (Art 40). Elsewhere, the
    choice of mailings that was ticked on the form itself."""
    if submission.form.slug != rights.FORM:
        email, _ = contact_keys(submission.values)
        return _choosing if mailing and email else None
    return opening(rights.kind_said(submission.values.get("kind", "")), by=VISITOR)


def _choosing(receipt: Receipt) -> None:
    give(about=Ref("inquiry", receipt.id), purpose=EVENT_MAIL)
