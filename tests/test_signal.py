"""Signals through deep networks: against a plain computation, the lectures' numbers, theory, the errata, and by HTTP."""

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

import jax
import jax.monitoring
import jax.numpy as jnp
import numpy as np
import pytest
from experiments import numbers, specs
from hypothesis import given, settings
from hypothesis import strategies as st

from activations import ACTIVATIONS
from core.query import encode
from core.types import Spec
from datasets import digits
from engines.activation import curve
from engines.signal import network as networks
from engines.signal import normalization, theory
from engines.signal import statistics as signal
from engines.signal.network import Network, network
from initializers import INITIALIZERS
from norms import NORMS
from pages.activations import query as curve_set
from pages.initialization.page import fate
from web.catalogue import catalogue

SMALL: dict[str, Any] = {"width": 24, "depth": 4, "batch": 7, "seed": 3}


def changed(part: Spec, **values: float) -> Spec:
    return Spec(part.key, {**part.values, **values})


def read(query: str) -> Network:
    asked, problems = networks.parse(parse_qsl(query))
    assert not problems, [p.text() for p in problems]
    return asked


def run(query: str, **options) -> signal.Signal:
    return signal.signal(read(query), **options)


# --------------------------------------------------------------------------------------- a plain computation


def weights(n: Network) -> list[np.ndarray]:
    """Drawn as the engine draws them, and rescaled by nobody."""
    rule = INITIALIZERS[n.init.key]
    shapes = [(n.inputs if i == 0 else n.width, n.width) for i in range(n.depth)]
    rngs = [np.random.Generator(np.random.SFC64([n.seed, i + 1])) for i in range(n.depth)]
    return [rule.weights(rng, shape, SimpleNamespace(**n.init.values)) for rng, shape in zip(rngs, shapes, strict=True)]


def plain(n: Network):
    """Outputs, pre-activations, and by jax.grad of Σ h·g the gradients of all of them and of the weights, float64."""
    rule, norm = ACTIVATIONS[n.activation.key], NORMS[n.norm.key]
    values, knobs = SimpleNamespace(**n.activation.values), SimpleNamespace(**n.norm.values)
    x, sent = jnp.asarray(signal._input(n), float), jnp.asarray(signal._sent_back(n), float)

    def forward(ws, onto_z, onto_h):
        h, zs, hs, into = x, [], [], []
        for w, dz, dh in zip(ws, onto_z, onto_h, strict=True):
            z = h @ w + dz
            a = z if n.position == "after" else normalization.normalise(norm, z, knobs, n.gamma, n.beta)
            h = rule.fn(a, values)
            h = normalization.normalise(norm, h, knobs, n.gamma, n.beta) if n.position == "after" else h
            h = h + dh
            zs, hs, into = [*zs, z], [*hs, h], [*into, a]
        return jnp.sum(h * sent), (zs, hs, into)

    ws = [jnp.asarray(w, float) for w in weights(n)]
    zero = [jnp.zeros((n.batch, n.width))] * n.depth
    (_, (zs, hs, into)), gradients = jax.value_and_grad(forward, argnums=(0, 1, 2), has_aux=True)(ws, zero, zero)
    slopes = [np.abs(curve.slope(rule, a, values)) for a in into]
    return ws, zs, [np.asarray(h) for h in hs], slopes, jax.tree.map(np.asarray, gradients)


PLAIN: list[dict[str, Any]] = [
    *({"activation": key, "init": "he_normal"} for key in ("sigmoid", "relu", "elu", "gelu", "maxout")),
    *({"activation": "tanh", "init": "lecun", "norm": k, "position": p} for k in NORMS for p in networks.POSITIONS),
    *({"activation": "relu", "init": key} for key in ("sparse", "orthogonal", "glorot_uniform", "constant")),
]


