"""The six-hump camel: two global and four local minima, in pairs mirrored through the origin."""

import numpy as np

from core.types import Array, Check, Landscape, Values


def loss(x: Array, values: Values) -> Array:
    a, b = x[0] ** 2, x[1] ** 2
    return (4 - 2.1 * a + a**2 / 3) * a + x[0] * x[1] + (4 * b - 4) * b


def mirrored(*points: tuple[float, float]) -> tuple[tuple[float, float], ...]:
    return tuple(q for (x, y) in points for q in ((x, y), (-x, -y)))


landscape = Landscape(
    key="six_hump_camel",
    name="Six-hump camel",
    summary="Six minima at three depths, mirrored in pairs through the origin.",
    latex=r"f(x, y) = \left(4 - 2.1x^2 + \tfrac13 x^4\right)x^2 + xy + (4y^2 - 4)\,y^2",
    fn=loss,
    domain=(-3.0, 3.0, -2.0, 2.0),
    start=(1.4, 1.15),
    minima=lambda values: mirrored(
        (0.08984201310031806, -0.7126564030207396),
        (1.7036067149699814, -0.7960835686726252),
        (1.6071047529201974, 0.5686514548841314),
    ),
    checks=(
        Check((1.0, 1.0), 97 / 30, "4 − 2.1 + 1/3 + 1 + 0"),
        Check((2.0, -1.0), 26 / 15, "4(4 − 8.4 + 16/3) − 2 + 0"),
    ),
    rates={"sgd": 0.03, "momentum": 0.01, "adam": 0.1},
    look_for=(
        "Three methods, three depths: SGD (0.01 to 0.05) stops in the nearest hollow at 2.10, momentum (0.005 to 0.02) runs "
        "on to one at −0.22, and Adam (0.02 to 0.2) ends in a global minimum at −1.03. Start at (1.6, 1.1), and Adam at 0.05 "
        "stops at 2.10 as well: a single race proves little."
    ),
    reference="Dixon and Szegő, The global optimization problem: an introduction, 1978",
    holds=(
        lambda see: see.value(1.2, -0.7) == see.value(-1.2, 0.7),
        lambda see: len(set(np.round(see.depths, 6))) == 3 and len(see.depths) == 6,
        lambda see: abs(see("sgd:lr=0.01", "sgd:lr=0.05").loss[:, -1] - 2.10).max() < 0.01,
        lambda see: abs(see("momentum:lr=0.005", "momentum:lr=0.02").loss[:, -1] + 0.22).max() < 0.01,
        lambda see: abs(see("adam:lr=0.02", "adam:lr=0.2").loss[:, -1] + 1.03).max() < 0.01,
        lambda see: abs(see("adam:lr=0.05", more="start=1.6,1.1").loss[0][-1] - 2.10) < 0.01,
    ),
)
