"""Cards: learning rates."""

# ruff: noqa: E501  a check is one expression beside its sentence

import numpy as np

from core.claims import falls, level
from pages.lectures.card import Card

CARDS = (
    Card(
        "four_rates",
        "Very high, high, good and low",
        "Four constant rates, four shapes of the loss: away, fast and then stuck, right, and slow.",
        "rates",
        ("000", "001"),
        "schedules",
        "surface=taco&steps=300&noise=gaussian:scale=3&run=sgd:lr=0.0505&run=sgd:lr=0.046&run=sgd:lr=0.01&run=sgd:lr=0.001",
        show="loss",
        holds=lambda s: (
            s.runs[0].rising and s.runs[2].floor < s.runs[1].floor < s.runs[3].floor and s.runs[1].mean[20] < s.runs[3].mean[20]
        ),
    ),
    Card(
        "resnet",
        "The steps of ResNet",
        "A tenth of the rate at 32,000 updates, a hundredth at 48,000: the loss falls at once both times.",
        "rates",
        ("000", "001"),
        "schedules",
        "surface=noisy_taco:kappa=10&steps=64000&run=sgd:lr=0.1~multistep:first=32000,second=48000&run=sgd:lr=0.1",
        show="loss",
        holds=lambda s: (
            np.allclose(s.runs[0].rates[[0, 32000, 48000]], [0.1, 0.01, 0.001])
            and all(
                (lambda m, k: m[k + 20 : k + 120].mean() < 0.3 * m[k - 100 : k].mean())(
                    s.runs[0].mean, int(np.searchsorted(s.at, k))
                )
                for k in (32000, 48000)
            )
        ),
    ),
    Card(
        "bert",
        "BERT: warm-up, then a straight line",
        "Ten per cent of warm-up, then a line to zero: the rate reaches all that is set, because the line waits.",
        "rates",
        ("000",),
        "schedules",
        "surface=noisy_taco&steps=100000&run=adamw:lr=0.02~linear:warmup=10000,late=true&run=adamw:lr=0.02~linear",
        show="rates",
        holds=lambda s: s.runs[0].rates.argmax() == 9999 and s.runs[0].rates.max() == 0.02 and s.runs[0].rates[-1] < 1e-5,
    ),
    Card(
        "goyal",
        "Goyal: large batches",
        "A rate of 3.2 after five epochs of warm-up, then ÷10 at epochs 30, 60 and 80: each drop lowers the loss.",
        "rates",
        ("000",),
        "schedules",
        "formula=0.1*x**2%2B0.3*y**2&domain=-6,6,-4,4&start=-5,3&steps=14080&noise=gaussian:scale=0.3&run=sgd:lr=3.2~multistep:first=4692,second=9384,third=12511,warmup=782",
        holds=lambda s: (
            s.runs[0].rates.max() == 3.2
            and all(
                (lambda m, k: m[k + 100 : k + 180].mean() < 0.4 * m[k - 100 : k].mean())(
                    s.runs[0].mean, int(np.searchsorted(s.at, k))
                )
                for k in (4692, 9384, 12511)
            )
        ),
    ),
    Card(
        "decays",
        "Exponential and 1/t decay",
        "Two rates that fall from the first update on: one fast and to nothing, one ever more slowly.",
        "rates",
        ("000", "001"),
        "schedules",
        "surface=noisy_taco&steps=300&run=sgd:lr=0.04~exponential&run=sgd:lr=0.04~inverse_time&run=sgd:lr=0.04",
        holds=lambda s: (
            s.runs[0].rates[-1] < 0.01 * s.runs[0].rates[0]
            and s.runs[1].rates[-1] > 10 * s.runs[0].rates[-1]
            and falls(s.runs[0].rates)
            and falls(s.runs[1].rates)
        ),
    ),
    Card(
        "per_epoch",
        "×0.9 per epoch",
        "Decay by hand: after each epoch of 50 updates nine tenths of the rate are left, 39 % in the tenth epoch.",
        "rates",
        ("002",),
        "schedules",
        "surface=noisy_taco&steps=500&run=sgd:lr=0.04~step:every=50,factor=1.111111&run=sgd:lr=0.04",
        show="rates",
        holds=lambda s: (
            np.allclose(s.runs[0].rates[50::50] / s.runs[0].rates[:-50:50], 0.9, rtol=1e-5)
            and abs(s.runs[0].rates[-1] / 0.04 - 0.9**9) < 1e-4
            and s.runs[0].floor < 0.7 * s.runs[1].floor
        ),
    ),
    Card(
        "cosine",
        "Cosine, linear, inverse root",
        "Three ways down from one rate: half-way, cosine and straight line still have half of it, the inverse root a twelfth.",
        "rates",
        ("000",),
        "schedules",
        "surface=noisy_taco&steps=300&run=sgd:lr=0.04~cosine&run=sgd:lr=0.04~linear&run=sgd:lr=0.04~inverse_sqrt",
        holds=lambda s: (
            all(s.runs[i].rates[149] > 0.49 * s.runs[i].rates[0] for i in (0, 1))
            and s.runs[2].rates[149] < 0.1 * s.runs[2].rates[0]
        ),
    ),
    Card(
        "restarts",
        "Warm restarts",
        "Cosine waves, each twice as long as the last. A constant rate leaves fewer in the upper well: it stays high for longer.",
        "rates",
        ("000",),
        "schedules",
        "surface=double_well&start=2,1&steps=1000&noise=gaussian:scale=3&run=sgd:lr=0.04~sgdr:t0=60&run=sgd:lr=0.04~cosine&run=sgd:lr=0.04",
        holds=lambda s: (
            (np.diff(s.runs[0].rates) > 0.03).sum() == 4
            and all((r.ends > 1).sum() > 3 * (s.runs[2].ends > 1).sum() for r in s.runs[:2])
        ),
    ),
    Card(
        "cyclic",
        "Cyclic rates",
        "Down and up again, several times. Where a cycle ends the loss is low: a model worth keeping.",
        "rates",
        ("001",),
        "schedules",
        "surface=noisy_taco&steps=400&run=sgd:lr=0.04~sgdr:t0=100,t_mult=1&run=sgd:lr=0.04~triangular:half=50",
        holds=lambda s: (
            (np.diff(s.runs[0].rates) > 0.03).sum() == 3
            and s.runs[0].rates[-1] < 0.01 * s.runs[0].rates[0]
            and s.runs[0].mean[-1] < 0.5 * s.runs[0].mean[-50]
        ),
    ),
    Card(
        "warmup",
        "Linear warm-up",
        "The rate rises from a fortieth of it, not from zero. A line that falls meanwhile gets to 80 %, one that waits to all of it.",
        "rates",
        ("000",),
        "schedules",
        "surface=noisy_taco&steps=200&run=sgd:lr=0.04~linear:warmup=40&run=sgd:lr=0.04~linear:warmup=40,late=true",
        holds=lambda s: (
            s.runs[0].rates[0] == s.runs[1].rates[0] * (1 - 0 / 200) == 0.001
            and abs(s.runs[0].rates.max() / 0.04 - 0.805) < 0.001
            and s.runs[1].rates.max() == 0.04
        ),
    ),
    Card(
        "transformer",
        "The rate of the Transformer",
        "A straight rise over 4000 updates meets the inverse root of the step: a peak, not a plateau.",
        "rates",
        ("000",),
        "schedules",
        "surface=noisy_taco&steps=20000&run=adam:lr=1~transformer&run=adam:lr=1~transformer:warmup=8000",
        holds=lambda s: (
            s.runs[0].rates.argmax() == 3999
            and (np.diff(s.runs[0].rates[:4000]) > 0).all()
            and (np.diff(s.runs[0].rates[4000:]) < 0).all()
            and level(np.diff(s.runs[0].rates[:4000]), 1e-6)
        ),
    ),
    Card(
        "tiered",
        "Tiers or a smooth fall",
        "By hand in steps, or by a formula: here the steps keep the rate high for longer, and the loss ends lower.",
        "rates",
        ("004",),
        "schedules",
        "surface=noisy_taco&steps=300&run=sgd:lr=0.04~tiered&run=sgd:lr=0.04~exponential",
        holds=lambda s: (
            s.runs[0].rates[:160].mean() > 1.3 * s.runs[1].rates[:160].mean() and s.runs[0].mean[-1] < 0.3 * s.runs[1].mean[-1]
        ),
    ),
)
