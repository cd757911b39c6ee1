"""Dropout in training: masks, what a run under it is, by hand in NumPy, and by what it is judged."""

import io
from urllib.parse import parse_qsl

import numpy as np
import pytest

from core.query import encode
from engines.training import codec, data, models, network, plane, results, sharpness
from engines.training import experiment as te
from engines.training.dropout import DROPOUTS
from pages.training import answer, in_torch, sliders

ONE_LAYER = "data=wine&model=mlp:width=16,depth=1&steps=24&batch=20"
KINDS = [key for key, kind in DROPOUTS.items() if kind.params]


def read(query: str):
    value, problems = codec.parse(parse_qsl(query))
    assert not problems, problems
    return value


def replayed(query: str) -> dict[str, np.ndarray]:
    """The arrays of the npz file."""
    return dict(np.load(io.BytesIO(answer.file(answer.compute(read(query))))))


def masks(file: dict[str, np.ndarray], run: int, layer: int, shape: tuple[int, ...]) -> np.ndarray:
    """bool[steps, …]"""
    count = int(np.prod(shape))
    return np.unpackbits(file[f"run{run}_kept{layer}"], axis=1)[:, :count].reshape(-1, *shape).astype(bool)


def forward(w: dict[str, np.ndarray], x: np.ndarray, factor) -> tuple[np.ndarray, np.ndarray]:
    """Outputs of the hidden layer, multiplied, and scores."""
    h = np.maximum(x @ w["W1"] + w["b1"], 0) * factor
    return h, h @ w["W2"] + w["b2"]