@pytest.mark.parametrize("case", PLAIN, ids=lambda case: "-".join(case.values()))
def test_statistics_are_those_of_a_plain_computation(case):
    n = network(**case, **SMALL, gamma=1.3, beta=0.2)
    measured = signal.measure(n)
    ws, _, hs, slopes, (grad_w, grad_z, grad_h) = plain(n)
    largest = curve.slopes(n.activation).largest
    wanted = {
        "mean": [h.mean() for h in hs],
        "std": [h.std() for h in hs],
        "skew": [normalization.moments(h)["skew"] for h in hs],
        "dead": [(s == 0).all(0).mean() for s in slopes],
        "grad_mean": [g.mean() for g in grad_h],
        "grad_std": [g.std() for g in grad_h],
        "local_grad_std": [g.std() for g in grad_z],
        "weight_std": [w.std() for w in ws],
        "weight_grad_norm": [np.linalg.norm(g) for g in grad_w],
        "rank": [min(np.linalg.matrix_rank(g, 1e-5 * np.linalg.norm(g, 2)), signal.SKETCH) for g in grad_w],
    }
    if n.activation.key in ("tanh", "sigmoid"):  # both sides flat
        wanted["saturated"] = [(s < curve.SATURATED * largest).mean() for s in slopes]
    for name, values in wanted.items():
        np.testing.assert_allclose(getattr(measured, name), values, rtol=2e-3, atol=2e-4, err_msg=name)
    for i, h in enumerate(hs):
        assert measured.counts[i].sum() == h.size
        first, *inner, last = measured.edges[i]
        usual, _ = np.histogram(h, [first - 1e-6, *inner, last + 1e-6])
        assert np.abs(measured.counts[i] - usual).sum() <= 4  # on the edges of bins single and double precision may differ
        assert measured.grad_counts[i].sum() == h.size


def test_the_norm_of_the_weight_gradient_either_way():
    """Computed without the gradient itself for a small batch, and from it for a large one."""
    for batch in (4, 400):
        n = network("tanh", "lecun", width=32, depth=2, batch=batch)
        *_, (grad_w, _, _) = plain(n)
        np.testing.assert_allclose(signal.measure(n).weight_grad_norm, [np.linalg.norm(g) for g in grad_w], rtol=1e-3)


def test_own_and_shared_histograms():
    n = network("relu", "normal", **SMALL)
    shared, own = signal.measure(n), signal.measure(n, own=True)
    assert (shared.edges == shared.edges[0]).all()
    assert (own.edges[0] != own.edges[1]).any()
    np.testing.assert_array_equal(own.counts.sum(1), shared.counts.sum(1))
    assert shared.edges.shape == own.edges.shape == (4, 31)
    np.testing.assert_array_equal(run("width=24&depth=2&batch=9").edges[0], np.linspace(-1, 1, 31))  # tanh, as in 002


# -------------------------------------------------------------------------------- the lectures' numbers, ±0.015

WIDE = "width=4096&depth=6&batch=16"
SIX = [  # query, means or None, stds
    ("activation=tanh&init=normal:std=0.05", [0] * 6, [0.87, 0.85, 0.85, 0.85, 0.85, 0.85]),
    ("activation=tanh&init=lecun", None, [0.63, 0.49, 0.41, 0.36, 0.32, 0.30]),
    ("activation=relu&init=lecun", [0.39, 0.28, 0.20, 0.14, 0.10, 0.07], [0.58, 0.41, 0.30, 0.21, 0.15, 0.10]),
    ("activation=relu&init=he_normal", [0.57, 0.57, 0.56, 0.55, 0.55, 0.55], [0.83, 0.83, 0.83, 0.81, 0.81, 0.81]),
    ("activation=tanh&init=normal:std=0.01", None, [0.49, 0.29, 0.18, 0.11, 0.07, 0.05]),
    ("activation=selu&init=lecun", [0] * 6, [1.0] * 6),
]


@pytest.mark.parametrize(("query", "mean", "std"), SIX, ids=[row[0] for row in SIX])
def test_six_layers_of_4096(query, mean, std):
    measured = run(f"{query}&{WIDE}")
    np.testing.assert_allclose(measured.std, std, atol=0.015)
    np.testing.assert_allclose(measured.predicted.std, std, atol=0.02)  # the lecture's own draws differ in the second digit
    if mean:
        np.testing.assert_allclose(measured.mean, mean, atol=0.015)
        np.testing.assert_allclose(measured.predicted.mean, mean, atol=0.02)


