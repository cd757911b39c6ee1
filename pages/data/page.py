"""What stands under the data."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.page import Translate
from core.words import N_
from pages.data.query import Prepared

Describe = Callable[..., None]

LOOK_FOR = N_(
    "Both clouds, and under each the loss over two weights from the very same points, at true proportion, with a descent at "
    "the same share of its own largest rate. The curvature of the loss is XᵀX/n, so the shape of the cloud is the shape of the "
    "valley. The table counts updates for all features together. Statistics belong to the training set: the leak shows what a "
    "test looks like that has been seen; the last picture whether whitening helps."
)
RULES = (
    (N_("Centred"), r"x - \mu"),
    (N_("Standardized"), r"(x - \mu)/\sigma"),
    (N_("Rotated (PCA)"), r"V^\top (x - \mu), \quad \tfrac1n \textstyle\sum (x-\mu)(x-\mu)^\top = V \Lambda V^\top"),
    (N_("Whitened"), r"\Lambda^{-1/2}\, V^\top (x - \mu)"),
    (N_("Largest rate, and condition number"), r"2/\lambda_{\max}, \qquad \kappa = \lambda_{\max}/\lambda_{\min}"),
    (N_("Gap after t updates"), r"\tfrac{1}{2n} \sum_i (u_i^\top y)^2\, (1 - \alpha\lambda_i)^{2t}"),
)
SOURCES = "LeCun, Bottou, Orr, Müller, Efficient BackProp (1998) · Wadia et al. (2020), arXiv:2008.07545"


def notes(value: Prepared, _: Translate, describe: Describe) -> None:
    """What to look for, and the formulas."""
    left, right = st.columns([2, 3], gap="large")
    with left:
        st.subheader(_("What to look for"))
        st.markdown(_(LOOK_FOR))
    with right:
        st.subheader(_("The formulas"))
        for name, latex in RULES:
            st.markdown(f"{_(name)}: ${latex}$")
        st.caption(SOURCES)
