"""A training in torch as one writes it, float32 with autograd. Runs in its own process: torch may live in another Python.

Reads JSON lines {"file", "rule", "lr"}, where `file` is the npz file of /api/training, and answers {"seconds", "loss"}: the
time of all updates, in each of which the loss and the norm of the gradient are taken down, and the losses. One thread, as
ours: with more, matrices of this size take longer, and without end where other work is running.
"""

import json
import sys
import time

import numpy as np
import torch

RULES = {
    "sgd": lambda params, lr: torch.optim.SGD(params, lr=lr),
    "adam": lambda params, lr: torch.optim.Adam(params, lr=lr, eps=1e-7),
}
KNOWN = {}


def given(name):
    if name not in KNOWN:
        with np.load(name) as file:
            KNOWN[name] = {key: torch.from_numpy(file[key]) for key in file.files}
    return KNOWN[name]


def train(file, rule, lr):
    """Hidden layers with ReLU, cross-entropy."""
    arrays = given(file)
    x, y, batches = arrays["x"], arrays["y"].long(), arrays["batches"].long()
    depth = sum(name[0] == "W" for name in arrays)
    layers = [(arrays[f"W{i}"].clone().requires_grad_(), arrays[f"b{i}"].clone().requires_grad_()) for i in range(1, depth + 1)]
    params = [part for layer in layers for part in layer]
    optimizer, losses, norms = RULES[rule](params, lr), [], []
    for rows in batches:
        h = x[rows]
        for weights, bias in layers[:-1]:
            h = torch.relu(h @ weights + bias)
        weights, bias = layers[-1]
        loss = torch.nn.functional.cross_entropy(h @ weights + bias, y[rows])
        optimizer.zero_grad()
        loss.backward()
        losses.append(loss.item())
        norms.append(torch.sqrt(sum((part.grad**2).sum() for part in params)).item())
        optimizer.step()
    return losses


def main():
    torch.set_num_threads(1)
    print(json.dumps({"torch": torch.__version__}), flush=True)
    for line in sys.stdin:
        task = json.loads(line)
        given(task["file"])
        began = time.perf_counter()
        losses = train(**task)
        print(json.dumps({"seconds": time.perf_counter() - began, "loss": losses}), flush=True)


if __name__ == "__main__":
    main()
