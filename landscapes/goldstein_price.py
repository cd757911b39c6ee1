"""The Goldstein–Price function: values from 3 to a million, with three local minima above the global one."""

import numpy as np

from core.types import Array, Check, Landscape, Values


def loss(x: Array, values: Values) -> Array:
    a, b = x[0], x[1]
    first = 1 + (a + b + 1) ** 2 * (19 - 14 * a + 3 * a**2 - 14 * b + 6 * a * b + 3 * b**2)
    second = 30 + (2 * a - 3 * b) ** 2 * (18 - 32 * a + 12 * a**2 + 48 * b - 36 * a * b + 27 * b**2)
    return first * second


landscape = Landscape(
    key="goldstein_price",
    name="Goldstein–Price",
    summary="Four minima and values from 3 to a million: no single learning rate suits it all.",
    latex=(
        r"f(x, y) = \left[1 + (x + y + 1)^2 (19 - 14x + 3x^2 - 14y + 6xy + 3y^2)\right]"
        r"\left[30 + (2x - 3y)^2 (18 - 32x + 12x^2 + 48y - 36xy + 27y^2)\right]"
    ),
    fn=loss,
    domain=(-2.0, 2.0, -2.0, 2.0),
    start=(1.75, 1.1),
    minima=lambda values: ((0.0, -1.0), (-0.6, -0.4), (1.8, 0.2), (1.2, 0.8)),
    checks=(
        Check((0.0, 0.0), 600.0, "(1 + 19)·30"),
        Check((0.0, -1.0), 3.0, "Goldstein and Price (1971), the global minimum: 1·(30 + 9(18 − 48 + 27))"),
        Check((1.2, 0.8), 840.0, "Goldstein and Price (1971), a local minimum"),
    ),
    rates={"sgd": 1e-4, "momentum": 5e-5, "adam": 0.1},
    look_for=(
        "SGD at 1e-4 and Adam (0.02 to 0.2) stop in the nearest minimum, whose value 840 looks small beside the million in "
        "the corner, yet the best is 3. Momentum at 5e-5 runs on to the global minimum, and so does Adam at 0.3. At the first "
        "minimum SGD no longer settles above 2/λ = 1.5e-4; at the global one that limit is 2e-3."
    ),
    reference="Goldstein and Price, On descent from local minima, 1971",
    holds=(
        lambda see: len(see.depths) == 4 and round(see.depths[0]) == 3 and see.grid(201, 201).max() > 1e6,
        lambda see: all(round(see(run).loss[0][-1]) == 840 for run in ("sgd:lr=1e-4", "adam:lr=0.02", "adam:lr=0.2")),
        lambda see: np.ptp(see("sgd:lr=1.45e-4", more="start=1.25,0.8&steps=5000").loss[0][4000:]) < 1e-6,
        lambda see: np.ptp(see("sgd:lr=1.6e-4", more="start=1.25,0.8&steps=5000").loss[0][4000:]) > 1,
        lambda see: see("momentum:lr=5e-5", "adam:lr=0.3").ends((0, -1), 0.05),
        lambda see: [f"{2 / see.at(point)[2][1]:.1e}" for point in ((1.2, 0.8), (0, -1))] == ["1.5e-04", "2.1e-03"],
    ),
)
