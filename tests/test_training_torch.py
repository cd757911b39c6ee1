"""Our training against PyTorch's (tests/golden/record_torch_training.py), and the program that repeats it elsewhere."""

import ast
import io
import json
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl

import jax
import numpy as np
import pytest

from engines.descent import schedule
from engines.training import codec, engine, network, results
from engines.training.network import Form
from optimizers import OPTIMIZERS
from pages.training import answer, in_torch

GOLDEN = json.loads((Path(__file__).parent / "golden" / "torch_training.json").read_text())
RUNS = GOLDEN["runs"]
STEPS = 50


def read(query: str):
    value, problems = codec.parse(parse_qsl(query))
    assert not problems, problems
    return value


@cache
def replayed(index: int, kind: type) -> tuple[np.ndarray, dict[str, np.ndarray], np.ndarray]:
    """Rows (loss, gradient norm) and weights by name of a recorded case, by our loop in float32 or float64; and the rates."""
    case = RUNS[index]
    given = {name: np.array(part) for name, part in GOLDEN["problems"][case["problem"]].items()}
    t = read(f"steps={STEPS}&{case['query']}")
    (run,) = t.runs
    shapes = tuple(given[f"W{i}"].shape for i in range(1, case["depth"] + 2))
    form = Form(shapes, run.activation.key, run.norm.key, t.loss, tuple(case["picture"]) or None)
    flat = np.asarray(network.joined(form, given), kind)
    rates = schedule.rates(run.schedule, run.optimizer.values["lr"], STEPS)
    rule = OPTIMIZERS[run.optimizer.key]
    course = engine.Course(
        x=given["x"].astype(kind),
        y=given["y"].astype(kind if case["numbers"] else np.int32),
        batches=given["batches"].astype(np.int32),
        rates=np.pad(rates, (0, engine.padded(STEPS) - STEPS)).astype(kind),
        rule=np.array([run.optimizer.values[p.key] for p in rule.params], kind),
        numbers=jax.tree.map(lambda part: part.astype(kind), results.numbers(run)),
    )
    ends = np.full(engine.SNAPSHOTS, STEPS, np.int32)
    place, record = engine.compiled(form, rule)(engine.begin(rule, flat), course, ends, np.int32(1))
    assert place.fine
    after = network.named(form, np.asarray(place.flat))
    assert all(part.dtype == kind for part in after.values())
    return np.asarray(record.rows)[:STEPS], after, rates


def test_the_record_is_of_that_many_updates():
    assert GOLDEN["torch"] == "2.13.0"
    assert all(len(case["loss"]) == STEPS for case in RUNS)


def test_every_rule_that_pytorch_has_is_recorded():
    ours = {rule.key for rule in OPTIMIZERS.values() if rule.torch and not rule.planar}
    assert {read(case["query"]).runs[0].optimizer.key for case in RUNS} == ours - {"amsgrad", "radam"}, "as their files say"


@pytest.mark.parametrize("index", range(len(RUNS)), ids=[case["query"] for case in RUNS])
def test_fifty_updates_are_those_of_pytorch(index):
    """Weights within 1e-5 of the largest of their part and losses within 1e-5 of the first, in float32 as the app has it;
    both within 1e-9 in float64, where only a difference in the definitions would show.
    """
    case = RUNS[index]
    for kind, close in ((np.float32, 1e-5), (np.float64, 1e-9)):
        rows, after, rates = replayed(index, kind)
        np.testing.assert_allclose(rates, case["lr"], rtol=1e-12, atol=1e-17)
        np.testing.assert_allclose(rows[:, 0], case["loss"], rtol=0, atol=close * case["loss"][0])
        np.testing.assert_allclose(rows[:, 1], case["grad_norm"], rtol=0, atol=close * max(case["grad_norm"]))
        assert after.keys() == case["after"].keys()
        for name, part in case["after"].items():
            before, wanted = np.array(GOLDEN["problems"][case["problem"]][name]), np.array(part)
            assert np.abs(after[name] - wanted).max() <= close * np.abs(wanted).max(), name
            still = name[0] == "b" and f"gamma{name[1:]}" in after  # a normalization may take it off again
            assert still or not np.allclose(before, wanted, atol=1e-3), f"{name} has not moved"


@pytest.mark.parametrize("case", RUNS, ids=[case["query"] for case in RUNS])
def test_the_recorded_calls_are_those_that_our_files_name(case):
    t = read(f"steps={STEPS}&{case['query']}")
    (run,) = t.runs
    assert in_torch.calls(run) == {field: case[field] for field in ("optimizer", "activation", "norm", "penalty")}
    assert in_torch.LOSSES[t.loss] == case["loss_call"]
    if case["schedule"]:
        assert schedule.code(run.schedule, run.optimizer.values["lr"], STEPS)[0] == case["schedule"]
    else:
        assert run.schedule.key == "constant"


