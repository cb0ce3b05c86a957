"""Records of deletion (廃棄記録), and the certificate of an erasure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from madoguchi.foundation.lib.ids import Ref
from madoguchi.rooms.inventory import rules
from madoguchi.rooms.inventory.errors import NoSuchRecord
from madoguchi.rooms.inventory.models import DeletionRecord
from madoguchi.rooms.inventory.periods import in_words as period_in_words
from madoguchi.rooms.inventory.queries.locate import APART, Located
from madoguchi.rooms.inventory.queries.retention import period_of
from madoguchi.rooms.inventory.reading import holdings
from madoguchi.rooms.organisation.queries import only_entity

_HELD = "保留にした件"


@dataclass(frozen=True, slots=True)
class Staying:
    """One kind of thing that stays: what, by which law or for which reason, until which day (None: without end)."""

    what: str
    law: str
    until: date | None


@dataclass(frozen=True, slots=True)
class Certificate:
    """What was ended, as its record says. `copies` tells what holds of older copies before and from the day on."""

    id: UUID
    cause: str
    code: str
    ground: str
    person: UUID | None
    whole: bool
    begun_at: datetime
    finished_at: datetime | None
    by: Ref
    files: int
    rows: int
    unreadable_on: date | None
    remainder: tuple[Staying, ...]
    copies: str


def certificate(id: UUID) -> Certificate:
    record = DeletionRecord.objects.filter(id=id).first()
    if record is None:
        raise NoSuchRecord
    return _certificate(record)


def records(*, before: UUID | None = None, cause: str = "", limit: int = 50) -> list[Certificate]:
    """The newest first, of one cause or of all; `before` is the last one shown."""
    found = DeletionRecord.objects.order_by("-id")
    if cause:
        found = found.filter(cause=cause)
    if before is not None:
        found = found.filter(id__lt=before)
    return [_certificate(record) for record in found[:limit]]


def unfinished() -> list[UUID]:
    """Endings that were begun and are not done, the oldest first."""
    return list(
        DeletionRecord.objects.filter(finished_at=None).order_by("begun_at").values_list("id", flat=True)
    )


def _certificate(record: DeletionRecord) -> Certificate:
    return Certificate(
        id=record.id,
        cause=record.cause,
        code=record.code,
        ground=rules.ground_in_words(record.code),
        person=record.person,
        whole=record.whole,
        begun_at=record.begun_at,
        finished_at=record.finished_at,
        by=Ref(record.by_kind, record.by_id),
        files=record.files,
        rows=record.rows,
        unreadable_on=record.unreadable_on,
        remainder=tuple(_staying(record)),
        copies=_of_copies(record.unreadable_on),
    )


def _staying(record: DeletionRecord) -> Iterator[Staying]:
    """What a hold keeps, with its day; then what always stays as a proof."""
    labels = {holding.label: holding.table.label for holding in holdings()}
    for each in record.remainder:
        until = date.fromisoformat(each["until"]) if each["until"] else None
        what = _HELD if until else labels.get(each["what"]) or each["what"]
        yield Staying(what, rules.law_in_words(each["law"]) + _period(each["law"]), until)


def _period(law: str) -> str:
    """How long a request stays once it is closed, as decided today."""
    entity = only_entity() if law == APART else None
    return f"（{period_in_words(period_of(entity.id, APART))}）" if entity else ""


def staying_after(located: Located) -> list[Staying]:
    """What stays when all that is certain is erased: for the page that asks, before anything is done."""
    held = {matter.held for matter in located.certain if matter.held is not None}
    stays = [Staying(_HELD, rules.law_in_words(hold.ground), hold.until) for hold in held]
    return stays + [Staying(each.label, rules.BECAUSE[each.because], None) for each in located.kept]


def _of_copies(day: date | None) -> str:
    if day is None:
        return ""
    return (
        "窓口の画面、検索、書き出しでは、もう読めません。これより前に取ったバックアップには、暗号化した内容が残っています。"
        f"そのバックアップと鍵の両方を持つ人には、{_in_words(day)}まで読めるおそれがあります。"
        "その日に古い鍵を捨てるため、その後は、バックアップと鍵がそろっても読めません。"
        "鍵の写しも同じ期限で捨てていることが前提です。"
    )


def _in_words(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
