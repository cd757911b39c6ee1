"""The training engine: gradients, losses before training, runs that equal themselves, and what is refused."""

import io
import json
import re
from dataclasses import replace
from urllib.parse import parse_qsl

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from activations import ACTIVATIONS
from core.types import Query, defaults, namespace
from datasets import DATASETS
from engines.training import codec, data, engine, network, results
from engines.training import experiment as te
from engines.training.network import LOSSES, Form, Numbers
from norms import NORMS
from optimizers import OPTIMIZERS
from web import lanes

AT_HAND = {key: dataset for key, dataset in DATASETS.items() if not dataset.counted}  # of the others: test_datasets.py
SHAPES = ((3, 8), (8, 8), (8, 4))
TRAINABLE = [rule for rule in OPTIMIZERS.values() if not rule.planar]


def read(query: str):
    value, problems = codec.parse(parse_qsl(query))
    assert not problems, problems
    return value


def refused(query: str):
    _, problems = codec.parse(parse_qsl(query))
    assert problems, query
    return problems[0]


def only(query: str) -> results.Trained:
    return results.trained(read(query).alone(0))


def numbers(activation: str, norm: str, penalty=(0.0, 0.0)) -> Numbers:
    """Default values of the parts, in float64."""
    rows = (ACTIVATIONS[activation].params, NORMS[norm].params)
    return Numbers(*(np.array([p.default for p in params], float) for params in rows), np.array(penalty))


# ---------------------------------------------------------------------------------------------- gradients


@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_gradients_agree_with_finite_differences(activation, norm):
    """Along a random direction, in float64, for every loss, with both penalties."""
    rng = np.random.default_rng([len(activation), len(norm)])
    x, y = rng.standard_normal((6, 3)), rng.integers(0, 4, 6)
    forms = [Form(SHAPES, activation, norm, loss) for loss in LOSSES]
    values, h = numbers(activation, norm, (0.3, 0.1)), 1e-6
    size = network.size(forms[0])
    flat = rng.choice([-1, 1], size) * rng.uniform(0.1, 1, size)  # away from 0, where |w| has no slope
    direction = rng.standard_normal(size)

    ahead, behind = (network.named(forms[0], jnp.asarray(flat + step * direction)) for step in (h, -h))
    for form in forms:
        rise = network.objective(form, ahead, x, y, values) - network.objective(form, behind, x, y, values)
        by_jax = network.slope(form, jnp.asarray(flat), x, y, values)[1] @ direction
        assert np.allclose(by_jax, rise / (2 * h), rtol=2e-5, atol=1e-7), form.loss


@pytest.mark.parametrize("norm", NORMS)
def test_gradients_of_convolutions_agree_with_finite_differences(norm):
    """Two layers on pictures of 5 × 4 in two channels, with batch norm's statistics and without."""
    rng = np.random.default_rng(len(norm))
    form = Form(((3, 3, 2, 4), (3, 3, 4, 4), (4, 3)), "tanh", norm, "softmax", (5, 4, 2))
    x, y, values, h = rng.standard_normal((6, 40)), rng.integers(0, 3, 6), numbers("tanh", norm, (0.3, 0.1)), 1e-6
    flat = rng.choice([-1, 1], network.size(form)) * rng.uniform(0.1, 1, network.size(form))
    direction = rng.standard_normal(flat.size)
    value = jax.jit(lambda flat: network.objective(form, network.named(form, flat), x, y, values))
    by_difference = float((value(flat + h * direction) - value(flat - h * direction)) / (2 * h))
    by_jax = jax.jit(lambda flat: network.slope(form, flat, x, y, values)[1])(flat) @ direction
    assert float(by_jax) == pytest.approx(by_difference, rel=2e-5)


def test_a_convolution_is_that_of_scipy():
    """Filters are not turned round, zeros lie around the picture, and the largest of each 2 × 2 is kept."""
    from scipy.signal import correlate2d

    rng = np.random.default_rng(0)
    x, w = rng.standard_normal((2, 6, 5, 3)), rng.standard_normal((3, 3, 3, 4))
    wanted = [[sum(correlate2d(one[:, :, i], w[:, :, i, o], "same") for i in range(3)) for o in range(4)] for one in x]
    result = np.asarray(network.convolved(jnp.asarray(x), jnp.asarray(w)))
    assert np.allclose(result, np.moveaxis(np.array(wanted), 1, 3))
    assert np.allclose(network.pooled(jnp.asarray(result))[0, 1, 1], result[0, 2:4, 2:4].max((0, 1)))


