"""What stands under the signals: the rules and their source, what each normalization averages over."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import streamlit as st

from activations import ACTIVATIONS
from core.page import Translate
from core.words import N_
from engines.signal import network as networks
from engines.signal import normalization, theory
from engines.signal.network import Network
from engines.signal.statistics import signal
from initializers import INITIALIZERS
from pages.initialization.axes import sets

Describe = Callable[..., None]

KEPT = 1.25  # a gradient that ends within this factor keeps its size


def notes(shown: Sequence[Network], _: Translate, describe: Describe) -> None:
    """Where theory is left out and why, and the lectures' sentences put to the test."""
    for reason in dict.fromkeys(filter(None, map(theory.missing, shown))):
        st.markdown(_(theory.REASONS[reason]))
    checks(shown, _)


def more(shown: Sequence[Network], _: Translate, describe: Describe) -> None:
    """What each normalization averages over, and the rules."""
    normalizations(shown, _)
    parts(shown, _, describe)


def normalizations(shown: Sequence[Network], _: Translate) -> None:
    """What each normalization averages over, and batch norm in training and in a test."""
    groups = next((int(n.norm.values["groups"]) for n in shown if "groups" in n.norm.values), int(normalization.GROUPS.default))
    st.markdown("**" + _("What is averaged: rows are samples N, columns channels C, squares H × W") + "**")
    channels = normalization.CONV_SHAPE[1]
    st.plotly_chart(sets(min(groups, channels), _), config=dict(displayModeBar=False, staticPlot=True))
    batch = min(max(2, shown[0].batch), 64)
    seen = normalization.train_and_test(batch)
    text = _(
        "Batch norm, one unit drawn from N({mean}, {variance}), {count} batches of {batch}: in training each batch uses its "
        "own mean, here from {low} to {high}. A test uses E[μ] = {test_mean} and N/(N−1)·E[σ²] = {test_variance}; without "
        "that factor the variance would be {biased}. Running averages end at {running_mean} and {running_variance}."
    )
    st.markdown(
        text.format(
            mean=f"{seen.mean:g}",
            variance=f"{seen.variance:g}",
            count=len(seen.means),
            batch=batch,
            low=f"{seen.means.min():.3g}",
            high=f"{seen.means.max():.3g}",
            test_mean=f"{seen.test_mean:.4g}",
            test_variance=f"{seen.test_variance:.4g}",
            biased=f"{seen.biased_variance:.4g}",
            running_mean=f"{seen.running_mean[-1]:.4g}",
            running_variance=f"{seen.running_variance[-1]:.4g}",
        )
    )


def fate(ratio: float) -> str:
    """What a gradient does that is `ratio` times as large at the first layer as at the last, in a word."""
    if 1 / KEPT <= ratio <= KEPT:
        return N_("keeps its size")
    if ratio > 1:
        return N_("explodes") if ratio > 10 else N_("grows")
    return N_("vanishes") if ratio < 0.1 else N_("shrinks")


def checks(shown: Sequence[Network], _: Translate) -> None:
    """What the lectures say about signals, tested on the first network shown; every number is computed here."""
    network = shown[0]
    got = signal(network)
    last = network.depth - 1
    st.markdown("**" + _("Check the lecture, on the first network shown") + "**")
    lines = []
    if math.isfinite(got.saturated[last]) and math.isfinite(got.grad_std[0]):
        text = _(
            "“Saturated, so the gradients are zero”: {share} % of the last layer's outputs are saturated, and the gradient's "
            "spread goes from {first} at the top to {end} at the first layer: it {verdict}."
        )
        ratio = got.grad_std[0] / got.grad_std[last] if got.grad_std[last] else 0.0
        verdict = _(fate(ratio))
        share, first, end = f"{100 * got.saturated[last]:.3g}", f"{got.grad_std[last]:.3g}", f"{got.grad_std[0]:.3g}"
        lines.append(text.format(share=share, first=first, end=end, verdict=verdict))
    if math.isfinite(got.std[last]):
        text = _(
            "“The weights shrink”: their spread is {first} in the first layer and {last} in the last; it is the outputs "
            "that go from {begin} to {end}."
        )
        numbers = dict(first=got.weight_std[0], last=got.weight_std[last], begin=got.std[0], end=got.std[last])
        lines.append(text.format(**{key: f"{value:.4g}" for key, value in numbers.items()}))
    width = network.width
    text = _(
        "“Xavier” as 1/√fan-in is LeCun's rule: {lecun}. Glorot's √(2/(fan-in + fan-out)) is {glorot}, the same where both "
        "are equal."
    )
    lines.append(text.format(lecun=f"{width**-0.5:.4g}", glorot=f"{(2 / (width + width)) ** 0.5:.4g}"))
    before, after = (normalization.moments(values) for values in normalization.skewed())
    text = _("“Batch norm makes the values Gaussian”: a skew of {before} is still {after} after it; mean {mean}, spread {std}.")
    lines.append(
        text.format(
            before=f"{before['skew']:.3g}",
            after=f"{after['skew']:.3g}",
            mean=f"{abs(after['mean']):.1g}",
            std=f"{after['std']:.3g}",
        )
    )
    st.markdown("\n".join(f"- {line}" for line in lines))


def parts(shown: Sequence[Network], _: Translate, describe: Describe) -> None:
    """One tab per activation and per initializer in the comparison, each once."""
    rules = {("activations", n.activation.key): (ACTIVATIONS[n.activation.key], n.activation) for n in shown}
    rules |= {("initializers", n.init.key): (INITIALIZERS[n.init.key], n.init) for n in shown}
    tabs = st.tabs([_(rule.name) for rule, _spec in rules.values()])
    for tab, ((folder, _key), (rule, spec)) in zip(tabs, rules.items(), strict=True):
        with tab:
            describe(rule, folder, networks.code(spec, rule.params, (rule.torch, rule.jax)))
