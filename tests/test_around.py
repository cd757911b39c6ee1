"""What goes around a rule: against optax, against nothing around it, in the address, on maps."""

from itertools import combinations
from types import SimpleNamespace
from urllib.parse import parse_qsl

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from core.query import encode, number_text
from core.types import Query, defaults
from engines.descent import codec, engine, sliders
from engines.descent.experiment import Run
from engines.descent.results import Descent
from engines.maps import atlas
from engines.maps.atlas import Axis
from optimizers import OPTIMIZERS
from pages.race.answer import document
from schedules import SCHEDULES
from wrappers import WRAPPERS

START = "surface=taco&start=-8,1"


def descent(query: str) -> Descent:
    experiment, problems = codec.parse(parse_qsl(query))
    assert not problems, [problem.message for problem in problems]
    return Descent(experiment)


def path(query: str) -> np.ndarray:
    """Of the only run, [steps + 1, 2]."""
    (trajectory,) = descent(query).trajectories
    return trajectory.x


# ---------------------------------------------------------------------------------------------- by optax

# Values at which each of them does something on the taco from its start.
CALLS = {
    "clip_value": "limit=3",
    "clip_norm": "limit=3",
    "l2": "strength=0.7",
    "decay": "strength=0.7",
}


@pytest.mark.parametrize("key", CALLS)
def test_agrees_with_optax(key):
    """Around momentum, at a constant rate."""
    wrapper, (name, value) = WRAPPERS[key], CALLS[key].split("=")
    around = eval(wrapper.optax.format(lr=0.02, **{name: float(value)}), {"optax": optax})
    rule = optax.sgd(0.02, momentum=0.9)
    chain = optax.chain(around, rule) if wrapper.before else optax.chain(rule, around)
    x = jnp.array([-8.0, 1.0])
    state, wanted = chain.init(x), [x]
    for _ in range(60):
        step, state = chain.update(x * jnp.array([1.0, 40.0]), state, x)
        x = x + step
        wanted.append(x)
    measured = path(f"{START}&steps=60&run=momentum:lr=0.02~{key}:{CALLS[key]}")
    plain = path(f"{START}&steps=60&run=momentum:lr=0.02")
    np.testing.assert_allclose(measured, wanted, rtol=1e-9, atol=1e-12)
    assert np.abs(measured - plain).max() > 0.1, "it did nothing"


@pytest.mark.parametrize("corrected", [False, True])
def test_the_exponential_average_is_that_of_optax(corrected):
    (t,) = descent(f"{START}&steps=60&run=sgd:lr=0.04~ema:decay=0.9,bias_correction={str(corrected).lower()}").trajectories
    average = optax.ema(0.9, debias=corrected)
    state = average.init(jnp.zeros(2))
    for k in range(1, 61):
        wanted, state = average.update(jnp.asarray(t.x[k]), state)
        np.testing.assert_allclose(t.state["ema"][k], wanted, rtol=1e-9)


@pytest.mark.parametrize("after", [0, 20])
def test_the_polyak_average_is_the_mean(after):
    (t,) = descent(f"{START}&steps=60&run=sgd:lr=0.04~average:after={after}").trajectories
    wanted = [t.x[after + 1 : k + 1].mean(0) if k > after else t.x[k] for k in range(61)]
    np.testing.assert_allclose(t.state["polyak_average"], wanted, rtol=1e-9, atol=1e-12)


def test_adam_with_decay_is_adamw():
    measured = path(f"{START}&steps=80&run=adam:lr=0.1~decay:strength=0.3")
    np.testing.assert_allclose(measured, path(f"{START}&steps=80&run=adamw:lr=0.1,weight_decay=0.3"), rtol=1e-9, atol=1e-12)


def test_l2_and_decay_are_the_same_for_sgd_and_not_for_adam():
    def pair(rule: str) -> list[np.ndarray]:
        return [path(f"{START}&steps=80&run={rule}~{key}:strength=0.5") for key in ("l2", "decay")]

    np.testing.assert_allclose(*pair("sgd:lr=0.03"), rtol=1e-9, atol=1e-12)
    one, other = pair("adam:lr=0.1")
    assert np.abs(one - other).max() > 0.1


def test_l2_is_in_all_that_a_rule_may_read():
    """Newton's method steps to the minimum of the penalised quadratic, x = 0, though without the penalty that is a saddle."""
    landing = path("surface=saddle&start=1,1&steps=1&run=newton:lr=1,damping=0~l2:strength=5")
    np.testing.assert_allclose(landing[-1], 0, atol=1e-12)


def test_annealed_noise_has_the_variance_that_it_says():
    zero = jnp.zeros(2)

    def drawn(key):
        query = Query(jnp.float64(16), zero, zero[0], zero, zero[0], key, jnp.sum)
        return WRAPPERS["noise"].query(query, SimpleNamespace(eta=4.0, gamma=0.5)).gradient

    draws = np.asarray(jax.vmap(drawn)(jax.random.split(jax.random.key(0), 4000)))
    assert draws.mean(0) == pytest.approx([0, 0], abs=0.1)
    assert draws.var(0) == pytest.approx([1, 1], rel=0.1)


# ---------------------------------------------------------------------------------------------- by nothing around it

NEUTRAL = "~".join(
    key + (":" + ",".join(f"{name}={number_text(value)}" for name, value in wrapper.neutral.items()) if wrapper.neutral else "")
    for key, wrapper in WRAPPERS.items()
)


@pytest.mark.parametrize("rule", ["adam", "sam:lr=0.001", "levenberg_marquardt"])
def test_neutral_values_change_nothing(rule):
    start = f"surface=rosenbrock&steps=60&noise=gaussian:scale=0.1&run={rule}"
    (plain,), (around,) = descent(start).trajectories, descent(f"{start}~{NEUTRAL}").trajectories
    np.testing.assert_allclose(around.x, plain.x, rtol=1e-9, atol=1e-12)
    for name, array in plain.state.items():
        np.testing.assert_allclose(around.state[name], array, rtol=1e-9, atol=1e-12, err_msg=name)


