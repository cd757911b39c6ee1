"""What stands under the activations."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from activations import ACTIVATIONS
from core.page import Translate
from engines.signal import network as networks
from pages.activations.query import CurveSet

Describe = Callable[..., None]


def more(chosen: CurveSet, _: Translate, describe: Describe) -> None:
    """One tab per activation, each once."""
    rules = {spec.key: spec for spec in reversed(chosen.activations)}
    keys = list(dict.fromkeys(spec.key for spec in chosen.activations))
    for tab, key in zip(st.tabs([_(ACTIVATIONS[key].name) for key in keys]), keys, strict=True):
        with tab:
            rule = ACTIVATIONS[key]
            describe(rule, "activations", networks.code(rules[key], rule.params, (rule.torch, rule.jax)))
