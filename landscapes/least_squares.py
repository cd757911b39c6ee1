"""A straight line fitted to the stopping distances of fifty cars, one minibatch at a time."""

import jax
import jax.numpy as jnp
import numpy as np

from core import claims
from core.types import Array, Check, Landscape, Param, Point, Values

# The R data set `cars`, from Ezekiel (1930): speed in mph, stopping distance in feet, fifty observations.
SPEED = (4, 4, 7, 7, 8, 9, 10, 10, 10, 11, 11, 12, 12, 12, 12, 13, 13, 13, 13, 14, 14, 14, 14, 15, 15,
         15, 16, 16, 17, 17, 17, 18, 18, 18, 18, 19, 19, 19, 20, 20, 20, 20, 20, 22, 23, 24, 24, 24, 24, 25)  # fmt: skip
DISTANCE = (2, 10, 4, 22, 16, 10, 18, 26, 34, 17, 28, 14, 20, 24, 28, 26, 34, 34, 46, 26, 36, 60, 80, 20, 26,
            54, 32, 40, 32, 40, 50, 42, 56, 76, 84, 36, 46, 68, 32, 48, 52, 56, 64, 66, 54, 70, 92, 93, 120, 85)  # fmt: skip
# In tens, so that both weights are of one size. The speeds are not centred: that is what makes the valley.
X, Y = np.array(SPEED) / 10, np.array(DISTANCE) / 10


def squares(x: Array) -> Array:
    return 0.5 * (x[0] * X + x[1] - Y) ** 2


def loss(x: Array, values: Values) -> Array:
    return jnp.mean(squares(x))


def residuals(x: Array, values: Values) -> Array:
    return (x[0] * X + x[1] - Y) / np.sqrt(2 * X.size)


def batch_loss(x: Array, values: Values, key: Array) -> Array:
    # Every point draws a number; those whose rank is below `batch` are in. So the batch is without repeats and its
    # size may be a traced number. Counting gives the ranks, since a sort takes ten times as long to compile.
    draw = jax.random.uniform(key, X.shape)
    rank = jnp.sum(draw[:, None] > draw, axis=1)
    return jnp.sum(jnp.where(rank < values.batch, squares(x), 0)) / values.batch


def minima(values: Values) -> tuple[Point, ...]:
    slope, intercept = np.linalg.lstsq(np.stack([X, np.ones_like(X)], axis=1), Y)[0]
    return ((float(slope), float(intercept)),)


landscape = Landscape(
    key="least_squares",
    name="Least squares",
    summary="Slope and intercept of a line through real data, with the gradient of a random batch.",
    latex=r"f(w, b) = \frac{1}{2N} \sum_{i=1}^{N} (w\,s_i + b - d_i)^2",
    fn=loss,
    residuals=residuals,
    sample=batch_loss,
    domain=(-2.0, 8.0, -6.0, 4.0),
    start=(0.0, 3.0),
    minima=minima,
    checks=(
        Check((0.0, 0.0), 12.4903, "Σd² / 2N = 1249.03 / 100"),
        Check((1.0, 0.0), 6.1167, "(Σs² − 2Σsd + Σd²) / 2N = (132.28 − 769.64 + 1249.03) / 100"),
        Check((4.0, -2.0), 1.1455, "the same sums and Σs = 77, Σd = 214.9 in (4s − 2 − d)²: 114.55 / 100"),
    ),
    rates={"sgd": 0.1, "momentum": 0.01, "adam": 0.2},
    look_for=(
        "With all 50 points SGD at 0.2 drops into the valley and glides along it; with batches of 4 it wanders about the same "
        "path, and in the long run its excess loss is between five and six times that of batches of 16. At 0.5 the full batch "
        "still converges (the limit is 2/λ = 0.56), but single points throw the line about wildly: a small batch needs a "
        "smaller rate."
    ),
    reference="Data: Ezekiel, Methods of Correlation Analysis, 1930 (R data set cars)",
    params=(
        Param(
            "batch", "B", 4.0, 1.0, float(X.size), "int", "Points in each random batch; all of them give the exact gradient."
        ),
    ),
    holds=(
        lambda see: claims.stays(see("sgd:lr=0.2", batch=50)) == [True],
        lambda see: (
            5
            < (
                see("sgd:lr=0.2", more="steps=5000", batch=4).gap[0][500:].mean()
                / see("sgd:lr=0.2", more="steps=5000", batch=16).gap[0][500:].mean()
            )
            < 6
        ),
        lambda see: round(2 / see.at((0, 0))[2][1], 2) == 0.56,
        lambda see: see("sgd:lr=0.5", batch=50).within[0] < 200 and see("sgd:lr=0.5", batch=1).gap[0][100:].max() > 100,
    ),
)
