"""Readers of a refusal: which wording is noticed by how many, and that ours is noticed by all of them."""

import time
import tomllib
from pathlib import Path

import pytest

import madoguchi
from madoguchi.rooms.screening.readers import ALL, KINDS, LINE, Reader, noticed, noticing

PROFILES = sorted(Path(madoguchi.__file__).parent.glob("profiles/*.toml"))
PLAIN = "営業・勧誘・売り込みはお断りしております。"
POLITE = "営業目的のお問い合わせはご遠慮ください。"


def test_there_are_thirteen_in_three_kinds() -> None:
    assert (ALL, [len(kind.readers) for kind in KINDS]) == (13, [5, 5, 3])


@pytest.mark.parametrize(
    ("nodes", "count"),
    [
        ([PLAIN], 6),
        ([POLITE], 11),
        ([PLAIN, "\n", LINE], 13),
        ([LINE], 13),
        (
            ["営業お断", "り:営業メールお断", "り。営業目的のお問い合", "わせはご遠", "慮ください。"],
            11,
        ),  # tags inside
        ([PLAIN, LINE.replace("お問い合わせ", "お問合せ")], 12),
        (["営業時間は9時から18時までです。", "ご相談はお気軽にどうぞ。"], 0),
        (["営業時間外のお電話はご遠慮ください。"], 7),  # a reader knows no better, and costs nobody anything
        ([""], 0),
        ([], 0),
    ],
)
def test_wordings_are_noticed_as_measured_in_the_field(nodes: list[str], count: int) -> None:
    assert noticing(nodes) == count


def test_one_reader_is_put_off_by_words_about_customers() -> None:
    sentence = "お客様の個人情報を守るため、営業目的のお問い合わせはご遠慮ください。"
    assert noticing([POLITE]) - noticing([sentence]) == 1


def test_what_is_missed_is_said_and_only_then() -> None:
    assert [each.wants for each in noticed([LINE])] == ["", "", ""]
    phrases, near, sentence = noticed([PLAIN])
    assert (phrases.count, near.count, sentence.count) == (0, 3, 3)
    assert "営業メールお断り" in phrases.wants
    assert near.wants
    assert not sentence.wants


@pytest.mark.parametrize("profile", PROFILES, ids=lambda path: path.stem)
def test_the_shipped_refusal_is_noticed_by_all(profile: Path) -> None:
    notice = tomllib.loads(profile.read_text())["notice"]
    assert notice["refusal_line"] == LINE
    assert noticing([notice["refusal"], "\n", notice["refusal_line"]]) == ALL
    assert noticing([notice["refusal"]]) < ALL  # the added line is what carries the rest


@pytest.mark.parametrize("pump", ["営業", "営業目的の", "お断り", "。", "あ", "営業\n", "セールス勧誘"])
def test_no_reader_is_slow(pump: str) -> None:
    text = pump * (50_000 // len(pump))
    for kind in KINDS:
        for reader in kind.readers:
            assert min(_spent(reader, text) for _ in range(3)) < 0.05


def _spent(reader: Reader, text: str) -> float:
    """Of this thread, so that a busy machine says nothing of a pattern."""
    started = time.thread_time()
    reader([text])
    return time.thread_time() - started