# ---------------------------------------------------------------------------------------------- the program, the file

SMALL = "model=mlp:width=8,depth=1&steps=10&batch=16&data=wine"


def test_a_training_is_written_as_a_program_for_pytorch(client):
    query = f"{SMALL}&run=adam:lr=0.01~cosine&run=lion&penalty=l2:strength=0.5&norm=group&norm=none"
    reply = client.get(f"/api/training?{query}&format=torch.py")
    assert (reply.status, reply.headers["content-type"].partition(";")[0]) == (200, "text/x-python")
    assert 'filename="descent-lab-training.torch.py"' in reply.headers["content-disposition"]
    tree = ast.parse(reply.text)
    assert {node.names[0].name for node in tree.body if isinstance(node, ast.Import)} == {"sys", "numpy", "torch"}
    assert [node.name for node in tree.body if isinstance(node, ast.ClassDef)] == ["Run0", "Run1"]
    assert "return torch.optim.Adam(params, lr=0.01, betas=(0.9, 0.999), eps=1e-7)" in reply.text
    assert "return torch.nn.functional.group_norm(x, 4)" in reply.text
    assert "return 0.5 / 2 * (W**2).sum()" in reply.text
    assert 'raise NotImplementedError("it has no Lion")' in reply.text


def test_a_run_that_diverged_is_repeated_as_far_as_it_is_finite():
    value = read("steps=40&run=sgd:lr=1e6")
    result = answer.compute(value)
    (run,) = result.runs
    assert run.diverged_at is not None
    assert f'name, updates = "sgd", {run.diverged_at - 1}' in in_torch.program(result).decode()


def test_the_file_alone_replays_a_run(client):
    """Softmax regression from nothing but its arrays: first weights, batches and rates give losses and last weights."""
    query = "data=iris&model=mlp:depth=0&steps=50&batch=16&run=adam&run=sgd:lr=0.3~cosine&penalty=l2:strength=0.1"
    file = np.load(io.BytesIO(client.get(f"/api/training?{query}&format=npz").body))
    result = client.get(f"/api/training?{query}").json()
    weight, bias = file["W1"].astype(float), file["b1"].astype(float)
    everything = file["x"] @ weight + bias
    own = np.take_along_axis(everything, file["y"][:, None].astype(int), 1)[:, 0]
    loss = np.mean(np.log(np.exp(everything).sum(1)) - own)
    assert result["initial"]["loss"] == pytest.approx(loss + 0.05 * np.sum(weight**2), rel=1e-5)
    assert result["initial"]["expected"] == np.log(3)
    for k, rows in enumerate(file["batches"]):
        x, y = file["x"][rows].astype(float), np.eye(3)[file["y"][rows]]
        p = np.exp(x @ weight + bias)
        p /= p.sum(1, keepdims=True)
        loss = -np.mean(np.log(np.sum(p * y, 1))) + 0.05 * np.sum(weight**2)
        assert result["runs"][1]["loss"][k] == pytest.approx(loss, rel=1e-5)
        slope, rate = (p - y) / len(x), file["run1_lr"][k]
        weight, bias = weight - rate * (x.T @ slope + 0.1 * weight), bias - rate * slope.sum(0)
    assert np.allclose(file["run1_W1"], weight, rtol=0, atol=1e-5 * np.abs(weight).max())
    assert np.allclose(file["run1_b1"], bias, rtol=0, atol=1e-5 * np.abs(bias).max())
    assert result["runs"][1]["lr"] == file["run1_lr"].tolist()
    assert result["runs"][1]["loss"] == file["run1_loss"].astype(float).tolist()


def test_the_expected_loss_is_without_the_penalty(client):
    """Ln C or C − 1 whatever the penalty; the loss itself rises by ½ λ ΣW²."""
    for loss, cost in (("softmax", np.log(3)), ("hinge", 2.0)):
        query = f"{SMALL}&loss={loss}&run=sgd&penalty=l2:strength="
        plain, heavy = (client.get(f"/api/training?{query}{strength}").json()["initial"] for strength in (0, 2))
        assert plain["expected"] == heavy["expected"] == cost
        t = read(f"{query}2")
        run = results.trained(t.alone(0))
        weights = network.named(run.form, run.weights[0].astype(float))
        squares = sum(np.sum(weights[name] ** 2) for name in ("W1", "W2"))
        assert heavy["loss"] - plain["loss"] == pytest.approx(squares, rel=1e-6)