@pytest.mark.parametrize("norm", [norm for norm in NORMS.values() if norm.axes], ids=lambda norm: norm.key)
def test_a_normalization_of_pictures_averages_over_the_axes_that_its_file_names(norm):
    from engines.signal.normalization import members

    z = np.random.default_rng(0).standard_normal((4, 3, 2, 8))  # N, H, W, C
    result = network._normalised(norm, jnp.asarray(z), defaults(norm.params), None)
    sets = np.moveaxis(members(norm.key, (4, 8, 3, 2)), 1, 3)
    for i in range(sets.max() + 1):
        own = z[sets == i] - (z[sets == i].mean() if norm.centred else 0)
        assert np.allclose(np.asarray(result)[sets == i], own / np.sqrt(np.mean(own**2) + 1e-5))


def test_weights_of_a_filter_count_its_places():
    """Fan-in is rows · columns · channels in, fan-out the same of channels out (lecture 003)."""
    t = read("model=cnn:channels=32&init=he_normal&init=glorot_uniform&steps=1&run=sgd&run=sgd")
    he, glorot = (network.named(results.form(t, run), results.initial(t, run)) for run in t.runs)
    assert t.shapes == [(3, 3, 1, 32), (3, 3, 32, 32), (2 * 2 * 32, 10)]
    assert he["W2"].std() == pytest.approx((2 / 288) ** 0.5, rel=0.03)
    assert np.abs(glorot["W1"]).max() == pytest.approx((6 / (9 + 288)) ** 0.5, rel=0.02)


def test_a_long_vector_taken_apart_gives_the_run_of_a_whole_one(monkeypatch):
    t = read("data=iris&model=mlp:width=8,depth=2&steps=30&run=nadam:lr=0.01").alone(0)
    runs = []
    for most in (0, 10**9):
        monkeypatch.setattr(engine, "LONG", most)
        made = results.begun(t, t.runs[0])
        loop = jax.jit(lambda *given, form=made.form: engine.stretches(form, OPTIMIZERS["nadam"], *given))
        runs.append(loop(engine.begin(OPTIMIZERS["nadam"], made.flat), made.course, np.full(24, 30, np.int32), np.int32(1)))
    (place, record), (other, whole) = runs
    assert np.allclose(place.flat, other.flat, rtol=1e-5, atol=1e-6)
    assert np.allclose(record.ratios[0], whole.ratios[0], rtol=1e-4)
    assert np.allclose(record.rows[:30], whole.rows[:30], rtol=1e-5)


def test_a_large_set_is_judged_by_the_first_thousand_of_each_part():
    t = read("data=mnist_5k&model=mlp:depth=0&steps=2&batch=8&run=sgd:lr=0.01").alone(0)
    run, seen = results.trained(t), data.data(t)
    w = network.named(run.form, run.weights[-1].astype(float))
    right = (seen.x @ w["W1"] + w["b1"]).argmax(1) == seen.y
    assert run.scores.train_accuracy[-1] == pytest.approx(right[:1000].mean(), abs=2e-3)
    assert run.scores.validation_accuracy[-1] == pytest.approx(right[4000:5000].mean(), abs=2e-3)


def test_a_penalty_is_of_the_weights_and_not_of_the_biases():
    form = Form(SHAPES, "relu", "batch", "softmax")
    flat = np.random.default_rng(0).standard_normal(network.size(form))
    parts = network.named(form, flat)
    squares = sum(np.sum(parts[f"W{i}"] ** 2) for i in (1, 2, 3))
    sizes = sum(np.sum(np.abs(parts[f"W{i}"])) for i in (1, 2, 3))
    assert float(network.penalty(form, parts, numbers("relu", "batch", (0.7, 0.0)))) == pytest.approx(0.35 * squares)
    assert float(network.penalty(form, parts, numbers("relu", "batch", (0.0, 0.7)))) == pytest.approx(0.7 * sizes)


