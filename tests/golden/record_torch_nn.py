"""Records torch.nn.functional and torch.nn.init: `make golden`, in an environment with torch==2.13.0.

The calls are written out here, so that this runs without JAX; the tests check that each equals what the plug-in's own
file says at these values. Activations come with their derivatives by autograd, at points off every kink.
"""

import json
from pathlib import Path

import torch

VERSION = "2.13.0"
X = [-30.0, -10.0, -6.5, -4.0, -2.9, -2.0, -1.3, -0.7, -0.25, -0.01, 0.01, 0.3, 0.9, 1.5, 2.5, 2.9, 3.5, 6.0, 10.0, 30.0]
ACTIVATIONS = [  # key, values that are not the default, call
    ("sigmoid", {}, "torch.nn.functional.sigmoid(x)"),
    ("tanh", {}, "torch.nn.functional.tanh(x)"),
    ("relu", {}, "torch.nn.functional.relu(x)"),
    ("leaky_relu", {}, "torch.nn.functional.leaky_relu(x, 0.1)"),
    ("leaky_relu", {"slope": 0.01}, "torch.nn.functional.leaky_relu(x, 0.01)"),
    ("prelu", {}, "torch.nn.functional.prelu(x, torch.tensor(0.25, dtype=x.dtype))"),
    ("prelu", {"alpha": 1.5}, "torch.nn.functional.prelu(x, torch.tensor(1.5, dtype=x.dtype))"),
    ("elu", {}, "torch.nn.functional.elu(x, alpha=1)"),
    ("elu", {"alpha": 0.5}, "torch.nn.functional.elu(x, alpha=0.5)"),
    ("selu", {}, "torch.nn.functional.selu(x)"),
    ("gelu", {}, 'torch.nn.functional.gelu(x, approximate="tanh" if False else "none")'),
    ("gelu", {"approximate": 1.0}, 'torch.nn.functional.gelu(x, approximate="tanh" if True else "none")'),
    ("silu", {}, "torch.nn.functional.silu(x)"),
    ("softplus", {}, "torch.nn.functional.softplus(x)"),
    ("mish", {}, "torch.nn.functional.mish(x)"),
    ("hard_swish", {}, "torch.nn.functional.hardswish(x)"),
    ("maxout", {}, "torch.maximum(1 * x + 0, -0.5 * x + 0)"),
    ("maxout", {"b1": 1.0, "w2": 2.0}, "torch.maximum(1 * x + 1, 2 * x + 0)"),
    ("identity", {}, "torch.nn.Identity()(x)"),
    ("_template", {}, "torch.nn.functional.hardtanh(x, -1, 1)"),
]
FAN_IN, FAN_OUT = 300, 500
INITIALIZERS = [
    ("zeros", "torch.nn.init.zeros_(w)"),
    ("constant", "torch.nn.init.constant_(w, 0.01)"),
    ("normal", "torch.nn.init.normal_(w, std=0.01)"),
    ("uniform", "torch.nn.init.uniform_(w, -0.05, 0.05)"),
    ("lecun", "torch.nn.init.normal_(w, std=fan_in**-0.5)"),
    ("glorot_normal", "torch.nn.init.xavier_normal_(w)"),
    ("glorot_uniform", "torch.nn.init.xavier_uniform_(w)"),
    ("he_normal", 'torch.nn.init.kaiming_normal_(w, nonlinearity="relu")'),
    ("he_uniform", 'torch.nn.init.kaiming_uniform_(w, nonlinearity="relu")'),
    ("orthogonal", "torch.nn.init.orthogonal_(w, gain=1)"),
    ("sparse", "torch.nn.init.sparse_(w.T, sparsity=1 - 15 / fan_in, std=1)"),
    ("_template", "torch.nn.init.uniform_(w, -1, 1).sign_().mul_(1 / fan_in**0.5)"),
]
SHAPE = (3, 4, 2, 2)  # N, C, H, W
NORMS = [
    ("batch", "torch.nn.functional.batch_norm(x, None, None, training=True)"),
    ("layer", "torch.nn.functional.layer_norm(x, x.shape[1:])"),
    ("group", "torch.nn.functional.group_norm(x, 4)"),
    ("group", "torch.nn.functional.group_norm(x, 2)"),
    ("rms", "torch.nn.functional.rms_norm(x, x.shape[1:], eps=1e-05)"),
    ("instance", "torch.nn.functional.instance_norm(x)"),
]


def activation(call: str) -> dict[str, list[float]]:
    x = torch.tensor(X, dtype=torch.float64, requires_grad=True)
    y = eval(call, {"torch": torch, "x": x})
    (slope,) = torch.autograd.grad(y.sum(), x)
    return {"y": y.tolist(), "derivative": slope.tolist()}


def initializer(call: str) -> dict[str, float]:
    torch.manual_seed(0)
    w = torch.empty(FAN_OUT, FAN_IN, dtype=torch.float64)
    eval(call, {"torch": torch, "w": w, "fan_in": FAN_IN})
    return {"mean": w.mean().item(), "variance": w.var(correction=0).item(), "largest": w.abs().max().item()}


def norm(call: str, x: torch.Tensor) -> list[float]:
    return eval(call, {"torch": torch, "x": x}).flatten().tolist()


def main() -> None:
    version = torch.__version__.split("+")[0]
    if version != VERSION:
        raise SystemExit(f"the golden values are of torch {VERSION}, this is {version}")
    torch.set_num_threads(1)
    torch.manual_seed(0)
    values = torch.randn(SHAPE, dtype=torch.float64) * 2 + 1
    parts = {
        "activations": [{"key": k, "values": v, "call": call, **activation(call)} for k, v, call in ACTIVATIONS],
        "initializers": [{"key": k, "call": call, **initializer(call)} for k, call in INITIALIZERS],
        "norms": [{"key": k, "call": call, "y": norm(call, values)} for k, call in NORMS],
    }
    head = {"torch": VERSION, "x": X, "fan_in": FAN_IN, "fan_out": FAN_OUT, "shape": SHAPE, "values": values.flatten().tolist()}
    lines = [f'"{name}": [\n' + ",\n".join(map(json.dumps, rows)) + "\n]" for name, rows in parts.items()]  # one row a line
    text = json.dumps(head)[:-1] + ",\n" + ",\n".join(lines) + "}\n"
    Path(__file__).with_name("torch_nn.json").write_text(text)


if __name__ == "__main__":
    main()
