"""What the table says about a run, against the same worked out directly; and learning rates found by trying."""

import math
from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace
from urllib.parse import parse_qsl

import numpy as np
import pytest
from experiments import FORMULAS, PAIRS, rivals

from core.page import Wish
from engines.descent import codec, engine
from engines.descent import experiment as ex
from engines.descent.rate_search import ladder, tuned
from engines.descent.results import TOLERANCE, Descent, Summary, minima
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS
from pages.race import answer

every_pair = pytest.mark.parametrize(("surface", "optimizer"), PAIRS)


def descent(query: str) -> Descent:
    experiment, problems = codec.parse(parse_qsl(query))
    assert not problems, [p.text() for p in problems]
    return Descent(experiment)


def only(query: str) -> Summary:
    (summary,) = descent(query).summaries()
    return summary


def settles(query: str) -> bool:
    (t,) = descent(query).trajectories
    return t.diverged_at is None and t.loss[-1] <= t.loss[0]


# -------------------------------------------------------------------------------------------------- the summary


@every_pair
def test_a_summary_is_what_the_path_says(surface, optimizer):
    result = descent(f"surface={surface}&noise=uniform:scale=0.1&steps=150&run={optimizer}")
    (s,), (t,) = result.summaries(), result.trajectories
    path = [tuple(map(float, x)) for x in t.x]
    assert s.final_loss == t.loss[-1]
    assert s.final_gradient == pytest.approx(math.hypot(*t.gradient[-1]))
    assert s.path_length == pytest.approx(sum(math.dist(a, b) for a, b in pairwise(path)))
    assert (s.diverged_at, s.rising) == (t.diverged_at, t.loss[-1] > t.loss[0])
    for axis in (0, 1):
        moves = [b[axis] - a[axis] for a, b in pairwise(path)]
        turns = sum(a < 0 < b or b < 0 < a for a, b in pairwise(moves))
        assert s.reversals[axis] == turns
    known = LANDSCAPES[surface].minima(SimpleNamespace(**result.surface))
    assert s.distance == (pytest.approx(min(math.dist(path[-1], m) for m in known)) if known else None)
    if result.lowest is not None:
        gaps = [loss - result.lowest for loss in t.loss]
        first = next((k for k, gap in enumerate(gaps) if gap <= TOLERANCE * gaps[0]), None)
        assert s.steps_to_tolerance == first
        if first is not None:
            later = [gap > TOLERANCE * gaps[0] for gap in gaps[first + 1 :]]
            assert s.outside_after == (pytest.approx(sum(later) / len(later)) if later else 0)
    assert (s.outside_after is None) == (s.steps_to_tolerance is None)


def test_a_first_passage_is_not_an_arrival():
    """Single samples touch the target once and are outside for nearly all of the rest; the full batch stays."""
    wild = only("surface=least_squares:batch=1&run=sgd:lr=0.2")
    assert wild.steps_to_tolerance == 115
    assert wild.outside_after > 0.9
    assert only("surface=least_squares:batch=50&run=sgd:lr=0.2").outside_after == 0


@pytest.mark.parametrize(
    ("query", "limit"),
    [
        ("steps=1&run=sgd:lr=0.06", 0.05),
        ("steps=20&surface=taco:kappa=200&start=-8,0.001&run=sgd:lr=0.02", 0.01),
        ("steps=10&surface=taco:kappa=200&start=-8,0.001&run=sgd:lr=2.5", 0.01),
        ("steps=30&start=-8,0&run=sgd:lr=2.5", 0.05),
        ("steps=5&start=-8,1e-9&run=momentum:lr=3", 3.8 / 40),
    ],
)
def test_a_stable_rate_is_below_the_limit_however_short_the_run(query, limit):
    s = only(query)
    assert s.rising or s.diverged_at is not None
    assert 0.9 * limit <= s.stable_rate <= limit


@pytest.mark.parametrize(("kind", "share"), [("uniform", 3**-0.5), ("gaussian", 1.0)])
def test_the_scale_of_a_noise_is_what_its_help_says(kind, share):
    """Uniform: the half-width, whose deviation is a/√3. Gaussian: the deviation. Two names for two things."""
    draws = np.asarray(engine.noise(kind, 2.0, 0))
    assert draws.std() == pytest.approx(2 * share, rel=0.02)
    assert (np.abs(draws).max() <= 2.0) == (kind == "uniform")
    (uniform,), (gaussian,) = ex.NOISES["uniform"], ex.NOISES["gaussian"]
    assert uniform.symbol != gaussian.symbol
    assert "half-width" in uniform.help.lower()
    assert "deviation" in gaussian.help.lower()


