"""Examples that are known to show their point, for the menu; the first is what the page opens with."""

import numpy as np

from core.claims import above, distance, rates, stays, turning, within
from core.page import Preset

PRESETS = (
    Preset(
        "zigzag",
        "Zig-zag on the taco",
        "run=sgd:lr=0.045&run=momentum:lr=0.01",
        "Just under the limit 2/40, SGD changes the sign of y on every step and crawls along x.",
        holds=lambda r: (
            (r.trajectories[0].x[1:60, 1] * r.trajectories[0].x[:59, 1] < 0).all()
            and 0.85 * 0.05 < rates(r)[0] < 2 / r.surface["kappa"]
        ),
    ),
    Preset(
        "momentum",
        "What momentum is for",
        "surface=taco:kappa=200&steps=400&run=sgd:lr=0.0099&run=momentum:lr=0.01",
        "At 99 % of its limit SGD needs 277 steps in a valley of 200 to 1; momentum at 0.01 needs 62.",
        holds=lambda r: within(r) == [277, 62] and abs(rates(r)[0] - 0.99 * 2 / 200) < 1e-9,
    ),
    Preset(
        "past_the_limit",
        "Just past the limit",
        "run=sgd:lr=0.045&run=sgd:lr=0.049&run=sgd:lr=0.051",
        "The limit of SGD on this valley is 2/40 = 0.05: at 0.049 it still settles, at 0.051 it runs away.",
        holds=lambda r: within(r)[1] < np.inf and stays(r)[:2] == [True, True] and above(r)[2, -1] > 1e6 * above(r)[2, 0],
    ),
    Preset(
        "local_minimum",
        "Trapped in a local minimum",
        "surface=double_well&start=2,1&run=sgd:lr=0.01&run=momentum:lr=0.01",
        "SGD stops in the upper well near x = 0.86; momentum rolls over the hill into the lower one.",
        holds=lambda r: (
            abs(r.trajectories[0].x[-1, 0] - 0.86) < 0.005 and abs(r.trajectories[1].x[-1, 0] - r.minima[0][0]) < 1e-3
        ),
    ),
    Preset(
        "noise",
        "A noisy gradient",
        "surface=noisy_taco&run=sgd:lr=0.05&run=momentum:lr=0.005",
        "The same noise at the same step: SGD trembles, momentum is smooth, and yet both stay about as far from the minimum.",
        holds=lambda r: (
            turning(r, 100)[0] > 80 and turning(r, 100)[1] < 40 and 0.6 < distance(r, 100)[1] / distance(r, 100)[0] < 1.2
        ),
    ),
    Preset(
        "race",
        "The race: who leads, who wins",
        "surface=taco:kappa=200,angle=20&run=sgd:lr=0.0096&run=adagrad:lr=5.3&run=rmsprop:lr=0.1&run=momentum:lr=0.0039",
        "Each at its best rate: AdaGrad leads early, momentum overtakes it and wins, SGD and RMSProp are left behind.",
        holds=lambda r: (
            lambda a: (
                a[1, 10] == a[:, 10].min()
                and a[3, -1] < 1e-3 * a[:3, -1].min()
                and a[2, -1] > 3 * a[1, -1]
                and a[0, -1] > 3 * a[1, -1]
            )
        )(above(r)),
    ),
)
