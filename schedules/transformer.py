"""The rule of the Transformer: linear warm-up, then the inverse square root."""

import numpy as np

from core.types import Param, Schedule


def rate(initial_rate, t, horizon, values):
    k = t + 1
    fall = k**-0.5
    rise = k * values.warmup**-1.5 if values.warmup else fall
    return initial_rate * values.d_model**-0.5 * np.minimum(fall, rise)


schedule = Schedule(
    key="transformer",
    name="Transformer",
    summary="Rises linearly to its peak at the warm-up step, then falls with the root of the number of the update.",
    latex=r"\alpha_k = \alpha_0 \, d^{-1/2} \min\!\left(k^{-1/2},\; k \, n^{-3/2}\right)",
    fn=rate,
    reference="Vaswani et al., Attention is all you need, 2017, equation 3 (there with a first rate of 1)",
    initial_rate=1.0,
    params=(
        Param("d_model", "d", 512, 1, 16_384, "int", "Width of the model; wider models get smaller rates."),
        Param("warmup", "n", 4000, 0, 100_000, "int", "The update at which the rate peaks.", counts="updates"),
    ),
    torch="torch.optim.lr_scheduler.LambdaLR(optimizer, "
    "lambda t: {d_model}**-0.5 * min((t + 1) ** -0.5, (t + 1) * {warmup} ** -1.5))",
    optax="lambda count: {lr} * {d_model}**-0.5 * jnp.minimum((count + 1.0) ** -0.5, (count + 1) * {warmup} ** -1.5)",
    holds=(
        lambda see: all(np.argmax(see(3000, warmup=n)) == n - 1 for n in (1, 50, 1000)),
        lambda see: np.ptp(np.diff(see(3000, warmup=1000)[:1000])) < 1e-12,
        lambda see: np.isclose(see(4000, warmup=1000)[3999], see(4000, warmup=1000)[999] / 2),
        lambda see: see(9, d_model=2048)[-1] < see(9, d_model=512)[-1],
    ),
)
