"""A house with its staff, and the ways into it: submit, work off jobs, read mails, sign in."""

import email
import itertools
import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from madoguchi.faces.public_site.inquiry.page import forget
from madoguchi.rooms.forms.queries import OpenForm, first_form
from madoguchi.rooms.inquiries.actions.receive import Receipt
from madoguchi.rooms.organisation.models import Staff
from madoguchi.rooms.organisation.queries import Viewer, viewer_of
from tests.engines import Engine

ANSWERS = {
    "body": "見積書の宛名を変更していただけますか。\nあわせて納期も教えてください。",
    "name": "山田 花子",
    "company": "有限会社青葉食堂",
    "phone": "03-0000-0000",
    "email": "hanako@example.jp",
    "website": "https://aoba.example.jp",
    "remarks": "",
}
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # of the second step
_numbers = itertools.count(1)


@dataclass
class House:
    """An installed eclore profile. `staff` by role; `viewer` is the first clerk's."""

    form: OpenForm
    staff: dict[str, Staff]
    everybody: list[Staff]
    mailbox: Path
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def entity_id(self) -> UUID:
        return self.form.entity_id

    @property
    def viewer(self) -> Viewer:
        return viewer_of(self.staff["clerk"])

    def submit(self, *, draft: str | None = None, **answers: str) -> Receipt:
        """An inquiry through the real action; each has an address of its own unless one is given."""
        from madoguchi.rooms.consent.queries import notice_in_force
        from madoguchi.rooms.forms.rules import check_answers, check_readable
        from madoguchi.rooms.inquiries.actions.receive import Submission, receive
        from madoguchi.rooms.organisation.queries import hours_of
        from madoguchi.rooms.policy.queries.versions import in_force

        given = ANSWERS | {"email": f"person{next(_numbers)}@example.jp"} | answers
        checked = check_answers(self.form.definition, given)
        check_readable(checked)
        return receive(
            Submission(
                form=self.form,
                hours=hours_of(self.entity_id),
                values=checked.values,
                notice=notice_in_force(self.form.id).id,
                policy=in_force(self.entity_id).id,
                draft=draft or secrets.token_urlsafe(32),
            )
        )

    def work(self, *, rounds: int = 20) -> None:
        """Let the worker's own code work off what is due, at once (folding waits are skipped)."""
        from madoguchi.config.worker import ARRIVED, BACK_OFFICE, OFFICE, POST, SCANNING, SORTING, Worker
        from madoguchi.foundation.lib import clock
        from madoguchi.rooms.jobs.models import Job

        worker = Worker()
        for _ in range(rounds):
            Job.objects.filter(due_at__gt=clock.now(), attempts=0).update(due_at=clock.now())
            if not worker.work_off([*ARRIVED, *OFFICE, *SORTING, *BACK_OFFICE, *SCANNING, *POST]):
                return

    def mails(self, *, to: str = "") -> list[Message]:
        """What was sent, oldest first."""
        files = sorted(self.mailbox.glob("*.eml"), key=lambda path: (path.name[:15], path.stat().st_mtime_ns))
        found = [email.message_from_bytes(path.read_bytes()) for path in files]
        return [mail for mail in found if to in str(mail["Delivered-To"] or "")]

    def sign_in(self, role: str = "clerk", *, second_step: bool = True) -> Client:
        """A browser that is signed in; who has no second step yet may open nothing."""
        from allauth.mfa.totp.internal.auth import TOTP
        from allauth.mfa.utils import is_mfa_enabled

        from madoguchi.faces.staff_site.gate import note_second_step, start_session

        client, staff = Client(), self.staff[role]
        client.force_login(staff, backend="allauth.account.auth_backends.AuthenticationBackend")
        session = client.session
        start_session(session)
        if second_step:
            note_second_step(session)
        session.save()
        if second_step and not is_mfa_enabled(staff):
            TOTP.activate(staff, SECRET)
        return client


@pytest.fixture
def house(engine: Engine) -> Iterator[House]:
    """A clean database with the eclore profile and its sample staff; no inquiries yet."""
    engine.fresh()
    forget()
    mailbox = Path(settings.ENVIRONMENT.mail_target.folder)
    for path in mailbox.glob("*"):
        path.unlink()
    form = first_form()
    assert form is not None
    everybody = list(Staff.objects.order_by("joined_at", "id"))
    by_role = {staff.role: staff for staff in reversed(everybody)}
    yield House(form, by_role, everybody, mailbox)
    connection.close()


@pytest.fixture
def client(house: House) -> Client:
    """A stranger's browser; the same-origin headers are what a browser sends."""
    return Client(headers={"sec-fetch-site": "same-origin"})


@pytest.fixture
def desk(house: House) -> Client:
    return house.sign_in("clerk")


@pytest.fixture
def count_queries() -> Callable[[], AbstractContextManager[CaptureQueriesContext]]:
    """`with count_queries() as seen: …; assert len(seen) == 7`."""
    return lambda: CaptureQueriesContext(connection)
