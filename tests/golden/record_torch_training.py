"""Records what PyTorch makes of small trainings: `make golden`, in an environment with torch==2.13.0.

All calls are written out here, so that this runs without JAX; the tests check that each equals what the files of the rule,
the schedule, the activation and the normalization say, and train the same with our loop. Every case has samples, batches
and first weights in common; biases, γ and β begin with random numbers too, so that nothing holds because they are 0.
Strengths are such that float32 holds them.
"""

import json
import math
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import torch

VERSION = "2.13.0"
SAMPLES, FEATURES, CLASSES, WIDTH, BATCH, STEPS = 30, 4, 3, 8, 6, 50
CHANNELS = 3
ADAM = "betas=(0.9, 0.999), eps=1e-7"
SOFTMAX = "torch.nn.functional.cross_entropy(scores, y)"
HINGE = "scores.shape[1] * torch.nn.functional.multi_margin_loss(scores, y)"
MSE = "torch.nn.functional.mse_loss(scores, wanted(scores, y))"
NO_PENALTY = "0 / 2 * (W**2).sum()"


class Case(NamedTuple):
    """The query that says the same, and the calls of PyTorch; depth counts hidden layers, numbers are what y is.

    picture: rows, columns and channels of a sample, where the hidden layers are convolutions.
    """

    query: str
    optimizer: str
    activation: str = "torch.nn.functional.relu(x)"
    loss: str = SOFTMAX
    penalty: str = NO_PENALTY
    norm: str = "x"
    schedule: str = ""
    depth: int = 2
    numbers: bool = False
    picture: tuple[int, ...] = ()


SGD = "torch.optim.SGD(params, lr=0.1)"
MOMENTUM = "torch.optim.SGD(params, lr=0.02, momentum=0.9)"
CASES = [
    Case("run=sgd", SGD),
    Case("activation=tanh&run=momentum:lr=0.02", MOMENTUM, "torch.nn.functional.tanh(x)"),
    Case(
        "activation=sigmoid&run=nesterov:lr=0.02",
        "torch.optim.SGD(params, lr=0.02, momentum=0.9, nesterov=True)",
        "torch.nn.functional.sigmoid(x)",
    ),
    Case(
        "activation=gelu&run=adam:lr=0.01",
        f"torch.optim.Adam(params, lr=0.01, {ADAM})",
        'torch.nn.functional.gelu(x, approximate="tanh" if False else "none")',
    ),
    Case(
        "activation=elu&run=adamw:lr=0.01,weight_decay=0.2",
        f"torch.optim.AdamW(params, lr=0.01, {ADAM}, weight_decay=0.2)",
        "torch.nn.functional.elu(x, alpha=1)",
    ),
    Case(
        "activation=silu&run=rmsprop:lr=0.01,eps=0.001",
        "torch.optim.RMSprop(params, lr=0.01, alpha=0.9, eps=0.001)",
        "torch.nn.functional.silu(x)",
    ),
    Case("run=adagrad:lr=0.05", "torch.optim.Adagrad(params, lr=0.05, eps=1e-7)"),
    Case("run=adadelta", "torch.optim.Adadelta(params, lr=1, rho=0.95, eps=1e-6)"),
    Case("run=adamax:lr=0.02", f"torch.optim.Adamax(params, lr=0.02, {ADAM})"),
    Case("run=nadam:lr=0.01", f"torch.optim.NAdam(params, lr=0.01, {ADAM}, momentum_decay=1e6)"),
    Case("loss=hinge&run=sgd", SGD, loss=HINGE),
    Case("loss=mse&run=sgd", SGD, loss=MSE),
    Case("data=sine&loss=mse&run=momentum:lr=0.02", MOMENTUM, loss=MSE, numbers=True),
    Case("run=sgd&penalty=l2:strength=0.25", SGD, penalty="0.25 / 2 * (W**2).sum()"),
    Case(
        "run=adam:lr=0.01&penalty=l1:strength=0.015625",
        f"torch.optim.Adam(params, lr=0.01, {ADAM})",
        penalty="0.015625 * W.abs().sum()",
    ),
    Case(
        "run=sgd~cosine",
        SGD,
        schedule="torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=50, eta_min=0 * 0.1)",
    ),
    Case(
        "run=momentum:lr=0.02~step:every=20,warmup=10",
        MOMENTUM,
        schedule="torch.optim.lr_scheduler.ChainedScheduler([torch.optim.lr_scheduler.LinearLR(optimizer, start_factor=1 / 10, "
        "total_iters=9), torch.optim.lr_scheduler.StepLR(optimizer, step_size=20, gamma=1 / 5)])",
    ),
    Case("model=mlp:depth=0&run=sgd", SGD, depth=0),
    Case("model=mlp:depth=0&loss=hinge&run=sgd&penalty=l2:strength=0.125", SGD, "torch.nn.functional.relu(x)", HINGE,
         "0.125 / 2 * (W**2).sum()", depth=0),
    Case("norm=batch&run=sgd", SGD, norm="torch.nn.functional.batch_norm(x, None, None, training=True)"),
    Case("norm=layer&run=sgd", SGD, norm="torch.nn.functional.layer_norm(x, x.shape[1:])"),
    Case("model=cnn&run=sgd", SGD, picture=(6, 5, 2)),
    Case("model=cnn&norm=instance&run=momentum:lr=0.02", MOMENTUM, norm="torch.nn.functional.instance_norm(x)",
         picture=(6, 5, 2)),
]  # fmt: skip