TEN = [  # query, {layer: std}
    ("activation=tanh&init=normal:std=0.01", {1: 0.214, 2: 0.048, 3: 0.0106, 4: 0.0024}),
    ("activation=tanh&init=normal:std=1", dict.fromkeys(range(1, 11), 0.98)),
    ("activation=tanh&init=lecun", {1: 0.63, 10: 0.227}),
    ("activation=relu&init=lecun", {1: 0.585, 10: 0.023}),
    ("activation=relu&init=he_normal", {1: 0.83, 10: 0.73}),
]


@pytest.mark.parametrize(("query", "std"), TEN, ids=[row[0] for row in TEN])
def test_ten_layers_of_500(query, std):
    """With ReLU the draw matters: over seeds the last layer's std is 0.82 ± 0.09. Seed 28 is one like the lecture's."""
    measured = run(f"{query}&width=500&depth=10&batch=1000&seed=28")
    for layer, value in std.items():
        assert measured.std[layer - 1] == pytest.approx(value, abs=0.015)
    if "std=0.01" in query:
        assert measured.std[-1] == pytest.approx(2.9e-7, rel=0.1)
    if query.endswith("std=1"):
        assert measured.saturated == pytest.approx(0.90, abs=0.015)


def test_saturated_is_what_the_lectures_count():
    n = read("activation=tanh&init=normal:std=1&width=100&depth=3&batch=50")
    *_, hs, _, _ = plain(n)
    np.testing.assert_allclose(signal.measure(n).saturated, [(np.abs(h) > 0.99).mean() for h in hs], atol=1e-3)


# -------------------------------------------------------------------------------------------------- theory

THEORY = [
    *(f"activation={a}&init=he_normal" for a in ACTIVATIONS),
    *(f"activation=tanh&init={i}" for i in INITIALIZERS if i != "constant"),
    *(f"activation=relu&init=he_normal&norm={k}&position={p}" for k in NORMS for p in networks.POSITIONS),
]


@pytest.mark.parametrize("query", list(dict.fromkeys(THEORY)))
def test_theory_by_sampling(query):
    """Mean squares, which is what theory is about, over eight draws of a network."""
    first = read(f"{query}&width=256&depth=4&batch=32")
    measured = [signal.measure(replace(first, seed=seed)) for seed in range(8)]
    mean, std, grad_std = measured[0].predicted
    close(np.array([s.mean**2 + s.std**2 for s in measured]), mean**2 + std**2)
    close(np.array([s.std**2 for s in measured]), std**2)
    if first.norm.key == "none" and not INITIALIZERS[first.init.key].rescale:
        close(np.array([s.grad_std**2 for s in measured]), grad_std**2)
    else:
        assert np.isnan(grad_std).all()


def close(samples, predicted):
    """Samples [draws, depth] have this mean, to within five times its own uncertainty and 3 %."""
    uncertain = 5 * samples.std(0) / len(samples) ** 0.5 + 0.03 * predicted + 1e-12
    assert (np.abs(samples.mean(0) - predicted) <= uncertain).all(), (samples.mean(0), predicted)


def test_theory_knows_what_it_does_not_know():
    prediction = theory.predict(network("tanh", "constant"))
    assert np.isnan(prediction).all()


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("norm=batch&batch=1", "few"), ("norm=batch&batch=15", "few"), ("norm=group:groups=64&width=64", "few"),
        ("norm=layer&width=16", "narrow"), ("width=8", "narrow"), ("init=sparse:nonzeros=1", "sparse"),
        ("init=constant", "weights"),
        ("norm=batch&batch=16", None), ("norm=instance", None), ("init=sparse", None), ("init=lsuv", None), ("batch=1", None),
    ],
)  # fmt: skip
def test_theory_is_left_out_where_its_assumptions_fail(query, reason):
    n = read(query)
    assert theory.missing(n) == reason
    assert np.isnan(theory.predict(n)).all() == (reason is not None)
    assert reason is None or theory.REASONS[reason].startswith("Theory is left out")


@pytest.mark.parametrize("rest", ["norm=batch", "norm=rms&position=after"])
def test_theory_knows_the_epsilon_of_a_normalization(rest):
    """Weights so small that ε is what divides: the spread fades, 0.46 → 0.016 for batch norm, and theory says so."""
    measured = signal.measure(read(f"init=normal:std=0.0001&width=500&batch=64&depth=4&{rest}"))
    np.testing.assert_allclose(measured.std, measured.predicted.std, rtol=0.03)
    assert measured.std[-1] < 0.5 * measured.std[0] < 0.5


