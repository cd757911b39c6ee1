"""A random rotation: every singular value of the weights is the same."""

import numpy as np

from core.types import Initializer, Param


def draw(rng, shape, values):
    """A semi-orthogonal matrix, uniform over all of them: the smaller side's vectors are orthonormal."""
    wide = shape[0] < shape[1]
    q, r = np.linalg.qr(rng.standard_normal(shape[::-1] if wide else shape, dtype=np.float32))
    q = q * np.where(np.diag(r) < 0, np.float32(-1), np.float32(1))  # without this, the factorization's signs are not random
    return q.T if wide else q


initializer = Initializer(
    key="orthogonal",
    name="Orthogonal",
    summary="A random rotation times a gain: no direction of the signal grows or shrinks more than another, at any depth.",
    latex=r"W = g\,Q, \quad Q^\top Q = I",
    draw=draw,
    scale=lambda fan_in, fan_out, values: values.gain,
    variance=lambda fan_in, fan_out, values: values.gain**2 / max(fan_in, fan_out),
    cubic=True,
    params=(Param("gain", "g", 1.0, 0.01, 10.0, "log", "Every singular value of the weights; √2 goes with ReLU."),),
    reference="Saxe, McClelland and Ganguli, Exact solutions to the nonlinear dynamics of learning, 2014, section 3",
    torch="torch.nn.init.orthogonal_(w, gain={gain})",
    jax="jax.nn.initializers.orthogonal({gain})",
    holds=(
        lambda see: np.ptp(np.linalg.svd(see.weights(64, 64) @ see.weights(64, 64) @ see.weights(64, 64))[1]) < 1e-5,
        lambda see: abs(np.linalg.svd(see.weights(64, 48, gain=2))[1] - 2).max() < 1e-5,
    ),
)
