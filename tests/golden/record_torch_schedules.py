"""Records what PyTorch's schedulers do over whole horizons: `make golden`, in an environment with torch==2.13.0.

The constructors are written out here, so that this runs without JAX; the tests check that each equals what the schedule's
own file says for these parameters.
"""

import json
import math
import warnings
from pathlib import Path

import torch
from record_torch import VERSION

RATE, STEPS = 0.1, 400
L = "torch.optim.lr_scheduler."
RISE = f"{L}LinearLR(optimizer, start_factor=1 / 25, total_iters=24)"
# The spec in an address → the constructor.
CONSTRUCTORS = {
    "constant": f"{L}ConstantLR(optimizer, factor=1.0)",
    "constant:warmup=25": f"{L}ChainedScheduler([{RISE}, {L}ConstantLR(optimizer, factor=1.0)])",
    "step": f"{L}StepLR(optimizer, step_size=60, gamma=1 / 5)",
    "step:every=7,factor=2,warmup=25": f"{L}ChainedScheduler([{RISE}, {L}StepLR(optimizer, step_size=7, gamma=1 / 2)])",
    "multistep": f"{L}MultiStepLR(optimizer, [m for m in (100, 150, 0) if m], gamma=1 / 10)",
    "multistep:warmup=25": f"{L}ChainedScheduler([{RISE}, "
    f"{L}MultiStepLR(optimizer, [m for m in (100, 150, 0) if m], gamma=1 / 10)])",
    "exponential": f"{L}ExponentialLR(optimizer, gamma=math.exp(-0.02))",
    "inverse_time": f"{L}LambdaLR(optimizer, lambda t: 1 / (1 + 0.05 * t))",
    "cosine": f"{L}CosineAnnealingLR(optimizer, T_max=400, eta_min=0 * 0.1)",
    "cosine:floor=0.25": f"{L}CosineAnnealingLR(optimizer, T_max=400, eta_min=0.25 * 0.1)",
    "cosine:warmup=25": f"{L}ChainedScheduler([{RISE}, {L}CosineAnnealingLR(optimizer, T_max=400, eta_min=0 * 0.1)])",
    "sgdr": f"{L}CosineAnnealingWarmRestarts(optimizer, T_0=50, T_mult=2, eta_min=0 * 0.1)",
    "sgdr:t0=30,t_mult=1,floor=0.1": f"{L}CosineAnnealingWarmRestarts(optimizer, T_0=30, T_mult=1, eta_min=0.1 * 0.1)",
    "linear": f"{L}LinearLR(optimizer, start_factor=1.0, end_factor=0.0, total_iters=400)",
    "linear:warmup=25": f"{L}ChainedScheduler([{RISE}, "
    f"{L}LinearLR(optimizer, start_factor=1.0, end_factor=0.0, total_iters=400)])",
    "inverse_sqrt": f"{L}LambdaLR(optimizer, lambda t: (t + 1) ** -0.5)",
    "transformer:warmup=40": f"{L}LambdaLR(optimizer, lambda t: 512**-0.5 * min((t + 1) ** -0.5, (t + 1) * 40 ** -1.5))",
    "polynomial": f"{L}PolynomialLR(optimizer, total_iters=400, power=2)",
    "triangular": f"{L}CyclicLR(optimizer, base_lr=0.1 * 0.1, max_lr=0.1, step_size_up=25, cycle_momentum=False)",
    "one_cycle": f"{L}OneCycleLR(optimizer, max_lr=0.1, total_steps=400, pct_start=0.3, div_factor=25, "
    "final_div_factor=10000, cycle_momentum=False)",
    "one_cycle:pct_start=0.5,div_factor=5": f"{L}OneCycleLR(optimizer, max_lr=0.1, total_steps=400, pct_start=0.5, "
    "div_factor=5, final_div_factor=10000, cycle_momentum=False)",
    "wsd": f"{L}LambdaLR(optimizer, lambda t: min((t + 1) / max(20, 1), 1, "
    "0 + (1 - 0) * min(1, (400 - t) / max(1, 0.2 * 400))))",
    "tiered": f"{L}LambdaLR(optimizer, lambda t: 0.02 if 0 < 170 <= t else 0.1 if 0 < 120 <= t else 0.5 if 0 < 60 <= t else 1)",
}


def rates(constructor: str) -> list[float]:
    """The rate of each update k = 1…STEPS."""
    optimizer = torch.optim.SGD([torch.zeros(1, dtype=torch.float64, requires_grad=True)], lr=RATE)
    scheduler = eval(constructor, {"torch": torch, "math": math, "optimizer": optimizer})
    seen = []
    for k in range(STEPS):
        if k:
            optimizer.step()
            scheduler.step()
        seen.append(float(optimizer.param_groups[0]["lr"]))
    return seen


def main() -> None:
    if torch.__version__.split("+")[0] != VERSION:
        raise SystemExit(f"the golden values are of torch {VERSION}, this is {torch.__version__}")
    warnings.simplefilter("ignore")  # chained schedulers warn about their own order
    rows = []
    for spec, constructor in CONSTRUCTORS.items():
        rows.append(json.dumps({"schedule": spec, "constructor": constructor, "rates": rates(constructor)}))
    body = ",\n".join(rows)
    text = f'{{"torch": "{VERSION}", "rate": {RATE}, "steps": {STEPS}, "schedules": [\n{body}\n]}}\n'
    Path(__file__).with_name("torch_schedules.json").write_text(text)


if __name__ == "__main__":
    main()
