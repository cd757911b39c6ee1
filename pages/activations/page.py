"""What stands under the activations."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from activations import ACTIVATIONS
from core.page import Translate
from core.words import N_
from engines.signal import network as networks
from pages.activations.query import CurveSet

Describe = Callable[..., None]

LOOK_FOR = N_(
    "Drag across the curves: the marks show value and slope at x. A gradient is multiplied by the slope of every unit that it "
    "passes, so where the slope is small, learning stops. The lower pictures belong to the first activation: two weights that "
    "learn from its outputs, and a small network whose units may die."
)


def notes(chosen: CurveSet, _: Translate, describe: Describe) -> None:
    """What to look for."""
    st.subheader(_("What to look for"))
    st.markdown(_(LOOK_FOR))


def more(chosen: CurveSet, _: Translate, describe: Describe) -> None:
    """One tab per activation, each once."""
    rules = {spec.key: spec for spec in reversed(chosen.activations)}
    keys = list(dict.fromkeys(spec.key for spec in chosen.activations))
    for tab, key in zip(st.tabs([_(ACTIVATIONS[key].name) for key in keys]), keys, strict=True):
        with tab:
            rule = ACTIVATIONS[key]
            describe(rule, "activations", networks.code(rules[key], rule.params, (rule.torch, rule.jax)))
