"""The lecture's loop in torch, float32, with autograd. Runs in its own process, because torch may live in another Python.

Reads JSON lines {"width", "depth", "batch", "kept"} and answers {"seconds", "std"}: the time of one pass forward and back
with all its statistics, weights drawn anew or kept from the time before, and the std of each layer.
"""

import json
import sys
import time

import torch

WEIGHTS = {}


def drawn(width, depth):
    return [torch.randn(width, width) * width**-0.5 for _ in range(depth)]


def network(width, depth, batch, kept):
    """Mean, std, saturated, dead, histogram, and of the gradients mean, std, histogram, norm; per layer."""
    weights = WEIGHTS.get((width, depth)) if kept else None
    if weights is None:
        weights = WEIGHTS[width, depth] = drawn(width, depth)
    h, rows, outputs = torch.randn(batch, width), [], []
    used = [w.requires_grad_() for w in weights]
    for w in used:
        w.grad = None
        h = torch.tanh(h @ w)
        h.retain_grad()
        outputs.append(h)
        with torch.no_grad():
            saturated, dead = (h.abs() > 0.99).float().mean(), ((1 - h**2) == 0).all(0).float().mean()
            rows.append([h.mean().item(), h.std().item(), saturated.item(), dead.item(), torch.histc(h, 30, -1, 1)])
    h.backward(torch.randn(batch, width))
    for row, h, w in zip(rows, outputs, used, strict=True):
        g = h.grad
        row += [g.mean().item(), g.std().item(), torch.histc(g, 30, g.min().item(), g.max().item()), w.grad.norm().item()]
    return [row[1] for row in rows]


def main():
    print(json.dumps({"torch": torch.__version__}), flush=True)
    for line in sys.stdin:
        task = json.loads(line)
        began = time.perf_counter()
        std = network(**task)
        print(json.dumps({"seconds": time.perf_counter() - began, "std": std}), flush=True)


if __name__ == "__main__":
    main()