def test_the_summary_of_a_path_known_in_closed_form():
    """Gradient descent on ½(x² + 40y²) at 0.045: x shrinks by 0.955 and y by −0.8 at every step."""
    s = only("start=-8,1&run=sgd:lr=0.045&steps=300")
    assert s.reversals == (0, 299)
    moves = [math.hypot(8 * 0.955**k * 0.045, 1.8 * 0.8**k) for k in range(300)]
    assert s.path_length == pytest.approx(sum(moves), rel=1e-9)
    gap = [0.5 * (64 * 0.955 ** (2 * k) + 40 * 0.8 ** (2 * k)) for k in range(300)]
    assert s.steps_to_tolerance == next(k for k in range(300) if gap[k] <= 0.001 * gap[0])
    assert (s.final_loss, s.distance) == (pytest.approx(0.5 * 64 * 0.955**600), pytest.approx(8 * 0.955**300))
    assert (s.diverged_at, s.rising, s.stable_rate, s.limit) == (None, False, None, 2.0)


def test_turns_are_counted_however_small_the_steps_are():
    """After 1700 steps the product of two moves is below the smallest float; their signs still differ."""
    assert only("start=-8,1&run=sgd:lr=0.045&steps=3000").reversals == (0, 2999)


def test_a_start_at_the_minimum_is_there_at_once():
    s = only("start=0,0&run=sgd&steps=5")
    assert (s.steps_to_tolerance, s.distance, s.path_length, s.reversals, s.rising) == (0, 0.0, 0.0, (0, 0), False)


def test_one_step_is_enough_for_a_summary():
    assert only("run=sgd&steps=1").reversals == (0, 0)


def test_where_there_is_no_minimum_there_is_no_distance():
    bottomless = next(s for s in LANDSCAPES.values() if not s.minima(SimpleNamespace()) and not s.params)
    s = only(f"surface={bottomless.key}&run=sgd&steps=20")
    assert (s.distance, s.steps_to_tolerance) == (None, None)
    assert math.isfinite(s.final_loss)


def test_distance_is_to_the_nearest_of_several_minima():
    x, y = minima(LANDSCAPES["himmelblau"])[-1]
    result = descent(f"surface=himmelblau&start={x + 0.01},{y}&steps=1&run=sgd:lr=0.00001")
    assert result.summaries()[0].distance == pytest.approx(0.01, abs=1e-3)
    assert result.distances(np.array([[x, y], [x + 3e-9, y + 4e-9]])) == pytest.approx([0, 5e-9], abs=1e-12)


@pytest.mark.parametrize("optimizer", [key for key, o in OPTIMIZERS.items() if o.stability])
@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_the_limit_belongs_to_the_hyperparameters_of_the_run(optimizer, share):
    rule = OPTIMIZERS[optimizer]
    values = {p.key: p.low + share * (p.high - p.low) for p in rule.params}
    text = ",".join(f"{key}={value}" for key, value in values.items())
    assert only(f"run={optimizer}:{text}&steps=1").limit == pytest.approx(rule.stability(SimpleNamespace(**values)))


def test_a_summary_has_no_infinity():
    """Steps, slopes and distances whose lengths are beyond the floats, as only a formula can have them."""
    for query in (
        "formula=1.7e308*x%2B1.7e308*y&start=0,0&run=sgd:lr=10&run=lion&run=adam&steps=5",
        "formula=tanh(x)%2Btanh(y)&start=19,19&run=newton:lr=10&run=momentum:lr=10&steps=50",
        "formula=1e300*(x-y)&start=0,0&run=sgd:lr=10&steps=400",
    ):
        for s in descent(query).summaries():
            numbers = [s.final_loss, s.final_gradient, s.path_length, s.distance, s.stable_rate]
            assert all(math.isfinite(n) for n in numbers if n is not None)


# ----------------------------------------------------------------------------------------- the rate that is stable


@pytest.mark.parametrize("optimizer", [key for key, o in OPTIMIZERS.items() if o.stability])
@pytest.mark.parametrize("kappa", [2, 40, 200])
def test_the_stable_rate_on_a_quadratic_is_near_the_limit(optimizer, kappa):
    """Over enough steps, what neither diverges nor rises is what theory allows: c/λ, with λ = κ."""
    rate = OPTIMIZERS[optimizer].learning_rate.high
    query = f"surface=taco:kappa={kappa}&start=-1,1&steps=1000&run={optimizer}:lr="
    s = only(f"{query}{rate}")
    assert s.diverged_at is not None
    assert 0.9 * s.limit / kappa <= s.stable_rate <= 1.01 * s.limit / kappa
    assert settles(f"{query}{s.stable_rate}")
    assert not settles(f"{query}{min(rate, 1.3 * s.stable_rate)}")


