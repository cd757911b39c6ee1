"""The training page: what every preset says is so, in the numbers of its own query; and what the player gets."""

from urllib.parse import parse_qsl

import numpy as np
import pytest

from core.page import Wish
from engines.training import codec, data, layers, network
from pages.training import answer
from pages.training.presets import PRESETS
from pages.training.verdict import verdict

BY_KEY = {preset.key: preset for preset in PRESETS}


def opened(query: str) -> answer.Result:
    value, problems = codec.parse(parse_qsl(query))
    assert not problems, problems
    return answer.compute(value)


def shown(result: answer.Result) -> list[str]:
    return [verdict(result.value, run).key for run in result.runs]


def initial_loss(result):
    assert result.runs[0].scores.train_loss[0] == pytest.approx(np.log(10), rel=0.02)


def penalty(result):
    plain, heavy = result.runs
    weights = network.named(heavy.form, heavy.weights[0].astype(float))
    squares = sum(np.sum(part**2) for name, part in weights.items() if name[0] == "W")
    assert heavy.loss[0] - plain.loss[0] == pytest.approx(0.5 * 0.1 * squares, rel=1e-5)


def overfit(result):
    (run,) = result.runs
    assert shown(result) == ["by_heart"]
    assert run.scores.train_accuracy[-1] == 1
    assert run.scores.validation_accuracy[-1] < 0.6


def rates(result):
    low, good, high = result.runs
    assert shown(result) == ["flat", "falling", "diverged"]
    assert good.scores.train_loss[-1] < 0.1 < low.scores.train_loss[-1]
    assert high.diverged_at <= 5


def range_test(result):
    (run,) = result.runs
    assert np.all(np.diff(run.learning_rate) > 0)
    smooth = np.convolve(run.loss, np.ones(25) / 25, "valid")
    lowest = int(smooth.argmin())
    assert smooth[lowest] < smooth[0] / 5
    assert smooth[-1] > 5 * smooth[lowest]
    assert 0 < lowest < len(smooth) - 1


def coarse(result):
    last = [run.scores.train_loss[-1] if run.diverged_at is None else np.inf for run in result.runs]
    rate = [run.learning_rate[0] for run in result.runs]
    assert np.allclose(np.diff(np.log10(rate)), 1)
    assert 0 < int(np.nanargmin(last)) < len(last) - 1


def curves(result):
    low, good, high = (run.scores.train_loss[-1] for run in result.runs)
    assert low > 1
    assert good < 0.1
    assert not high < low  # or it is not finite any more


def bad_start(result):
    small, he = result.runs
    assert shown(result)[0] == "flat"
    assert small.scores.train_loss[-1] == pytest.approx(np.log(10), rel=0.01)
    assert he.scores.train_loss[-1] < 0.1


def overfitting(result):
    (run,) = result.runs
    s = run.scores
    low = int(s.validation_loss.argmin())
    assert s.validation_loss[-1] > 2 * s.validation_loss[low]
    assert 0 < low < len(run.steps) - 1
    assert s.train_loss[-1] < s.train_loss[low] / 10


def underfitting(result):
    s = result.runs[0].scores
    assert s.train_accuracy[-1] < 0.75
    assert s.validation_accuracy[-1] == pytest.approx(s.train_accuracy[-1], abs=0.05)


def labels(result):
    s = result.runs[0].scores
    assert s.train_accuracy[-1] >= 0.99
    assert s.validation_accuracy[-1] <= answer.chance(result.value) + 0.03


def he_xavier(result):
    he, xavier = (run.scores.train_loss[-1] for run in result.runs)
    assert he < xavier / 2


def batch_norm(result):
    _without, with_it = result.runs
    assert shown(result)[0] == "flat"
    assert with_it.scores.validation_accuracy[-1] > 0.9


def dying(result):
    found = layers.layers(result.value, result.runs[0])
    assert found.dead[-1, 1] > 0.2
    assert found.dead[0, 1] < 0.05


def regions(result):
    assert result.runs[0].scores.validation_accuracy[-1] > 0.98


CLAIMS = {name: check for name, check in list(globals().items()) if name in BY_KEY}


def test_every_preset_has_its_claim():
    assert CLAIMS.keys() == BY_KEY.keys()
    assert all(preset.sentence for preset in PRESETS)


@pytest.mark.parametrize("key", BY_KEY)
def test_a_preset_shows_what_it_says(key):
    CLAIMS[key](opened(BY_KEY[key].query))


@pytest.mark.parametrize("key", BY_KEY)
def test_a_preset_is_written_in_its_shortest_form(key):
    """The page finds the sentence of what is shown by its query."""
    from core.query import encode

    assert encode(codec.pairs(opened(BY_KEY[key].query).value)) == BY_KEY[key].query


def test_histograms_count_what_is_there():
    result = opened("data=wine&model=mlp:width=8,depth=1&steps=30&batch=16&run=sgd")
    (run,), t = result.runs, result.value
    found = layers.layers(t, run)
    counts = found.counts.sum(-1)
    assert np.all(counts[:, 0, 0] == layers.PROBED * 8)
    assert np.all(counts[:, 2, 0] == 13 * 8)
    weights = network.named(run.form, run.weights[-1])["W1"]
    assert found.low[-1, 2, 0] == weights.min()
    assert found.high[-1, 2, 0] == weights.max()
    inside, _ = np.histogram(weights, layers.BINS, (weights.min(), weights.max()))
    assert np.abs(found.counts[-1, 2, 0] - inside).sum() <= 4, "a value on an edge may fall to either side"


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


def test_mistakes_are_wrong():
    result = opened("steps=60&run=sgd")
    t, seen = result.value, data.data(result.value)
    found = layers.mistakes(t, result.runs[0], 12)
    for number, taken in found[-1]:
        if number >= 0:
            assert taken != seen.truth[t.train + number]
    assert found[0, -1, 0] >= 0, "before training there are more than twelve"


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
