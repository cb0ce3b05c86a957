"""The same text again, edited as senders edit it; and everybody else."""

from madoguchi.rooms.screening import reading, sameness
from tests.rooms.screening import items

KEY = b"a key of a test"


def sketch(text: str, key: bytes = KEY) -> frozenset[int]:
    return sameness.sketch(reading.read(text).masked, key)


def test_edited_repeats_are_recognised_and_no_genuine_message_is() -> None:
    from training.screening import data, figures

    found, of, wrong, nearest = figures.repeats(data.trained_on())
    assert of > 500
    assert found / of >= 0.95
    assert wrong == 0
    assert nearest < 0.38  # the line is 0.40


def test_two_people_who_write_alike_are_not_one() -> None:
    one = sketch("お世話になっております。見積もりをお願いできますでしょうか。数量は300です。")
    other = sketch("お世話になっております。先日の注文の納期を教えていただけますでしょうか。")
    assert sameness.overlap(one, other) < sameness.SAME


def test_another_key_makes_other_hashes() -> None:
    text = "月額9,800円でホームページを作りませんか。"
    assert not sketch(text) & sketch(text, b"another key")


def test_the_nearest_is_named_and_only_if_it_is_the_same() -> None:
    text = "貴社のホームページを月額9,800円で作り直しませんか。資料をお送りいたします。ご返信ください。"
    known = {"M-1": sketch(text), "M-2": sketch("鰹を10節ください。")}
    assert (
        sameness.nearest(sketch("株式会社みなと御中 " + text.replace("9,800", "12,000")), known) is not None
    )
    assert sameness.nearest(sketch("予約を変更したいです。"), known) is None
    assert sameness.nearest(sketch(text), {}) is None


def test_nothing_is_the_same_as_nothing() -> None:
    assert sketch("") == frozenset()
    assert sameness.overlap(sketch(""), sketch("")) == 0.0
    assert sameness.bands(sketch("")) == frozenset()


def test_sender_keys_tell_nothing_without_the_key() -> None:
    one = sameness.sender_keys([("domain", "minato.example")], KEY)
    assert one == sameness.sender_keys([("domain", "minato.example")], KEY)
    assert one.isdisjoint(sameness.sender_keys([("domain", "minato.example")], b"another"))
    assert one.isdisjoint(sameness.sender_keys([("phone", "minato.example")], KEY))


def test_bands_find_what_is_the_same() -> None:
    for body in items.bodies("pitch")[:100]:
        assert sameness.bands(sketch(body)) & sameness.bands(sketch("ご担当者様\n" + body))
