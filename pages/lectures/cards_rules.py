"""Cards: rules that read more than a gradient, and what goes around a rule."""

import numpy as np

from core.claims import above, gradients_within
from pages.lectures.card import Card

CARDS = (
    Card(
        "quasi_newton",
        "L-BFGS, counted in gradients",
        "In the banana momentum takes 233 gradients, conjugate gradient 67, L-BFGS 56; after 240 SGD is not there.",
        "optimizers",
        ("001",),
        "race",
        "surface=rosenbrock&steps=240&run=sgd:lr=0.002&run=momentum:lr=0.001&run=cg&run=lbfgs&axis=gradients",
        holds=lambda r: gradients_within(r) == [np.inf, 233, 67, 56],
    ),
    Card(
        "yogi",
        "A second moment that does not forget",
        "At β₂ = 0.9 Adam forgets large gradients: its last 50 steps are 0.02 long on average, those of Yogi below 0.00001.",
        "optimizers",
        ("001",),
        "race",
        "steps=300&run=adam:lr=0.3,b2=0.9&run=yogi:lr=0.3,b2=0.9",
        holds=lambda r: (lambda steps: round(float(steps[0].mean()), 2) == 0.02 and steps[1].max() < 1e-5)(
            [np.linalg.norm(np.diff(t.x[-51:], axis=0), axis=1) for t in r.trajectories]
        ),
    ),
    Card(
        "clipping",
        "Clipping by norm and by value",
        "Clipped by norm the first step is 0.5 long and points where the gradient does; by value it goes along the diagonal.",
        "optimizers",
        ("004",),
        "race",
        "surface=cliff&run=sgd:lr=0.5~clip_norm&run=sgd:lr=0.5~clip_value",
        holds=lambda r: (
            lambda first, g: (
                np.allclose(first[0], -0.5 * g / np.linalg.norm(g))
                and np.allclose(np.abs(first[1]), 0.5)
                and np.linalg.norm(g) > 10
            )
        )(np.array([t.x[1] - t.x[0] for t in r.trajectories]), r.trajectories[0].gradient[0]),
    ),
    Card(
        "averaging",
        "The average of noisy steps",
        "The thin line averages all steps after the first 50: over the last 40 its loss is below a hundredth of the path's.",
        "noise",
        ("000", "001"),
        "race",
        "surface=noisy_taco&steps=400&run=sgd:lr=0.05~average:after=50",
        holds=lambda r: r.averages(0)[0][1][-40:].mean() - r.lowest < 0.01 * above(r)[0, -40:].mean(),
    ),
    Card(
        "cold_average",
        "An average that starts at zero",
        "Uncorrected, the thin line comes from (0, 0), where SGD has never been, and ends 0.6 from the minimum.",
        "noise",
        ("001",),
        "race",
        "surface=himmelblau&start=-1,4&steps=100&run=sgd:lr=0.01~ema:decay=0.98,bias_correction=false",
        holds=lambda r: (
            lambda path: (
                np.linalg.norm(path[1]) < 0.1
                and np.linalg.norm(r.trajectories[0].x, axis=1).min() > 2
                and round(float(r.distances(path[-1:])[0]), 1) == 0.6
            )
        )(r.averages(0)[0][0]),
    ),
    Card(
        "weight_decay",
        "L2 or decoupled decay",
        "For SGD both are one path. Adam divides the L2 term and ends 0.06 from a minimum; decoupled decay keeps it 2.3 away.",
        "optimizers",
        ("000", "003"),
        "race",
        "surface=himmelblau&steps=300&run=sgd:lr=0.01~l2:strength=1&run=sgd:lr=0.01~decay:strength=1"
        "&run=adam:lr=0.1~l2:strength=1&run=adam:lr=0.1~decay:strength=1",
        holds=lambda r: (
            np.allclose(r.trajectories[0].x, r.trajectories[1].x, rtol=0, atol=1e-12)
            and round(float(r.distances(r.trajectories[2].x[-1:])[0]), 2) == 0.06
            and round(float(r.distances(r.trajectories[3].x[-1:])[0]), 1) == 2.3
        ),
    ),
)