@pytest.mark.parametrize("rule", [rule for rule in TRAINABLE if rule.separate], ids=lambda rule: rule.key)
def test_a_rule_does_the_same_to_one_flat_vector_as_to_each_part(rule):
    form, knobs = Form(SHAPES, "relu", "none", "softmax"), defaults(rule.params)
    rng = np.random.default_rng(0)
    flat = jnp.asarray(rng.standard_normal(network.size(form)))
    whole, states = rule.init(flat), {name: rule.init(part) for name, part in network.named(form, flat).items()}
    for t in (1, 2, 3):
        gradient = jnp.asarray(rng.standard_normal(flat.size))
        query = Query(jnp.float64(t), flat, jnp.float64(0), gradient, jnp.float64(0.1), None, None)  # type: ignore[arg-type]
        move, whole = rule.update(query, whole, knobs)
        pieces = network.named(form, gradient)
        for name, part in network.named(form, flat).items():
            own, states[name] = rule.update(query._replace(x=part, gradient=pieces[name]), states[name], knobs)
            assert np.allclose(own, network.named(form, move)[name], rtol=1e-12, atol=0)
        flat = flat + move


# ---------------------------------------------------------------------------------------------- before training


@pytest.mark.parametrize("key", [key for key, dataset in AT_HAND.items() if dataset.classes])
@pytest.mark.parametrize("loss", LOSSES)
def test_the_loss_of_small_weights_is_what_no_knowledge_costs(key, loss):
    """Ln C for softmax, C − 1 for hinge, 1/C for squares (lectures 000 and 003, first of the seven steps)."""
    t = read(f"data={key}&loss={loss}&init=normal:std=0.001&steps=1&run=sgd")
    classes = len(DATASETS[key].classes)
    cost = {"softmax": np.log(classes), "hinge": classes - 1, "mse": 1 / classes}[loss]
    assert network.expected(loss, classes, data.data(t).y) == cost
    assert results.trained(t).scores.train_loss[0] == pytest.approx(cost, rel=0.02)


def test_regularization_adds_exactly_half_lambda_times_the_squares():
    plain, heavy = (only(f"steps=5&run=sgd&penalty=l2:strength={s}") for s in (0, 3))
    weights = network.named(heavy.form, heavy.weights[0].astype(float))
    squares = sum(np.sum(weights[f"W{i}"] ** 2) for i in (1, 2, 3))
    assert heavy.loss[0] - plain.loss[0] == pytest.approx(1.5 * squares, rel=1e-5)
    assert heavy.scores.penalty[0] == pytest.approx(1.5 * squares, rel=1e-5)


# ---------------------------------------------------------------------------------------------- runs


def test_a_run_equals_its_prefix():
    long, short = only("steps=300&run=adam"), only("steps=120&run=adam")
    assert np.array_equal(long.loss[:120], short.loss)
    assert np.array_equal(long.gradient_norm[:120], short.gradient_norm)


@pytest.mark.parametrize("rule", TRAINABLE, ids=lambda rule: rule.key)
def test_a_run_in_pieces_is_the_same_run(rule):
    t = read(f"steps=60&batch=8&model=mlp:width=16,depth=1&run={rule.key}").alone(0)
    whole, (*_, pieced) = results.trained(t), results.pieces(t, 5)
    assert np.array_equal(whole.loss, pieced.loss)
    assert np.array_equal(whole.weights, pieced.weights)
    assert np.array_equal(whole.ratio, pieced.ratio)
    assert np.all(np.isfinite(whole.loss))
    assert not np.array_equal(whole.weights[0], whole.weights[-1])


def test_a_second_gradient_is_of_the_same_batch():
    """SAM of radius 0 asks for the gradient where it stands, and so is gradient descent."""
    same = "steps=60&batch=8&model=mlp:width=16,depth=1&run="  # compiled in the test above
    plain, still, wide = (only(same + run) for run in ("sgd:lr=0.1", "sam:lr=0.1,rho=0", "sam:lr=0.1,rho=0.5"))
    np.testing.assert_allclose(still.loss, plain.loss, rtol=1e-4)
    assert not np.allclose(wide.loss, plain.loss, rtol=1e-2)


def test_all_runs_see_the_same_weights_and_batches():
    t = read("steps=3&run=sgd:lr=0.1&run=sgd:lr=0.1&run=adam")
    one, other, third = (results.trained(t.alone(i)) for i in range(3))
    assert np.array_equal(one.loss, other.loss)
    assert one.loss[0] == third.loss[0]