@pytest.mark.parametrize(("activation", "batch"), [("tanh", 20), ("relu", 31), ("tanh", 32), ("relu", 33), ("tanh", 40)])
def test_the_rank_is_that_of_the_matrix(batch, activation):
    n = network(activation, "lecun", width=128, depth=3, batch=batch)
    *_, (grad_w, _, _) = plain(n)
    exact = [min(np.linalg.matrix_rank(g, 1e-5 * np.linalg.norm(g, 2)), signal.SKETCH) for g in grad_w]
    assert signal.measure(n).rank.tolist() == exact


@pytest.mark.parametrize(
    ("ratio", "word"),
    [(1.0, "keeps its size"), (5.27 / 1.01, "grows"), (0.176 / 1.01, "shrinks"), (30, "explodes"), (0.01, "vanishes")],
)
def test_the_word_for_a_gradient_fits_its_numbers(ratio, word):
    assert fate(ratio) == word


# -------------------------------------------------------------------------------------------------- the errata


def test_erratum_12_saturated_units_can_have_exploding_gradients():
    measured = run("activation=tanh&init=normal:std=1&width=500&depth=10&batch=128")
    assert (measured.saturated > 0.85).all()
    assert measured.grad_std[0] > 1e4 * measured.grad_std[-1]
    small = run("activation=tanh&init=normal:std=0.01&width=500&depth=10&batch=128")
    assert (small.saturated < 0.01).all()
    assert small.grad_std[0] < 1e-4
    assert small.std[-1] < 1e-5  # small weights make both vanish


def test_erratum_13_the_activations_shrink_and_the_weights_do_not():
    measured = run("activation=tanh&init=lecun&width=500&depth=10&batch=128")
    np.testing.assert_allclose(measured.weight_std, 500**-0.5, rtol=0.01)
    assert (np.diff(measured.std) < 0).all()
    linear = run("activation=identity&init=lecun&width=500&depth=10&batch=128")
    np.testing.assert_allclose(linear.std, 1, atol=0.1)


def test_erratum_14_the_same_for_square_layers():
    """Since both scale one and the same draw, equal to rounding."""
    one, other = (run(f"init={i}&width=100&depth=3&batch=32") for i in ("lecun", "glorot_normal"))
    np.testing.assert_allclose(one.std, other.std, rtol=1e-5)


def test_erratum_15_the_skew_survives_batch_norm():
    measured = run("activation=relu&init=he_normal&norm=batch&position=after&width=200&depth=3&batch=128")
    np.testing.assert_allclose(measured.mean, 0, atol=1e-3)
    np.testing.assert_allclose(measured.std, 1, atol=0.02)
    assert (measured.skew > 1).all()


@pytest.mark.parametrize("init", ["constant:value=0.02", "constant:value=-0.1", "zeros"])
def test_all_neurons_learn_the_same_from_equal_weights(init):
    measured = run(f"activation=sigmoid&init={init}&width=64&depth=5&batch=32")
    assert (measured.rank <= 1).all()
    assert (measured.distinct[:-1] == 1).all()  # the last layer's gradient is put in from outside
    other = run("activation=sigmoid&init=lecun&width=64&depth=5&batch=32")
    assert (other.rank > 20).all()
    assert (other.distinct == 64).all()


# ---------------------------------------------------------------------------------------------- special cases


def test_zero_weights_give_numbers_too():
    for activation in ACTIVATIONS:
        measured = signal.measure(network(activation, "zeros", **SMALL))
        assert np.isfinite([measured.mean, measured.std, measured.grad_std, measured.weight_grad_norm]).all()
        assert (measured.std == 0).all()
        assert (measured.counts.sum(1) == 24 * 7).all()
        assert (measured.weight_std == 0).all()


