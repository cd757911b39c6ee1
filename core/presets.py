"""Experiments that are known to show their point, for the menu: what the lectures draw, as links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Preset:
    """A named experiment.

    Attributes:
      key, name: of the menu. query: the experiment. sentence: what it shows.
      printed: what a lecture prints for each layer of it, by the name in core.signal.Signal.
    """

    key: str
    name: str
    query: str
    sentence: str
    printed: Mapping[str, tuple[float, ...]] = field(default_factory=dict)


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

# The same for the page of schedules; the first is what it opens with.
COURSES = (
    Preset(
        "floor",
        "Down to the noise floor",
        "surface=noisy_taco&steps=300&run=sgd:lr=0.04&run=sgd:lr=0.04~step&run=sgd:lr=0.04~cosine&run=sgd:lr=0.04~linear:warmup=30",
        "A constant rate stalls at the noise floor; every drop of the rate lets the loss fall further.",
    ),
    Preset(
        "four_rates",
        "Very high, high, good and low",
        "surface=taco&steps=300&noise=gaussian:scale=3&run=sgd:lr=0.0505&run=sgd:lr=0.046&run=sgd:lr=0.01&run=sgd:lr=0.001",
        "Very high diverges; high falls fast and stalls high; good ends lowest; low is still on its way.",
    ),
    Preset(
        "resnet",
        "ResNet: ÷10 at 32k and 48k",
        "surface=noisy_taco:kappa=10&steps=64000&run=sgd:lr=0.1~multistep:first=32000,second=48000&run=sgd:lr=0.1",
        "The rate 0.1 is divided by ten at update 32,000 and again at 48,000; each drop lowers the loss at once.",
    ),
    Preset(
        "transformer",
        "Transformer: 512 wide, 4000 of warm-up",
        "surface=noisy_taco&steps=20000&run=adam:lr=1~transformer&run=adam:lr=1~transformer:warmup=8000"
        "&run=adam:lr=1~transformer:d_model=256",
        "The rate rises linearly to its peak at update 4000 and then falls with the root of the step.",
    ),
    Preset(
        "bert",
        "BERT: warm-up, then a straight line",
        "surface=noisy_taco&steps=100000&run=adamw:lr=0.02~linear:warmup=10000&run=adamw:lr=0.02~linear",
        "Ten per cent of warm-up and a straight line to zero, with and without the warm-up.",
    ),
    Preset(
        "restarts",
        "SGDR: warm restarts",
        "surface=double_well&start=2,1&steps=1000&noise=gaussian:scale=3&run=sgd:lr=0.04~sgdr:t0=125,t_mult=1"
        "&run=sgd:lr=0.04~exponential",
        "Each restart lets the noise throw more runs out of the upper well; a rate that only falls leaves them there.",
    ),
    Preset(
        "goyal",
        "Goyal: large batch, warm-up of five epochs",
        "formula=0.1*x**2%2B0.3*y**2&domain=-6,6,-4,4&start=-5,3&steps=14080&noise=gaussian:scale=0.3"
        "&run=sgd:lr=3.2~multistep:first=4692,second=9384,third=12511,warmup=782"
        "&run=sgd:lr=3.2~multistep:first=4692,second=9384,third=12511",
        "Batches of 8192 at a rate of 3.2: five epochs of warm-up, then ÷10 at epochs 30, 60 and 80.",
    ),
    Preset(
        "warmup",
        "Where warm-up starts",
        "surface=noisy_taco&steps=40&run=sgd:lr=0.04~constant:warmup=10&run=sgd:lr=0.04~inverse_sqrt&run=sgd:lr=0.04",
        "Warm-up over n steps starts at 1/n of the rate, not at 0; the inverse root is counted from 1: at 0 it is infinite.",
    ),
)

# Signals through deep networks. The first six-layer ones are those of the lectures, with the numbers printed there.
SIGNALS = (
    Preset(
        "three",
        "Too small, too big, just right",
        "init=normal&init=normal:std=1&init=lecun",
        "Ten tanh layers of 500 units: weights of 0.01 fade out, of 1 saturate, of 1/√fan-in pass the signal on.",
    ),
    Preset(
        "tanh_001",
        "Six layers, tanh, 0.01",
        "width=4096&depth=6&batch=16",
        "The outputs shrink towards zero layer by layer, and the weight gradients with them.",
    ),
    Preset(
        "tanh_005",
        "Six layers, tanh, 0.05",
        "init=normal:std=0.05&width=4096&depth=6&batch=16",
        "The outputs saturate near −1 and 1; the gradient that arrives is small only where the slopes outweigh the weights.",
        {"mean": (0, 0, 0, 0, 0, 0), "std": (0.87, 0.85, 0.85, 0.85, 0.85, 0.85)},
    ),
    Preset(
        "tanh_xavier",
        "Six layers, tanh, Xavier",
        "init=lecun&width=4096&depth=6&batch=16",
        "Weights of 1/√fan-in keep the signal alive, but under tanh its spread still falls from layer to layer.",
        {"std": (0.63, 0.49, 0.41, 0.36, 0.32, 0.30)},
    ),
    Preset(
        "relu_xavier",
        "Six layers, ReLU, Xavier",
        "activation=relu&init=lecun&width=4096&depth=6&batch=16",
        "ReLU throws half of the signal away at every layer, and weights made for tanh do not make up for it.",
        {"mean": (0.39, 0.28, 0.20, 0.14, 0.10, 0.07), "std": (0.58, 0.41, 0.30, 0.21, 0.15, 0.10)},
    ),
    Preset(
        "relu_kaiming",
        "Six layers, ReLU, Kaiming",
        "activation=relu&init=he_normal&width=4096&depth=6&batch=16",
        "Twice the variance makes up for the half that ReLU throws away: every layer is like the first.",
        {"mean": (0.57, 0.57, 0.56, 0.55, 0.55, 0.55), "std": (0.83, 0.83, 0.83, 0.81, 0.81, 0.81)},
    ),
    Preset(
        "tanh_ten",
        "Ten layers, tanh: 0.01, 1 and Xavier",
        "init=normal&init=normal:std=1&init=lecun&batch=1000&seed=28",
        "The ten layers of 500 units and 1000 samples of the lecture, under its three kinds of weights.",
    ),
    Preset(
        "relu_ten",
        "Ten layers, ReLU: Xavier against He",
        "activation=relu&init=lecun&init=he_normal&batch=1000&seed=28",
        "Ten layers of 500: with 1/√fan-in the spread falls from layer to layer, with √(2/fan-in) it stays.",
    ),
    Preset(
        "alike",
        "All weights alike",
        "init=zeros&init=constant&init=lecun&width=64&depth=5",
        "From zero nothing gets through; from one constant all units of a layer get the same gradient and stay alike for ever.",
    ),
    Preset(
        "rescued",
        "Batch norm rescues bad weights",
        "norm=none&norm=batch&norm=layer",
        "Weights that fade out by themselves, and the same behind batch norm and layer norm.",
    ),
)

# Activations over one another.
UNITS = (
    Preset(
        "classics",
        "The classics: sigmoid, tanh, ReLU",
        "probe=2",
        "Where each is steep, where flat, and which are centred on zero.",
    ),
    Preset(
        "leaky",
        "Leaky ReLU: 0.1 or 0.01?",
        "activation=leaky_relu&activation=leaky_relu:slope=0.01&activation=relu&range=-10,5&probe=-5",
        "The lectures draw a slope of 0.1 and define one of 0.01: both, beside the ReLU whose slope is 0.",
    ),
    Preset(
        "smooth",
        "The smooth ones",
        "activation=gelu&activation=silu&activation=mish&activation=softplus&activation=elu&range=-5,3&probe=-1",
        "All follow ReLU far out; they differ in how deep they dip below zero and how fast they come back.",
    ),
    Preset(
        "zigzag",
        "All-positive inputs: the zig-zag",
        "activation=sigmoid&activation=tanh&rate=1",
        "Outputs that are all positive push both weights up or both down; where one must rise and one fall, the path zig-zags.",
    ),
    Preset(
        "dead",
        "Dead ReLU units",
        "activation=relu&activation=leaky_relu&rate=1",
        "A large rate throws units to where no sample reaches them, and a very negative bias starts there; none comes back.",
    ),
)
