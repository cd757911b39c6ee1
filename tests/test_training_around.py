"""What goes around a rule that trains a network: by its definition, in the address, the answer, the sliders and the program."""

import ast
from urllib.parse import parse_qsl

import numpy as np
import pytest

from core.query import encode
from engines.training import codec, engine, results, sharpness
from engines.training import experiment as te
from engines.training.results import Trained
from pages.training import sliders
from wrappers import WRAPPERS

SMALL = "data=iris&model=mlp:width=8,depth=1&batch=16"


def trained(query: str) -> Trained:
    t, problems = codec.parse(parse_qsl(query))
    assert not problems, [problem.text(str) for problem in problems]
    return results.trained(t.alone(0))


def test_clipped_by_norm_no_update_is_longer_than_the_rate_times_the_limit():
    """And the gradient that is recorded is what it was before."""
    run = trained(f"{SMALL}&steps=24&run=sgd:lr=0.1~clip_norm:limit=0.2")
    moves = np.linalg.norm(np.diff(run.weights, axis=0), axis=1)
    assert moves == pytest.approx(0.1 * np.minimum(run.gradient_norm, 0.2), rel=1e-4)
    assert run.gradient_norm.max() > 0.2


def test_clipped_by_value_no_weight_moves_farther():
    plain, run = (trained(f"{SMALL}&steps=1&run=sgd:lr=0.1{more}") for more in ("", "~clip_value:limit=0.01"))
    gradient = (plain.weights[0] - plain.weights[1]) / 0.1
    wanted = run.weights[0] - 0.1 * gradient.clip(-0.01, 0.01)
    assert run.weights[1] == pytest.approx(wanted, abs=1e-6)
    assert (np.abs(gradient) > 0.01).sum() > 10


def test_l2_adds_to_the_gradient_and_decay_goes_past_it():
    """For SGD they are one; Adam divides the first, and the second makes AdamW of it."""
    one, other = (trained(f"{SMALL}&steps=30&run=sgd:lr=0.1~{key}:strength=0.3") for key in ("l2", "decay"))
    assert one.weights == pytest.approx(other.weights, abs=1e-5)
    divided, decayed = (trained(f"{SMALL}&steps=30&run=adam:lr=0.01~{key}:strength=0.3").weights[-1] for key in ("l2", "decay"))
    assert np.abs(divided - decayed).max() > 0.05
    adamw = trained(f"{SMALL}&steps=30&run=adamw:lr=0.01,weight_decay=0.3").weights[-1]
    assert decayed == pytest.approx(adamw, abs=1e-5)


def test_noise_is_the_same_for_one_link_and_other_for_every_weight():
    """Also of a network that is taken apart, where each part would else draw the same."""
    large = "data=digits&model=mlp:width=256,depth=1&steps=1&norm=batch"
    plain, noisy = (trained(f"{large}&run=sgd:lr=1{more}") for more in ("", "~noise:eta=4"))
    assert plain.weights.shape[1] > engine.LONG // 2
    drawn = noisy.weights[1] - plain.weights[1]
    assert drawn.std() == pytest.approx(2, rel=0.05)
    assert len(np.unique(drawn.round(4))) > 0.5 * len(drawn)
    results._SHELF.kept.clear()
    again = trained(f"{large}&run=sgd:lr=1~noise:eta=4")
    assert np.array_equal(again.weights, noisy.weights)


@pytest.mark.parametrize("key", te.AROUND)
def test_at_its_neutral_values_nothing_is_changed(key):
    neutral = ",".join(f"{name}={value}" for name, value in WRAPPERS[key].neutral.items())
    plain, run = (trained(f"{SMALL}&steps=30&run=momentum:lr=0.1{more}") for more in ("", f"~{key}:{neutral}"))
    assert run.weights == pytest.approx(plain.weights, abs=1e-5)


def test_an_average_is_refused_in_words():
    t, problems = codec.parse([("run", "sgd:lr=0.2~cosine~ema~clip_norm")])
    assert [problem.field for problem in problems] == ["run"]
    assert "a second network" in problems[0].text(str)
    assert {"cosine", "clip_norm", "l2"} <= set(problems[0].allowed)
    assert codec.run_text(t.runs[0]) == "sgd:lr=0.2~cosine~clip_norm", "nothing else is lost"


def test_the_link_the_answer_and_the_sliders_know_it(client):
    t, problems = codec.parse([("run", "adam:lr=0.01~l2:strength=0.5~cosine~clip_norm"), ("run", "adam")])
    assert not problems
    link = encode(codec.pairs(t))
    assert link == "run=adam:lr=0.01~cosine~clip_norm~l2:strength=0.5&run=adam"
    assert codec.parse(parse_qsl(link))[0] == t
    assert {"run0.clip_norm.limit", "run0.l2.strength"} <= dict(sliders.sliders(t)).keys()
    moved = sliders.moved(t, "run0.l2.strength", 0.25)
    assert encode(codec.pairs(moved)) == link.replace("0.5", "0.25")
    said = client.get(f"/api/training?{SMALL}&steps=30&run=sgd~l2:strength=0.5&run=sgd").json()["runs"]
    assert [run["around"] for run in said] == [[{"key": "l2", "params": {"strength": 0.5}}], []]


def test_a_number_of_a_wrapper_compiles_nothing():
    first = trained(f"{SMALL}&steps=30&run=sgd~clip_norm:limit=3")
    (run,) = codec.parse(parse_qsl("run=sgd~clip_norm"))[0].runs
    loop = engine.compiled(first.form, run.rule)
    before = loop._jitted._cache_size()
    trained(f"{SMALL}&steps=30&run=sgd~clip_norm:limit=4")
    assert loop._jitted._cache_size() == before == 1


def test_the_sharpness_has_no_limit_where_something_stands_around_the_rule():
    """L2 adds to the curvature; and a clipped step is short, whatever the rate: beyond 2/lr the loss goes on falling."""
    for key in te.AROUND:
        (run,) = codec.parse([("run", f"sgd:lr=0.1~{key}")])[0].runs
        assert sharpness.limits(run, np.full(10, 0.1), np.arange(5)) is None
    query = (
        "model=mlp:width=32,depth=1&activation=tanh&loss=mse&batch=400&train=400&sharpness=1&run=sgd:lr=2~clip_norm:limit=0.1"
    )
    t, problems = codec.parse(parse_qsl(query))
    assert not problems
    run, measured = results.trained(t.alone(0)), sharpness.sharpness(t.alone(0))
    beyond = measured.steps[(measured.value > 1.05 * 2 / 2) & (measured.steps + 1 < t.steps)]
    assert len(beyond) > 5
    assert (run.loss[beyond + 1] < run.loss[beyond]).mean() > 0.7


def test_the_program_for_pytorch_has_it(client):
    query = f"{SMALL}&steps=5&run=sgd:lr=0.1~clip_norm:limit=0.5~l2:strength=0.1&run=sgd~noise"
    text = client.get(f"/api/training?{query}&format=torch.py").text
    ast.parse(text)
    assert "torch.nn.utils.clip_grad_norm_(params, 0.5)\n        for p in params: p.grad.add_(p.data, alpha=0.1)" in text
    assert 'raise NotImplementedError("it has no Annealed noise")' in text
