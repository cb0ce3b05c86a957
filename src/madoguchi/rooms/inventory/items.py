"""What a policy announces and a plain form does not ask: each item with its row of clause 2 and its door.

An item is collected only while its switch is on; without one no door stores it (LAW C2-1a–d, C2-2, C2-3, C2-4).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from madoguchi.foundation.lib.declarations import Source


class Door(StrEnum):
    """Where an item comes in."""

    FORM = "form"  # the public form asks, and so does the API
    VISIT = "visit"  # noted when an inquiry is sent
    DESK = "desk"  # recorded by staff about one person
    LATER = "later"  # needs a journey of its own that is not built yet


@dataclass(frozen=True, slots=True)
class Item:
    """`question` is the field that the form asks. `wait` says why it cannot be switched on yet."""

    code: str
    label: str
    announced: str
    door: Door
    source: Source
    retention: str
    question: Mapping[str, Any] | None = None
    picture: bool = False
    wait: str = ""

    @property
    def ready(self) -> bool:
        return not self.wait


_LINKING = "外部サービスとの連携は、ご本人がご自分のページから許可する画面が必要です。その画面ができるまで、取得を始められません。"
_LOCATION = "位置情報は、お一人ずつ同意をいただいてから端末にお尋ねします。その画面ができるまで、取得を始められません。"


def _question(key: str, label: str, kind: str, announced: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "label": label, "kind": kind, "announced": announced, "required": False, **more}


def _asked(code: str, label: str, announced: str, kind: str, **more: Any) -> Item:
    question = _question(code, label, kind, announced, **more)
    return Item(code, label, announced, Door.FORM, Source.PERSON, "inquiry", question)


CATALOGUE: tuple[Item, ...] = (
    _asked("birth_date", "生年月日", "2-1a", "date", hint="例：1980年5月1日", autocomplete="bday"),
    _asked("sex", "性別", "2-1a", "choice", choices=["女性", "男性", "その他", "回答しない"], autocomplete="sex"),
    _asked("occupation", "職業", "2-1a", "line", hint="例：会社員", autocomplete="organization-title"),
    _asked(
        "postal_address", "住所", "2-1b", "text",
        hint="例：〒100-0000 東京都千代田区みなと町1-2-3", autocomplete="street-address", max_length=300,
    ),
    Item("payment_reference", "お支払いの参照番号", "2-1c", Door.DESK, Source.PERSON, "detail"),
    Item("portrait", "ご本人の写真", "2-1d", Door.DESK, Source.PERSON, "detail", picture=True),
    Item("linked_service_id", "連携先でのID", "2-2a", Door.LATER, Source.SERVICE, "detail", wait=_LINKING),
    Item("linked_service_data", "連携先から受け取る情報", "2-2b", Door.LATER, Source.SERVICE, "detail", wait=_LINKING),
    Item("referrer", "直前のページ", "2-3a", Door.VISIT, Source.DEVICE, "inquiry"),
    Item("ip_address", "IPアドレス", "2-3b", Door.VISIT, Source.DEVICE, "inquiry"),
    Item("location", "端末の位置情報", "2-4a", Door.LATER, Source.DEVICE, "inquiry", wait=_LOCATION),
)  # fmt: skip

BY_CODE: Mapping[str, Item] = {item.code: item for item in CATALOGUE}