def test_overflow_is_data():
    measured = run("activation=relu&init=normal:std=2&width=64&depth=50&batch=8")
    at = measured.overflow_at or 0
    assert 20 < at < 50
    assert np.isfinite(measured.std[: at - 1]).all()
    assert np.isnan(measured.std[at - 1 :]).all()
    assert np.isnan(measured.grad_std).all()
    assert (measured.counts[at - 1 :] == 0).all()
    assert measured.counts[: at - 1].sum() == (at - 1) * 64 * 8
    assert np.isfinite(measured.predicted.std).all()  # in double precision there is room


def test_a_gradient_may_overflow_alone():
    measured = run("activation=tanh&init=normal:std=2&width=1400&depth=50&batch=8")
    assert measured.overflow_at is None
    assert np.isfinite(measured.std).all()
    at = measured.grad_overflow_at
    assert np.isnan(measured.grad_std[:at]).all()
    assert np.isfinite(measured.grad_std[at:]).all()


def test_lsuv_gives_every_layer_unit_variance():
    for activation in ("tanh", "relu", "sigmoid"):
        n = network(activation, "lsuv", **SMALL)
        measured = signal.measure(n)
        h = signal._input(n).astype(float)
        rule = ACTIVATIONS[activation]
        for i, w in enumerate(weights(n)):
            z = h @ w
            assert measured.weight_std[i] == pytest.approx(w.std() / z.std(), rel=1e-3)
            h = np.asarray(rule.fn(z / z.std(), None))
            assert measured.std[i] == pytest.approx(h.std(), rel=1e-3)


def test_batch_norm_of_one_sample_wipes_it_out():
    measured = run("activation=identity&init=lecun&norm=batch&beta=0.5&width=16&depth=2&batch=1")
    np.testing.assert_allclose(measured.mean, 0.5)
    assert (measured.std == 0).all()


def test_dead_units_of_a_shifted_relu():
    alive, dead = (run(f"activation=relu&init=he_normal&norm=layer&beta={beta}&width=64&depth=3&batch=32") for beta in (0, -5))
    assert not alive.dead.any()
    assert dead.dead[0] > 0.9
    assert dead.saturated[0] > 0.99


# -------------------------------------------------------------------------------------------- speed and memory

compiled: list[str] = []
jax.monitoring.register_event_duration_secs_listener(
    lambda event, duration_secs, **_: compiled.append(event) if event == "/jax/core/compile/backend_compile_duration" else None
)


def test_no_value_compiles_anything():
    base = network("elu", "normal", "group", width=40, depth=3, batch=9)
    signal.measure(base)
    before = len(compiled)
    for n in (
        replace(base, seed=5, depth=7, gamma=0.3, beta=1.0),
        replace(base, activation=changed(base.activation, alpha=0.3)),
        replace(base, init=changed(base.init, std=1.5)),
        replace(base, norm=changed(base.norm, groups=9.0)),
        replace(base, init=networks.network("elu", "sparse").init),
        replace(base, init=networks.network("elu", "orthogonal").init),
    ):
        signal.measure(n)
    assert len(compiled) == before
    signal.measure(replace(base, width=41))
    assert len(compiled) > before  # the count does count


def test_the_same_network_gives_the_same_numbers():
    n = network("relu", "he_normal", **SMALL)
    one = signal.measure(n)
    signal._SHELF.kept.clear()
    two = signal.measure(n)
    other = signal.measure(replace(n, seed=4))
    for name in ("mean", "std", "grad_std", "weight_grad_norm", "counts"):
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name))
        assert (getattr(one, name) != getattr(other, name)).any()


def test_a_deeper_network_begins_with_the_same_layers():
    shallow, deep = (signal.measure(network("tanh", "lecun", width=24, batch=7, depth=d)) for d in (3, 6))
    np.testing.assert_array_equal(shallow.std, deep.std[:3])


def test_weights_in_memory_are_bounded():
    shelf = signal._Weights(4 * 24 * 24 * 5, lambda drawn: drawn[0].nbytes)
    rule = INITIALIZERS["normal"]
    for seed in range(4):
        drawn = shelf.layers(rule, SimpleNamespace(std=1.0), seed, [(24, 24)] * 4)
        assert len(drawn) == 4
        assert sum(array.nbytes for array, _ in shelf.kept.values()) <= shelf.most


def test_the_largest_network_fits_on_the_shelf():
    assert 4 * networks.MAX_WEIGHTS <= signal.MAX_KEPT


