"""Records what PyTorch does on the reference problems: `make golden`, in an environment with torch==2.13.0.

The constructors are written out here, so that this runs without JAX; the tests check that each equals what the
optimizer's own file says. AMSGrad is missing because PyTorch's differs (see its file).
"""

import json
from pathlib import Path

import torch
from problems import RATES, SAMPLED, STEPS, SURFACES

VERSION = "2.13.0"
CONSTRUCTORS = {
    "sgd": "torch.optim.SGD(params, lr={lr})",
    "momentum": "torch.optim.SGD(params, lr={lr}, momentum=0.9)",
    "nesterov": "torch.optim.SGD(params, lr={lr}, momentum=0.9, nesterov=True)",
    "adagrad": "torch.optim.Adagrad(params, lr={lr}, eps=1e-07)",
    "rmsprop": "torch.optim.RMSprop(params, lr={lr}, alpha=0.9, eps=1e-07)",
    "adam": "torch.optim.Adam(params, lr={lr}, betas=(0.9, 0.999), eps=1e-07)",
    "adadelta": "torch.optim.Adadelta(params, lr={lr}, rho=0.95, eps=1e-06)",
    "adamw": "torch.optim.AdamW(params, lr={lr}, betas=(0.9, 0.999), eps=1e-07, weight_decay=0.01)",
    "nadam": "torch.optim.NAdam(params, lr={lr}, betas=(0.9, 0.999), eps=1e-07, momentum_decay=1e6)",
    "adamax": "torch.optim.Adamax(params, lr={lr}, betas=(0.9, 0.999), eps=1e-07)",
}


def descend(constructor: str, surface: str) -> list[list[float]]:
    """The sampled iterates of `constructor` from the surface's start."""
    loss, start = SURFACES[surface]
    x = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer = eval(constructor, {"torch": torch, "params": [x]})
    path = [x.tolist()]
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss(x[0], x[1]).backward()
        optimizer.step()
        path.append(x.tolist())
    return [path[step] for step in SAMPLED]


def main() -> None:
    version = torch.__version__.split("+")[0]
    if version != VERSION:
        raise SystemExit(f"the golden values are of torch {VERSION}, this is {version}")
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)  # or NAdam keeps the product of its β1 in single precision
    runs = []
    for key, template in CONSTRUCTORS.items():
        for surface, rate in zip(SURFACES, RATES[key], strict=True):
            constructor = template.format(lr=rate)
            path = descend(constructor, surface)
            runs.append({"optimizer": key, "surface": surface, "constructor": constructor, "path": path})
    lines = ",\n".join(json.dumps(run) for run in runs)  # one run a line, so that a difference reads well
    text = f'{{"torch": "{VERSION}", "steps": {json.dumps(SAMPLED)}, "runs": [\n{lines}\n]}}\n'
    Path(__file__).with_name("torch.json").write_text(text)


if __name__ == "__main__":
    main()
