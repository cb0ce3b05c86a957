"""kill -9 before every single write of carrying out and of packing: pressed or run again it is complete, and at no moment
is anything half (LAW 6.2)."""

import hashlib
import io
import sys
from datetime import timedelta
from uuid import UUID

import pytest
import pyzipper
from django.conf import settings

from madoguchi.foundation.lib import clock
from madoguchi.foundation.lib.ids import uuid7
from madoguchi.rooms.gate.models import StopRow
from madoguchi.rooms.inventory.actions.replay import complete_noted
from madoguchi.rooms.inventory.errors import EndedMeanwhile
from madoguchi.rooms.inventory.models import DeletionRecord
from madoguchi.rooms.inventory.queries.apart import theirs
from madoguchi.rooms.rights.actions.execute import execute
from madoguchi.rooms.rights.actions.package import Overtaken, _begin, make_package, order_package
from madoguchi.rooms.rights.models import DisclosurePackage, Step
from madoguchi.rooms.rights.queries.package import current
from madoguchi.rooms.vault.ledger import folder_of
from madoguchi.rooms.vault.models import Attachment, Chunk
from madoguchi.rooms.vault.queries import file_key, file_keys, files_of, read_attachment, read_ledger
from tests.house import House
from tests.rooms.inventory.erasing import CANARIES
from tests.rooms.inventory.test_erase_kill import MOST, killed_before_write, prepared
from tests.rooms.rights.effect import Case, asked


def case_of(house: House, kind: str, number: int) -> Case:
    prepared(house, number)
    return asked(house, kind, email=f"p{number}@example.jp", wish="electronic").decided()


@pytest.mark.timeout(300)
def test_an_erasure_is_begun_with_the_move_or_not_at_all(house: House) -> None:
    moved = 0
    for number in range(1, MOST):
        case = case_of(house, "erasure", number)
        files = theirs(case.request.person_id)
        killed = killed_before_write(number, lambda: execute(viewer=case.officer, request_id=case.id))  # noqa: B023
        begun = DeletionRecord.objects.filter(person=case.request.person_id).first()
        assert (case.request.state == "executed") == (begun is not None)
        if begun is None:
            assert file_keys(files).keys() == set(files)
            execute(viewer=case.officer, request_id=case.id)
        else:
            moved += 1
            assert case.request.deletion == begun.id
        house.work()
        assert file_keys(files) == {}
        assert files_of(case.request.person_id) == [case.request.file_id]
        assert Step.objects.filter(request_id=case.id, code="executed").count() == 1
        if not killed:
            break
    else:
        pytest.fail("it never got through")
    assert number > 5
    assert moved == 1  # one commit: only the last attempt, which got through


def test_an_erasure_that_was_completed_from_the_ledger_is_taken_as_done(house: House) -> None:
    case = case_of(house, "erasure", 0)
    files = theirs(case.request.person_id)
    assert killed_before_write(1, lambda: execute(viewer=case.officer, request_id=case.id))
    assert case.request.state == "decided"
    lines = list(read_ledger(folder_of(settings.KEY_DIR)))
    assert complete_noted(lines, before=clock.now() + timedelta(hours=1)) == 1
    house.work()
    assert file_keys(files) == {}

    execute(viewer=case.officer, request_id=case.id)
    assert case.request.state == "executed"
    assert case.request.deletion == DeletionRecord.objects.get(person=case.request.person_id).id


@pytest.mark.timeout(300)
def test_stops_stand_with_the_move_or_not_at_all(house: House) -> None:
    for number in range(1, MOST):
        prepared(house, number)
        prepared(house, number)
        case = asked(house, "use_cessation", email=f"p{number}@example.jp").decided()
        killed = killed_before_write(number, lambda: execute(viewer=case.officer, request_id=case.id))  # noqa: B023
        done = StopRow.objects.filter(person=case.request.person_id).count()
        assert (case.request.state, done) in (("decided", 0), ("executed", 2))
        if case.request.state == "decided":
            execute(viewer=case.officer, request_id=case.id)
        assert StopRow.objects.filter(person=case.request.person_id).count() == 2
        if not killed:
            break
    else:
        pytest.fail("it never got through")
    assert number > 3


@pytest.mark.timeout(300)
@pytest.mark.parametrize("form", ["electronic", "paper"])
def test_a_package_is_whole_or_not_there(house: House, form: str) -> None:
    case = case_of(house, "disclosure", 0)
    for number in range(1, MOST):
        id = order_package(viewer=case.officer, request_id=case.id, form=form)
        killed = killed_before_write(number, lambda: make_package(id))  # noqa: B023
        left = current(case.id)
        assert left is not None
        assert left.id == id
        assert (left.state == "ready") == (left.digest != "") == (not killed)
        if killed:
            make_package(id)
        whole(id)
        if not killed:
            break
    else:
        pytest.fail("it never got through")
    assert number > 5


def whole(id: UUID) -> None:
    package = DisclosurePackage.objects.get(id=id)
    (attachment,) = Attachment.objects.filter(file_id=package.file_id)
    raw = b"".join(read_attachment(attachment.id))
    assert (package.state, package.attachment, package.size) == ("ready", attachment.id, len(raw))
    assert package.done == package.total > 1
    assert hashlib.sha256(raw).hexdigest() == package.digest
    positions = list(
        Chunk.objects.filter(attachment=attachment).order_by("position").values_list("position", flat=True)
    )
    assert positions == list(range(len(positions)))
    if package.form == "electronic":
        archive = pyzipper.AESZipFile(io.BytesIO(raw))
        archive.setpassword(package.opened(file_key(package.file_id), "secret").encode())
        assert CANARIES["body"] in archive.read("index.html").decode()


def test_two_workers_at_once_leave_one_package(house: House) -> None:
    """A lease ran out while the first was still at it: it stops at its next piece."""
    case = case_of(house, "disclosure", 0)
    id = order_package(viewer=case.officer, request_id=case.id, form="electronic")
    package = DisclosurePackage.objects.get(id=id)
    first = _begin(package, file_key(package.file_id), case.request, 10)
    make_package(id)
    first.sink.write(b"of the first")
    with pytest.raises(Overtaken):
        first.put()
    whole(id)


def test_nothing_of_it_ever_lies_in_a_plain_file(house: House) -> None:
    """No file is opened for writing besides the database's own while it is made."""
    case = case_of(house, "disclosure", 0)
    id = order_package(viewer=case.officer, request_id=case.id, form="electronic")

    written = list[str]()

    def hook(event: str, args: tuple[object, ...]) -> None:
        if watching and event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+"):
            written.append(str(args[0]))
        if watching and event.startswith("tempfile."):
            written.append(event)

    watching = [True]
    sys.addaudithook(hook)
    make_package(id)
    watching.clear()
    whole(id)
    assert [each for each in written if "sqlite" not in each and not each.endswith(".lock")] == []


def test_an_ended_file_is_no_answer_to_a_second_press(house: House) -> None:
    """Somebody else's erasure took a part of it: what is left is decided anew."""
    case = case_of(house, "erasure", 0)
    files = theirs(case.request.person_id)
    from madoguchi.rooms.vault.actions.end_files import begin_ending

    begin_ending(ending=uuid7(), files=files[:1])
    with pytest.raises(EndedMeanwhile):
        execute(viewer=case.officer, request_id=case.id)
    assert case.request.state == "decided"