# ------------------------------------------------------------------------------------------------------- codec


def parts(table, params) -> st.SearchStrategy[Spec]:
    return st.sampled_from(list(table)).flatmap(lambda key: specs(key, params(key)))


def networks_() -> st.SearchStrategy[Network]:
    whole = {p.key: numbers(p).map(int) for p in (networks.WIDTH, networks.DEPTH, networks.BATCH, networks.SEED)}
    return st.builds(
        Network,
        activation=parts(ACTIVATIONS, networks.activation_params),
        init=parts(INITIALIZERS, networks.initializer_params),
        norm=parts(NORMS, networks.norm_params),
        position=st.sampled_from(networks.POSITIONS),
        gamma=numbers(networks.GAMMA),
        beta=numbers(networks.BETA),
        **whole,
    )


@given(networks_())
def test_a_network_survives_its_link(n):
    pairs = networks.pairs(n)
    asked, problems = networks.parse(pairs)
    assert networks.parse(parse_qsl(encode(pairs))) == (asked, problems)
    assert networks.parse(parse_qsl(urlencode(pairs))) == (asked, problems)
    if networks.too_large(n):
        assert [p.field for p in problems] == ["width"]
        assert asked == replace(n, width=problems[0].allowed[1])
        assert not networks.too_large(asked)
        assert networks.too_large(replace(asked, width=asked.width + 1))
    else:
        assert (asked, problems) == (n, [])


def test_the_default_network_is_the_empty_link():
    assert networks.pairs(networks.default()) == []
    assert networks.parse([]) == (networks.default(), [])


def test_the_example_of_the_contract():
    n = read("activation=tanh&init=normal:std=0.05&norm=none&width=4096&depth=6&batch=16&seed=0")
    assert (n.activation.key, n.init, n.norm.key) == ("tanh", Spec("normal", {"std": 0.05}), "none")
    assert (n.width, n.depth, n.batch, n.seed) == (4096, 6, 16, 0)


def test_the_narrowest_network_is_always_allowed():
    for init in ("normal", "orthogonal"):
        assert not networks.too_large(network("tanh", init, width=8, depth=50, batch=2048))


BAD = [  # query, field, words of the message, allowed
    ("activation=tahn", "activation", ["tahn", "“tanh”"], list(ACTIVATIONS)),
    ("init=he", "init", ["“he”", "he_normal"], list(INITIALIZERS)),
    ("norm=bach", "norm", ["“batch”"], list(NORMS)),
    ("init=normal:sd=1", "init", ["normal:sd", "normal:std"], ["normal:std"]),
    ("init=normal:std=9", "init", ["std = 9", "0.0001", "2"], [1e-4, 2.0]),
    ("init=normal:std=nan", "init", ["nan"], [1e-4, 2.0]),
    ("norm=group:groups=2.5", "norm", ["whole number"], [1, 64]),
    ("width=7", "width", ["8", "4096"], [8, 4096]),
    ("width=5000", "width", ["5000", "4096"], [8, 4096]),
    ("depth=0", "depth", ["1", "50"], [1, 50]),
    ("batch=1e9", "batch", ["2048"], [1, 2048]),
    ("seed=-1", "seed", ["-1"], [0, 2**32 - 1]),
    ("position=middle", "position", ["middle", "before"], ["before", "after"]),
    ("data=cifar", "data", ["cifar", "gaussian"], ["gaussian", "digits"]),
    ("gamma=six", "gamma", ["six"], [0.0, 5.0]),
    ("widht=100", "widht", ["“width”"], list(networks.FIELDS)),
    ("width=100&width=200", "width", ["2 times"], None),
    ("width=4096&depth=50", "width", ["838,860,800", "101,000,000"], [8, 1250]),  # after the batch: 256
    ("init=orthogonal&width=4096&depth=6", "width", ["factorize", "11,000,000,000"], [8, 1223]),
    ("width=1000&depth=50&batch=2048", "width", ["batch × width × depth", "16,000,000"], [8, 156]),
    ("width=4096&depth=3&batch=1000", "width", ["products", "30,000,000,000"], [8, 3162]),
]


