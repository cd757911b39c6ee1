"""Gradient noise that is annealed: of its own for each run, beside the noise of the experiment."""

import jax
import jax.numpy as jnp
import numpy as np

from core.types import Array, Param, Query, Values, Wrapper

OWN = 1  # apart from what a rule itself draws with the key


def query(query: Query, values: Values) -> Query:
    deviation = jnp.sqrt(values.eta / query.t**values.gamma)
    draw = deviation * jax.random.normal(jax.random.fold_in(query.key, OWN), query.x.shape, query.x.dtype)

    def disturbed(gradient: Array) -> Array:
        return gradient + draw  # the same wherever the rule looks in this step

    return query._replace(gradient=disturbed(query.gradient), gradient_at=lambda x: disturbed(query.gradient_at(x)))


wrapper = Wrapper(
    key="noise",
    name="Annealed noise",
    summary="Adds Gaussian noise to the gradient of this run alone, whose variance falls as 1/t to the power γ.",
    latex=(r"g \leftarrow g + \mathcal N(0,\; \eta / t^{\gamma})",),
    reference="Neelakantan et al., Adding gradient noise improves learning for very deep networks, 2015, equation 1",
    params=(
        Param("eta", r"\eta", 1.0, 0.0, 400.0, "linear", "Variance of the noise at the first update.", word="variance"),
        Param("gamma", r"\gamma", 0.55, 0.0, 2.0, "linear", "How fast the variance falls; 0 for not at all.", word="annealing"),
    ),
    query=query,
    neutral={"eta": 0.0},
    separate=False,  # or every part of a network would draw the same
    optax="optax.add_noise(eta={eta}, gamma={gamma}, key=0)",
    difference="The draws are others. The paper divides by (1 + t) to the power γ, with t from 0.",
    holds=(
        lambda see: np.allclose(
            see.seen((0.0, 0.0), t=16.0, eta=1.0, gamma=0.5), see.seen((0.0, 0.0), t=1.0, eta=1.0, gamma=0.5) / 2
        ),
    ),
)
