"""What stands under the convolutions."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.page import Translate
from core.words import N_
from pages.convolution.query import Stack

Describe = Callable[..., None]

LOOK_FOR = N_(
    "Click a bar of the stack: the units that one unit sees light up in every layer below, down to the pixels. The bright spot "
    "in the field is where its gradient really arrives, averaged over all random weights of a linear network: it is smaller "
    "than the field that the formula gives. Layers can be edited in the table; what does not fit says what would."
)
RULES = (
    (N_("Output"), r"n' = \left\lfloor \frac{n + 2p - d(k-1) - 1}{s} \right\rfloor + 1"),
    (N_("Output of a transposed convolution"), r"n' = (n-1)s - 2p + d(k-1) + 1"),
    (N_("Parameters, with a bias per filter"), r"f\,(k^2 c/g + 1)"),
    (N_("Multiply–adds; operations are twice as many"), r"n'^2 f\, k^2 c/g"),
    (N_("Receptive field, with dilation"), r"r = 1 + \sum_l d_l\,(k_l - 1) \prod_{i<l} s_i"),
    (N_("Effective stride and padding"), r"S = \prod_l s_l, \qquad P = \sum_l p_l \prod_{i<l} s_i"),
)
SOURCES = "Dumoulin, Visin (2016), arXiv:1603.07285 · Araujo, Norris, Sim (2019), Distill · Luo et al. (2016), arXiv:1701.04128"


def notes(stack: Stack, _: Translate, describe: Describe) -> None:
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
