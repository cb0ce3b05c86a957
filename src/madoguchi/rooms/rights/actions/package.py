"""Make what is handed over, give it once, give it again when a colleague says so (Art 33(2); T-C8-4).

Made by a job straight into a sealed file: it never lies anywhere in plain, and a worker that dies begins anew.
"""

import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import ALPHABET, VISITOR, WORKER, Ref, uuid7
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.audit.actions.record import record
from madoguchi.rooms.jobs.actions.add import add_job
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.rights.actions.hold import hold, hold_for
from madoguchi.rooms.rights.actions.steps import write_step
from madoguchi.rooms.rights.actions.work import check_work_may_begin
from madoguchi.rooms.rights.errors import NothingToHandOver, NotYetReady
from madoguchi.rooms.rights.models import Decision, DisclosurePackage, Redaction, RightsRequest
from madoguchi.rooms.rights.packaging import data, paper, readable
from madoguchi.rooms.rights.packaging.archive import Archive, Sink
from madoguchi.rooms.rights.packaging.telling import Telling
from madoguchi.rooms.rights.queries.letter_facts import OPEN_FOR
from madoguchi.rooms.rights.queries.package import Content, current, standing
from madoguchi.rooms.rights.queries.requests import by_id
from madoguchi.rooms.rights.rules import packages as rules
from madoguchi.rooms.rights.rules import requests
from madoguchi.rooms.vault.actions.append_attachment import append, begin_attachment
from madoguchi.rooms.vault.actions.drop_attachment import drop_attachment
from madoguchi.rooms.vault.actions.end_files import begin_ending, destroy_some
from madoguchi.rooms.vault.actions.open_file import open_file
from madoguchi.rooms.vault.fields import FileKey
from madoguchi.rooms.vault.queries import file_key, read_attachment

KIND = "rights.package"
PIECE = 256 * 1024  # bytes sealed at once
SHOWN_EVERY = 0.3  # seconds between two looks at how far it came
AFTER = timedelta(days=1)  # once it was fetched
_GROUPS, _LETTERS = 5, 4


@dataclass(frozen=True, slots=True)
class Handed:
    """What is streamed to whoever fetches it."""

    attachment: UUID
    size: int
    name: str
    media_type: str


# -- ordering -----------------------------------------------------------------------------------------


@action
def order_package(*, viewer: Viewer, request_id: UUID, form: str) -> UUID:
    """By an officer, once it is decided; made meanwhile. Ordered again it replaces the one before."""
    request = hold_for(viewer, request_id)
    _check_orderable(request, form)
    _replace(request.id)
    id, key = uuid7(), open_file(kind="package", holder=request.person_id)
    DisclosurePackage.objects.create(
        id=id, request_id=request.id, file_id=key.id, form=form,
        secret=key.seal(DisclosurePackage, "secret", id, _secret()),
    )  # fmt: skip
    write_step(request.id, "package-ordered", viewer.ref, form=form)
    add_job(KIND, id)
    return id


def _check_orderable(request: RightsRequest, form: str) -> None:
    decision = Decision.objects.filter(request_id=request.id).first()
    rules.check_kind(request.kind)
    rules.check_form(form)
    requests.check_stands(request.state, *rules.ORDERED_IN)
    if decision is None:
        raise NotYetReady
    requests.check_executable(decision.outcome)
    requests.check_approved(decision)
    check_work_may_begin(request)
    rules.check_told_of(decision.outcome, Redaction.objects.filter(request_id=request.id).exists())


def _replace(request_id: UUID) -> None:
    before = current(request_id)
    if before is not None:
        DisclosurePackage.objects.filter(id=before.id).update(state="replaced")
        _end(before)


