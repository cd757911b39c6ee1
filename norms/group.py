"""Group norm: each sample over the units of a group."""

import jax.numpy as jnp
import numpy as np

from core.types import Array, Norm, Param, Values
from norms._rule import RULE

MAX_GROUPS = 64
GROUPS = Param("groups", "G", 4, 1, MAX_GROUPS, "int", "Groups that the channels are divided into.")


def by_group(x: Array, values: Values) -> Array:
    """Average over the features of a group, by a matrix, so that the number of groups may be traced."""
    width = x.shape[1]
    of = (jnp.arange(width) * values.groups / width).astype(jnp.int32)  # sizes differ by one where it does not divide
    member = (of[:, None] == jnp.arange(MAX_GROUPS)).astype(x.dtype)
    sums = x @ (member / jnp.maximum(member.sum(0), 1))
    return sums @ member.T


norm = Norm(
    key="group",
    name="Group norm",
    summary="Each sample over the units of a group: between layer norm (one group) and instance norm (a group per channel).",
    latex=RULE % (r"C/G,H,W", r"C/G,H,W"),
    axes=("C", "H", "W"),
    dense=by_group,
    grouped=True,
    params=(GROUPS,),
    reference="Wu and He, Group normalization, 2018, equation 7",
    torch="torch.nn.functional.group_norm(x, {groups})",
    holds=(
        lambda see: np.allclose(see(groups=1), see.other("layer")(), atol=1e-4),
        lambda see: (
            [np.unique(see.sets(groups=g)).size for g in (1, 6)]
            == [np.unique(see.other(key).sets()).size for key in ("layer", "instance")]
        ),
    ),
)