@pytest.mark.parametrize("key", [key for key, wrapper in WRAPPERS.items() if wrapper.path])
def test_an_average_leaves_the_path_alone(key):
    assert np.array_equal(path(f"{START}&run=sgd:lr=0.04~{key}"), path(f"{START}&run=sgd:lr=0.04"))


# ---------------------------------------------------------------------------------------------- names and addresses


def test_no_wrapper_is_called_like_a_schedule():
    """Both stand behind a ~, told apart by their key."""
    assert not WRAPPERS.keys() & SCHEDULES.keys()


def test_the_state_of_a_wrapper_is_called_like_no_other():
    owners = [*OPTIMIZERS.values(), *WRAPPERS.values()]
    fields = [set(jax.eval_shape(owner.init, jnp.zeros(2))._fields) for owner in owners]
    for own in fields[len(OPTIMIZERS) :]:
        assert sum(bool(own & other) for other in fields) == (1 if own else 0)


def test_the_order_of_the_address_does_not_matter():
    pairs = parse_qsl("run=sgd~ema~clip_norm:limit=2~cosine~l2")
    (run,) = codec.parse(pairs)[0].runs
    assert [part.key for part in run.around] == ["clip_norm", "l2", "ema"]
    assert encode(codec.pairs(codec.parse(pairs)[0])) == "run=sgd~cosine~clip_norm:limit=2~l2~ema"
    assert run.rule is run.with_rate(0.2).rule, "one compiled loop for all values"


WRONG = {
    "~clip_nrm": "did you mean “clip_norm”",
    "~l2~l2": "l2 is given 2 times",
    "~cosine~step": "cosine and step are both schedules",
    "~clip_norm:limit=0": "limit",
    "~clip_norm:norm=1": "norm",
    "~ema:decay=1": "decay",
    "~": "schedule or wrapper",
}


@pytest.mark.parametrize("tail", WRONG)
def test_what_is_wrong_is_said(tail):
    experiment, problems = codec.parse(parse_qsl(f"run=sgd{tail}"))
    assert len(problems) == 1
    assert WRONG[tail] in problems[0].text(str)
    assert isinstance(experiment.runs[0], Run)


def test_a_slider_moves_a_number_of_a_wrapper_and_compiles_nothing():
    experiment = descent("run=sgd:lr=0.04~clip_norm~ema").experiment
    names = dict(sliders.sliders(experiment))
    assert {"run0.clip_norm.limit", "run0.ema.decay", "run0.ema.bias_correction"} < names.keys()
    moved = sliders.moved(experiment, "run0.clip_norm.limit", 2.0)
    assert encode(codec.pairs(moved)) == "run=sgd:lr=0.04~clip_norm:limit=2~ema"
    loop = engine._loop(experiment.landscape, experiment.runs[0].rule)
    before = loop._jitted._cache_size()
    Descent(moved)
    assert loop._jitted._cache_size() == before == 1


def test_the_answer_says_what_is_around():
    said = document(descent("steps=3&run=sgd~l2:strength=0.5&run=sgd"))["runs"]
    assert [run["around"] for run in said] == [[{"key": "l2", "params": {"strength": 0.5}}], []]
    assert said[0]["params"].keys() == said[1]["params"].keys()


def test_a_limit_of_stability_is_known_where_it_still_holds():
    limits = {key: descent(f"steps=3&run=sgd:lr=0.01~{key}").summaries()[0].limit for key in ("clip_norm", "ema", "l2")}
    assert limits == {"clip_norm": 2.0, "ema": 2.0, "l2": None}


# ---------------------------------------------------------------------------------------------- maps


def test_an_axis_of_a_map_may_be_a_number_of_a_wrapper():
    """Every cell is the descent at those values."""
    experiment = descent("steps=40&run=adam~l2").experiment
    (run,) = experiment.runs
    measured = atlas.stability(experiment, run, Axis("lr", 0.01, 1.0), Axis("strength", 0.0, 2.0), 4)
    for i, j in ((0, 3), (2, 1), (3, 3)):
        t = descent(f"steps=40&run=adam:lr={measured.x[j]}~l2:strength={measured.y[i]}").trajectories[0]
        assert measured.loss[i, j] == pytest.approx(t.loss[-1], rel=1e-9)


def test_axes_are_called_alike_where_they_can_be_shared():
    def names(rule: str) -> dict[str, str]:
        return atlas.axis_names(codec.parse([("run", rule)])[0].runs[0])

    assert names("sgd~l2") == {"lr": "lr", "strength": "l2.strength"}
    assert names("sgd~decay") == {"lr": "lr", "strength": "decay.strength"}
    assert names("sgd~l2~decay") == {"lr": "lr", "strength": "l2.strength", "decay.strength": "decay.strength"}
    assert names("rmsprop~ema")["decay"] == "decay"


def test_every_pair_of_wrappers_goes_together():
    """Without compiling: one update of each pair, traced."""
    for pair in combinations(WRAPPERS, 2):
        rule = codec.parse([("run", "~".join(["momentum", *pair]))])[0].runs[0].rule
        state = jax.eval_shape(rule.init, jnp.zeros(2))
        zero, one, values = jnp.zeros(()), jnp.zeros(2), defaults(rule.params)
        asked = (zero, one, zero, one, zero, jax.random.key(0))
        _, after = jax.eval_shape(lambda q, s, v=values, r=rule: r.update(Query(*q, jnp.sum, jnp.abs), s, v), asked, state)
        assert after == state
