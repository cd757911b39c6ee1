"""Clipping by norm: a gradient longer than c is shortened to c, and keeps its direction."""

import jax.numpy as jnp
import numpy as np

from core.types import Array, Param, Query, Values, Wrapper


def query(query: Query, values: Values) -> Query:
    def cut(gradient: Array) -> Array:
        length = jnp.sqrt(jnp.sum(gradient**2))
        return gradient * jnp.where(length > values.limit, values.limit / length, 1.0)

    return query._replace(gradient=cut(query.gradient), gradient_at=lambda x: cut(query.gradient_at(x)))


wrapper = Wrapper(
    key="clip_norm",
    name="Clip by norm",
    summary="A gradient that is longer than the limit is shortened to it, and keeps its direction.",
    latex=(r"g \leftarrow g \cdot \min(1,\; c / \lVert g \rVert)",),
    reference="Pascanu, Mikolov and Bengio, On the difficulty of training recurrent neural networks, 2013, algorithm 1",
    params=(Param("limit", "c", 1.0, 1e-3, 1e6, "log", "The largest length of a gradient.", word="limit"),),
    query=query,
    neutral={"limit": 1e6},
    separate=False,
    torch="torch.nn.utils.clip_grad_norm_(params, {limit})",
    optax="optax.clip_by_global_norm({limit})",
    difference="PyTorch divides by ‖g‖ + 1e-6.",
    holds=(
        lambda see: np.isclose(np.linalg.norm(see.seen((3.0, 4.0), limit=1.0)), 1.0),
        lambda see: np.allclose(see.seen((3.0, 4.0), limit=1.0), (0.6, 0.8)),
    ),
)
