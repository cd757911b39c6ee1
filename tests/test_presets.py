"""Every preset shows what its sentence says, in numbers."""

from urllib.parse import parse_qsl

import numpy as np
import pytest

from engines.descent import codec
from engines.descent.engine import Trajectory
from engines.descent.results import Descent
from pages.race.presets import PRESETS

BY_KEY = {preset.key: preset for preset in PRESETS}
LIMIT = 2 / 40  # of SGD on the taco


def descent(key: str) -> Descent:
    return Descent(codec.parse(parse_qsl(BY_KEY[key].query))[0])


def paths(key: str) -> dict[str, Trajectory]:
    """The trajectories by optimizer; for presets in which each comes once."""
    result = descent(key)
    keys = [run.optimizer.key for run in result.experiment.runs]
    assert len(set(keys)) == len(keys)
    return dict(zip(keys, result.trajectories, strict=True))


def turns(t: Trajectory) -> np.ndarray:
    """The angle in degrees between each step and the next: 0 is straight on, 180 is back."""
    moves = np.diff(t.x, axis=0)
    ways = moves / np.linalg.norm(moves, axis=1, keepdims=True)
    return np.degrees(np.arccos(np.clip((ways[1:] * ways[:-1]).sum(1), -1, 1)))


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
def test_a_preset_is_a_whole_link(preset):
    experiment, problems = codec.parse(parse_qsl(preset.query, strict_parsing=True))
    assert not problems
    assert codec.parse(codec.pairs(experiment)) == (experiment, [])
    assert preset.sentence.endswith(".")


def test_presets_differ():
    assert len(BY_KEY) == len({p.query for p in PRESETS}) == len({p.name for p in PRESETS}) == len(PRESETS)


def test_zigzag():
    """Just under the limit, SGD changes the sign of y on every step and crawls along x."""
    path = paths("zigzag")
    rates = [run.optimizer.values["lr"] for run in descent("zigzag").experiment.runs]
    assert 0.85 * LIMIT < rates[0] < LIMIT
    y = path["sgd"].x[:, 1]
    assert (y[1:] * y[:-1] < 0).all()
    across, along = np.abs(np.diff(path["sgd"].x, axis=0)[:20].T)[::-1]
    assert (across[:5] > 3 * along[:5]).sum() >= 2, "wide jumps across"
    assert (along / np.abs(path["sgd"].x[:20, 0]) < 0.05).all(), "a few percent of the way at each step"
    assert (np.diff(np.sign(path["momentum"].x[:, 1])) != 0).mean() < 0.5


def test_past_the_limit():
    """The limit is 0.05: at 0.049 it still settles, at 0.051 it diverges."""
    result = descent("past_the_limit")
    rates = [run.optimizer.values["lr"] for run in result.experiment.runs]
    assert rates == [0.045, 0.049, 0.051]
    below, near, above = result.trajectories
    for settled in (below, near):
        assert (np.diff(settled.loss) < 0).all()
        assert settled.loss[-1] < 1e-4 * settled.loss[0]
    assert (np.diff(np.abs(above.x[:, 1])) > 0).all()
    assert above.loss[-1] > 1e6 * above.loss[0]
    assert [s.rising for s in result.summaries()] == [False, False, True]
    assert 0.95 * LIMIT < result.summaries()[2].stable_rate < LIMIT


def test_local_minimum():
    """SGD stops in the upper well near x = 0.86; momentum rolls over the hill into the lower one."""
    result, path = descent("local_minimum"), paths("local_minimum")
    (lower, _), (upper, _) = result.minima
    assert path["sgd"].x[-1, 0] == pytest.approx(0.86, abs=0.005)
    assert path["sgd"].x[-1, 0] == pytest.approx(upper, abs=1e-3)
    assert path["momentum"].x[-1, 0] == pytest.approx(lower, abs=1e-3)
    assert path["momentum"].loss[-1] < path["sgd"].loss[-1] - 1
    rates = {run.optimizer.values["lr"] for run in result.experiment.runs}
    assert len(rates) == 1, "the rate is not what makes the difference"
    assert path["sgd"].x[:, 0].min() > upper - 1e-3, "it comes from the right and stays"


def test_noise():
    """SGD turns about at every step, momentum's path is smooth: mean angle between steps, and length of the path."""
    result, path = descent("noise"), paths("noise")
    settled = slice(100, None)  # past the way to the minimum, where there is only noise to follow
    assert turns(path["sgd"])[settled].mean() > 80
    assert turns(path["momentum"])[settled].mean() < 40
    sgd, momentum = result.summaries()
    assert momentum.path_length < 0.5 * sgd.path_length
    assert momentum.reversals[0] + momentum.reversals[1] < 0.5 * (sgd.reversals[0] + sgd.reversals[1])
    rate = {run.optimizer.key: run.optimizer.values for run in result.experiment.runs}
    assert rate["momentum"]["lr"] / (1 - rate["momentum"]["rho"]) == pytest.approx(rate["sgd"]["lr"]), "the same pace"
    clean = Descent(codec.parse(parse_qsl(BY_KEY["noise"].query.replace("noisy_taco", "noisy_taco:scale=0")))[0])
    for noisy, quiet in zip(result.trajectories, clean.trajectories, strict=True):
        assert np.abs(noisy.x[100:]).mean() > 10 * np.abs(quiet.x[100:]).mean(), "it is the noise that is seen"
