"""The data map in the words of a person: one telling for the desk, the public page, auditors' files and the docs."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from madoguchi.rooms.inventory.items import Door, Item
from madoguchi.rooms.inventory.periods import CLASSES, in_words
from madoguchi.rooms.inventory.queries.data_map import STAFF, DataMap, Line, compare, data_map
from madoguchi.rooms.inventory.queries.retention import period_of

Periods = Mapping[str, int | None]  # days by retention class; without a class: nobody decided yet

WHY = {
    "answer": "お問い合わせにお答えするため",
    "rights": "ご本人のご請求にお応えするため",
    "suppression": "ご案内を止めるお申し出を守るため",
    "changes": "方針の変更をお知らせするため",
    STAFF: "職員がサインインし、担当を決めるため",
}
WHENCE = {
    "person": "ご本人から",
    "ours": "当社で作成",
    "device": "ご利用のときに記録",
    "service": "連携先から",
}
ENDING = {
    "delete": "記録ごと消します",
    "blank": "値を消します",
    "shred": "鍵を捨て、読めなくします",
    "keep": "証明のために残します",
}
# Classes that end with something other than a period somebody decides.
_UNTIL = {
    "audit": "対応したことの証明として残します",
    "consent": "同意と、お見せした文面の証明として残します",
    "suppression": "お申し出を守る間",
    "staff": "在籍している間",
    "session": "サインインから12時間",
}
ALL_STAFF = "窓口の職員"  # clerk, officer and admin: whoever may open an inquiry
_NOTICES = "staff-mail"  # notices to staff lie in the table of mails and tell nothing of who asked
_NOBODY = "だれにも見せません"
UNDECIDED = "期限を決めていません"
SIGN = "探したり見分けたりするための符号です。元の値には戻せません"


@dataclass(frozen=True, slots=True)
class Told:
    """One line; every part is a text. `note` explains a code, or says that only what came before is left.
    `until` has one text for each retention class."""

    label: str
    note: str
    why: str
    whence: str
    seen_by: str
    until: tuple[str, ...]
    ending: str
    policy: str
    announced: str
    places: tuple[str, ...]
    item: str
    collected: bool
    sign: bool


def tell(line: Line, announced: Mapping[str, str], periods: Periods) -> Told:
    return Told(
        label=line.label,
        note=_note(line),
        why="、".join(WHY[each] for each in line.purposes),
        whence="職員から" if line.announced == STAFF else WHENCE[line.source],
        seen_by=_seen_by(line),
        until=until((each for each in line.retentions if each != _NOTICES), periods),
        ending="、".join(ENDING[each] for each in line.endings),
        policy=announced.get(line.announced, ""),
        announced=line.announced,
        places=line.places,
        item=line.item,
        collected=line.collected,
        sign=line.sign,
    )


def until(retentions: Iterable[str], periods: Periods) -> tuple[str, ...]:
    """What has an end, in the order of the declarations; then, in one text, whatever nobody decided yet."""
    ends, endless = list[str](), list[str]()
    for code in dict.fromkeys(retentions):
        days = periods.get(code)
        if code not in CLASSES:
            ends.append(_UNTIL[code])
        elif days is None:
            endless.append(CLASSES[code].label)
        else:
            ends.append(f"{CLASSES[code].label}：{CLASSES[code].runs_from}から{in_words(days)}")
    if endless:
        ends.append(f"{'・'.join(endless)}：{UNDECIDED}" if ends else UNDECIDED)
    return tuple(ends)


def kept(entity_id: UUID, retentions: Iterable[str]) -> tuple[str, ...]:
    """The same for some classes of this installation as it stands."""
    return until(retentions, {code: period_of(entity_id, code) for code in CLASSES})


def _note(line: Line) -> str:
    if line.sign:
        return SIGN
    if not line.collected:
        return "いまは取得していません。以前の分が残っていることがあります"
    return ""


def _seen_by(line: Line) -> str:
    if line.announced == STAFF:
        return "ご本人、管理者"
    return _NOBODY if line.sign else ALL_STAFF


@dataclass(frozen=True, slots=True)
class Absent:
    """Announced and not collected: an item with a switch, or a row of the policy that has none (no code)."""

    label: str
    policy: str
    announced: str
    note: str
    code: str = ""
    ready: bool = False


@dataclass(frozen=True, slots=True)
class Account:
    """The whole data map, told. `unannounced` and `stopped` are what somebody should look at."""

    bound: bool
    held: tuple[Told, ...]
    staff: tuple[Told, ...]
    absent: tuple[Absent, ...]
    unannounced: tuple[Told, ...]
    stopped: tuple[Told, ...]

    @property
    def values(self) -> tuple[Told, ...]:
        return tuple(each for each in self.held if not each.sign)

    @property
    def signs(self) -> tuple[Told, ...]:
        return tuple(each for each in self.held if each.sign)

    @property
    def shared_until(self) -> tuple[str, ...]:
        """The periods of an inquiry, which many lines share: told once on a page. Empty while one text says it all."""
        several = Counter(each.until for each in self.held if len(each.until) > 1)
        return next((until for until, lines in several.most_common(1) if lines > 1), ())


def account(entity_id: UUID, announced: Mapping[str, str]) -> Account:
    """Of this installation as it stands. `announced`: policy.queries.announced."""
    periods = {code: period_of(entity_id, code) for code in CLASSES}
    return account_of(data_map(entity_id), announced, periods)


def account_of(found: DataMap, announced: Mapping[str, str], periods: Periods) -> Account:
    compared = compare(found, announced)

    def told(lines: Iterable[Line]) -> tuple[Told, ...]:
        return tuple(tell(line, announced, periods) for line in lines)

    items = (_absent(item, announced) for item in compared.absent)
    rows = (
        Absent(announced[code], announced[code], code, _ELSEWHERE.get(code, "")) for code in compared.rows
    )
    return Account(
        compared.bound,
        told(found.held),
        told(found.staff),
        tuple(sorted((*items, *rows), key=lambda each: each.announced)),
        told(compared.unannounced),
        told(compared.stopped),
    )


def _absent(item: Item, announced: Mapping[str, str]) -> Absent:
    return Absent(item.label, announced[item.announced], item.announced, item.wait, item.code, item.ready)


# Rows that this program never records, with what a reader might miss.
_ELSEWHERE = {
    "2-3c": "この窓口のプログラムは残しません。手前に置いたサーバーが残すことはあります。",
    "2-3d": "公開のページでは Cookie を使いません。職員の画面では、サインインのために使います。",
}


def how(item: Item) -> str:
    """What happens once this item is collected."""
    return {
        Door.FORM: "お問い合わせフォームの終わりに、任意の質問として加わります。外部のシステムからの送信（API）でも受け取ります。",
        Door.VISIT: "お問い合わせが送られたときに記録し、その方の情報として開示や消去の対象になります。",
        Door.DESK: "個人情報管理者が、お一人ずつの画面で記録できるようになります。",
        Door.LATER: item.wait,
    }[item.door]


def untold(lines: Iterable[Line]) -> list[str]:
    """Codes of declarations for which there are no words; empty when every line can be told."""
    missing = []
    for line in lines:
        missing += [each for each in line.purposes if each not in WHY]
        missing += [each for each in line.endings if each not in ENDING]
        missing += [each for each in line.retentions if each not in CLASSES and each not in _UNTIL]
    return missing
