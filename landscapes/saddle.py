"""The pure saddle: a valley along one axis, a ridge along the other, and no minimum at all."""

import numpy as np

from core.types import Array, Check, Landscape, Values


def loss(x: Array, values: Values) -> Array:
    return x[0] ** 2 - x[1] ** 2


landscape = Landscape(
    key="saddle",
    name="Saddle",
    summary="Flat at its centre, yet no minimum: uphill along x, downhill along y, without a floor.",
    latex=r"f(x, y) = x^2 - y^2",
    fn=loss,
    domain=(-2.0, 2.0, -2.0, 2.0),
    # Exactly on the ridge (y = 0) the gradient has no y part and descent would end at the saddle.
    start=(-1.5, 1e-3),
    minima=lambda values: (),
    checks=(
        Check((2.0, 1.0), 3.0, "4 − 1"),
        Check((0.5, -1.5), -2.0, "0.25 − 2.25"),
    ),
    rates={"sgd": 0.1, "momentum": 0.1, "adam": 0.1},
    look_for=(
        "From a start on the ridge itself (y = 0) SGD, momentum and Adam all end at the saddle, where the gradient is zero. "
        "One thousandth beside it, SGD at 0.1 hovers near the centre and leaves the picture after 42 steps, momentum at the "
        "same rate after 20. Adam at 0.1 also needs 20, but goes on at a nearly steady pace, while the other two speed up "
        "without end: there is no floor."
    ),
    reference="Dauphin et al., Identifying and attacking the saddle point problem, 2014",
    holds=(
        lambda see: see.at((0, 0))[2].tolist() == [-2, 2],
        lambda see: see("sgd:lr=0.1", "momentum:lr=0.1", "adam:lr=0.1", more="start=-1.5,0").ends((0, 0)),
        lambda see: (
            [see(f"{rule}:lr=0.1").first(lambda x, y: abs(y) > 2) for rule in ("sgd", "momentum", "adam")] == [42, 20, 20]
        ),
        lambda see: np.ptp(np.diff(see("adam:lr=0.1").x()[10:60, 1])) < 0.05,  # a nearly steady pace
        lambda see: all(np.diff(see(f"{rule}:lr=0.1").x()[40:60, 1], n=2).min() > 0 for rule in ("sgd", "momentum")),
    ),
)