@pytest.mark.parametrize(("query", "field", "words", "allowed"), BAD, ids=[row[0] for row in BAD])
def test_a_bad_network_is_refused_by_name(client, query, field, words, allowed):
    asked, problems = networks.parse(parse_qsl(query))
    assert not networks.too_large(asked)
    assert [p.field for p in problems] == [field]
    reply = client.get(f"/api/signal?{quote(query, safe='=&:.,')}")
    body = reply.json()
    assert (reply.status, body["field"]) == (400, field)
    assert body.keys() == {"error", "field", "allowed"}
    assert all(word in body["error"] for word in words), body["error"]
    assert body["allowed"] == allowed


# -------------------------------------------------------------------------------------------------- /api/signal


def test_the_json_of_the_contract(client):
    reply = client.get("/api/signal?activation=tanh&init=normal:std=0.05&norm=none&width=64&depth=6&batch=16&seed=0")
    assert (reply.status, reply.headers["content-type"]) == (200, "application/json")
    answer = reply.json()
    assert len(answer["layers"]) == 6
    for layer in answer["layers"]:
        assert {"mean", "std", "saturated", "dead", "hist", "grad_std", "grad_mean"} <= layer.keys()
        assert len(layer["hist"]["edges"]) == 31
        assert len(layer["hist"]["counts"]) == 30
        assert sum(layer["hist"]["counts"]) == 64 * 16
        assert all(isinstance(count, int) for count in layer["hist"]["counts"])
        assert isinstance(layer["rank"], int)
    assert answer["input"]["mean"] == pytest.approx(0, abs=0.15)
    assert answer["input"]["std"] == pytest.approx(1, abs=0.1)
    assert answer["network"]["init"] == {"key": "normal", "params": {"std": 0.05}}
    assert (answer["network"]["width"], answer["network"]["seed"]) == (64, 0)
    n = read(answer["query"])
    assert [layer["std"] for layer in answer["layers"]] == signal.signal(n).std.tolist()
    assert answer["layers"][-1]["predicted"]["grad_std"] == 1


def test_nothing_in_the_json_is_not_a_number(client):
    for query in ("activation=relu&init=normal:std=2&depth=50", "init=constant:value=1", "init=zeros&norm=batch"):
        answer = client.get(f"/api/signal?{query}&width=64&batch=4").json()
        assert len(answer["layers"]) == answer["network"]["depth"]
    assert answer["layers"][0]["predicted"]["mean"] is None, "a batch of 4 is too small for the theory"
    overflown = client.get("/api/signal?activation=relu&init=normal:std=2&width=64&depth=50&batch=4").json()
    assert overflown["layers"][-1]["std"] is None
    assert overflown["layers"][overflown["overflow_at"] - 2]["std"] > 1e30


@settings(max_examples=20)
@given(st.data())
def test_no_network_makes_an_error(client, data):
    n = replace(data.draw(networks_()), width=12, depth=3, batch=5)
    reply = client.get(f"/api/signal?{encode(networks.pairs(n))}")
    assert reply.status == 200
    assert len(reply.json()["layers"]) == 3


