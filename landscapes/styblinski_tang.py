"""The Styblinski–Tang function: a tilted double well along each axis, so four minima of three depths."""

import numpy as np

from core.types import Array, Check, Landscape, Values

LOW, HIGH = -2.903534027771177, 2.746802770990837  # outer roots of 4x³ − 32x + 5


def wells(u: Array) -> Array:
    return 0.5 * (u**4 - 16 * u**2 + 5 * u)


def loss(x: Array, values: Values) -> Array:
    return wells(x[0]) + wells(x[1])


landscape = Landscape(
    key="styblinski_tang",
    name="Styblinski–Tang",
    summary="Four basins of three depths; the axes do not interact, so each is a race of its own.",
    latex=r"f(x, y) = \tfrac12\,(x^4 - 16x^2 + 5x + y^4 - 16y^2 + 5y)",
    fn=loss,
    domain=(-5.0, 5.0, -5.0, 5.0),
    start=(4.8, 4.6),
    minima=lambda values: ((LOW, LOW), (LOW, HIGH), (HIGH, LOW), (HIGH, HIGH)),
    checks=(
        Check((1.0, 1.0), -10.0, "½(1 − 16 + 5) twice"),
        Check((2.0, -1.0), -29.0, "½(16 − 64 + 10) + ½(1 − 16 − 5)"),
    ),
    rates={"sgd": 0.01, "momentum": 0.007, "adam": 0.2},
    look_for=(
        "SGD (0.002 to 0.03) and Adam (0.05 to 0.5) end in the nearest basin, the shallowest of the four. Momentum (0.005 to "
        "0.01) overshoots both humps and reaches the deepest; at 0.002 it clears one hump only, and at 0.02 it comes back to "
        "the first. Speed can help to leave a poor basin, but which one it reaches is luck."
    ),
    reference="Styblinski and Tang, Experiments in nonconvex optimization, 1990",
    holds=(
        lambda see: len(see.depths) == 4 and len(set(np.round(see.depths, 6))) == 3,
        lambda see: see.depths.index(max(see.depths)) == 3 and see.depths.index(min(see.depths)) == 0,
        lambda see: see.value(1, 2) + see.value(0, 0) == see.value(1, 0) + see.value(0, 2),  # each axis by itself
        lambda see: see("sgd:lr=0.002", "sgd:lr=0.03", "adam:lr=0.05", "adam:lr=0.5").ends((2.747, 2.747), 0.1),
        lambda see: see("momentum:lr=0.005", "momentum:lr=0.01").ends((-2.904, -2.904)),
        lambda see: sorted(see("momentum:lr=0.002").x()[-1].round(1)) == [-2.9, 2.7],
        lambda see: see("momentum:lr=0.02").ends((2.747, 2.747)),
    ),
)