def test_plain_gradient_descent_worked_by_numpy():
    """Softmax regression on a minibatch, ten updates of the formula p − y."""
    t = read("data=iris&model=mlp:depth=0&steps=10&batch=16&run=sgd:lr=0.3~cosine&penalty=l2:strength=0.1")
    run, seen, chosen = results.trained(t.alone(0)), data.data(t), data.batches(t)
    parts = network.named(run.form, run.weights[0].astype(float))
    weight, bias = parts["W1"].copy(), parts["b1"].copy()
    for k, rows in enumerate(chosen):
        x, y = seen.x[rows].astype(float), np.eye(3)[seen.y[rows]]
        scores = x @ weight + bias
        p = np.exp(scores - scores.max(1, keepdims=True))
        p /= p.sum(1, keepdims=True)
        loss = -np.mean(np.log(np.sum(p * y, 1))) + 0.05 * np.sum(weight**2)
        assert run.loss[k] == pytest.approx(loss, rel=1e-5)
        slope = (p - y) / len(x)
        down, aside = x.T @ slope + 0.1 * weight, slope.sum(0)
        assert run.gradient_norm[k] == pytest.approx(np.sqrt(np.sum(down**2) + np.sum(aside**2)), rel=1e-4)
        weight, bias = weight - run.learning_rate[k] * down, bias - run.learning_rate[k] * aside
    after = network.named(run.form, run.weights[-1])
    assert np.allclose(after["W1"], weight, atol=1e-6)
    assert np.allclose(after["b1"], bias, atol=1e-6)


def test_a_ratio_is_of_the_update_that_led_to_its_step():
    run = only("steps=5&run=momentum:lr=0.05")
    assert run.steps.tolist() == [0, 1, 2, 3, 4, 5]
    for k in range(1, 6):
        before, after = (network.named(run.form, run.weights[j].astype(float)) for j in (k - 1, k))
        for layer in (1, 2, 3):
            moved = np.linalg.norm(after[f"W{layer}"] - before[f"W{layer}"]) / np.linalg.norm(before[f"W{layer}"])
            assert run.ratio[k, layer - 1] == pytest.approx(moved, rel=1e-4)
    assert np.array_equal(run.ratio[0], run.ratio[1])


def test_divergence_is_data():
    run = only("steps=40&run=sgd:lr=1e6")
    at = run.diverged_at
    assert at is not None
    assert at <= 10
    assert np.all(np.isfinite(run.loss))
    assert len(set(run.loss[at - 1 :])) == 1
    assert np.array_equal(run.weights[-1], run.weights[np.searchsorted(run.steps, at)])
    assert np.all(np.isfinite(run.weights))
    held = only(f"steps={at - 1}&run=sgd:lr=1e6")
    assert held.diverged_at is None
    assert np.array_equal(held.weights[-1], run.weights[-1])


def test_batch_norm_is_judged_by_the_training_set():
    """Loss and accuracy of the recorded weights, computed again in NumPy with the statistics of the whole training part."""
    t = read("data=wine&norm=batch&model=mlp:width=8,depth=1&steps=20&batch=16&run=sgd").alone(0)
    run, seen = results.trained(t), data.data(t)
    w = network.named(run.form, run.weights[-1].astype(float))
    z = seen.x @ w["W1"] + w["b1"]
    mean, var = z[: t.train].mean(0), z[: t.train].var(0)
    h = np.maximum(0, w["gamma1"] * (z - mean) / np.sqrt(var + 1e-5) + w["beta1"])
    scores = h @ w["W2"] + w["b2"]
    right = scores.argmax(1) == seen.y
    assert run.scores.train_accuracy[-1] == pytest.approx(right[: t.train].mean(), abs=1e-6)
    assert run.scores.validation_accuracy[-1] == pytest.approx(right[t.train :].mean(), abs=1e-6)


def test_no_slider_compiles():
    def count():
        return sum(engine.compiled(*key)._jitted._cache_size() for key in keys)

    base = read("data=moons&steps=100&model=mlp:width=8,depth=1&batch=8&run=adam&activation=elu&norm=group")
    keys = [(results.form(base, run), run.rule) for run in base.runs]
    results.trained(base.alone(0))
    before = count()
    moved = "data=moons:noise=0.4&steps=180&model=mlp:width=8,depth=1&batch=8&activation=elu:alpha=0.5&norm=group:groups=2"
    for more in ("&run=adam:lr=0.5,b1=0.2~cosine", "&run=adam&seed=5&train=100&penalty=l1:strength=0.1&init=lecun"):
        results.trained(read(moved + more).alone(0))
    assert count() == before > 0