def test_answers_are_kept_by_the_client(client):
    first = client.get("/api/signal?width=16&depth=2&batch=4")
    again = client.get("/api/signal?batch=4.0&depth=2&width=16&norm=none", if_none_match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    other = client.get("/api/signal?width=16&depth=2&batch=4&hist=own", if_none_match=first.headers["etag"])
    assert other.status == 200
    assert client.get("/api/signal?hist=mine").status == 400


def test_the_catalogue_lists_every_part():
    listed = catalogue(str)
    for kind, table in (("activations", ACTIVATIONS), ("initializers", INITIALIZERS), ("norms", NORMS)):
        assert [item["key"] for item in listed[kind]] == list(table)
        for item in listed[kind]:
            assert {"key", "name", "summary", "latex", "params"} <= item.keys()
    assert list(listed["numbers"]["initialization"]) == ["width", "depth", "batch", "seed", "gamma", "beta"]
    json.dumps(listed, allow_nan=False)


# ---------------------------------------------------------------------------------------------- /api/activation


def test_curves_by_http(client):
    reply = client.get("/api/activation?activation=sigmoid&activation=elu:alpha=0.5&range=-6,6&points=121&depth=10&probe=3")
    answer = reply.json()
    assert reply.status == 200
    x = np.array(answer["x"])
    np.testing.assert_allclose(x, np.linspace(-6, 6, 121))
    sigmoid, elu = answer["activations"]
    np.testing.assert_allclose(sigmoid["y"], 1 / (1 + np.exp(-x)), rtol=1e-12)
    np.testing.assert_allclose(sigmoid["derivative"], np.exp(-x) / (1 + np.exp(-x)) ** 2, rtol=1e-12)
    np.testing.assert_allclose(sigmoid["product"]["largest"], 0.25 ** np.arange(1, 11))
    assert sigmoid["probe"]["derivative"] == pytest.approx(0.0451766, rel=1e-5)
    assert elu["activation"] == {"key": "elu", "params": {"alpha": 0.5}}
    assert elu["kinks"] == [0]
    assert [end is None for end in sigmoid["saturated"][0]] == [True, False]
    assert (sigmoid["largest"], sigmoid["zero_centred"]) == (pytest.approx(0.25), False)
    again = client.get(f"/api/activation?{answer['query']}", if_none_match=reply.headers["etag"])
    assert again.status == 304


def test_one_activation_with_everything_left_out(client):
    for key in ACTIVATIONS:
        answer = client.get(f"/api/activation?activation={key}").json()
        assert len(answer["x"]) == len(answer["activations"][0]["y"]) == len(answer["activations"][0]["derivative"]) == 401
    assert len(client.get("/api/activation").json()["activations"]) == 3


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("activation=reul", "activation"),
        ("activation=elu:beta=1", "activation"),
        ("activation=elu:alpha=99", "activation"),
        ("&".join(["activation=relu"] * 9), "activation"),
        ("points=1", "points"),
        ("points=1e6", "points"),
        ("range=5,5", "range"),
        ("range=1", "range"),
        ("range=-1e9,0", "range"),
        ("probe=x", "probe"),
        ("depth=99", "depth"),
        ("surface=taco", "surface"),
    ],
)
def test_bad_curves_are_refused(client, query, field):
    reply = client.get(f"/api/activation?{query}")
    assert (reply.status, reply.json()["field"]) == (400, field)
    assert curve_set.parse(parse_qsl(query))[0].activations


@given(
    st.lists(parts(ACTIVATIONS, networks.activation_params), min_size=1, max_size=8),
    st.tuples(st.floats(-100, -1), st.floats(1, 100)),
    numbers(curve_set.POINTS).map(int),
    numbers(curve_set.PROBE),
)
def test_a_gallery_survives_its_link(chosen, ends, points, probe):
    g = curve_set.CurveSet(tuple(chosen), ends, points, probe=probe)
    assert curve_set.parse(curve_set.pairs(g)) == (g, [])
    assert curve_set.parse(parse_qsl(encode(curve_set.pairs(g)))) == (g, [])


# ------------------------------------------------------------------------------------------------------ digits


def test_real_images_go_in():
    n = read("activation=relu&init=he_normal&data=digits&width=100&depth=3&batch=128")
    measured = signal.measure(n)
    assert n.inputs == 64
    assert measured.input_std == pytest.approx(1, abs=0.1)
    assert measured.weight_std[0] == pytest.approx((2 / 64) ** 0.5, rel=0.05)
    np.testing.assert_allclose(measured.std, measured.predicted.std, rtol=0.25)
    assert encode(networks.pairs(n)).endswith("data=digits")


def test_digits_are_centred_and_every_one_is_used():
    known = digits.images()
    np.testing.assert_allclose(known.mean(0), 0, atol=1e-5)
    assert np.mean(known**2) == pytest.approx(1, abs=1e-5)
    drawn = digits.sample(np.random.default_rng(0), len(known) + 10)  # more than there are: some come again
    assert len(np.unique(drawn, axis=0)) == len(np.unique(known, axis=0)) == 1797


def test_limits_are_far_from_what_a_machine_has():
    """Weights, and per layer the pre-activation, the output and its gradient, float32: below a gigabyte."""
    assert 4 * (networks.MAX_WEIGHTS + 3 * networks.MAX_VALUES) < 1e9
