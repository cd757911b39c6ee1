"""The local minimum of the lectures: a tilted double well along x, a plain parabola along y."""

from core.types import Array, Check, Landscape, Values


def loss(x: Array, values: Values) -> Array:
    return x[0] ** 4 - 2 * x[0] ** 2 + 0.9 * x[0] + x[1] ** 2


landscape = Landscape(
    key="double_well",
    name="Double well",
    summary="Two wells of different depth with a low pass between them.",
    latex=r"f(x, y) = x^4 - 2x^2 + 0.9\,x + y^2",
    fn=loss,
    domain=(-2.2, 2.2, -1.5, 1.5),
    start=(2.0, 1.0),
    # Roots of 4x³ − 4x + 0.9; the third one, 0.2386, is the pass.
    minima=lambda values: ((-1.0977120675594976, 0.0), (0.8591319795936161, 0.0)),
    checks=(
        Check((2.0, 1.0), 10.8, "16 − 8 + 1.8 + 1"),
        Check((-1.0, 0.5), -1.65, "1 − 2 − 0.9 + 0.25"),
    ),
    rates={"sgd": 0.01, "momentum": 0.01, "adam": 0.05},
    look_for=(
        "SGD at any rate from 0.005 to 0.02 stops in the upper well near x = 0.86: there the gradient is zero, and it cannot "
        "know of a better place. Momentum with ρ = 0.9 at the same rates carries enough speed to roll over the pass into the "
        "lower well. Adam at 0.05 stays in the upper well too; at 0.2 it gets across."
    ),
    holds=(
        lambda see: see.depths[0] < see.depths[1],
        lambda see: all(abs(t.x[-1, 0] - 0.86) < 0.005 for t in see("sgd:lr=0.005", "sgd:lr=0.01", "sgd:lr=0.02").trajectories),
        lambda see: see("momentum:lr=0.005", "momentum:lr=0.01", "momentum:lr=0.02").ends((-1.098, 0)),
        lambda see: see("adam:lr=0.05").ends((0.859, 0)) and see("adam:lr=0.2").ends((-1.098, 0)),
    ),
)