def wanted(scores: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """The numbers themselves; a class is the vector with a 1 in its place."""
    return y[:, None] if y.is_floating_point() else torch.nn.functional.one_hot(y, scores.shape[1]).to(scores)


def problem(case: Case) -> dict[str, torch.Tensor]:
    """Samples, batches and weights before training."""
    torch.manual_seed(1)
    x = torch.randn(SAMPLES, math.prod(case.picture) if case.picture else FEATURES)
    y, numbers = torch.randint(0, CLASSES, (SAMPLES,)), torch.randn(SAMPLES)
    batches = torch.stack([torch.randperm(SAMPLES)[:BATCH] for _ in range(STEPS)])
    given = {"x": x, "y": numbers if case.numbers else y, "batches": batches}
    for layer, (*fan_in, fan_out) in enumerate(shapes(case), 1):
        weights = torch.randn(*fan_in, fan_out) * (2 / math.prod(fan_in)) ** 0.5
        given |= {f"W{layer}": weights, f"b{layer}": 0.3 * torch.randn(fan_out)}
        if case.norm != "x" and layer <= case.depth:
            given |= {f"gamma{layer}": 1 + 0.3 * torch.randn(fan_out), f"beta{layer}": 0.3 * torch.randn(fan_out)}
    # What float32 holds, so that ours begins at the very same numbers.
    return {name: part.float().double() if part.is_floating_point() else part for name, part in given.items()}


def shapes(case: Case) -> list[tuple[int, ...]]:
    """Of the weights, layer by layer: 3 x 3 filters of CHANNELS channels, each layer halving the picture, or dense layers."""
    if not case.picture:
        return list(pairwise([FEATURES, *[WIDTH] * case.depth, 1 if case.numbers else CLASSES]))
    rows, columns, into = case.picture
    filters = [(3, 3, into if i == 0 else CHANNELS, CHANNELS) for i in range(case.depth)]
    return [*filters, ((rows >> case.depth) * (columns >> case.depth) * CHANNELS, CLASSES)]


def convolved(case: Case, w: dict[str, torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """Pictures are [n, rows, columns, channels] and filters [rows, columns, in, out]; PyTorch has channels in front."""
    x = x.reshape(len(x), *case.picture).permute(0, 3, 1, 2)
    for layer in range(1, case.depth + 1):
        x = torch.nn.functional.conv2d(x, w[f"W{layer}"].permute(3, 2, 0, 1), w[f"b{layer}"], padding="same")
        x = eval(case.norm, {"torch": torch, "x": x})
        if f"gamma{layer}" in w:
            x = x * w[f"gamma{layer}"][:, None, None] + w[f"beta{layer}"][:, None, None]
        x = torch.nn.functional.max_pool2d(eval(case.activation, {"torch": torch, "x": x}), 2)
    return x.permute(0, 2, 3, 1).flatten(1) @ w[f"W{case.depth + 1}"] + w[f"b{case.depth + 1}"]


def scores(case: Case, w: dict[str, torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    if case.picture:
        return convolved(case, w, x)
    for layer in range(1, case.depth + 2):
        x = x @ w[f"W{layer}"] + w[f"b{layer}"]
        if layer <= case.depth:
            x = eval(case.norm, {"torch": torch, "x": x})
            x = x * w[f"gamma{layer}"] + w[f"beta{layer}"] if f"gamma{layer}" in w else x
            x = eval(case.activation, {"torch": torch, "x": x})
    return x


def train(case: Case, given: dict[str, torch.Tensor]) -> dict[str, list]:
    """The objective, the rate and the norm of the gradient of every update, and the weights after the last."""
    w = {name: part.clone().requires_grad_() for name, part in given.items() if name not in ("x", "y", "batches")}
    optimizer = eval(case.optimizer, {"torch": torch, "params": list(w.values())})
    schedule = eval(case.schedule or "None", {"torch": torch, "optimizer": optimizer})
    told = {"loss": [], "lr": [], "grad_norm": []}
    for rows in given["batches"]:
        optimizer.zero_grad()
        names = {"torch": torch, "wanted": wanted, "scores": scores(case, w, given["x"][rows]), "y": given["y"][rows]}
        loss = eval(case.loss, names)
        for layer in range(1, case.depth + 2):
            loss = loss + eval(case.penalty, {"W": w[f"W{layer}"]})
        loss.backward()
        told["loss"].append(loss.item())
        told["lr"].append(optimizer.param_groups[0]["lr"])
        told["grad_norm"].append(sum((part.grad**2).sum() for part in w.values()).sqrt().item())
        optimizer.step()
        if schedule:
            schedule.step()
    return {**told, "after": {name: part.tolist() for name, part in w.items()}}


def main() -> None:
    version = torch.__version__.split("+")[0]
    if version != VERSION:
        raise SystemExit(f"the golden values are of torch {VERSION}, this is {version}")
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    problems, runs = {}, []
    for case in CASES:
        given = problem(case)
        kinds = ("numbers" if case.numbers else "classes", "norm" * (case.norm != "x"), "pictures" * bool(case.picture))
        name = ", ".join([f"depth {case.depth}", *filter(None, kinds)])
        problems[name] = {key: part.tolist() for key, part in given.items()}
        calls = {"loss_call": case.loss, **case._asdict()}
        runs.append({**calls, "problem": name, **train(case, given)})
    rows = ",\n".join(f"{json.dumps(name)}: {json.dumps(given)}" for name, given in problems.items())
    lines = ",\n".join(json.dumps(run) for run in runs)  # one run a line, so that a difference reads well
    text = f'{{"torch": "{VERSION}", "problems": {{\n{rows}\n}}, "runs": [\n{lines}\n]}}\n'
    Path(__file__).with_name("torch_training.json").write_text(text)


if __name__ == "__main__":
    main()
