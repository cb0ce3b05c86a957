"""Take a request in the order in which everybody takes it: its inquiry, its person, then its own row."""

from uuid import UUID

from madoguchi.foundation.lib.ids import Ref
from madoguchi.rooms.inquiries.queries.one import by_id as inquiry_by_id
from madoguchi.rooms.organisation.queries import Viewer, staff_by_id, viewer_of
from madoguchi.rooms.people.queries import hold_person
from madoguchi.rooms.rights.errors import HandlersOnly, NoSuchRequest
from madoguchi.rooms.rights.models import RightsRequest
from madoguchi.rooms.rights.rules import complaints


def hold(request_id: UUID) -> RightsRequest:
    """Inside an action. For the person's own links and the worker, which have proven what they may do."""
    known = RightsRequest.objects.filter(id=request_id).values_list("inquiry_id", "person_id").first()
    if known is None:
        raise NoSuchRequest
    inquiry_id, person = known
    if inquiry_id is not None:
        inquiry_by_id(inquiry_id, for_update=True)
    hold_person(person)
    return RightsRequest.objects.select_for_update(of=("self",)).get(id=request_id)


def hold_for(viewer: Viewer, request_id: UUID) -> RightsRequest:
    """For a verb of the staff: an officer's, or whoever owns it. Another company's does not exist (T-C5-7)."""
    request = hold(request_id)
    if request.entity_id != viewer.entity_id:
        raise NoSuchRequest
    complaints.check_handler(viewer.role, own=request.owner_id == viewer.ref.id)
    return request


def hold_by(by: Ref, request_id: UUID) -> RightsRequest:
    """For a verb that the person has as well as the staff."""
    if by.kind != "staff":
        return hold(request_id)
    staff = staff_by_id(by.id)
    if staff is None or not staff.is_active:
        raise HandlersOnly
    return hold_for(viewer_of(staff), request_id)
