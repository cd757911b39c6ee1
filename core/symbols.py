"""LaTeX symbols as Unicode, and the words that stand beside them, for labels that are plain text."""

from __future__ import annotations

import re

_GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "varepsilon": "ε", "epsilon": "ε", "eta": "η", "theta": "θ",
    "kappa": "κ", "lambda": "λ", "mu": "μ", "rho": "ρ", "sigma": "σ", "tau": "τ", "varphi": "φ", "phi": "φ",
}  # fmt: skip
_SUBSCRIPT = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def plain(symbol: str) -> str:
    r"""A LaTeX symbol as Unicode, for slider labels: `\beta_1` is β₁."""
    text = re.sub(r"\\(text|mathrm|mathit)\{([^}]*)\}", r"\2", symbol)
    text = re.sub(r"\\hat\s*\{?(\w)\}?", "\\1\N{COMBINING CIRCUMFLEX ACCENT}", text)
    text = re.sub(r"\\([a-zA-Z]+)", lambda m: _GREEK.get(m[1], m[1]), text)
    return re.sub(r"_\{?(\d+)\}?", lambda m: m[1].translate(_SUBSCRIPT), text).replace("{", "").replace("}", "")


# Keys that are no words by themselves.
_WORDS = {
    "lr": "learning rate", "rate": "learning rate", "kappa": "condition number", "angle": "rotation", "rho": "momentum",
    "b1": "memory", "b2": "memory of squares", "eps": "floor of the division", "d_model": "model width", "k": "decay",
    "every": "drop every", "factor": "drop factor", "first": "first drop", "second": "second drop",
    "third": "third drop", "t0": "first period", "t_mult": "period factor", "half": "half a cycle",
    "pct_start": "share of the rise",
    "div_factor": "peak over first", "final_div_factor": "first over last", "t1": "tier 1 from", "t2": "tier 2 from",
    "t3": "tier 3 from", "f1": "tier 1 factor", "f2": "tier 2 factor", "f3": "tier 3 factor", "w1": "first slope",
    "w2": "second slope", "std": "std of a weight", "limit": "largest weight", "nonzeros": "inputs per unit",
    "scale": "noise", "bias": "first bias", "gamma": "scale", "beta": "shift", "alpha": "slope",
}  # fmt: skip


def word(key: str) -> str:
    """What a parameter of this key is called where its file says nothing: `weight_decay` is weight decay."""
    return _WORDS.get(key, key.replace("_", " "))
