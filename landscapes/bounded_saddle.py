"""A saddle between two basins: the same slow passage as the pure saddle, but the descent has somewhere to end."""

from core.types import Array, Check, Landscape, Values


def loss(x: Array, values: Values) -> Array:
    return 0.5 * x[0] ** 2 + 0.25 * x[1] ** 4 - 0.5 * x[1] ** 2


landscape = Landscape(
    key="bounded_saddle",
    name="Saddle with two basins",
    summary="A saddle at the origin with a minimum on either side of the ridge.",
    latex=r"f(x, y) = \tfrac12 x^2 + \tfrac14 y^4 - \tfrac12 y^2",
    fn=loss,
    domain=(-2.0, 2.0, -1.6, 1.6),
    start=(-1.5, 1e-3),
    minima=lambda values: ((0.0, -1.0), (0.0, 1.0)),
    checks=(
        Check((2.0, 2.0), 4.0, "½·4 + ¼·16 − ½·4"),
        Check((1.0, 0.0), 0.5, "½·1"),
        Check((0.0, 1.0), -0.25, "¼ − ½, at a minimum"),
    ),
    rates={"sgd": 0.15, "momentum": 0.05, "adam": 0.1},
    look_for=(
        "SGD at 0.1 falls towards the saddle and lingers: only after 67 steps is it half a unit off the ridge. Start a "
        "thousand times closer to the ridge and it takes 72 steps more, because the distance grows by a factor of 1.1 per "
        "step. Momentum at 0.1 needs 25 steps, and Adam at 0.1 only 6 from either start, since its step does not shrink with "
        "the gradient."
    ),
    reference="Dauphin et al., Identifying and attacking the saddle point problem, 2014",
    holds=(
        lambda see: see.at((0, 0))[2].tolist() == [-1, 1],
        lambda see: see("sgd:lr=0.1").first(lambda x, y: abs(y) >= 0.5) == 67,
        lambda see: see("sgd:lr=0.1", more="start=-1.5,1e-6").first(lambda x, y: abs(y) >= 0.5) == 67 + 72,
        lambda see: abs(see("sgd:lr=0.1").x()[21, 1] / see("sgd:lr=0.1").x()[20, 1] - 1.1) < 1e-3,
        lambda see: see("momentum:lr=0.1").first(lambda x, y: abs(y) >= 0.5) == 25,
        lambda see: (
            [see("adam:lr=0.1", more=f"start=-1.5,{y}").first(lambda x, y: abs(y) >= 0.5) for y in (1e-3, 1e-6)] == [6, 6]
        ),
    ),
)
