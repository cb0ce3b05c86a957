"""Black out words of somebody else, or hold an attachment back; the ground is shown in the package (T-C8-7)."""

from uuid import UUID

from madoguchi.foundation.lib.ids import uuid7
from madoguchi.foundation.lib.text import clean_text, unstorable
from madoguchi.foundation.lib.transactions import action
from madoguchi.rooms.organisation.queries import Viewer
from madoguchi.rooms.rights.actions.hold import hold_for
from madoguchi.rooms.rights.actions.steps import write_step
from madoguchi.rooms.rights.errors import NoSuchRequest, UnfitRedaction
from madoguchi.rooms.rights.models import Redaction, RightsRequest
from madoguchi.rooms.rights.queries.collected import chosen_of
from madoguchi.rooms.rights.rules import packages as rules
from madoguchi.rooms.rights.rules import requests
from madoguchi.rooms.rights.rules.requests import State
from madoguchi.rooms.vault.queries import attachments_in, hold_file

_IN = (State.INVESTIGATING, State.DECIDED)


@action
def redact(
    *, viewer: Viewer, request_id: UUID, ground: str, words: str = "", attachment: UUID | None = None
) -> UUID:
    """Exactly these words, wherever they stand. A package that was made before is made anew."""
    request = hold_for(viewer, request_id)
    requests.check_stands(request.state, *_IN)
    rules.check_kind(request.kind)
    if unstorable(words):
        raise UnfitRedaction
    said = clean_text(words).strip()
    rules.check_redaction(said, attachment, ground)
    _check_theirs(request, attachment)
    id, key = uuid7(), hold_file(request.file_id)
    Redaction.objects.create(
        id=id, request_id=request.id, file_id=key.id, attachment=attachment, ground=ground, by=viewer.ref.id,
        words=key.seal(Redaction, "words", id, said) if said else b"",
    )  # fmt: skip
    write_step(request.id, "redacted", viewer.ref, ground=ground, attachment=attachment is not None)
    return id


@action
def unredact(*, viewer: Viewer, request_id: UUID, redaction_id: UUID) -> None:
    request = hold_for(viewer, request_id)
    requests.check_stands(request.state, *_IN)
    gone, _ = Redaction.objects.filter(id=redaction_id, request_id=request.id).delete()
    if not gone:
        raise NoSuchRequest
    write_step(request.id, "unredacted", viewer.ref)


def _check_theirs(request: RightsRequest, attachment: UUID | None) -> None:
    if attachment is not None and attachment not in {each.id for each in attachments_in(chosen_of(request))}:
        raise UnfitRedaction
