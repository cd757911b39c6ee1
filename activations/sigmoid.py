"""The logistic function: a smooth step from 0 to 1."""

from jax import lax

from core.types import Activation

activation = Activation(
    key="sigmoid",
    name="Sigmoid",
    summary="Squashes to (0, 1). Its slope is at most 1/4 and dies out on both sides, and its outputs are all positive.",
    latex=r"\sigma(x) = \frac{1}{1 + e^{-x}}",
    fn=lambda z, values: lax.logistic(z),
    range="(0, 1)",
    zero_centred=False,
    cost="One exponential and one division.",
    bounds=(0.0, 1.0),
    torch="torch.nn.functional.sigmoid(x)",
    jax="jax.nn.sigmoid(x)",
    holds=(
        lambda see: abs(see.steepest() - 0.25) < 1e-9 and see.flat() == (True, True),
        lambda see: see.f([-30, -5, 0, 5]).min() > 0 and see.f(30).max() <= 1,
    ),
)
