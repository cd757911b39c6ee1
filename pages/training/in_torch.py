"""A training as a program for PyTorch: it trains the arrays of the npz file again and says how far apart the two are."""

from __future__ import annotations

from activations import ACTIVATIONS
from core.query import number_text
from engines.training import experiment as te
from engines.training import replay
from engines.training.dropout import DROPOUTS
from engines.training.experiment import Run, Training
from engines.training.results import Trained
from norms import NORMS
from optimizers import OPTIMIZERS
from pages.training.answer import Result
from wrappers import WRAPPERS

LOSSES = {
    "softmax": "torch.nn.functional.cross_entropy(scores, y)",
    # PyTorch divides the sum over the wrong classes by the number of classes; here, as in the lectures, it is the sum.
    "hinge": "scores.shape[1] * torch.nn.functional.multi_margin_loss(scores, y)",
    "mse": "torch.nn.functional.mse_loss(scores, wanted(scores, y))",
}
PENALTIES = {"l2": "{strength} / 2 * (W**2).sum()", "l1": "{strength} * W.abs().sum()"}

PROGRAM = '''\
"""<what>, trained again by PyTorch in float64.

python this.py descent-lab-training.npz     the arrays: the same address with format=npz. Needs torch and numpy.

Of every run it says how far PyTorch is from the file: the loss of each batch, relative to itself or the first one, and the
weights after training, relative to the largest of their layer. The file's numbers are float32. Over many updates, or beyond the
edge of stability, such differences grow, so compare 50 updates or so.
"""

import sys

import numpy as np
import torch

torch.set_default_dtype(torch.float64)  # or NAdam keeps a product in single precision
FILE = np.load(sys.argv[1])
DEPTH, TOGETHER = <layers>, 50


def wanted(scores, y):
    """The numbers themselves; a class is the vector with a 1 in its place."""
    return y[:, None] if y.is_floating_point() else torch.nn.functional.one_hot(y, scores.shape[1]).to(scores)


def loss(scores, y):
    """The mean over the batch, in nats if it is the cross-entropy."""
    return <loss>


<runs>
RUNS = [<names>]


def tensor(array):
    return torch.tensor(array, dtype=torch.float64 if array.dtype.kind == "f" else torch.int64)


def dropped(run, h, bits):
    """Outputs of a hidden layer, [samples, ...] as in the file, of which only those with a 1 are kept."""
    return h if bits is None else h * tensor(bits[: h.numel()]).reshape(h.shape) * run.factor


<scores>


def objective(run, w, x, y, kept):
    """What is made small: the loss and the penalty, which is of the weights and not of the biases."""
    return loss(scores(run, w, x, kept), y) + sum(run.penalty(w[f"W{layer}"]) for layer in range(1, DEPTH + 1))


def train(i, run):
    """Losses [updates] and weights by name after them."""
    own = f"run{i}_initial_"
    names = [name.removeprefix(f"run{i}_") for name in FILE if name.startswith((f"run{i}_W", f"run{i}_b", f"run{i}_gamma"))]
    w = {name: tensor(FILE[own + name if own + name in FILE else name]).requires_grad_() for name in names}
    x, y, losses, optimizer = tensor(FILE["x"]), tensor(FILE["y"]), [], run.optimizer(list(w.values()))
    masks = {name.removeprefix(f"run{i}_kept"): FILE[name] for name in FILE if name.startswith(f"run{i}_kept")}
    for k, (rows, rate) in enumerate(zip(FILE["batches"][: run.updates], FILE[f"run{i}_lr"], strict=False)):
        for group in optimizer.param_groups:
            group["lr"] = float(rate)
        optimizer.zero_grad()
        value = objective(run, w, x[rows], y[rows], {layer: np.unpackbits(bits[k]) for layer, bits in masks.items()})
        value.backward()
        run.around(list(w.values()), float(rate))
        optimizer.step()
        losses.append(value.item())
    return np.array(losses), {name: part.detach().numpy() for name, part in w.items()}


for i, run in enumerate(RUNS):
    try:
        losses, w = train(i, run)
    except (ValueError, RuntimeError, NotImplementedError) as error:
        print(f"run {i} ({run.name}): not by PyTorch: {error}")
        continue
    if not len(losses):
        continue  # the first update already left the numbers
    apart = np.abs(losses - FILE[f"run{i}_loss"][: len(losses)]) / np.maximum(np.abs(losses), abs(losses[0]))
    size = {name: np.abs(w["W" + name.strip("Wbgametu")]).max() for name in w}  # a bias may be 0 but for rounding
    far = max((np.abs(part - FILE[f"run{i}_{name}"]).max() / size[name], name) for name, part in w.items())
    print(
        f"run {i} ({run.name}): {len(losses)} updates; losses differ by {apart[:TOGETHER].max():.1e} in the first {TOGETHER}, "
        f"{apart.max():.1e} in all; weights by {far[0]:.1e} ({far[1]})"
    )
    if far[0] > 1e-4 and run.note:
        print(f"run {i}: {run.note}")
'''