@every_pair
def test_a_rate_that_is_offered_is_stable(surface, optimizer):
    """Whatever went wrong at the largest rate does not at the one on offer, which can be set on the slider."""
    row = OPTIMIZERS[optimizer].learning_rate
    query = f"surface={surface}&steps=300&run={optimizer}:lr="
    s = only(f"{query}{row.high}")
    assert (s.stable_rate is None) or s.rising or s.diverged_at is not None
    if s.stable_rate is not None:
        assert row.low <= s.stable_rate < row.high
        assert settles(f"{query}{s.stable_rate!r}")
        assert s.stable_rate == float(f"{s.stable_rate:.2g}"), "two digits are enough"


def test_most_runs_that_go_wrong_are_offered_a_rate():
    wrong = [only(f"surface={s}&steps=300&run={o}:lr={OPTIMIZERS[o].learning_rate.high}") for s, o in PAIRS]
    wrong = [s for s in wrong if s.rising or s.diverged_at is not None]
    assert len(wrong) > 10
    assert sum(s.stable_rate is not None for s in wrong) > 0.9 * len(wrong)


@pytest.mark.parametrize("rate", [1e-5, 1.5e-5, 3e-5, 1e-3])
@pytest.mark.parametrize("start", ["-1000,500", "200,200", "100,-100", "60,60"])
def test_no_rate_below_the_slider_is_offered(start, rate):
    s = only(f"surface=rosenbrock&start={start}&steps=50&run=sgd:lr={rate}")
    assert s.stable_rate is None or s.stable_rate >= OPTIMIZERS["sgd"].learning_rate.low


def test_a_run_that_is_well_is_offered_nothing():
    assert only("run=sgd:lr=0.01").stable_rate is None


# ------------------------------------------------------------------------------------------------------- tuning


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_ladder_covers_the_slider(optimizer):
    row = OPTIMIZERS[optimizer].learning_rate
    rungs = ladder(row)
    assert rungs[0] <= 2.5 * row.low
    assert rungs[-1] >= row.high / 2.5
    assert all(row.accepts(rate) for rate in rungs)
    assert all(1 < b / a < 2.6 for a, b in pairwise(rungs))
    assert all(codec.number_text(rate).strip("0.e-123456789") == "" and f"{rate:.0e}"[0] in "125" for rate in rungs)


@pytest.mark.parametrize("surface", LANDSCAPES)
def test_tuned_runs_settle_on_every_surface(surface):
    experiment = replace(descent(f"surface={surface}&steps=200").experiment, runs=tuple(map(ex.run, rivals(surface))))
    best = tuned(experiment, range(len(experiment.runs)))
    assert replace(best, runs=experiment.runs) == experiment
    for run, t in zip(best.runs, Descent(best).trajectories, strict=True):
        assert t.diverged_at is None, run
        assert t.loss[-1] <= t.loss[0], run
        rate = run.optimizer.values["lr"]
        assert OPTIMIZERS[run.optimizer.key].learning_rate.accepts(rate)
        assert rate == float(f"{rate:.2g}") or run in experiment.runs


@pytest.mark.parametrize(
    "surface", [s.key for s in LANDSCAPES.values() if s.minima(SimpleNamespace(**{p.key: p.default for p in s.params}))]
)
def test_tuning_gains_on_a_poor_rate(surface):
    """Each rate is chosen from an array that has the poor one in it, so the result cannot be much worse."""
    poor = replace(descent(f"surface={surface}&steps=200").experiment, runs=tuple(ex.run(o, lr=1e-3) for o in rivals(surface)))
    before, after = Descent(poor), Descent(tuned(poor, range(len(poor.runs))))
    for a, b in zip(before.trajectories, after.trajectories, strict=True):
        assert b.loss[-20:].mean() - after.lowest <= 1.01 * (a.loss[-20:].mean() - before.lowest) + TOLERANCE * a.loss[0]


def test_only_the_chosen_runs_are_tuned():
    experiment = descent("run=sgd:lr=0.001&run=adam:lr=0.001&run=sgd:lr=0.001").experiment
    best = tuned(experiment, [1])
    assert (best.runs[0], best.runs[2]) == (experiment.runs[0], experiment.runs[2])
    assert best.runs[1].optimizer.values["lr"] > 0.01
    assert {**best.runs[1].optimizer.values, "lr": 0} == {**experiment.runs[1].optimizer.values, "lr": 0}


