"""What each operation of a formula does to values and derivatives: forward mode up to second order.

A quantity is a sequence of 1, 3 or 6 arrays: its value; with it ∂x and ∂y; with these ∂xx, ∂xy and ∂yy (a jet; Griewank and
Walther, Evaluating Derivatives, 2008, chapter 13). The rules are written once and run by NumPy or by jax.numpy, whichever `xp`
is. At kinks they say what JAX says: at 0, abs has slope 1, relu and sign
have slope 0; of two equal arguments min and max take the mean.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

Jet = Sequence[Any]
Rule = Callable[[Jet, Jet], Jet]  # the second argument counts only where there are two
LN10 = 2.302585092994046


def rules(xp: Any) -> dict[str, Rule]:
    """Every operation by its name in the tree; powers by what varies: "**", "x**c" and "c**x"."""
    return {
        "+": lambda u, w: [a + b for a, b in zip(u, w, strict=True)],
        "-": lambda u, w: [a - b for a, b in zip(u, w, strict=True)],
        "negative": lambda u, _: [-a for a in u],
        "*": lambda u, w: _product(u, w),
        "/": lambda u, w: _quotient(u, w),
        "**": lambda u, w: _power(u, w, xp),
        "x**c": lambda u, w: _chain(u, *_root(u, w, xp)),
        "c**x": lambda u, w: _chain(w, *_exponential(u, w, xp)),
        "min": lambda u, w: _pick(u, w, xp.minimum, u[0] < w[0], xp),
        "max": lambda u, w: _pick(u, w, xp.maximum, u[0] > w[0], xp),
        **{name: _unary(parts) for name, parts in _functions(xp).items()},
    }


def _functions(xp: Any) -> dict[str, tuple[Any, Any, Any]]:
    """Functions of one argument: f(z), f′(z, f), f″(z, f, f′)."""
    log = (xp.log, lambda z, f: 1 / z, lambda z, f, s: -s / z)
    return {
        "sin": (xp.sin, lambda z, f: xp.cos(z), lambda z, f, s: -f),
        "cos": (xp.cos, lambda z, f: -xp.sin(z), lambda z, f, s: -f),
        "tan": (xp.tan, lambda z, f: 1 + f * f, lambda z, f, s: 2 * f * s),
        "asin": (xp.arcsin, lambda z, f: 1 / xp.sqrt((1 - z) * (1 + z)), lambda z, f, s: z * s / ((1 - z) * (1 + z))),
        "acos": (xp.arccos, lambda z, f: -1 / xp.sqrt((1 - z) * (1 + z)), lambda z, f, s: z * s / ((1 - z) * (1 + z))),
        "atan": (xp.arctan, lambda z, f: 1 / (1 + z * z), lambda z, f, s: -2 * z * s * s),
        "sinh": (xp.sinh, lambda z, f: xp.cosh(z), lambda z, f, s: f),
        "cosh": (xp.cosh, lambda z, f: xp.sinh(z), lambda z, f, s: f),
        "tanh": (xp.tanh, lambda z, f: (1 - f) * (1 + f), lambda z, f, s: -2 * f * s),
        "exp": (xp.exp, lambda z, f: f, lambda z, f, s: f),
        "log": log,
        "ln": log,
        "log10": (xp.log10, lambda z, f: 1 / (z * LN10), lambda z, f, s: -s / z),
        "sqrt": (xp.sqrt, lambda z, f: 0.5 / f, lambda z, f, s: -0.5 * s / z),
        "abs": (xp.abs, lambda z, f: xp.where(z >= 0, 1.0, -1.0), lambda z, f, s: 0.0 * z),
        "sign": (xp.sign, lambda z, f: 0.0 * z, lambda z, f, s: 0.0 * z),
        "relu": (lambda z: xp.maximum(z, 0.0), lambda z, f: xp.where(z > 0, 1.0, 0.0), lambda z, f, s: 0.0 * z),
        "sigmoid": (lambda z: 1 / (1 + xp.exp(-z)), lambda z, f: f * (1 - f), lambda z, f, s: s * (1 - 2 * f)),
    }


def _unary(parts: tuple[Any, Any, Any]) -> Rule:
    value, slope, curvature = parts

    def rule(u: Jet, _: Jet) -> Jet:
        f = value(u[0])
        if len(u) == 1:
            return [f]
        s = slope(u[0], f)
        return _chain(u, f, s, curvature(u[0], f, s) if len(u) == 6 else None)

    return rule


def _chain(u: Jet, f: Any, s: Any, c: Any) -> Jet:
    """f(u), where f has the slope s and the curvature c; these may be None where they are not asked for."""
    if len(u) == 1:
        return [f]
    first = [f, s * u[1], s * u[2]]
    if len(u) == 3:
        return first
    return [*first, s * u[3] + c * u[1] * u[1], s * u[4] + c * u[1] * u[2], s * u[5] + c * u[2] * u[2]]


def _product(u: Jet, w: Jet) -> Jet:
    def crossed(k: int) -> Any:
        return u[k] * w[0] + u[0] * w[k]

    value = [u[0] * w[0]]
    if len(u) == 1:
        return value
    first = [*value, crossed(1), crossed(2)]
    if len(u) == 3:
        return first
    return [*first, crossed(3) + 2 * u[1] * w[1], crossed(4) + u[1] * w[2] + u[2] * w[1], crossed(5) + 2 * u[2] * w[2]]


def _quotient(u: Jet, w: Jet) -> Jet:
    """The quotient q = u/w, from the derivatives of q w = u."""
    q = u[0] / w[0]
    if len(u) == 1:
        return [q]
    qx, qy = ((u[k] - q * w[k]) / w[0] for k in (1, 2))
    if len(u) == 3:
        return [q, qx, qy]
    twice = (2 * qx * w[1], qx * w[2] + qy * w[1], 2 * qy * w[2])
    return [q, qx, qy, *((u[k] - t - q * w[k]) / w[0] for k, t in zip((3, 4, 5), twice, strict=True))]


def _root(u: Jet, w: Jet, xp: Any) -> tuple[Any, Any, Any]:
    """What u to a constant power n is, with its derivatives. Where n or n − 1 is 0 they are 0, also at u = 0."""
    z, n = u[0], w[0]
    slope = xp.where(n == 0, 0.0, n * z ** xp.where(n == 0, 1.0, n - 1))
    rest = n * (n - 1)
    return z**n, slope, xp.where(rest == 0, 0.0, rest * z ** xp.where(rest == 0, 1.0, n - 2))


def _exponential(u: Jet, w: Jet, xp: Any) -> tuple[Any, Any, Any]:
    """A constant to the power w with its derivatives; 0 to any power is flat."""
    f, rate = u[0] ** w[0], _log(u[0], xp)
    return f, rate * f, rate * rate * f


def _power(u: Jet, w: Jet, xp: Any) -> Jet:
    """What u to the power w is, both varying: the slopes in u and in w, and how these change."""
    f, su, cu = _root(u, w, xp)
    if len(u) == 1:
        return [f]
    rate = _log(u[0], xp)
    sw = rate * f
    first = [f, su * u[1] + sw * w[1], su * u[2] + sw * w[2]]
    if len(u) == 3:
        return first
    cw, both = rate * sw, u[0] ** (w[0] - 1) * (1 + w[0] * rate)

    def second(k: int, i: int, j: int) -> Any:
        return su * u[k] + sw * w[k] + cu * u[i] * u[j] + cw * w[i] * w[j] + both * (u[i] * w[j] + u[j] * w[i])

    return [*first, second(3, 1, 1), second(4, 1, 2), second(5, 2, 2)]


def _log(z: Any, xp: Any) -> Any:
    return xp.log(xp.where(z == 0, 1.0, z))


def _pick(u: Jet, w: Jet, value: Any, first: Any, xp: Any) -> Jet:
    """The one of two that `first` says, the mean of both where they are equal."""
    same = u[0] == w[0]
    rest = (xp.where(same, 0.5 * (a + b), xp.where(first, a, b)) for a, b in zip(u[1:], w[1:], strict=True))
    return [value(u[0], w[0]), *rest]
