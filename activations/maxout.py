"""The larger of two straight lines, both learned."""

import jax.numpy as jnp

from core.types import Activation, Param


def fn(z, values):
    first, second = values.w1 * z + values.b1, values.w2 * z + values.b2
    return jnp.where(first > second, first, second)


def kink(values):
    """Where the two lines meet."""
    return ((values.b2 - values.b1) / (values.w1 - values.w2),) if values.w1 != values.w2 else ()


activation = Activation(
    key="maxout",
    name="Maxout",
    summary="The larger of two learned lines: never flat unless a line is, and twice the parameters. ReLU is one special case.",
    latex=r"f(x) = \max(w_1 x + b_1,\ w_2 x + b_2)",
    fn=fn,
    range=r"[f(x_0), \infty)",
    zero_centred=False,
    cost="Two products and one comparison, on twice the weights.",
    kinks=kink,
    params=(
        Param("w1", "w_1", 1.0, -3.0, 3.0, "linear", "Slope of the first line."),
        Param("b1", "b_1", 0.0, -3.0, 3.0, "linear", "Height of the first line at 0.", word="first height"),
        Param("w2", "w_2", -0.5, -3.0, 3.0, "linear", "Slope of the second line."),
        Param("b2", "b_2", 0.0, -3.0, 3.0, "linear", "Height of the second line at 0.", word="second height"),
    ),
    reference="Goodfellow, Warde-Farley, Mirza, Courville and Bengio, Maxout networks, 2013, equation 1",
    torch="torch.maximum({w1} * x + {b1}, {w2} * x + {b2})",
    jax="jnp.maximum({w1} * x + {b1}, {w2} * x + {b2})",
    difference="In a network each piece has weights of its own over all inputs; here both pieces share one pre-activation.",
    holds=(
        lambda see: see.flat() == (False, False) and see.flat(w1=1, w2=0) == (True, False),
        lambda see: (see.f([-2, 3], w1=1, w2=0) == see.other("relu").f([-2, 3])).all(),
    ),
)