def losses(scores: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Cross-entropy of each sample, and the probabilities."""
    shifted = np.exp(scores - scores.max(1, keepdims=True))
    p = shifted / shifted.sum(1, keepdims=True)
    return -np.log(p[np.arange(len(y)), y]), p


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("keep", [0.3, 0.8])
def test_a_run_is_the_one_that_numpy_makes_by_hand(kind, keep):
    """Forward, backward and update of every batch in float64, with the masks of the file; and what it is judged by."""
    query = f"{ONE_LAYER}&dropout={kind}:keep={keep}&run=sgd:lr=0.1"
    file, (run,) = replayed(query), answer.compute(read(query)).runs
    rule = DROPOUTS[kind]
    kept = masks(file, 0, 1, (20, 16))
    w = {name: file[name].astype(float) for name in ("W1", "b1", "W2", "b2")}
    x, y = file["x"].astype(float), file["y"]
    for k, rows in enumerate(file["batches"]):
        factor = kept[k] * rule.trained(keep)
        h, scores = forward(w, x[rows], factor)
        loss, p = losses(scores, y[rows])
        assert run.loss[k] == pytest.approx(loss.mean(), rel=1e-5), k
        p[np.arange(len(rows)), y[rows]] -= 1
        p /= len(rows)
        back = (p @ w["W2"].T) * factor * (h > 0)
        slopes = {"W1": x[rows].T @ back, "b1": back.sum(0), "W2": h.T @ p, "b2": p.sum(0)}
        assert run.gradient_norm[k] == pytest.approx(np.sqrt(sum(np.sum(g**2) for g in slopes.values())), rel=1e-4), k
        w = {name: part - 0.1 * slopes[name] for name, part in w.items()}
    for name, part in w.items():
        assert np.allclose(file[f"run0_{name}"], part, atol=2e-5), name
    judged, _ = losses(forward(w, x, rule.judged(keep))[1], y)
    assert run.scores.train_loss[-1] == pytest.approx(judged.mean(), rel=1e-4)


@pytest.mark.parametrize("model", ["mlp:width=16,depth=3", "cnn:channels=4,layers=2", "mlp:depth=0"])
def test_masks_count_in_what_a_training_takes(model):
    """As many as there are outputs of hidden layers: what takes long is drawn as it comes."""
    query = f"model={model}&steps=10&batch=16&run=sgd"
    plain, dropped = read(query), read(f"{query}&dropout=inverted")
    masks = [bits for name, bits in replayed(f"{query}&dropout=inverted").items() if "kept" in name]
    units = models.units(dropped.shapes, dropped.dataset.shape)
    assert sum(bits.shape[1] for bits in masks) == 16 * units / 8
    assert te.seconds(dropped) - te.seconds(plain) == pytest.approx(10 * 16 * units / te.DRAWN, abs=1e-12)
    narrow = read("data=moons&model=mlp:width=8,depth=6&batch=200&train=300&steps=5000&run=sgd").alone(0)
    assert not answer.slow(narrow)
    assert answer.slow(codec.parse([*codec.pairs(narrow), ("dropout", "vanilla")])[0])


def test_masks_are_drawn_for_every_update_layer_sample_and_unit():
    base = "data=digits&model=mlp:width=64,depth=2&steps=40&batch=32&run=sgd&run=adam"
    file = replayed(f"{base}&dropout=inverted:keep=0.3&dropout=vanilla:keep=0.8")
    first, second = (masks(file, 0, layer, (32, 64)) for layer in (1, 2))
    more = masks(file, 1, 1, (32, 64))
    count = first.size
    for kept, keep in ((first, 0.3), (second, 0.3), (more, 0.8)):
        assert abs(kept.mean() - keep) < 5 * (keep * (1 - keep) / count) ** 0.5
        for axis in (0, 1, 2):  # no update, sample or unit is favoured
            own = kept.mean(tuple(other for other in range(3) if other != axis))
            assert np.abs(own - keep).max() < 6 * (keep * (1 - keep) * kept.shape[axis] / count) ** 0.5
    assert (more | ~first).all(), "a larger p keeps all that a smaller one keeps"
    assert abs(np.corrcoef(first.ravel(), second.ravel())[0, 1]) < 5 / count**0.5
    assert abs(np.corrcoef(first[:-1].ravel(), first[1:].ravel())[0, 1]) < 5 / (count - first[0].size) ** 0.5
    other = masks(replayed(f"{base}&seed=1&dropout=inverted:keep=0.3"), 0, 1, (32, 64))
    assert 0.3 < (other != first).mean() < 0.55


@pytest.mark.parametrize("model", ["mlp:width=16,depth=2", "cnn:channels=4"])
@pytest.mark.parametrize("kind", ["inverted", "vanilla"])
def test_who_keeps_everybody_has_no_dropout(model, kind):
    t = read(f"model={model}&steps=10&batch=16&train=200&dropout=none&dropout={kind}:keep=1&run=sgd&run=sgd")
    plain, kept = (results.trained(t.alone(i)) for i in (0, 1))
    assert np.allclose(plain.loss, kept.loss, rtol=1e-5)
    assert np.allclose(plain.scores.validation_loss, kept.scores.validation_loss, rtol=1e-5)


def test_in_pieces_it_is_the_same_run():
    t = read(f"{ONE_LAYER}&dropout=inverted&run=adam").alone(0)
    *_, whole = results.pieces(t, 24)
    *_, parts = results.pieces(t, 3)
    assert np.array_equal(whole.weights, parts.weights)
    assert np.array_equal(whole.loss, parts.loss)


@pytest.mark.parametrize("dropout", ["none", "inverted"])
def test_every_seed_has_a_training(dropout):
    """The largest is one more than an int32 holds, twice over."""
    file = replayed(f"{ONE_LAYER}&seed=4294967295&dropout={dropout}&run=sgd")
    assert np.isfinite(file["run0_loss"]).all()
    assert ("run0_kept1" in file) == (dropout != "none")


def test_without_a_hidden_layer_nothing_is_dropped():
    t = read("data=iris&model=mlp:depth=0&steps=10&dropout=none&dropout=inverted&run=sgd&run=sgd")
    assert np.array_equal(*(results.trained(t.alone(i)).weights for i in (0, 1)))


def test_a_rule_that_asks_twice_sees_one_mask():
    """SAM at radius 0 is SGD, where both of its gradients are of the same thinned network."""
    t = read(f"{ONE_LAYER}&dropout=inverted&run=sgd:lr=0.1&run=sam:lr=0.1,rho=0")
    assert np.allclose(*(results.trained(t.alone(i)).weights for i in (0, 1)), atol=1e-6)


def test_the_link_names_it_in_the_shortest_form():
    t = read("dropout=none&dropout=inverted:keep=0.5&dropout=vanilla:keep=0.25&run=sgd&run=sgd&run=sgd")
    assert encode(codec.pairs(t)) == "dropout=none&dropout=inverted&dropout=vanilla:keep=0.25&run=sgd&run=sgd&run=sgd"
    assert "dropout" not in encode(codec.pairs(read("dropout=none&run=sgd")))
    names = dict(sliders.sliders(t))
    assert names["run1.dropout.keep"].default == 0.5
    assert sliders.moved(t, "run1.dropout.keep", 0.9).runs[1].dropout.values["keep"] == 0.9


@pytest.mark.parametrize(
    ("text", "allowed"), [("invert", list(DROPOUTS)), ("inverted:keep=0", [0.05, 1]), ("inverted:rate=0.5", ["inverted:keep"])]
)
def test_what_it_cannot_be_is_said(text, allowed):
    _, (problem,) = codec.parse(parse_qsl(f"dropout={text}&run=sgd"))
    assert problem.field == "dropout"
    assert problem.allowed == allowed


def test_no_limit_is_drawn_for_a_loss_that_changes_with_every_mask():
    whole = "data=iris&model=mlp:width=8,depth=1&train=60&batch=60&steps=10&sharpness=1"
    t = read(f"{whole}&dropout=none&dropout=inverted&run=sgd&run=sgd")
    limits = [sharpness.sharpness(t.alone(i)).limit for i in (0, 1)]
    assert limits[0] is not None
    assert limits[1] is None


def test_a_plane_holds_the_runs_that_are_judged_alike():
    t = read(f"{ONE_LAYER}&dropout=none&dropout=inverted&dropout=vanilla:keep=0.5&run=sgd&run=sgd&run=sgd")
    assert plane.drawn(t) == [0, 1]


def test_a_file_is_without_masks_that_are_too_many(monkeypatch):
    query = f"{ONE_LAYER}&dropout=inverted&run=sgd"
    result = answer.compute(read(query))
    assert "raise NotImplementedError" not in in_torch.program(result).decode()
    monkeypatch.setattr("engines.training.replay.MOST_MASKED", 100)
    assert not [name for name in replayed(query) if "kept" in name]
    assert "it has no room in the file for so many masks of dropout" in in_torch.program(result).decode()


def test_layers_are_looked_at_with_everybody_there():
    """What the panes show is the network in a test: no unit is missing."""
    t = read(f"{ONE_LAYER}&dropout=inverted:keep=0.2&run=sgd")
    run, seen = results.trained(t.alone(0)), data.data(t)
    steps = network.forward(run.form, network.named(run.form, run.weights[-1]), seen.x, results.numbers(run.run))
    assert (np.asarray(steps[0].h) > 0).mean() > 0.3
