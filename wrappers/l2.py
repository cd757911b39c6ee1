"""L2 regularization: ½λ‖x‖² is added to the loss, so λx to the gradient, for the rule to make of it what it makes of those."""

import jax.numpy as jnp
import numpy as np

from core.types import Array, Param, Query, Values, Wrapper


def query(query: Query, values: Values) -> Query:
    def penalty(x: Array) -> Array:
        return 0.5 * values.strength * jnp.sum(x**2)

    # Rules that read more than the gradient are shown the same loss; what is drawn and measured stays the surface's own.
    residuals = query.residuals
    return query._replace(
        loss=query.loss + penalty(query.x),
        gradient=query.gradient + values.strength * query.x,
        fn=lambda x: query.fn(x) + penalty(x),
        gradient_at=lambda x: query.gradient_at(x) + values.strength * x,
        residuals=residuals and (lambda x: jnp.concatenate([residuals(x), jnp.sqrt(0.5 * values.strength) * x])),
    )


wrapper = Wrapper(
    key="l2",
    name="L2 in the gradient",
    summary="Adds λx to the gradient, as the penalty ½λ‖x‖² does. An adaptive rule divides this term, too, by its sizes.",
    latex=(r"g \leftarrow g + \lambda x",),
    reference="Loshchilov and Hutter, Decoupled weight decay regularization, 2019, section 2",
    params=(Param("strength", r"\lambda", 0.01, 0.0, 10.0, "linear", "What x is multiplied by.", word="strength"),),
    query=query,
    neutral={"strength": 0.0},
    limits=False,  # the curvature grows by λ
    torch="for p in params: p.grad.add_(p.data, alpha={strength})  # what weight_decay={strength} does, but for AdamW",
    optax="optax.add_decayed_weights({strength})",
    holds=(lambda see: np.allclose(see.seen((3.0, 4.0), (1.0, -2.0), strength=0.5), (3.5, 3.0)),),
)
