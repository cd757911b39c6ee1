"""Cards: loss surfaces."""

import numpy as np

from core.claims import above, rates, within
from pages.lectures.card import Card

CARDS = (
    Card(
        "zigzag",
        "Zig-zag across a narrow valley",
        "One direction is forty times steeper: gradient descent leaps from wall to wall and creeps along the floor.",
        "surfaces",
        ("000", "001", "004"),
        "race",
        "run=sgd:lr=0.045",
        holds=lambda r: (
            (r.trajectories[0].x[1:60, 1] * r.trajectories[0].x[:59, 1] < 0).all()
            and (np.abs(np.diff(r.trajectories[0].x[:20, 0]) / r.trajectories[0].x[:19, 0]) < 0.05).all()
            and r.surface["kappa"] == 40
        ),
    ),
    Card(
        "rate_alone",
        "A larger rate does not help",
        "Just under the limit of 2/κ the path settles, but later; just above, it grows for ever: the rate alone buys no speed.",
        "surfaces",
        ("004",),
        "race",
        "run=sgd:lr=0.045&run=sgd:lr=0.049&run=sgd:lr=0.051",
        holds=lambda r: (
            within(r)[0] == 70 < within(r)[1] and above(r)[1, -1] > above(r)[0, -1] and above(r)[2, -1] > 1e6 * above(r)[2, 0]
        ),
    ),
    Card(
        "local_minimum",
        "Stuck in a local minimum",
        "In the upper well the gradient is zero, so gradient descent stays; momentum has enough speed to roll on.",
        "surfaces",
        ("000", "001", "004"),
        "race",
        "surface=double_well&start=2,1&run=sgd:lr=0.01&run=momentum:lr=0.01",
        holds=lambda r: (
            abs(r.trajectories[0].x[-1, 0] - r.minima[1][0]) < 1e-3 and abs(r.trajectories[1].x[-1, 0] - r.minima[0][0]) < 1e-3
        ),
    ),
    Card(
        "saddle",
        "The saddle, in three dimensions",
        "Down to the middle along one axis, and away from it along the other: the centre is flat, and no minimum.",
        "surfaces",
        ("000", "001", "004"),
        "race",
        "surface=saddle&steps=60&run=sgd:lr=0.1&run=momentum:lr=0.05&view=3d",
        show="3d",
        holds=lambda r: all(abs(t.x[-1, 0]) < 0.1 < 1 < abs(t.x[-1, 1]) for t in r.trajectories) and not len(r.minima),
    ),
    Card(
        "near_saddle",
        "Slow near a saddle",
        "A thousandth beside the ridge the slope is nearly nothing: SGD spends 67 of its 84 steps on leaving it, Adam 6 of 42.",
        "surfaces",
        ("000", "001", "004"),
        "race",
        "surface=bounded_saddle&run=sgd:lr=0.1&run=momentum:lr=0.02&run=adam:lr=0.1",
        holds=lambda r: (
            [int((np.abs(t.x[:, 1]) > 0.5).argmax()) for t in r.trajectories] == [67, 66, 6] and within(r) == [84, 74, 42]
        ),
    ),
    Card(
        "plateau",
        "A plateau",
        "At this saddle even the curvature is zero: SGD needs 139 steps, momentum 70, and Adam, which divides by size, 42.",
        "surfaces",
        ("000", "001", "004"),
        "race",
        "surface=plateau&run=sgd:lr=0.1&run=momentum:lr=0.1&run=adam:lr=0.1",
        holds=lambda r: within(r) == [139, 70, 42],
    ),
    Card(
        "raw_data",
        "A loss over raw data",
        "Two measurements that are all positive make a long, tilted valley, ninety times steeper across than along.",
        "surfaces",
        ("001",),
        "race",
        "surface=logistic&run=sgd:lr=1&run=momentum:lr=0.5",
        holds=lambda r: (lambda e: e[1] / e[0] > 80)(r.landscape_curvature(r.minima[:1])[0]),
    ),
    Card(
        "normalized_data",
        "The same data, normalised",
        "Zero mean and unit variance turn the valley into a bowl, and a rate ten times larger is safe.",
        "surfaces",
        ("001",),
        "race",
        "surface=logistic:normalized=true&run=sgd:lr=10&run=momentum:lr=1",
        holds=lambda r: (
            (lambda e: e[1] / e[0] < 4)(r.landscape_curvature(r.minima[:1])[0]) and rates(r)[0] == 10 and within(r)[0] <= 5
        ),
    ),
)
