"""A degenerate saddle: its downhill direction starts with zero curvature, so a flat strip surrounds it."""

from core.types import Array, Check, Landscape, Values


def loss(x: Array, values: Values) -> Array:
    return 0.5 * x[0] ** 2 + x[1] ** 6 - 1.5 * x[1] ** 4


landscape = Landscape(
    key="plateau",
    name="Plateau",
    summary="A flat strip around a saddle: the slope away from it grows only with the cube of the distance.",
    latex=r"f(x, y) = \tfrac12 x^2 + y^6 - \tfrac32 y^4",
    fn=loss,
    domain=(-2.0, 2.0, -1.25, 1.25),
    start=(-1.5, 0.08),
    minima=lambda values: ((0.0, -1.0), (0.0, 1.0)),
    checks=(
        Check((1.0, 0.5), 0.421875, "½ + 1/64 − 1.5/16"),
        Check((0.0, 1.0), -0.5, "1 − 1.5, at a minimum"),
        Check((2.0, -2.0), 42.0, "2 + 64 − 24"),
    ),
    rates={"sgd": 0.1, "momentum": 0.1, "adam": 0.1},
    look_for=(
        "SGD at 0.1 falls into the strip, then needs 133 steps to get half a unit off the ridge; from half the distance (y = "
        "0.04) it needs 526, since the slope grows with the cube of y. Momentum at 0.1 crosses in 33 steps and Adam at 0.1 in "
        "5, because Adam divides a small gradient by its own small size."
    ),
    reference="Dauphin et al., Identifying and attacking the saddle point problem, 2014",
    holds=(
        lambda see: abs(see.at((0, 0.02))[1][1] / see.at((0, 0.01))[1][1] - 8) < 0.01,  # the cube
        lambda see: see("sgd:lr=0.1").first(lambda x, y: abs(y) >= 0.5) == 133,
        lambda see: see("sgd:lr=0.1", more="start=-1.5,0.04&steps=600").first(lambda x, y: abs(y) >= 0.5) == 526,
        lambda see: [see(f"{rule}:lr=0.1").first(lambda x, y: abs(y) >= 0.5) for rule in ("momentum", "adam")] == [33, 5],
    ),
)