def _secret() -> str:
    """As it is typed: K7QM-… ; about a hundred bits."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(_LETTERS)) for _ in range(_GROUPS))
    return "-".join(groups)


# -- making -------------------------------------------------------------------------------------------


@dataclass
class _Making:
    """How far one attempt came."""

    id: UUID
    key: FileKey
    attachment: UUID
    sink: Sink
    position: int = 0
    done: int = 0
    size: int = 0
    shown: float = field(default_factory=time.monotonic)
    digest: Any = field(default_factory=sha256)

    def turn(self, steps: int = 1) -> None:
        """After each record and each piece: what is ready is sealed, and how far it came is told."""
        self.done += steps
        if self.sink.size() >= PIECE or time.monotonic() - self.shown > SHOWN_EVERY:
            self.put()

    def put(self) -> None:
        content = self.sink.take()
        self.digest.update(content)
        self.size += len(content)
        self.position = _put(self, content)
        self.shown = time.monotonic()


class Overtaken(Exception):
    """Another one was ordered, or another worker took over."""


def make_package(package_id: UUID) -> None:
    """In one go, piece by piece. Memory holds one piece and a few rows. Raises FileErased when the person was erased
    meanwhile."""
    package = DisclosurePackage.objects.filter(id=package_id, state__in=("queued", "making")).first()
    if package is None:
        return
    key, request = file_key(package.file_id), by_id(package.request_id)
    content = Content(request)
    telling = content.telling()
    making = _begin(package, key, request, _weight(content, package.form))
    try:
        if package.form == "paper":
            _print(making, telling)
        else:
            _pack(making, content, telling, package.opened(key, "secret"))
        making.put()
        _ready(making, request)
    except Overtaken:
        return


def _weight(content: Content, form: str) -> int:
    """Steps: every row as often as it is written, and every attachment."""
    return content.rows if form == "paper" else 2 * content.rows + len(content.attached)


def _pack(making: _Making, content: Content, telling: Telling, secret: str) -> None:
    archive = Archive(making.sink, secret, clock.now())
    for name, pieces in (("data.json", data.pieces(telling)), ("index.html", readable.pieces(telling))):
        with archive.entry(name, pressed=True) as file:
            for piece in pieces:
                file.write(piece.encode())
                making.turn()
    for attached, path in content.attached:
        if path:
            for _ in archive.put(path, read_attachment(attached.id)):
                making.turn(0)
        making.turn()
    archive.end()


def _print(making: _Making, telling: Telling) -> None:
    made = list[bytes]()
    for _ in paper.steps(telling, made):
        making.turn()
    for content in made:
        for start in range(0, len(content), PIECE):
            making.sink.write(content[start : start + PIECE])
            making.turn(0)


@action
def _begin(package: DisclosurePackage, key: FileKey, request: RightsRequest, total: int) -> _Making:
    if package.attachment is not None:
        drop_attachment(attachment=package.attachment)
    name, media_type = rules.named(request.number, package.form)
    attachment = begin_attachment(key=key, name=name, media_type=media_type)
    DisclosurePackage.objects.filter(id=package.id).update(
        state="making", attachment=attachment, done=0, total=max(total, 1), size=0
    )
    return _Making(package.id, key, attachment, Sink())


@action
def _put(making: _Making, content: bytes) -> int:
    """Only as long as it is still this attempt's."""
    mine = DisclosurePackage.objects.filter(id=making.id, state="making", attachment=making.attachment)
    if not mine.update(done=making.done, size=making.size):
        raise Overtaken
    return append(key=making.key, attachment=making.attachment, position=making.position, content=content)


@action
def _ready(making: _Making, request: RightsRequest) -> None:
    hold(request.id)
    mine = DisclosurePackage.objects.filter(id=making.id, state="making", attachment=making.attachment)
    digest = making.digest.hexdigest()
    if not mine.update(
        state="ready",
        ready_at=clock.now(),
        digest=digest,
        done=max(making.done, 1),
        total=max(making.done, 1),
    ):
        raise Overtaken
    write_step(request.id, "package-ready", WORKER, size=making.size, digest=digest)


# -- handing over -------------------------------------------------------------------------------------


@action
def hand_over(*, token: str) -> Handed:
    """Once: of two who press at the same time, one gets it. Raises LinkSpent."""
    package = standing(token, for_update=True)
    DisclosurePackage.objects.filter(id=package.id).update(state="given", given_at=clock.now())
    write_step(package.request_id, "package-given", VISITOR)
    return _handed(package)


@action
def take_print(*, viewer: Viewer, request_id: UUID) -> Handed:
    """What is printed and posted: each time on record."""
    request = hold_for(viewer, request_id)
    package = current(request.id)
    if package is None or package.form != "paper":
        raise NothingToHandOver
    if package.state not in ("ready", "given"):
        raise NotYetReady
    write_step(request.id, "package-printed", viewer.ref)
    return _handed(package)


@action
def reissue(*, viewer: Viewer, request_id: UUID) -> None:
    """Fetching broke off, or the mail was lost: the link before opens nothing any more, the next letter has the new
    one. Once the file has ended, another is ordered."""
    request = hold_for(viewer, request_id)
    package = current(request.id)
    if package is None or package.attachment is None or package.form != "electronic":
        raise NothingToHandOver
    if package.state not in ("ready", "given"):
        raise NotYetReady
    DisclosurePackage.objects.filter(id=package.id).update(
        state="ready", given_at=None, ready_at=clock.now(), link_issue=package.link_issue + 1
    )
    write_step(request.id, "package-reissued", viewer.ref)


def _handed(package: DisclosurePackage) -> Handed:
    if package.attachment is None:
        raise NothingToHandOver
    name, media_type = rules.named(by_id(package.request_id).number, package.form)
    return Handed(package.attachment, package.size, name, media_type)


# -- ending -------------------------------------------------------------------------------------------


def end_packages() -> int:
    """A day after it was fetched, or once its link is over: the file goes, its digest stays."""
    over = list(_over())
    for package in over:
        _end_one(package)
    return len(over)


def _over() -> Iterator[DisclosurePackage]:
    living = DisclosurePackage.objects.filter(attachment__isnull=False, form="electronic")
    yield from living.filter(state="given", given_at__lt=clock.now() - AFTER)
    yield from living.filter(state="ready", ready_at__lt=clock.now() - OPEN_FOR - AFTER)


@action
def _end_one(package: DisclosurePackage) -> None:
    hold(package.request_id)
    still = DisclosurePackage.objects.filter(id=package.id, state=package.state, ready_at=package.ready_at)
    if still.exists():
        _end(package)


def _end(package: DisclosurePackage) -> None:
    begin_ending(ending=package.id, files=[package.file_id])
    destroy_some(ending=package.id, reason="package-over")
    DisclosurePackage.objects.filter(id=package.id).update(attachment=None)
    record("rights.package-ended", about=Ref("package", package.id), by=WORKER)
