"""A cliff above a gentle floor, the shape that recurrent networks meet when their gradients explode."""

import jax
import jax.numpy as jnp
import numpy as np

from core.types import Array, Check, Landscape, Values

HEIGHT, WIDTH = 20.0, 0.1  # of the face; its steepest slope along x is HEIGHT / (4 WIDTH) = 50


def loss(x: Array, values: Values) -> Array:
    past_edge = x[0] - 1 - 0.2 * x[1] ** 2
    # The floor is logarithmic, so that its slope fades with distance and a run thrown far out is slow to return.
    return HEIGHT * jax.nn.sigmoid(past_edge / WIDTH) + 0.2 * jnp.log1p(x[0] ** 2 + x[1] ** 2)


landscape = Landscape(
    key="cliff",
    name="Cliff",
    summary="A steep wall beside a gentle floor: one step on the wall can undo all the others.",
    latex=r"f(x, y) = 20\,\sigma\!\left(\frac{x - 1 - 0.2\,y^2}{0.1}\right) + \tfrac15 \ln(1 + x^2 + y^2)",
    fn=loss,
    domain=(-6.0, 4.0, -3.0, 4.0),
    start=(1.3, 1.0),
    minima=lambda values: ((-0.01881242799441789, 0.0),),  # the tail of the face moves it off the origin
    checks=(
        Check((1.0, 0.0), 10.13862943611199, "20/2 + ln 2 / 5, halfway up the face"),
        Check((1.8, 2.0), 10.421800068784275, "20/2 + ln 8.24 / 5, halfway up the face"),
    ),
    rates={"sgd": 0.5, "momentum": 0.005, "rmsprop": 0.05, "adam": 0.2},
    look_for=(
        "The slope is 42 at the start and at most 0.2 on the floor, and one rate has to serve both: the first step of SGD at "
        "0.5 throws it 20 units away, too far to return in 200 steps, while at 0.01 it survives the wall but is still a whole "
        "unit from the minimum at the end. RMSProp at 0.05 walks down and arrives in about 100 steps. Adam at 0.2 takes "
        "nearly 200, since it remembers the wall for longer."
    ),
    reference="After Pascanu, Mikolov and Bengio, On the difficulty of training recurrent neural networks, 2013; our formula",
    holds=(
        lambda see: round(float(np.linalg.norm(see.at((1.3, 1.0))[1]))) == 42,
        lambda see: max(np.linalg.norm(see.at((x, y))[1]) for x in (-5.0, -3.0, -1.0) for y in (0.0, 1.0)) <= 0.2,
        lambda see: 15 < np.linalg.norm(see("sgd:lr=0.5").x()[1] - see("sgd:lr=0.5").x()[0]) < 25,
        lambda see: see("sgd:lr=0.5").within[0] == np.inf,
        lambda see: 0.9 < see("sgd:lr=0.01").summaries()[0].distance < 1.5,
        lambda see: 80 < see("rmsprop:lr=0.05").within[0] < 120 and 160 < see("adam:lr=0.2").within[0] < 200,
    ),
)
