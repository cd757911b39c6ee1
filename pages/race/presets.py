"""Examples that are known to show their point, for the menu; the first is what the page opens with."""

from core.page import Preset

PRESETS = (
    Preset(
        "zigzag",
        "Zig-zag on the taco",
        "run=sgd:lr=0.045&run=momentum:lr=0.01",
        "Just under the limit 2/40, SGD changes the sign of y on every step and crawls along x.",
    ),
    Preset(
        "past_the_limit",
        "Just past the limit",
        "run=sgd:lr=0.045&run=sgd:lr=0.049&run=sgd:lr=0.051",
        "The limit of SGD on this valley is 2/40 = 0.05: at 0.049 it still settles, at 0.051 it diverges.",
    ),
    Preset(
        "local_minimum",
        "Trapped in a local minimum",
        "surface=double_well&start=2,1&run=sgd:lr=0.01&run=momentum:lr=0.01",
        "SGD stops in the upper well near x = 0.86; momentum rolls over the hill into the lower one.",
    ),
    Preset(
        "noise",
        "A noisy gradient",
        "surface=noisy_taco&run=sgd:lr=0.05&run=momentum:lr=0.005",
        "With the same noise at the same step, SGD turns about at every step; momentum averages the noise into a smooth path.",
    ),
    Preset(
        "race",
        "The race: who leads, who wins",
        "surface=taco&run=sgd:lr=0.002&run=adagrad:lr=0.5&run=rmsprop:lr=0.2&run=momentum:lr=0.002",
        "AdaGrad and RMSProp lead early, momentum overtakes them late, SGD is left behind.",
    ),
)
