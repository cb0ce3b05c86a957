"""The training set is as it should be, and makes the shipped weights again, bit for bit."""

import json
from importlib.resources import files

import pytest

from training.screening import data, figures


def test_the_items_are_whole_and_each_is_there_once() -> None:
    assert data.faults() == []


def test_the_weights_were_made_from_these_items() -> None:
    shipped = json.loads(files("madoguchi.rooms.screening").joinpath("weights.json").read_text("utf-8"))
    assert shipped["trained_on"] == data.digest()


def test_nothing_of_the_stress_set_was_trained_on() -> None:
    """Beyond greetings too short to belong to anybody."""
    trained, stress = data.trained_on(), data.stress()
    names = {item.id for item in stress}
    shared = [
        pair for pair in data.same_texts([*trained, *stress]) if (pair[1] in names) != (pair[2] in names)
    ]
    long = {item.id for item in stress if len(item.body) > 30}
    assert [pair for pair in shared if pair[1] in long or pair[2] in long] == []


def test_no_single_cue_tells_the_kinds_apart() -> None:
    """What the model may use of a text can lean; what it must not use (who, where, how long) may not."""
    found = dict(figures.cues(data.trained_on()))
    neutral = (
        "本文に URL がある",
        "URL 欄がある",
        "電話番号がある",
        "会社名がある",
        "メールアドレスがある",
        "長さ",
        "改行の数",
        "句点の数",
    )
    assert {name: round(found[name], 2) for name in neutral if not 0.4 <= found[name] <= 0.6} == {}


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_training_again_makes_the_same_bits() -> None:
    from training.screening import train

    made = train.benches(data.trained_on()).weights()
    assert train.weights_text(made) == train.WEIGHTS.read_text("utf-8")
