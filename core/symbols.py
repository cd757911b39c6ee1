"""LaTeX symbols as Unicode, for labels that are plain text."""

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
    text = re.sub(r"\\([a-zA-Z]+)", lambda m: _GREEK.get(m[1], m[1]), text)
    return re.sub(r"_\{?(\d+)\}?", lambda m: m[1].translate(_SUBSCRIPT), text).replace("{", "").replace("}", "")
