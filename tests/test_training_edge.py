"""The sharpness along a run, and the loss over a plane: against full Hessians, singular values and walks that are drawn."""

import json
from typing import Any
from urllib.parse import parse_qsl

import jax
import numpy as np
import pytest

from core.page import Wish
from core.types import Query, defaults, namespace
from engines.descent import schedule
from engines.training import codec, data, described, network, plane, results, sharpness
from optimizers import OPTIMIZERS
from pages.training import answer

SMALL = "data=iris&model=mlp:width=8,depth=1&activation=tanh&batch=100&train=100&steps=24"
SCALED = [rule for rule in OPTIMIZERS.values() if rule.scaling]


def read(query: str):
    value, problems = codec.parse(parse_qsl(query))
    assert not problems, problems
    return value


def asked(t: int, x, gradient, rate: float) -> Query:
    more: Any = dict(t=float(t), loss=0.0, learning_rate=rate, key=None, fn=None)
    return Query(x=x, gradient=gradient, **more)


def all_states(run, slope):
    """(rule's state, values, gradient) after each update of a short run, by the rule itself on gradients in float64."""
    rule = OPTIMIZERS[run.run.optimizer.key]
    values = namespace(rule.params, [run.run.optimizer.values[p.key] for p in rule.params])
    state, states = rule.init(run.weights[0].astype(float)), []
    for k, flat in enumerate(run.weights[:-1].astype(float), 1):
        gradient = np.asarray(slope(flat))
        query = Query(
            t=float(k), x=flat, loss=0.0, gradient=gradient, learning_rate=run.learning_rate[k - 1], key=None, fn=None
        )
        _, state = rule.update(query, state, values)
        states.append((state, values))
    return states


@pytest.mark.parametrize("rule", ["sgd:lr=0.3", "adam:lr=0.05"])
def test_the_sharpness_is_the_largest_eigenvalue_of_the_hessian(rule):
    """Of all its entries, in float64; for Adam of the matrix with rows and columns divided by the root of its divisor."""
    t = read(f"{SMALL}&sharpness=1&penalty=l2:strength=0.01&run={rule}")
    run, measured = results.trained(t.alone(0)), sharpness.sharpness(t.alone(0))
    assert measured.steps.tolist() == run.steps.tolist(), "in a run this short both are at every step"
    seen = data.data(t)
    numbers = jax.tree.map(lambda part: part.astype(float), results.numbers(t.runs[0]))
    given = (seen.x[:100].astype(float), seen.y[:100], numbers)
    slope = jax.jit(lambda flat: network.slope(run.form, flat, *given)[1])
    hessian = jax.jit(jax.jacfwd(slope))
    states = all_states(run, slope) if measured.scaled else None
    for k in (1, 2, 9, 24):
        matrix = np.asarray(hessian(run.weights[k].astype(float)))
        if states:
            state, values = states[k - 1]
            root = np.sqrt(np.asarray(OPTIMIZERS["adam"].scaling.divisor(state, float(k), values)))
            matrix = matrix / root / root[:, None]
        assert measured.value[k] == pytest.approx(np.linalg.eigvalsh(matrix)[-1], rel=2e-3), k
    assert np.isnan(measured.value[0]) == measured.scaled, "before its first update Adam divides by nothing"


def test_the_limit_is_of_the_next_update():
    t = read(f"{SMALL}&sharpness=1&run=momentum:lr=0.1,rho=0.8~step:every=10&run=lion:lr=0.001&run=nesterov:lr=0.1")
    rates = schedule.rates(t.runs[0].schedule, 0.1, t.steps)
    momentum, lion, nesterov = (sharpness.limits(run, rates, sharpness.places(t.steps)) for run in t.runs)
    assert np.allclose(momentum[:-1], 2 * 1.8 / rates)
    assert np.unique(momentum).size > 1
    assert lion is None
    assert nesterov[0] == pytest.approx(2 * 1.9 / 2.8 / 0.1)


@pytest.mark.parametrize("rule", SCALED, ids=lambda rule: rule.key)
def test_a_divisor_is_what_the_step_was_divided_by_and_its_limit_holds(rule):
    values, rng = defaults(rule.params), np.random.default_rng(3)
    state = rule.init(np.zeros(5))
    for t in range(1, 6):
        query = Query(
            t=float(t), x=np.zeros(5), loss=0.0, gradient=rng.standard_normal(5), learning_rate=0.1, key=None, fn=None
        )
        step, state = rule.update(query, state, values)
        moved = getattr(state, "first_moment", query.gradient)
        assert np.allclose(step, -0.1 * moved / rule.scaling.divisor(state, float(t), values), rtol=1e-12)
    # With the divisor at 1: x and the average of gradients x of a quadratic of curvature c (1 ± 1 %), as a matrix.
    memory = values.b1 if hasattr(values, "b1") else 0.0
    for share, grows in ((0.99, False), (1.01, True)):
        curvature = share * rule.scaling.stability(values)
        along = np.array([[memory, (1 - memory) * curvature], [-memory, 1 - (1 - memory) * curvature]])
        assert (np.abs(np.linalg.eigvals(along)).max() > 1) == grows


