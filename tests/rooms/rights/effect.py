"""A request carried through its stations by the room's own verbs, up to where a test wants it."""

from dataclasses import dataclass
from uuid import UUID

from madoguchi.foundation.lib.ids import VISITOR
from madoguchi.rooms.inventory.queries.apart import theirs
from madoguchi.rooms.organisation.queries import Viewer, viewer_of
from madoguchi.rooms.rights.actions.close import close
from madoguchi.rooms.rights.actions.collect import collect
from madoguchi.rooms.rights.actions.decide import decide
from madoguchi.rooms.rights.actions.execute import execute
from madoguchi.rooms.rights.actions.fee import settle_fee
from madoguchi.rooms.rights.actions.identify import note_check, note_mailbox
from madoguchi.rooms.rights.actions.letters import draft_letter, send_letter
from madoguchi.rooms.rights.actions.open_request import open_request
from madoguchi.rooms.rights.models import RightsRequest
from madoguchi.rooms.rights.queries.fee import fee_of
from madoguchi.rooms.rights.queries.requests import by_id
from madoguchi.rooms.rights.rules.asking import Asking
from tests.house import House

ADDRESS = "yoko@nubatama.example"
NAME = "左近允 燿子"


@dataclass(frozen=True)
class Case:
    """One request of a person who wrote before, and the officer who has it."""

    house: House
    id: UUID

    @property
    def request(self) -> RightsRequest:
        return by_id(self.id)

    @property
    def officer(self) -> Viewer:
        return viewer_of(self.house.staff["officer"])

    def identified(self) -> "Case":
        note_mailbox(request_id=self.id, by=VISITOR)
        note_check(viewer=self.officer, request_id=self.id, way="call-back", passed=True)
        fee = fee_of(self.request)
        if fee is not None and fee.yen:
            settle_fee(viewer=self.officer, request_id=self.id, how="waived", waived_for="small")
        return self

    def collected(self, *, files: list[UUID] | None = None) -> "Case":
        self.identified()
        living = theirs(self.request.person_id)
        collect(
            viewer=self.officer, request_id=self.id, files=living if files is None else files, seen=living
        )
        return self

    def decided(self, outcome: str = "granted", **said: str) -> "Case":
        self.collected()
        decide(viewer=self.officer, request_id=self.id, outcome=outcome, **said)
        return self

    def executed(self, outcome: str = "granted", **said: str) -> "Case":
        self.decided(outcome, **said)
        execute(viewer=self.officer, request_id=self.id)
        return self

    def told(self, kind: str = "granted") -> str:
        """The letter as drafted, sent by mail; gives back its text."""
        worded = draft_letter(self.officer, self.request, kind)
        send_letter(
            viewer=self.officer, request_id=self.id, kind=kind, subject=worded.subject, body=worded.body, channel="mail"
        )  # fmt: skip
        return worded.body

    def closed(self) -> "Case":
        close(viewer=self.officer, request_id=self.id)
        return self


def asked(house: House, kind: str, *, email: str = ADDRESS, wish: str = "", **values: str) -> Case:
    given = {"name": NAME, "email": email} | values
    opened = open_request(
        entity_id=house.entity_id, asking=Asking(kind, given, wish), channel="web", by=VISITOR
    )
    return Case(house, opened.id)
