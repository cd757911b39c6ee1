"""Clipping by value: each coordinate of the gradient is cut at ±c, which turns it."""

import jax.numpy as jnp
import numpy as np

from core.types import Array, Param, Query, Values, Wrapper


def query(query: Query, values: Values) -> Query:
    def cut(gradient: Array) -> Array:
        return jnp.clip(gradient, -values.limit, values.limit)

    return query._replace(gradient=cut(query.gradient), gradient_at=lambda x: cut(query.gradient_at(x)))


wrapper = Wrapper(
    key="clip_value",
    name="Clip by value",
    summary="Each coordinate of the gradient is cut at plus and minus the limit: the gradient turns towards a diagonal.",
    latex=(r"g_i \leftarrow \max(-c,\; \min(c,\; g_i))",),
    reference="Mikolov, Statistical language models based on neural networks, 2012, section 3.2.2",
    params=(Param("limit", "c", 1.0, 1e-3, 1e6, "log", "The largest size of a coordinate of the gradient.", word="limit"),),
    query=query,
    neutral={"limit": 1e6},
    torch="torch.nn.utils.clip_grad_value_(params, {limit})",
    optax="optax.clip({limit})",
    holds=(lambda see: np.allclose(see.seen((3.0, -0.5), limit=1.0), (1.0, -0.5)),),
)