def test_a_run_that_diverges_is_sharp_until_then(client):
    query = f"{SMALL}&sharpness=1&penalty=l2:strength=0.01&run=sgd:lr=1e5&run=sgd:lr=0.3"
    lost, fine = client.get(f"/api/training?{query}").json()["runs"]
    values = lost["sharpness"]["value"]
    assert lost["diverged_at"]
    assert values[0] is not None
    assert values[-1] is None
    assert None not in fine["sharpness"]["value"]
    assert len(fine["sharpness"]["limit"]) == len(fine["sharpness"]["step"]) == 25
    assert fine["sharpness"]["preconditioned"] is False


def test_the_sharpness_comes_piece_by_piece_and_is_the_same():
    t = read(f"{SMALL}&sharpness=1&run=sgd:lr=0.3&run=adam:lr=0.01")
    wanted = [described.sharp(sharpness.sharpness(t.alone(i))) for i in range(2)]
    assert not answer.slow(t)
    for again in (False, True):
        if not again:
            sharpness._SHELF.kept.clear()
        _, *lines, _ = map(json.loads, answer.stream(t))
        shares = [line["share"] for line in lines]
        assert shares == sorted(set(shares))
        assert shares[-1] == 1
        for i, whole in enumerate(wanted):
            pieces = [line["sharpness"] for line in lines if "sharpness" in line and line["run"] == i]
            assert len(pieces) == (1 if again else 3)
            for name in ("step", "value", *(["limit"] if whole["limit"] else [])):
                assert [number for piece in pieces for number in piece[name]] == whole[name]


def test_what_was_trained_but_not_measured_is_still_slow(monkeypatch):
    t = read(f"{SMALL}&sharpness=1&run=sgd:lr=0.29")
    monkeypatch.setattr(answer, "SLOW", 0)
    results.trained(t.alone(0))
    assert answer.slow(t)
    sharpness.sharpness(t.alone(0))
    assert not answer.slow(t)


def test_without_the_full_batch_it_is_refused_in_words(client):
    reply = client.get("/api/training?sharpness=1")
    assert reply.status == 400
    assert reply.json()["field"] == "sharpness"
    assert "32 are not 1000" in reply.json()["error"]


def test_nothing_is_measured_unless_asked_for(client):
    written = client.get(f"/api/training?{SMALL}&run=sgd").json()
    assert not {"sharpness", "plane"} & {*written, *written["runs"][0]}


# ---------------------------------------------------------------------------------------------- the plane


def test_three_points_lie_on_their_plane_and_the_loss_there_is_the_networks():
    t = read("data=wine&model=mlp:width=8&train=100&steps=2&plane=pca:size=8&penalty=l2:strength=0.01&run=sgd")
    shown, run = plane.plane(t), results.trained(t.alone(0))
    assert shown
    (path,) = shown.paths
    assert np.abs(path.off).max() < 1e-5
    assert path.at[-1] == pytest.approx([0, 0], abs=1e-6)
    assert shown.samples == 100
    there = plane.losses(t, run, shown.origin, shown.directions, path.at)
    assert there == pytest.approx(run.scores.train_loss + run.scores.penalty, rel=1e-5)
    assert shown.explained == pytest.approx(1)
    assert shown.x[0] < path.at[:, 0].min() < path.at[:, 0].max() < shown.x[-1]
    row, column = 5, 2
    at = np.array([[shown.x[column], shown.y[row]]])
    assert shown.loss[row, column] == pytest.approx(plane.losses(t, run, shown.origin, shown.directions, at)[0])


def test_shares_are_those_of_the_singular_values():
    t = read("data=wine&model=mlp:width=8&train=100&steps=60&plane=pca:size=4&run=sgd&run=adam&run=sgd:lr=1e7")
    shown = plane.plane(t)
    assert shown
    runs = [results.trained(t.alone(i)) for i in range(3)]
    assert runs[2].diverged_at, "its weights are beyond all measure, and lead nowhere"
    points = np.concatenate([run.weights.astype(float) for run in runs[:2]])
    singular = np.linalg.svd(points - points.mean(0), compute_uv=False) ** 2
    assert shown.shares == pytest.approx((singular / singular.sum())[: plane.SHARES], rel=1e-6)
    assert shown.explained == pytest.approx(shown.shares[:2].sum())
    values, _ = plane._principal(points)
    assert values.sum() == pytest.approx(((points - points.mean(0)) ** 2).sum())
    flat = shown.origin + shown.paths[1].at @ shown.directions
    assert np.linalg.norm(runs[1].weights - flat, axis=1) == pytest.approx(shown.paths[1].off, abs=1e-4)
    assert len(shown.paths) == 3


