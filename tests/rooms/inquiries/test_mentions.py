"""Who is called in a note."""

from uuid import UUID

import pytest

from madoguchi.rooms.inquiries import mentions

MORI, MORITA, SATO, SATO2 = (UUID(int=n) for n in range(4))
NAMES = {MORI: "森 拓真", MORITA: "森田 葵", SATO: "佐藤 花子", SATO2: "佐藤　次郎"}


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("@森 お願いします", {MORI}),
        ("＠森さん、お願いします", {MORI}),
        ("@森田さん", {MORITA}),
        ("@森 拓真", {MORI}),
        ("@森拓真", {MORI}),
        ("@佐藤", {SATO, SATO2}),
        ("@佐藤 花子", {SATO}),
        ("@佐藤次郎", {SATO2}),
        ("@森と@森田", {MORI, MORITA}),
        ("@全員へ", set(NAMES)),
        ("@all", set(NAMES)),
        ("@ALL です", set(NAMES)),
        ("@allied", set()),
        ("hanako@森.example.jp", set()),
        ("森さん", set()),
        ("@ 森", set()),
        ("@高橋", set()),
        ("", set()),
    ],
)
def test_called(text: str, called: set[UUID]) -> None:
    assert mentions.called(text, NAMES) == called


def test_with_nobody_there() -> None:
    assert mentions.called("@森 @全員", {}) == set()
