"""The training page: what the player gets."""

from urllib.parse import parse_qsl

import numpy as np
import pytest

from core.page import Wish
from engines.training import codec, data, layers, network
from pages.training import answer, picture
from pages.training.presets import PRESETS

BY_KEY = {preset.key: preset for preset in PRESETS}


def opened(query: str) -> answer.Result:
    value, problems = codec.parse(parse_qsl(query))
    assert not problems, problems
    return answer.compute(value)


@pytest.mark.parametrize("key", BY_KEY)
def test_a_preset_is_written_in_its_shortest_form(key):
    """The page finds the sentence of what is shown by its query."""
    from core.query import encode

    assert encode(codec.pairs(opened(BY_KEY[key].query).value)) == BY_KEY[key].query


def test_histograms_count_what_is_there():
    result = opened("data=wine&model=mlp:width=8,depth=1&steps=30&batch=16&run=sgd")
    (run,), t = result.runs, result.value
    seen = layers.layers(t, run)
    counts = seen.counts.sum(-1)
    assert np.all(counts[:, 0, 0] == layers.PROBED * 8)
    assert np.all(counts[:, 2, 0] == 13 * 8)
    weights = network.named(run.form, run.weights[-1])["W1"]
    assert seen.low[-1, 2, 0] == weights.min()
    assert seen.high[-1, 2, 0] == weights.max()
    inside, _ = np.histogram(weights, layers.BINS, (weights.min(), weights.max()))
    assert np.abs(seen.counts[-1, 2, 0] - inside).sum() <= 4, "a value on an edge may fall to either side"


def test_regions_are_what_the_network_says():
    """The regions at the samples themselves agree with the accuracy that is reported."""
    result = opened("data=moons&model=mlp:width=16&run=adam:lr=0.01")
    (run,), t = result.runs, result.value
    seen = data.data(t)
    classes = layers.said(t, run, seen.raw).argmax(2)[-1]
    assert np.mean(classes[: t.train] == seen.y[: t.train]) == pytest.approx(run.scores.train_accuracy[-1], abs=1e-6)
    grid = layers.regions(t, run)
    assert grid is not None
    assert grid.shape == (len(run.steps), layers.GRID, layers.GRID)
    assert 0 <= grid.min() <= grid.max() < 2


@pytest.mark.parametrize(
    ("query", "far"), [(BY_KEY["curves"].query, True), (BY_KEY["clipping"].query, True), ("steps=60&run=sgd&run=adam", False)]
)
def test_a_loss_over_decades_is_drawn_on_their_axis(query, far):
    """Or a run that diverges would press the others onto the floor."""
    panel = picture.picture(opened(query), "loss", str).rows[0][0]
    assert panel.log_y == far


def test_mistakes_are_wrong():
    result = opened("steps=60&run=sgd")
    t, seen = result.value, data.data(result.value)
    wrongest = layers.mistakes(t, result.runs[0], 12)
    for number, taken in wrongest[-1]:
        if number >= 0:
            assert taken != seen.truth[t.train + number]
    assert wrongest[0, -1, 0] >= 0, "before training there are more than twelve"


def test_where_nothing_is_validated_no_mistakes_are_shown():
    header, arrays = answer.arrays(opened("steps=5&train=1797&run=sgd"), Wish(answer.FIELDS))
    assert header["runs"]
    assert not [name for name in arrays if "wrong" in name]


def test_the_player_gets_the_same_numbers():
    result = opened("steps=60&run=sgd&run=adam")
    header, arrays = answer.arrays(result, Wish(answer.FIELDS))
    written = answer.document(result)
    for i, run in enumerate(written["runs"]):
        assert np.allclose(arrays[f"run{i}.loss"], run["loss"])
        assert header["runs"][i]["at"] == run["eval"]["step"]
        assert arrays[f"run{i}.first"].shape == (len(run["eval"]["step"]), answer.UNITS, 64)
        assert arrays[f"run{i}.layers.counts"].shape[1:] == (3, 3, layers.BINS)
    assert header["chance"] == answer.chance(result.value)
