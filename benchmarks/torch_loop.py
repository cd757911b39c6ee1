"""A plain torch loop, as a course would write it. Runs in its own process, because torch may live in another Python.

Reads JSON lines {"key", "kwargs", "start", "steps"} and answers {"seconds", "probe"}: the processor time of one descent on
Rosenbrock, because a busy machine would stretch a run of 0.2 s and not one of 0.2 ms, and where it was after 100 steps,
so that the two sides can be checked to have done the same thing.
"""

import json
import sys
import time

import torch

OPTIMIZERS = {
    "sgd": torch.optim.SGD,
    "momentum": torch.optim.SGD,
    "rmsprop": torch.optim.RMSprop,
    "adam": torch.optim.Adam,
}


def descend(make, start, steps):
    """The path, the loss and the gradient of every step, float64."""
    x = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer = make([x])
    path, losses, gradients = [x.detach().clone()], [], []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2
        loss.backward()
        losses.append(loss.detach())
        gradients.append(x.grad.clone())
        optimizer.step()
        path.append(x.detach().clone())
    return torch.stack(path).numpy(), torch.stack(losses).numpy(), torch.stack(gradients).numpy()


def main():
    torch.set_num_threads(1)  # two numbers: threads would only cost
    print(json.dumps({"torch": torch.__version__}), flush=True)
    for line in sys.stdin:
        task = json.loads(line)
        began = time.process_time()
        path = descend(lambda p, t=task: OPTIMIZERS[t["key"]](p, **t["kwargs"]), task["start"], task["steps"])[0]
        print(json.dumps({"seconds": time.process_time() - began, "probe": path[100].tolist()}), flush=True)


if __name__ == "__main__":
    main()
