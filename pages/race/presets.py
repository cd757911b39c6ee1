"""Examples that are known to show their point, for the menu; the first is what the page opens with."""

import numpy as np

from core.claims import above, distance, gradients_within, rates, stays, turning, within
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
    Preset(
        "curvature",
        "Curvature without a Hessian",
        "surface=rosenbrock&run=sgd:lr=0.002&run=lbfgs&run=cg&run=levenberg_marquardt",
        "In the banana L-BFGS arrives after 32 steps, conjugate gradient after 19, Levenberg–Marquardt after 9; SGD is still "
        "on the wrong side after 200. A line search costs: 1.8 gradients a step for L-BFGS, 3.5 for conjugate gradient.",
        holds=lambda r: (
            within(r) == [np.inf, 32, 19, 9]
            and r.trajectories[0].x[-1, 0] < 0
            and [
                round(float(t.state["gradients"][1 : n + 1].mean()), 1)
                for t, n in zip(r.trajectories[1:3], (32, 19), strict=True)
            ]
            == [1.8, 3.5]
        ),
    ),
    Preset(
        "sharp",
        "Sharp or flat",
        "formula=1.2-exp(-20*((x%2B1)**2%2By**2))-exp(-((x-0.5)**2%2By**2)/1.5)&domain=-2,3,-2,2&start=-1.1,0.15&steps=400"
        "&noise=gaussian:scale=1&run=sgd:lr=0.03&run=sam:lr=0.03,rho=0.6",
        "Both start in the sharp, deeper minimum, with the same noise. SGD stays there; SAM, which looks 0.6 uphill before "
        "each step, leaves it and ends near the flat one.",
        holds=lambda r: (
            (np.hypot(*(r.trajectories[0].x - r.minima[0]).T)[5:] < 0.25).all()
            and np.hypot(*(r.trajectories[1].x[-1] - r.minima[1])) < 0.25
            and r.curvature(r.trajectories[0])[-1, 1] > 0
        ),
    ),
    Preset(
        "schedule_free",
        "A rate that need not fall",
        "surface=noisy_taco&steps=400&run=sgd:lr=0.03&run=sgd:lr=0.03~cosine&run=schedule_free:lr=0.03",
        "Under noise a constant rate keeps SGD away from the minimum. A cosine brings it close, but has to know the length; "
        "Schedule-Free gets close at a constant rate: over the last 40 steps its loss is less than a quarter of SGD's.",
        holds=lambda r: (lambda late: late[1] < late[2] < 0.25 * late[0])(above(r)[:, -40:].mean(1)),
    ),
    Preset(
        "clipping",
        "Clipping at the cliff",
        "surface=cliff&run=sgd:lr=0.5&run=sgd:lr=0.5~clip_norm&run=sgd:lr=0.5~clip_value",
        "Unclipped, the first step is 20 long and SGD is lost. Clipped by norm it is 0.5 long and points where the gradient "
        "does; clipped by value it goes along the diagonal. Both then arrive, after 15 and 18 steps.",
        holds=lambda r: (
            within(r) == [np.inf, 15, 18]
            and (
                lambda first: (
                    15 < np.linalg.norm(first[0]) < 25
                    and np.allclose(first[1], 0.5 * first[0] / np.linalg.norm(first[0]))
                    and np.allclose(np.abs(first[2]), 0.5)
                )
            )(np.array([t.x[1] - t.x[0] for t in r.trajectories]))
        ),
    ),
    Preset(
        "averaging",
        "The average under noise",
        "surface=noisy_taco&steps=400&run=sgd:lr=0.05~average:after=50&run=sgd:lr=0.05~linear",
        "The thin line is the mean of all steps after the first 50. Over the last 40 steps its loss is less than a hundredth "
        "of that of the path it averages, and less than that of SGD at a rate that falls.",
        holds=lambda r: (lambda late, mean: mean < 0.01 * late[0] and mean < late[1])(
            above(r)[:, -40:].mean(1), r.averages(0)[0][1][-40:].mean() - r.lowest
        ),
    ),
    Preset(
        "cold_average",
        "An average that starts at zero",
        "surface=himmelblau&start=-1,4&steps=100&run=sgd:lr=0.01~ema:decay=0.98,bias_correction=false"
        "&run=sgd:lr=0.01~ema:decay=0.98",
        "Both average the same path. Uncorrected, the thin line comes from (0, 0), where SGD has never been, and after 100 "
        "steps it is still 0.6 away from the minimum; divided by 1 − β^t it is on the path from the first step on.",
        holds=lambda r: (
            lambda cold, warm: (
                np.array_equal(r.trajectories[0].x, r.trajectories[1].x)
                and np.linalg.norm(cold[1]) < 0.1
                and np.linalg.norm(r.trajectories[0].x, axis=1).min() > 2
                and round(float(r.distances(cold[-1:])[0]), 1) == 0.6
                and np.allclose(warm[1], r.trajectories[1].x[1])
            )
        )(r.averages(0)[0][0], r.averages(1)[0][0]),
    ),
    Preset(
        "rectified",
        "RAdam warms itself up",
        "steps=60&run=adam:lr=0.06&run=radam:lr=0.06",
        "Adam's first step is 0.06 in both coordinates, whatever the gradient. RAdam takes four steps of plain momentum, and "
        "then Adam's with a factor that grows from 0.02 to 0.16 by step 60.",
        holds=lambda r: (
            np.allclose(np.abs(np.diff(r.trajectories[0].x[:2], axis=0)), 0.06, rtol=1e-4)
            and (
                lambda factor: (
                    (factor[1:5] == 0).all()
                    and (np.diff(factor[4:]) > 0).all()
                    and round(float(factor[5]), 2) == 0.02
                    and round(float(factor[60]), 2) == 0.16
                )
            )(r.trajectories[1].state["rectification"])
        ),
    ),
    Preset(
        "polyak_step",
        "A rate from the loss itself",
        "surface=taco:kappa=200&steps=400&run=sgd:lr=0.0099&run=polyak",
        "Knowing how low the loss can get, Polyak's step works out its rate anew each time: it arrives after 49 steps, SGD "
        "at 99 % of its limit after 277. It never moves away from the minimum, although its loss rises at some steps.",
        holds=lambda r: (
            within(r) == [277, 49]
            and (np.diff(np.linalg.norm(r.trajectories[1].x, axis=1)) < 1e-12).all()
            and (np.diff(r.trajectories[1].loss[:50]) > 0).any()
        ),
    ),
    Preset(
        "belief",
        "AdaBelief believes its average",
        "run=adam:lr=0.1&run=adabelief:lr=0.1",
        "AdaBelief divides by how much gradients surprise, Adam by how large they are. Along the valley, from step 10 on, that "
        "is less than half under the root: AdaBelief arrives after 56 steps, Adam at the same rate after 130.",
        holds=lambda r: (
            within(r) == [130, 56]
            and (r.trajectories[1].state["surprise"][10:57, 0] < 0.5 * r.trajectories[0].state["second_moment"][10:57, 0]).all()
        ),
    ),
    Preset(
        "off_the_saddle",
        "Curvature, but off the saddle",
        "surface=bounded_saddle&start=-1.5,0.1&run=newton&run=sophia:lr=0.02",
        "Newton's method ends on the saddle. Sophia reads the curvature too, but moves no coordinate by more than "
        "0.02 a step: it passes by and is at a minimum after 179 steps and 215 gradients.",
        holds=lambda r: (
            np.linalg.norm(r.trajectories[0].x[-1]) < 1e-6
            and within(r) == [np.inf, 179]
            and gradients_within(r)[1] == 215
            and np.abs(np.diff(r.trajectories[1].x, axis=0)).max() < 0.02 + 1e-12
        ),
    ),
    Preset(
        "decays",
        "L2 or decoupled decay",
        "surface=himmelblau&steps=300&run=sgd:lr=0.01~l2:strength=1&run=sgd:lr=0.01~decay:strength=1"
        "&run=adam:lr=0.1~l2:strength=1&run=adam:lr=0.1~decay:strength=1",
        "For SGD the two are the same path. Adam divides the L2 term by the sizes of its gradients and ends 0.06 from a "
        "minimum; decay that goes past the rule keeps it 2.3 away from all of them.",
        holds=lambda r: (
            np.allclose(r.trajectories[0].x, r.trajectories[1].x, rtol=0, atol=1e-12)
            and round(float(r.distances(r.trajectories[2].x[-1:])[0]), 2) == 0.06
            and round(float(r.distances(r.trajectories[3].x[-1:])[0]), 1) == 2.3
        ),
    ),
    Preset(
        "two_gradients",
        "Two gradients a step",
        "surface=himmelblau&steps=30&run=sgd:lr=0.01&run=sam:lr=0.01,rho=0.01",
        "By steps SAM is first, after 11 to SGD's 12. By gradients it is last: it takes two a step, 22 to SGD's 12. Draw the "
        "curves against gradients to see it.",
        holds=lambda r: within(r) == [12, 11] and gradients_within(r) == [12, 22],
    ),
)