DENSE = '''\
def scores(run, w, x, kept):
    """The last layer is x W + b, a hidden one is activation(gamma * norm(x W + b) + beta); W is [fan_in, fan_out]."""
    for layer in range(1, DEPTH + 1):
        x = x @ w[f"W{layer}"] + w[f"b{layer}"]
        if layer < DEPTH:
            x = run.activation(run.norm(x) * w[f"gamma{layer}"] + w[f"beta{layer}"] if f"gamma{layer}" in w else x)
            x = dropped(run, x, kept.get(str(layer)))
    return x'''

# The file has pictures as [n, rows, columns, channels] and filters as [rows, columns, in, out].
CONVOLVED = '''\
def scores(run, w, x, kept):
    """Convolutions, each followed by activation(gamma * norm(…) + beta) and the largest of each 2 x 2; then x W + b.

    PyTorch wants [n, channels, rows, columns] and [out, in, rows, columns]; a dense layer takes channels last.
    """
    x = x.reshape(len(x), <picture>).permute(0, 3, 1, 2)
    for layer in range(1, DEPTH):
        x = torch.nn.functional.conv2d(x, w[f"W{layer}"].permute(3, 2, 0, 1), w[f"b{layer}"], padding="same")
        if f"gamma{layer}" in w:
            x = run.norm(x) * w[f"gamma{layer}"][:, None, None] + w[f"beta{layer}"][:, None, None]
        x = torch.nn.functional.max_pool2d(run.activation(x), 2).permute(0, 2, 3, 1)
        x = dropped(run, x, kept.get(str(layer))).permute(0, 3, 1, 2)
    return x.permute(0, 2, 3, 1).flatten(1) @ w[f"W{DEPTH}"] + w[f"b{DEPTH}"]'''

RUN = """\
class Run{i}:
    name, updates = "{name}", {updates}
    factor = {factor}  # of what dropout keeps
    note = "{note}"

    def optimizer(params):
        {optimizer}

    def around(params, lr):
        {around}

    def activation(x):
        return {activation}

    def norm(x):
        return {norm}

    def penalty(W):
        return {penalty}

"""


def program(result: Result) -> bytes:
    """The program that trains the npz file of a result again."""
    t, runs = result.value, result.runs
    given = {
        "what": f"{t.dataset.name}: {', '.join(run.run.optimizer.key for run in runs)}, {t.steps} updates of {t.batch} samples",
        "scores": CONVOLVED if runs[0].form.picture else DENSE,
        "picture": ", ".join(map(str, runs[0].form.picture or ())),
        "layers": str(len(t.shapes)),
        "loss": LOSSES[t.loss],
        "runs": "\n".join(_run(t, i, run) for i, run in enumerate(runs)),
        "names": ", ".join(f"Run{i}" for i in range(len(runs))),
    }
    text = PROGRAM
    for name, words in given.items():
        text = text.replace(f"<{name}>", words)
    return text.encode()


def _run(t: Training, i: int, trained: Trained) -> str:
    """A run as a class; one that diverged is trained as far as its numbers were finite."""
    run, at = trained.run, trained.diverged_at
    rule, around = OPTIMIZERS[run.optimizer.key], [WRAPPERS[part.key] for part in run.around]
    parts = calls(run)
    without = [thing.name for thing in (rule, *around) if not thing.torch]
    kind = DROPOUTS[run.dropout.key]
    if kind.params and not replay.masked(t, trained):
        without.append("room in the file for so many masks of dropout")
    made = f'raise NotImplementedError("it has no {without[0]}")' if without else f"return {parts['optimizer']}"
    return RUN.format(
        i=i,
        name="~".join([rule.key, *(part.key for part in around)]),
        updates=len(trained.loss) if at is None else at - 1,
        factor=number_text(kind.trained(run.dropout.values.get("keep", 1.0))),
        note=rule.difference,
        around="\n        ".join(_around(run)) or "pass",
        **{**parts, "optimizer": made},
    )


def _around(run: Run) -> list[str]:
    """What is done with the gradients, and with the weights, before the optimizer's own step."""
    numbers = [{key: number_text(value) for key, value in part.values.items()} for part in run.around]
    templates = [WRAPPERS[part.key].torch for part in run.around]
    return [template.format(**own, lr="lr") for template, own in zip(templates, numbers, strict=True) if template]


def calls(run: Run) -> dict[str, str]:
    """What PyTorch has for each part, as the files of the rule, the activation and the normalization name it."""
    params = {"optimizer": te.optimizer_params, **{field: part.params for field, part in te.PARTS.items()}}

    def written(field: str, template: str) -> str:
        part = getattr(run, field)
        values = {p.key: part.values[p.key] for p in params[field](part.key) if p.scale == "bool"}
        numbers = {key: number_text(value) for key, value in part.values.items()}
        return template.format(**{**numbers, **{key: bool(value) for key, value in values.items()}})

    return {
        "optimizer": written("optimizer", OPTIMIZERS[run.optimizer.key].torch),
        "activation": written("activation", ACTIVATIONS[run.activation.key].torch),
        "norm": written("norm", NORMS[run.norm.key].torch) or "x",
        "penalty": written("penalty", PENALTIES[run.penalty.key]),
    }
