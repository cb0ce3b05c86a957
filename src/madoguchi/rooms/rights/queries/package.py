"""What goes into the package of one request: all of `chosen`, what lies outside of files, consents, stops, looks, and
the requests themselves; what is blacked out, and why (T-C8-6, T-C8-7)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.utils.functional import cached_property

from madoguchi.foundation.lib import clock, links
from madoguchi.foundation.lib.ids import Ref
from madoguchi.rooms.audit.queries import Happened, naming, touching
from madoguchi.rooms.consent.queries import chosen_by, shown_with
from madoguchi.rooms.delivery.queries.raws import raws_in
from madoguchi.rooms.gate.queries import every_stop
from madoguchi.rooms.inquiries.queries.of_person import Head, heads, kinds_of
from madoguchi.rooms.inventory.queries.disclosure import Lying, Opened, lying_in, opened
from madoguchi.rooms.organisation.queries import entity_facts, role_label, role_of
from madoguchi.rooms.rights.errors import LinkSpent
from madoguchi.rooms.rights.models import DisclosurePackage, Redaction, RightsRequest
from madoguchi.rooms.rights.packaging.telling import (
    Blacking,
    Enclosed,
    Fact,
    Record,
    Section,
    Telling,
    Withheld,
    moment,
)
from madoguchi.rooms.rights.queries.collected import chosen_of
from madoguchi.rooms.rights.queries.letter_facts import PACKAGE, last_day
from madoguchi.rooms.rights.queries.requests import by_id
from madoguchi.rooms.rights.rules import requests as rules
from madoguchi.rooms.rights.rules.asking import CHANNELS
from madoguchi.rooms.rights.rules.requests import State
from madoguchi.rooms.rights.rules.stops import SCOPES, item_of
from madoguchi.rooms.vault.queries import Attached, attachments_in, file_key

INQUIRY, ENTRY = "inquiries.Inquiry", "inquiries.Entry"
# Told elsewhere, or no word about the person: the keys, chunks of files, packages with what opens them, and what was
# blacked out, which is somebody else's.
WITHOUT = frozenset(
    {"vault.File", "vault.Chunk", "vault.Attachment", "rights.DisclosurePackage", "rights.Redaction"}
)
_KINDS = {"message": "ご本人からのメッセージ", "note": "社内メモ", "reply": "お返事"}
_DID = {
    "inquiry.received": "お問い合わせを受け付けた",
    "inquiry.read": "お問い合わせを開いた",
    "inquiry.listed": "一覧に表示した",
    "inquiry.printed": "印刷用の画面を開いた",
    "inquiry.replied": "お返事を送った",
    "inquiry.acknowledged": "自動返信を送った",
    "inquiry.noted": "社内メモを書いた",
    "inquiry.export-fetched": "書き出しを受け取った",
    "person.read": "ご本人についての画面を開いた",
    "inventory.corrected": "訂正した",
    "consent.withdrawn": "同意の取消しを記録した",
    "gate.stopped": "利用の停止を記録した",
}
REVEALED = (State.EXECUTED, State.NOTIFIED, State.CLOSED)


# -- what is written ----------------------------------------------------------------------------------


@dataclass
class Content:
    """Read lazily: the plan is ids only, and each pass opens its rows anew."""

    request: RightsRequest

    @cached_property
    def matters(self) -> list[Lying]:
        return lying_in(chosen_of(self.request), without=WITHOUT)

    @cached_property
    def requests(self) -> list[Lying]:
        """This one, and all that they asked of this company before."""
        theirs = RightsRequest.objects.filter(
            person_id=self.request.person_id, entity_id=self.request.entity_id
        )
        return lying_in(list(theirs.values_list("file_id", flat=True)), without=WITHOUT)

    @cached_property
    def heads(self) -> dict[UUID, Head]:
        return heads([each.id for each in self.matters if each.table == INQUIRY])

    @cached_property
    def redactions(self) -> list[Redaction]:
        return list(Redaction.objects.filter(request_id=self.request.id).order_by("at", "id"))

    @cached_property
    def words(self) -> dict[UUID, str]:
        key = file_key(self.request.file_id)
        return {each.id: each.opened(key, "words") for each in self.redactions}

    @cached_property
    def attached(self) -> list[tuple[Attached, str]]:
        """Each with the path under which it lies; an empty one is held back. Mails as they arrived are told by their
        words and files."""
        files = [file for each in self.matters for file in each.files]
        back, raw = {each.attachment for each in self.redactions}, raws_in(files)
        found = [each for each in attachments_in(files) if each.id not in raw]
        return [
            (each, "" if each.id in back else f"files/{number:04}{_ending(each.name)}")
            for number, each in enumerate(found, 1)
        ]

    @property
    def rows(self) -> int:
        return sum(len(each.places) for each in (*self.matters, *self.requests))

    def telling(self) -> Telling:
        black, request = Blacking(list(self.words.values())), self.request
        facts = entity_facts(request.entity_id)
        head = (
            Fact("受付番号", request.number),
            Fact("ご請求の種類", rules.KINDS[request.kind].label),
            Fact("届いた日", moment(request.arrived_at)),
            Fact("作成した日", moment(clock.now())),
            Fact("作成者", f"{facts['name']}　{facts.get('address', '')}".strip()),
        )
        sections = [*self._of_matters(black), *self._besides(black)]
        return Telling(
            "お預かりしている個人情報", head, sections, tuple(self._withheld()), tuple(self._enclosed(black))
        )

    def _of_matters(self, black: Blacking) -> Iterator[Section]:
        for each in self.matters:
            head = self.heads.get(each.id)
            title = f"お問い合わせ {head.number}" if head else "そのほかの記録"
            lead = f"{moment(head.received_at)}　{CHANNELS.get(head.channel, head.channel)}" if head else ""
            yield Section(title, lead, self._records(each, black))

    def _records(self, lying: Lying, black: Blacking) -> Callable[[], Iterator[Record]]:
        def records() -> Iterator[Record]:
            kinds = kinds_of([place.row for place in lying.places if place.table == ENTRY])
            for row in opened(lying.places):
                record = _record(row, kinds)
                if record.facts:
                    yield black.record(record)

        return records

    def _besides(self, black: Blacking) -> Iterator[Section]:
        ids = [each.id for each in self.matters]
        yield Section(
            "同意と、お見せした文面", "", lambda: _consents(self.request.person_id, ids, self.heads)
        )
        yield Section("利用を止めるお申し出", "", lambda: _stops(self.request.person_id, self.heads))
        yield Section(
            "だれが、いつ見たか",
            "職員の名前の代わりに、役割を示しています。",
            lambda: _looks(self.request, ids, self.heads),
        )
        for each in self.requests:
            yield Section("個人情報についてのご請求", "", self._records(each, black))

    def _withheld(self) -> Iterator[Withheld]:
        names = {attached.id: path for attached, path in self.attached}
        for each in self.redactions:
            ground = rules.GROUNDS[each.ground]
            what = "添付ファイル1つ" if each.attachment in names else "ほかの方を示す言葉"
            yield Withheld(what, ground.label, ground.article)

    def _enclosed(self, black: Blacking) -> Iterator[Enclosed]:
        whose = {
            file: self.heads[each.id].number
            for each in self.matters
            if each.id in self.heads
            for file in each.files
        }
        for attached, path in self.attached:
            yield Enclosed(
                black(attached.name), attached.media_type, attached.size, path, whose.get(attached.file, "")
            )


def _ending(name: str) -> str:
    _, dot, ending = name.rpartition(".")
    plain = ending.lower()
    return f".{plain}" if dot and plain.isascii() and plain.isalnum() and len(plain) <= 5 else ""


def _record(row: Opened, kinds: dict[UUID, str]) -> Record:
    what = _KINDS.get(kinds.get(row.row, ""), row.label)
    facts = tuple(Fact(each.label, each.value) for each in row.found if not each.sign)
    return Record(what, _made_at(row.row), "", facts)


def _made_at(row: UUID) -> datetime:
    """Rows are numbered by the time of their making (UUIDv7)."""
    return datetime.fromtimestamp((row.int >> 80) / 1000, UTC)


def _consents(person: UUID, matters: Sequence[UUID], known: dict[UUID, Head]) -> Iterator[Record]:
    for id in matters:
        shown = shown_with(Ref("inquiry", id))
        if shown is not None:
            facts = (
                Fact("お問い合わせ", known[id].number if id in known else ""),
                Fact("お見せした方針", f"第{shown.policy_number}版（{shown.policy_title}）"),
                Fact("お見せした文面の照合番号", shown.notice.digest),
            )
            yield Record("文面をお見せした記録", shown.shown_at, "", facts)
    for choice in chosen_by(person):
        ended = (
            Fact("取り消した日時", moment(choice.withdrawn_at))
            if choice.withdrawn_at
            else Fact("状態", "同意いただいています")
        )
        yield Record(
            "お選びいただいたこと",
            choice.given_at,
            "ご本人",
            (Fact("目的", _PURPOSES.get(choice.purpose, choice.purpose)), ended),
        )


_PURPOSES = {"event-mail": "ご案内のメール"}


def _stops(person: UUID, known: dict[UUID, Head]) -> Iterator[Record]:
    for each in every_stop(person):
        about = known.get(each.about) if each.about else None
        facts = [Fact("止めたもの", SCOPES.get(each.scope) or item_of(each.scope))]
        facts += [Fact("お問い合わせ", about.number)] if about else []
        facts += [Fact("再開した日時", moment(each.lifted_at))] if each.lifted_at else []
        yield Record("利用を止めるお申し出", each.asked_at, "ご本人", tuple(facts))


def _looks(request: RightsRequest, ids: Sequence[UUID], known: dict[UUID, Head]) -> Iterator[Record]:
    theirs = {*ids, request.person_id}
    first = min((head.received_at for head in known.values()), default=request.arrived_at)
    for event in (*touching(theirs), *naming(theirs, since=first)):
        yield _look(event, known)


def _look(event: Happened, known: dict[UUID, Head]) -> Record:
    named = [known[id] for id in (UUID(ref.partition(":")[2]) for ref in event.refs) if id in known]
    about = known.get(event.about.id)
    numbers = dict.fromkeys(head.number for head in (*([about] if about else []), *named))
    facts = (Fact("お問い合わせ", "、".join(numbers)),) if numbers else ()
    return Record(_DID.get(event.kind, event.kind), event.at, _who(event.by), facts)


def _who(by: Ref) -> str:
    if by.kind == "staff":
        role = role_of(by)
        return role_label(role) if role else "職員"
    return {"visitor": "ご本人", "person": "ご本人", "worker": "プログラム", "command": "プログラム"}.get(
        by.kind, ""
    )


# -- who may fetch it ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Handing:
    """What the page of the link shows before anything is fetched. Whoever has the link has the mailbox, and was
    confirmed as the person before."""

    package: UUID
    request: UUID
    number: str
    secret: str
    size: int
    digest: str
    until: str


def handing(token: str) -> Handing:
    """Raises LinkSpent for a link that was used, replaced, or is over, and for every other one."""
    package = standing(token)
    request = by_id(package.request_id)
    secret = package.opened(file_key(package.file_id), "secret")
    until = last_day(package).isoformat()
    return Handing(package.id, request.id, request.number, secret, package.size, package.digest, until)


def standing(token: str, *, for_update: bool = False) -> DisclosurePackage:
    named = links.named(token)
    rows = (
        DisclosurePackage.objects.select_for_update(of=("self",)) if for_update else DisclosurePackage.objects
    )
    package = rows.filter(id=named, state="ready", form="electronic").first() if named else None
    if package is None or not links.holds(PACKAGE, token, package.link_issue):
        raise LinkSpent
    if by_id(package.request_id).state not in REVEALED or clock.today() > last_day(package):
        raise LinkSpent
    return package


def current(request_id: UUID) -> DisclosurePackage | None:
    """The one that counts."""
    return DisclosurePackage.objects.filter(request_id=request_id).exclude(state="replaced").first()
