"""Examples that are known to show their point, for the menu; the first is what the page opens with."""

# ruff: noqa: E501  a check is one expression beside its sentence

import numpy as np

from core.claims import level
from core.page import Preset

PRESETS = (
    Preset(
        "floor",
        "Down to the noise floor",
        "surface=noisy_taco&steps=300&run=sgd:lr=0.04&run=sgd:lr=0.04~step&run=sgd:lr=0.04~cosine&run=sgd:lr=0.04~linear:warmup=30",
        "A constant rate stalls at the noise floor; every drop of the rate lets the loss fall further.",
        holds=lambda s: s.runs[0].trend == "level" and max(run.floor for run in s.runs[1:]) < 0.5 * s.runs[0].floor,
    ),
    Preset(
        "four_rates",
        "Very high, high, good and low",
        "surface=taco&steps=300&noise=gaussian:scale=3&run=sgd:lr=0.0505&run=sgd:lr=0.046&run=sgd:lr=0.01&run=sgd:lr=0.001",
        "Very high runs away; high falls fast and stalls high; good ends lowest; low is still on its way.",
        holds=lambda s: (
            s.runs[0].rising
            and s.runs[2].floor < s.runs[1].floor < s.runs[3].floor
            and s.runs[1].mean[20] < s.runs[3].mean[20]
            and s.runs[3].trend == "falling"
        ),
    ),
    Preset(
        "resnet",
        "ResNet: ÷10 at 32k and 48k",
        "surface=noisy_taco:kappa=10&steps=64000&run=sgd:lr=0.1~multistep:first=32000,second=48000&run=sgd:lr=0.1",
        "The rate 0.1 is divided by ten at update 32,000 and again at 48,000; each drop lowers the loss at once.",
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
    Preset(
        "transformer",
        "Transformer: 512 wide, 4000 of warm-up",
        "surface=noisy_taco&steps=20000&run=adam:lr=1~transformer&run=adam:lr=1~transformer:warmup=8000&run=adam:lr=1~transformer:d_model=256",
        "The rate rises linearly to its peak at update 4000 and then falls with the root of the step.",
        holds=lambda s: (
            s.runs[0].rates.argmax() == 3999
            and abs(s.runs[0].rates[15999] / s.runs[0].rates[3999] - 0.5) < 1e-9
            and level(np.diff(s.runs[0].rates[:4000]), 1e-6)
        ),
    ),
    Preset(
        "bert",
        "BERT: warm-up, then a straight line",
        "surface=noisy_taco&steps=100000&run=adamw:lr=0.02~linear:warmup=10000,late=true&run=adamw:lr=0.02~linear",
        "Ten per cent of warm-up and then a straight line to zero, which waits for it; beside it the line without a warm-up.",
        holds=lambda s: s.runs[0].rates.argmax() == 9999 and s.runs[0].rates.max() == 0.02 and s.runs[1].rates.argmax() == 0,
    ),
    Preset(
        "restarts",
        "SGDR: warm restarts",
        "surface=double_well&start=2,1&steps=1000&noise=gaussian:scale=3&run=sgd:lr=0.04~sgdr:t0=125,t_mult=1&run=sgd:lr=0.04~cosine&run=sgd:lr=0.04",
        "After 1000 updates fewest are left in the upper well at a constant rate, then with restarts: time at a high rate counts.",
        holds=lambda s: (
            (lambda n: n[2] < n[0] < n[1])([(run.ends > 1).sum() for run in s.runs])
            and s.runs[2].rates.mean() > s.runs[0].rates.mean()
        ),
    ),
    Preset(
        "goyal",
        "Goyal: large batch, warm-up of five epochs",
        "formula=0.1*x**2%2B0.3*y**2&domain=-6,6,-4,4&start=-5,3&steps=14080&noise=gaussian:scale=0.3&run=sgd:lr=3.2~multistep:first=4692,second=9384,third=12511,warmup=782&run=sgd:lr=3.2~multistep:first=4692,second=9384,third=12511",
        "Batches of 8192 at a rate of 3.2: five epochs of warm-up, then ÷10 at epochs 30, 60 and 80.",
        holds=lambda s: (
            s.runs[0].rates[781] == 3.2
            and s.runs[0].rates[0] < 3.2 / 700
            and [round(s.runs[1].rates[k - 1] / s.runs[1].rates[k]) for k in (4692, 9384, 12511)] == [10, 10, 10]
        ),
    ),
    Preset(
        "warmup",
        "Where warm-up starts",
        "surface=noisy_taco&steps=40&run=sgd:lr=0.04~constant:warmup=10&run=sgd:lr=0.04~inverse_sqrt&run=sgd:lr=0.04",
        "Warm-up over n steps starts at 1/n of the rate, not at 0; the inverse root is counted from 1: at 0 it is infinite.",
        holds=lambda s: abs(s.runs[0].rates[0] - 0.004) < 1e-12 and s.runs[1].rates[0] == 0.04,
    ),
)