def test_random_directions_are_filter_normalised_and_go_through_the_end():
    t = read("data=wine&model=mlp:width=8&norm=batch&train=100&steps=30&plane=random:size=9&run=sgd")
    shown, run = plane.plane(t), results.trained(t.alone(0))
    assert shown
    assert shown.loss[4, 4] == pytest.approx(run.scores.train_loss[-1], rel=1e-5), "the middle is the end of the first run"
    own = network.named(run.form, run.weights[-1])
    for direction in shown.directions:
        for name, part in network.named(run.form, direction).items():
            if name[0] == "W":
                assert np.linalg.norm(part, axis=0) == pytest.approx(np.linalg.norm(own[name], axis=0), rel=1e-5)
            else:
                assert not part.any(), name
    again = plane.plane(read("data=wine&model=mlp:width=8&norm=batch&train=100&steps=30&plane=random:size=9,seed=1&run=sgd"))
    assert again
    assert not np.allclose(again.directions, shown.directions)


def test_runs_with_another_loss_are_left_out():
    for parts in ("activation=relu&activation=tanh&activation=relu", "penalty=l2&penalty=l2:strength=0.1&penalty=l2"):
        assert plane.drawn(read(f"plane=pca&{parts}&run=sgd&run=sgd&run=adam")) == [0, 2]


def test_a_random_walk_has_the_shares_that_are_told():
    """(6/π²)/k² where it is recorded evenly and often, and those of walks that are drawn where it is recorded as runs are."""
    even = plane._shares(plane.walk([np.arange(400)]))
    assert even[:4] == pytest.approx(6 / (np.pi * np.arange(1, 5)) ** 2, rel=0.01)
    steps, rng = results.recorded(300), np.random.default_rng(0)
    walks = [np.concatenate([np.zeros((1, 2000)), rng.standard_normal((300, 2000)).cumsum(0)])[steps] for _ in range(2)]
    drawn, _ = plane._principal(np.concatenate(walks))
    assert plane._shares(plane.walk([steps, steps]))[:3] == pytest.approx(plane._shares(drawn)[:3], abs=0.02)


def test_a_slider_of_the_plane_compiles_nothing():
    known = set()
    for query in (
        "train=100&plane=pca",
        "train=90&plane=pca:size=16",
        "train=100&plane=random",
        "train=100&plane=random:seed=3",
    ):
        t = read(f"data=wine&model=mlp:width=8&steps=30&run=sgd&{query}")
        assert plane.plane(t)
        known.add(len(plane._compiled(results.form(t, t.runs[0]))._known))
    assert len(known) == 1


def test_a_large_network_is_judged_by_fewer_samples_of_the_same_cost():
    t = read("model=mlp:width=64&plane=pca")
    count = plane.samples(t)
    assert plane.LEAST < count < t.train
    points = plane.SIZE.default**2
    assert points * t.passes * count <= plane.BUDGET < points * t.passes * (count + 1)
    assert plane.samples(read("model=mlp:width=256&plane=pca")) == plane.LEAST
    assert plane.samples(read("data=iris&model=mlp:width=8&train=100&plane=pca")) == 100


def test_the_answer_and_the_player_get_the_same_plane():
    result = answer.compute(read("data=wine&model=mlp:width=8&train=100&steps=30&plane=pca:size=6&run=sgd&run=adam"))
    written = answer.document(result)["plane"]
    header, arrays = answer.arrays(result, Wish(("plane",)))
    assert np.allclose(arrays["plane"], written["loss"])
    assert header["plane"]["x"] == pytest.approx([written["x"][0], written["x"][-1]])
    for run in written["runs"]:
        assert np.allclose(arrays[f"plane{run['run']}.at"], run["at"])
        assert np.allclose(arrays[f"plane{run['run']}.off"], run["off"])
    bare, few = answer.arrays(result, Wish())
    assert bare["plane"] == {"key": "pca", "params": {"size": 6}}
    assert "plane" not in few


def test_a_picture_shows_the_plane_and_the_sharpness(client):
    """`loss` of a training is a field of its own, and not whether a curve of the loss is drawn."""
    query = f"{SMALL}&sharpness=1&loss=softmax&plane=pca:size=8&run=sgd:lr=0.3"
    whole, plain = (client.get(f"/export/training.svg?{given}&size=400x400") for given in (query, f"{SMALL}&run=sgd:lr=0.3"))
    assert whole.status == plain.status == 200
    assert "sharpness" in whole.text
    assert "sharpness" not in plain.text
    assert client.get("/export/training.svg?data=iris&loss=hinge&steps=20&train=100&run=sgd").status == 200