# ---------------------------------------------------------------------------------------------- data


@pytest.mark.parametrize("key", AT_HAND)
def test_a_data_set_is_what_it_says(key):
    dataset = DATASETS[key]
    x, y = dataset.load(np.random.default_rng(0), defaults(dataset.params))
    assert x.shape == (dataset.samples, dataset.width)
    assert x.dtype == np.float32 or (x.dtype == np.uint8 and len(dataset.shape) > 1)
    assert y.shape == (dataset.samples,)
    if dataset.classes:
        assert y.dtype == np.int32
        assert set(y.tolist()) == set(range(len(dataset.classes)))
    assert 0 < dataset.train < dataset.samples
    assert dataset.source
    assert dataset.licence
    assert not dataset.features or len(dataset.features) == dataset.width


@pytest.mark.parametrize("key", [key for key, dataset in DATASETS.items() if dataset.params])
def test_a_slider_of_the_data_moves_points_and_shuffles_none(key):
    dataset = DATASETS[key]
    low, high = (
        dataset.load(np.random.default_rng(3), namespace(dataset.params, [value])) for value in (0.0, dataset.params[0].high)
    )
    near = dataset.load(np.random.default_rng(3), namespace(dataset.params, [1e-4]))
    assert np.allclose(low[0], near[0], atol=1e-2)
    assert np.allclose(low[1], near[1], atol=1e-2)
    assert not np.allclose(low[0], high[0]) or not np.allclose(low[1], high[1])


def test_standardized_is_by_the_training_part():
    seen = data.data(read("data=wine&train=100"))
    assert np.allclose(seen.x[:100].mean(0), 0, atol=1e-5)
    assert np.allclose(seen.x[:100].std(0), 1, atol=1e-4)
    assert not np.allclose(seen.x[100:].mean(0), 0, atol=1e-3)


def test_shuffled_batches_see_every_sample_once_per_epoch_and_sorted_ones_a_class_at_a_time():
    t = read("data=iris&batch=10&steps=20")
    chosen = data.batches(t)
    assert chosen.shape == (20, 10)
    assert sorted(chosen[:10].ravel().tolist()) == list(range(100))
    assert not np.array_equal(chosen[:10], chosen[10:])
    y = data.data(t).y[data.batches(replace(t, order="sorted"))[:10]]
    assert np.all(np.diff(y.ravel()) >= 0)


def test_label_noise_is_of_the_training_part_only():
    seen = data.data(read("label_noise=1"))
    assert np.array_equal(seen.y[1000:], seen.truth[1000:])
    assert np.mean(seen.y[:1000] != seen.truth[:1000]) == pytest.approx(0.9, abs=0.04)


# ---------------------------------------------------------------------------------------------- the address

LINKS = (
    "",
    "data=blobs:noise=0.5&model=mlp:width=16,depth=1&steps=50",
    "data=sine&batch=150&run=adam:lr=0.01",
    "data=mnist_5k&model=cnn:kernel=5",
    "train=20&run=sgd:lr=0.1&penalty=l2:strength=0.5",
    "train=10&batch=5",
    "init=he_normal&init=glorot_normal&run=sgd&run=sgd&run=sgd",
    "norm=batch&norm=none&run=sgd&run=sgd~cosine:warmup=10",
    "loss=hinge&transform=raw&order=sorted&label_noise=0.25&seed=7",
)


@pytest.mark.parametrize("query", LINKS)
def test_a_link_reads_back(query):
    t = read(query)
    assert codec.parse(codec.pairs(t)) == (t, [])


def test_parts_go_to_runs_in_turn():
    t = read("init=he_normal&init=glorot_normal&run=sgd&run=sgd&run=sgd")
    assert [run.init.key for run in t.runs] == ["he_normal", "glorot_normal", "glorot_normal"]


