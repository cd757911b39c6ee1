"""A few large weights into each unit, and nothing else."""

import numpy as np

from core.types import Initializer, Param

BLOCK = 256  # units that are drawn at a time, to save memory


def draw(rng, shape, values):
    """Each column has k entries at random places, all of them where there are fewer."""
    fan_in, fan_out = shape
    k = min(int(values.nonzeros), fan_in)
    weights = np.zeros(shape, np.float32)
    for start in range(0, fan_out, BLOCK):
        units = np.arange(start, min(start + BLOCK, fan_out))
        order = rng.random((fan_in, len(units)), dtype=np.float32)
        rows = np.argpartition(order, k - 1, axis=0)[:k]
        weights[rows, units] = rng.standard_normal((k, len(units)), dtype=np.float32)
    return weights


initializer = Initializer(
    key="sparse",
    name="Sparse",
    summary="Each unit listens to a fixed number of inputs only, whatever the width, so that its input does not grow with it.",
    latex=r"W_{ij} \sim m_{ij}\,\mathcal N(0, \sigma^2), \quad m_{ij} \in \{0, 1\},\ \textstyle\sum_i m_{ij} = k",
    draw=draw,
    scale=lambda fan_in, fan_out, values: values.std,
    variance=lambda fan_in, fan_out, values: min(values.nonzeros, fan_in) / fan_in * values.std**2,
    drawn=("nonzeros",),
    params=(
        Param("nonzeros", "k", 15.0, 1.0, 100.0, "int", "Inputs that each unit listens to."),
        Param("std", r"\sigma", 1.0, 1e-3, 5.0, "log", "Standard deviation of the weights that are not zero."),
    ),
    reference="Martens, Deep learning via Hessian-free optimization, 2010, section 5",
    torch="torch.nn.init.sparse_(w.T, sparsity=1 - {nonzeros} / fan_in, std={std})",
    difference="PyTorch counts zeros down its own columns, so the call takes the transpose. JAX has no such rule.",
    holds=(
        lambda see: all(((see.weights(n, 64, nonzeros=15) != 0).sum(0) == 15).all() for n in (32, 512)),
        lambda see: np.ptp([(see.weights(n, 256) ** 2).sum(0).mean() for n in (64, 256, 1024)]) < 1.5,  # of about 15
    ),
)
