"""Cards: optimizers."""

# ruff: noqa: E501  a check is one expression beside its sentence

import numpy as np

from core.claims import above, rates, stays, within
from pages.lectures.card import Card

CARDS = (
    Card(
        "momentum",
        "SGD and momentum",
        "At 99 % of its limit SGD needs 277 steps, momentum 62: across the valley its gradients cancel, along it they add up.",
        "optimizers",
        ("000", "001", "004"),
        "race",
        "surface=taco:kappa=200&steps=400&run=sgd:lr=0.0099&run=momentum:lr=0.01",
        holds=lambda r: (
            within(r) == [277, 62] and abs(rates(r)[0] - 0.99 * 2 / 200) < 1e-9 and within(r)[1] < 0.25 * within(r)[0]
        ),
    ),
    Card(
        "nesterov",
        "Momentum against Nesterov",
        "Looking where the speed will carry it, the one overshoots less than the other at the same rate.",
        "optimizers",
        ("000", "001"),
        "race",
        "run=momentum:lr=0.01&run=nesterov:lr=0.01",
        holds=lambda r: (
            within(r)[1] < 0.5 * within(r)[0]
            and r.trajectories[1].x[:, 0].max() < r.trajectories[0].x[:, 0].max()
            and rates(r)[0] == rates(r)[1]
        ),
    ),
    Card(
        "long_memory",
        "Momentum: 0.9 or 0.99",
        "At the same rate a memory of 0.99 swings on: after 400 steps it has not arrived, where 0.9 was there after 62.",
        "optimizers",
        ("000", "001"),
        "race",
        "surface=taco:kappa=200&steps=400&run=momentum:lr=0.01&run=momentum:lr=0.01,rho=0.99",
        holds=lambda r: within(r) == [62, np.inf],
    ),
    Card(
        "adagrad",
        "The path of AdaGrad",
        "It divides by all the gradients it has seen: nearly straight to the minimum, in steps that only shrink.",
        "optimizers",
        ("000", "001", "004"),
        "race",
        "run=sgd:lr=0.045&run=momentum:lr=0.01&run=adagrad:lr=0.8",
        holds=lambda r: (
            (np.diff(np.linalg.norm(np.diff(r.trajectories[2].x, axis=0), axis=1))[1:] < 0).all()
            and r.summaries()[2].path_length < 8.5
        ),
    ),
    Card(
        "adagrad_rmsprop",
        "AdaGrad beside RMSProp",
        "A sum of squares against an average: AdaGrad slows down and settles, RMSProp comes near and is outside a third of the time.",
        "optimizers",
        ("000", "001", "004"),
        "race",
        "run=adagrad:lr=0.8&run=rmsprop:lr=0.1",
        holds=lambda r: stays(r) == [True, False] and 0.25 < r.summaries()[1].outside_after < 0.4,
    ),
    Card(
        "rmsprop",
        "RMSProp joins",
        "An average that forgets in place of a sum that does not: the steps stay long, so it comes near and does not settle.",
        "optimizers",
        ("000", "001"),
        "race",
        "run=sgd:lr=0.045&run=momentum:lr=0.01&run=nesterov:lr=0.01&run=rmsprop:lr=0.1",
        holds=lambda r: (
            (np.abs(np.diff(r.trajectories[3].x, axis=0))[5:].max(1) > 0.02).all()
            and r.summaries()[3].outside_after > 0.2
            and stays(r)[0]
        ),
    ),
    Card(
        "adam",
        "And Adam",
        "Momentum above, RMSProp below: the first of these four at the minimum, and like momentum it overshoots it.",
        "optimizers",
        ("000", "001", "004"),
        "race",
        "run=sgd:lr=0.045&run=momentum:lr=0.01&run=rmsprop:lr=0.1&run=adam:lr=0.3",
        holds=lambda r: (
            r.trajectories[3].x[:, 0].max() > 0.5 and within(r)[3] == min(within(r)) and stays(r)[2:] == [False, False]
        ),
    ),
    Card(
        "race",
        "The race: who leads, who wins",
        "Each at its best rate: AdaGrad leads early, momentum overtakes it and wins, SGD and RMSProp are left behind.",
        "optimizers",
        ("004",),
        "race",
        "surface=taco:kappa=200,angle=20&run=sgd:lr=0.0096&run=adagrad:lr=5.3&run=rmsprop:lr=0.1&run=momentum:lr=0.0039",
        holds=lambda r: (
            lambda a: (
                a[1, 10] == a[:, 10].min()
                and a[3, -1] < 1e-3 * a[:3, -1].min()
                and a[2, -1] > 3 * a[1, -1]
                and a[0, -1] > 3 * a[1, -1]
            )
        )(above(r)),
    ),
    Card(
        "large_race",
        "The race with AdaDelta and NAG",
        "Six at once. AdaDelta needs no rate but starts from √ε: after 200 updates more than half of its loss is still there.",
        "optimizers",
        ("004",),
        "race",
        "surface=taco:kappa=10&run=sgd:lr=0.01&run=momentum:lr=0.004&run=nesterov:lr=0.004&run=adagrad:lr=0.5&run=rmsprop:lr=0.1&run=adadelta",
        holds=lambda r: above(r)[5, -1] > 0.6 * above(r)[5, 0] and above(r)[5, -1] == above(r)[:, -1].max(),
    ),
    Card(
        "cold_start",
        "Adam's cold start",
        "Both averages begin at zero. At β₁ = 0.9, β₂ = 0.999 the first step without the correction is three times as long.",
        "optimizers",
        ("000", "001", "004"),
        "race",
        "surface=taco:kappa=10&steps=60&run=adam:lr=0.3&run=adam:lr=0.3,bias_correction=false",
        holds=lambda r: (
            r.summaries()[1].path_length > 2 * r.summaries()[0].path_length
            and np.linalg.norm(r.trajectories[1].x[1] - r.trajectories[1].x[0])
            > 3 * np.linalg.norm(r.trajectories[0].x[1] - r.trajectories[0].x[0])
        ),
    ),
    Card(
        "cold_start_004",
        "The cold start with β₂ = 0.99",
        "The lecture's other pair: at 0.9 and 0.99 the first step is right without the correction, the later ones twice too long.",
        "optimizers",
        ("004",),
        "race",
        "surface=taco:kappa=10&steps=60&run=adam:lr=0.3,b2=0.99&run=adam:lr=0.3,b2=0.99,bias_correction=false",
        holds=lambda r: (lambda n: abs(n[1][0] / n[0][0] - 1) < 0.01 and (n[1] / n[0])[3:8].max() > 1.8)(
            [np.linalg.norm(np.diff(t.x, axis=0), axis=1) for t in r.trajectories]
        ),
    ),
    Card(
        "second_order",
        "First and second order",
        "A tangent only says which way is down; a parabola says how far. On this surface one step of Newton is enough.",
        "optimizers",
        ("001",),
        "race",
        "run=sgd:lr=0.045&run=newton",
        holds=lambda r: within(r)[1] == 1 and above(r)[1, 1] < 1e-12,
    ),
    Card(
        "newton_saddle",
        "Newton, drawn to a saddle",
        "Where the curvature is negative Newton's step goes uphill: it ends on the saddle, from where SGD finds the minimum.",
        "optimizers",
        ("001",),
        "race",
        "surface=bounded_saddle&start=-1.5,0.1&steps=60&run=newton&run=sgd:lr=0.1",
        holds=lambda r: (
            np.linalg.norm(r.trajectories[0].x[-1]) < 1e-6
            and r.trajectories[0].loss[-1] > r.trajectories[1].loss[-1] + 0.2
            and within(r)[1] < np.inf
        ),
    ),
    Card(
        "stalled_adagrad",
        "AdaGrad and the saddle",
        "Steps that only shrink: at a rate of 0.02 RMSProp is there after 86 steps, and AdaGrad not after 500.",
        "optimizers",
        ("000", "001", "004"),
        "race",
        "surface=bounded_saddle&steps=500&run=adagrad:lr=0.02&run=rmsprop:lr=0.02",
        holds=lambda r: within(r) == [np.inf, 86],
    ),
)