@pytest.mark.parametrize(
    ("query", "field", "says"),
    [
        ("run=newton", "run", "more than a batch's loss and gradients"),
        ("run=adm", "run", "adam"),
        ("batch=0", "batch", "1 to 1000"),
        ("train=20&batch=21", "batch", "1 to 20"),
        ("train=1798", "train", "1797"),
        ("model=mlp:width=7", "model", "8 … 256|8 to 256"),
        ("model=mlp:depth=7", "model", "0 to 6"),
        ("model=cnn:layers=4", "model", "1 to 3"),
        ("model=cnn&data=wine", "model", "cnn needs pictures, and the samples of wine are none"),
        ("loss=softmax&data=sine", "loss", "mse"),
        ("label_noise=0.5&data=sine", "label_noise", "numbers"),
        ("steps=5000&batch=1000&model=mlp:width=256,depth=6", "steps", "would do"),
        ("&".join(["run=sgd"] * 9), "run", "limit is 8"),
        ("init=zeros&init=zeros&run=sgd", "init", "0 to 1"),
        ("data=cifar", "data", "known|mean"),
        ("nonsense=1", "nonsense", "field"),
    ],
)
def test_what_is_wrong_is_said(query, field, says, client):
    problem = refused(query)
    assert problem.field == field
    assert re.search(says, problem.text())
    answer = client.get(f"/api/training?{query}")
    assert answer.status == 400
    assert answer.json()["field"] == field


def test_what_is_said_to_fit_fits():
    problem = refused("steps=5000&batch=1000&model=mlp:width=256,depth=6")
    t = read(f"steps={problem.allowed[1]}&batch=1000&model=mlp:width=256,depth=6")
    assert te.products(t) <= te.MAX_PRODUCTS


def test_snapshots_of_all_runs_fit_into_memory():
    """25 recorded steps of 531,210 weights, 4 bytes each, are 53 MB a run: eight are more than the 400 MB that are kept."""
    wide = "data=mnist_5k&model=mlp:width=256,depth=6&steps=300&batch=8" + "&run=sgd:lr=0.01" * 8
    problem = refused(wide)
    assert (problem.field, problem.allowed) == ("run", [1, 7])
    given, _ = codec.parse(parse_qsl(wide))
    assert len(given.runs) == 7
    assert te.too_large(given) is None
    weights = results.initial(given, given.runs[0]).size
    assert 7 * weights * 25 * 4 < 1.01 * results.MAX_KEPT < 8 * weights * 25 * 4
    largest = max(dataset.width for dataset in DATASETS.values())  # of a folder's pictures too: one run always fits
    assert (largest * 256 + 5 * 256**2 + 256 * 10) * te.RECORDED < te.MAX_NUMBERS


# ---------------------------------------------------------------------------------------------- the answers

SMALL = "model=mlp:width=16,depth=1&steps=40&run=sgd:lr=0.1~cosine&run=adam:lr=0.001"


def test_the_answer_has_the_form_of_the_contract(client):
    result = client.get(f"/api/training?{SMALL}").json()
    assert result["initial"].keys() >= {"loss", "expected"}
    assert result["classes"] == 10
    assert result["parameters"] == 64 * 16 + 16 + 16 * 10 + 10
    for run in result["runs"]:
        assert len(run["loss"]) == len(run["lr"]) == len(run["grad_norm"]) == 40
        k = len(run["eval"]["step"])
        assert run["eval"]["step"][0] == 0
        assert run["eval"]["step"][-1] == 40
        for name in ("train_loss", "train_accuracy", "validation_loss", "validation_accuracy"):
            assert len(run["eval"][name]) == k
        assert [len(row) for row in run["update_ratio"]] == [2] * k
        assert run["diverged_at"] is None


CONTRACT = (
    "data=digits&model=mlp:width=64,depth=2&activation=relu&init=he_normal&norm=none&loss=softmax&batch=32&steps=1000&seed=0"
    "&train=1000&penalty=l2:strength=0&run=sgd:lr=0.1~cosine&run=adam:lr=0.001"
)


def test_the_query_of_the_contract_is_taken_literally(client):
    result = client.get(f"/api/training?{CONTRACT}").json()
    assert result["query"] == "run=sgd~cosine&run=adam", "all else is what is usual"
    assert result["initial"]["expected"] == np.log(10)
    assert result["classes"] == 10
    assert result["parameters"] == 65 * 64 + 65 * 64 + 65 * 10
    for run in result["runs"]:
        assert len(run["loss"]) == len(run["lr"]) == len(run["grad_norm"]) == 1000
        assert {len(row) for row in run["update_ratio"]} == {3}
        assert len(run["update_ratio"]) == len(run["eval"]["step"])
    falling, constant = (run["lr"] for run in result["runs"])
    assert falling == pytest.approx(0.05 * (1 + np.cos(np.pi * np.arange(1000) / 1000)))
    assert constant == [0.001] * 1000