def arrived(result: Descent) -> list[tuple[float, float]]:
    """Of each run: the first step within the tolerance, and the one from which it stays, ∞ where there is none."""
    rows = []
    for t in result.trajectories:
        gap = t.loss - result.lowest
        inside = gap <= TOLERANCE * gap[0]
        first = int(np.argmax(inside)) if inside.any() else math.inf
        rows.append((first, int(np.flatnonzero(~inside)[-1]) + 1 if inside[-1] else math.inf))
    return rows


@pytest.mark.parametrize(
    "query",
    [
        "",
        "surface=taco:kappa=200&run=sgd:lr=0.0099&run=momentum:lr=0.01&run=nesterov:lr=0.006",
        "surface=taco:kappa=10&run=sgd:lr=0.16&run=momentum:lr=0.07&run=adam:lr=0.8&run=rmsprop:lr=0.3&run=adagrad:lr=4",
        "surface=himmelblau&run=sgd:lr=0.016&run=momentum:lr=0.003&run=adam:lr=0.33",
        "surface=rosenbrock&steps=1000&run=momentum:lr=0.001&run=adam:lr=0.2",
        "surface=least_squares:batch=4&run=sgd:lr=0.2&run=momentum:lr=0.05",
        "surface=noisy_taco&run=sgd:lr=0.05&run=momentum:lr=0.005",
    ],
)
def test_tuning_is_never_worse_than_what_it_was_given(query):
    """In the steps that the table shows and in those after which a run stays; where it does not, in what is left."""
    e = descent(query).experiment
    before, after = Descent(e), Descent(tuned(e, range(len(e.runs))))
    for run, old, new in zip(range(9), arrived(before), arrived(after), strict=False):
        if math.isfinite(old[1]):
            assert new[0] <= old[0]
            assert new[1] <= old[1]
        elif not math.isfinite(new[1]):
            left = [d.trajectories[run].loss[-20:].mean() - d.lowest for d in (before, after)]
            assert left[1] <= left[0] + 1e-12


def test_the_default_race_is_tuned_a_little():
    """SGD 0.045 → 0.048: 70 → 66 steps; nobody gets slower."""
    e = ex.default()
    best = tuned(e, [0, 1, 2])
    assert best.runs[0].optimizer.values["lr"] == 0.048
    steps = [[s.steps_to_tolerance for s in Descent(x).summaries()] for x in (e, best)]
    assert steps[0] == [70, 54, 33]
    assert all(new < old for old, new in zip(*steps, strict=True))
    assert tuned(best, [0]).runs[0].optimizer.values["lr"] == 0.048


@pytest.mark.parametrize("text", FORMULAS)
def test_formulas_can_be_tuned(text):
    experiment = replace(codec.parse([("formula", text)])[0], runs=(ex.run("sgd"),))
    (t,) = Descent(tuned(experiment, [0])).trajectories
    assert t.diverged_at is None
    assert t.loss[-1] <= t.loss[0]


def test_where_no_rate_helps_the_run_stays_as_it_is():
    """From a point so far out that every rung of the ladder diverges or rises."""
    experiment = descent("surface=rosenbrock&start=1e6,-1e6&run=sgd:lr=0.003&steps=50").experiment
    assert tuned(experiment, [0]) == experiment


def test_where_every_rate_ends_higher_the_run_stays_as_it_is():
    """At the minimum already, with noise: no rung diverges, but none is an improvement either."""
    experiment = descent("start=0,0&noise=gaussian:scale=2&run=sgd:lr=0.003&steps=50").experiment
    assert tuned(experiment, [0]) == experiment


def test_the_engine_is_asked_only_for_what_is_needed(monkeypatch):
    """A run that goes well costs one descent; its summary no more."""
    calls = []
    original = engine.descend
    monkeypatch.setattr(engine, "descend", lambda *args: calls.append(1) or original(*args))
    descent("run=sgd:lr=0.01&run=adam").summaries()
    assert len(calls) == 2


def test_gradients_are_counted_step_by_step():
    """One a step, two, and what a line search has tried; in the answer for the player, and in the end as in the table."""
    experiment, _ = codec.parse(parse_qsl("surface=rosenbrock&steps=20&run=sgd:lr=0.001&run=sam:lr=0.001&run=lbfgs"))
    made = Descent(experiment)
    assert made.counted(0).tolist() == list(range(21))
    assert made.counted(1).tolist() == list(range(0, 42, 2))
    searched = made.trajectories[2].state["gradients"]
    assert [made.counted(2)[k] for k in (0, 7, 20)] == [0, searched[1:8].sum(), searched[1:].sum()]
    assert searched.max() > 1
    assert [made.counted(i)[-1] for i in range(3)] == [summary.gradients for summary in made.summaries()]
    _, sent = answer.arrays(made, Wish(("counted",)))
    assert all(np.array_equal(sent[f"run{i}.counted"], made.counted(i)) for i in range(3))
