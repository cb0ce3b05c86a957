"""Visitors of the form: what they type, and the signed envelopes that they would send from 確認."""

import itertools
import secrets
from functools import cached_property
from pathlib import Path
from urllib.parse import urlencode

from madoguchi.faces.public_site.inquiry.counter import Counter, counter_of
from madoguchi.faces.public_site.inquiry.envelope import new_envelope, seal
from madoguchi.foundation.lib import clock
from madoguchi.rooms.forms.queries import first_form
from madoguchi.rooms.forms.rules import check_answers
from madoguchi.rooms.inquiries.actions.receive import Receipt, Submission, receive
from madoguchi.rooms.organisation.queries import operator

BODY = (
    "見積書の宛名を変更していただけますか。あわせて、納期と送料についても教えてください。"
    "数量は五十から百のあいだで考えております。\nどうぞよろしくお願いいたします。"
)
_numbers = itertools.count(1)


def answers() -> dict[str, str]:
    number = next(_numbers)
    return {
        "body": BODY,
        "name": "山田 花子",
        "company": "有限会社青葉食堂",
        "phone": f"03-0000-{number % 10_000:04}",
        "email": f"person{number:08}@example.jp",
        "website": "https://aoba.example.jp",
        "remarks": "",
    }


class Visitors:
    """All at the counter of the installation that this process has open."""

    @cached_property
    def counter(self) -> Counter:
        form = first_form()
        assert form is not None
        return counter_of(form, operator(form.entity_id))

    def submit(self, email: str = "") -> Receipt:
        """One submission without HTTP: the form's rules, then the action. By somebody new, unless an address is given."""
        counter, given = self.counter, {"email": email} if email else {}
        checked = check_answers(counter.form.definition, answers() | given)
        assert not checked.errors
        return receive(
            Submission(
                form=counter.form, hours=counter.operator.hours, values=checked.values,
                notice=counter.notice.id, policy=counter.policy.id, draft=secrets.token_urlsafe(32),
            )
        )  # fmt: skip

    def post(self) -> str:
        """The body of one POST of 「送信する」, with a draft of its own."""
        envelope = new_envelope(answers(), self.counter.wording, clock.now())
        return urlencode({"envelope": seal(envelope), "go": "send"})

    def write_posts(self, path: Path, count: int) -> Path:
        path.write_text("\n".join(self.post() for _ in range(count)), encoding="ascii")
        return path