def test_regression_is_a_network_without_hidden_layers(client):
    for key, parameters in (("digits", 65 * 10), ("line", 2)):
        result = client.get(f"/api/training?data={key}&model=mlp:depth=0&steps=20&run=sgd:lr=0.05").json()
        assert result["parameters"] == parameters
        assert {len(row) for row in result["runs"][0]["update_ratio"]} == {1}
        assert result["runs"][0]["eval"]["train_loss"][-1] < result["initial"]["loss"]


def test_the_stream_holds_the_same(client):
    results._SHELF.kept.clear()  # what is known comes in one piece
    head, *middle, last = [json.loads(line) for line in client.get(f"/api/training?{SMALL}&format=ndjson").text.splitlines()]
    results._SHELF.kept.clear()
    whole = client.get(f"/api/training?{SMALL}").json()
    assert last == {"done": True}
    assert head["initial"] == whole["initial"]
    assert [line["share"] for line in middle] == sorted(line["share"] for line in middle)
    assert middle[-1]["share"] == 1
    for i, run in enumerate(whole["runs"]):
        own = [line for line in middle if line["run"] == i]
        assert len(own) > 5
        for name in ("loss", "lr", "grad_norm", "update_ratio"):
            assert [number for line in own for number in line[name]] == run[name]
        for name, values in run["eval"].items():
            assert [number for line in own for number in line["eval"][name]] == values


def test_a_player_gets_lines_where_it_would_wait_and_the_whole_where_it_need_not(client):
    long = "model=cnn&steps=2000&seed=3&run=sgd"
    media = lambda query: client.get(f"/api/training?{query}&format=live").headers["content-type"]  # noqa: E731
    assert media(SMALL) == "application/octet-stream"
    reply = client.get(f"/api/training?{long}&format=live")
    assert reply.headers["content-type"] == "application/x-ndjson"
    head, *middle, last = map(json.loads, reply.text.splitlines())
    assert [run["optimizer"] for run in head["planned"]] == ["sgd"]
    assert "verdict" not in middle[0]
    assert middle[-1]["verdict"]
    assert last == {"done": True}
    assert media(long) == "application/octet-stream", "it is at hand now"


def test_closing_a_stream_stops_the_work():
    from pages.training import answer

    sent = answer.stream(read("steps=5000&run=sgd&seed=123"))
    next(sent)
    next(sent)
    sent.close()
    assert next(sent, None) is None
    assert results._SHELF.find(read("steps=5000&run=sgd&seed=123").alone(0)) is None, "it was not run to its end"


def test_a_server_that_streams_enough_says_so_at_once(client):
    line = lanes.LENGTHY
    before, line.inside = line.inside, line.room
    try:
        answer = client.get(f"/api/training?{SMALL}&format=ndjson")
        assert answer.status == 503
        assert answer.headers["retry-after"]
    finally:
        line.inside = before
    assert client.get(f"/api/training?{SMALL}&format=ndjson").status == 200


def test_the_file_holds_what_replays_it(client):
    file = np.load(io.BytesIO(client.get(f"/api/training?{SMALL}&format=npz").body))
    assert file["x"].shape == (1000, 64)
    assert file["batches"].shape == (40, 32)
    assert file["batches"].dtype == np.int32
    assert file["W1"].shape == (64, 16)
    t = read(SMALL)
    for i in range(2):
        run = results.trained(t.alone(i))
        for name, part in network.named(run.form, run.weights[-1]).items():
            assert np.array_equal(file[f"run{i}_{name}"], part)


def test_a_long_training_takes_no_threads_that_a_hand_waits_for(monkeypatch):
    """Short ones side by side on the threads of all engines; long ones where they are asked for, one after the other."""
    from pages.training import answer

    class Pool:
        used = 0

        def map(self, work, items):
            self.used += 1
            return map(work, items)

    pool = Pool()
    monkeypatch.setattr(answer, "POOL", pool)
    answer.compute(read("steps=5&run=sgd&run=adam"))
    assert pool.used == 1
    answer.compute(read("steps=5&run=sgd"))
    assert pool.used == 1
    monkeypatch.setattr(answer, "SLOW", 0.0)
    answer.compute(read("steps=5&run=sgd&run=momentum"))
    assert pool.used == 1
