"""Copy this file to `<key>.py` and change what it says. Start with this line: one sentence on the data.

The file is found by itself: menus, sliders, URL, API, docs and tests follow from it. Files that begin with `_` are skipped.
The data below, two classes on either side of a line, works as it stands.
"""

import numpy as np

from core.types import Dataset, Param

SAMPLES = 400


def load(rng, values):
    # Two arrays: x float32 [samples, features], and y, int32 classes or float32 numbers [samples]. Draw with `rng` only, and
    # the same amount whatever `values` are: then a slider moves the points and does not shuffle them.
    x = rng.uniform(-1, 1, (SAMPLES, 2)).astype(np.float32)
    y = (x[:, 0] + values.noise * rng.standard_normal(SAMPLES) > 0).astype(np.int32)
    return x, y


dataset = Dataset(
    key="_template",  # the file name without .py
    name="Two halves",  # in the menu
    summary="Left or right of a line, blurred by noise.",
    source="Drawn from a formula.",
    licence="No rights reserved.",
    load=load,
    samples=SAMPLES,
    train=300,  # of them train, unless the address says otherwise
    shape=(2,),  # of one sample; (8, 8) for a picture
    classes=("left", "right"),  # () where a number is to be predicted
    features=("x", "y"),
    params=(Param("noise", r"\sigma", 0.1, 0.0, 1.0, "linear", "How far the border is blurred."),),
)
