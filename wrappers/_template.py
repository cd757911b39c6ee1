"""Copy this file to `<key>.py` and change what it says. Start with this line: one sentence on the idea.

The file is found by itself: address, menu, sliders, API, docs and tests follow from it. Files that begin with `_` are skipped.
The one below, which rounds the gradient to its sign where that is large, works as it stands.
"""

import jax.numpy as jnp

from core.types import Array, Param, Query, Values, Wrapper


def query(query: Query, values: Values) -> Query:
    # What the rule is shown in place of `query`. A rule may ask for gradients elsewhere, so `gradient_at` changes too.
    def cut(gradient: Array) -> Array:
        return jnp.where(jnp.abs(gradient) > values.limit, jnp.sign(gradient), gradient)

    return query._replace(gradient=cut(query.gradient), gradient_at=lambda x: cut(query.gradient_at(x)))


wrapper = Wrapper(
    key="_template",  # the file name without .py; no schedule may have the same
    name="Sign of what is large",  # in the menu
    summary="Where a coordinate of the gradient is large, only its sign is used.",
    latex=(r"g_i \leftarrow \operatorname{sign} g_i \quad (|g_i| > c)",),
    reference="Author, Title, 2026, equation or algorithm",
    params=(Param("limit", "c", 1.0, 1e-3, 1e6, "log", "From where on a coordinate is large.", word="limit"),),
    query=query,
    neutral={"limit": 1e6},  # values at which the path is what it is without
    limits=False,  # whether the rule's limit of stability stays what it is
    # What the texts above say, each as a check; `see` computes what it asks for (tests/seen.py).
    holds=(lambda see: see.seen((3.0, -0.5), limit=1.0).tolist() == [1, -0.5],),
)
