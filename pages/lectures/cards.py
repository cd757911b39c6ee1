"""The gallery: every figure of the lectures that this software can show, as a link that opens it live.

Sentences are ours. A figure that cannot be shown yet is not listed.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.settings import PAGE_FIELDS
from errata._record import LECTURES

__all__ = ["CARDS", "LECTURES", "TOPICS", "Card"]

TOPICS = {
    "surfaces": "Loss surfaces",
    "noise": "Noise and batches",
    "optimizers": "Optimizers",
    "rates": "Learning rates",
    "activations": "Activations",
    "initialization": "Initialization",
    "normalization": "Normalization",
    "data": "Data before training",
    "convolution": "Convolution",
}


@dataclass(frozen=True)
class Card:
    """One figure of a lecture.

    Attributes:
      key: its name in links. name, sentence: what it is and what it shows.
      topic: one of TOPICS. lectures: keys of LECTURES in which the figure is drawn.
      page, query: key of a page, and where there the software shows it; the query may hold the page's own fields, as view=3d.
      show: which small picture of that page stands on the card (SHOWS in its picture.py).
      small: a lighter query for that picture alone, which looks the same; "" where the query itself is light.
    """

    key: str
    name: str
    sentence: str
    topic: str
    lectures: tuple[str, ...]
    page: str
    query: str
    show: str = ""
    small: str = ""

    @property
    def pictured(self) -> str:
        """The query of the small picture: without the page's own fields."""
        pairs = [pair for pair in (self.small or self.query).split("&") if pair.partition("=")[0] not in PAGE_FIELDS]
        return "&".join(pairs)


ALEXNET = (
    "input=227x227x3&layer=conv:filters=96,kernel=11,stride=4&layer=pool:kernel=3,stride=2"
    "&layer=conv:filters=256,kernel=5,padding=2&layer=pool:kernel=3,stride=2&layer=conv:filters=384,kernel=3,padding=1"
    "&layer=conv:filters=384,kernel=3,padding=1&layer=conv:filters=256,kernel=3,padding=1&layer=pool:kernel=3,stride=2"
    "&layer=flatten&layer=dense:units=4096&layer=dense:units=4096&layer=dense:units=1000"
)
CARDS = (
    # Loss surfaces ---------------------------------------------------------------------------------------------------
    Card(
        "zigzag",
        "Zig-zag across a narrow valley",
        "One direction is forty times steeper: gradient descent leaps from wall to wall and creeps along the floor.",
        "surfaces",
        ("000", "001", "004"),
        "race",
        "run=sgd:lr=0.045",
    ),
    Card(
        "rate_alone",
        "A larger rate does not help",
        "Just under the limit of 2/κ the path still settles, just above it grows for ever: the rate alone buys no speed.",
        "surfaces",
        ("004",),
        "race",
        "run=sgd:lr=0.045&run=sgd:lr=0.049&run=sgd:lr=0.051",
    ),
    Card(
        "local_minimum",
        "Stuck in a local minimum",
        "In the upper well the gradient is zero, so gradient descent stays; momentum has enough speed to roll on.",
        "surfaces",
        ("000", "001", "004"),
        "race",
        "surface=double_well&start=2,1&run=sgd:lr=0.01&run=momentum:lr=0.01",
    ),
    Card(
        "saddle",
        "The saddle, in three dimensions",
        "Down to the middle along one axis, and away from it along the other: the centre is flat, and no minimum.",
        "surfaces",
        ("000", "001", "004"),
        "race",
        "surface=saddle&steps=60&run=sgd:lr=0.1&run=momentum:lr=0.05&view=3d",
    ),
    Card(
        "near_saddle",
        "Slow near a saddle",
        "A thousandth beside the ridge the slope is nearly nothing: most of the steps are spent on leaving it.",
        "surfaces",
        ("000", "001", "004"),
        "race",
        "surface=bounded_saddle&run=sgd:lr=0.1&run=momentum:lr=0.02&run=adam:lr=0.1",
    ),
    Card(
        "plateau",
        "A plateau",
        "Around this saddle even the curvature is zero; dividing by the size of the gradient is what gets across.",
        "surfaces",
        ("000", "001", "004"),
        "race",
        "surface=plateau&run=sgd:lr=0.1&run=momentum:lr=0.1&run=adam:lr=0.1",
    ),
    Card(
        "raw_data",
        "A loss over raw data",
        "Two measurements that are all positive make a long, tilted valley out of a simple classifier.",
        "surfaces",
        ("001",),
        "race",
        "surface=logistic&run=sgd:lr=1&run=momentum:lr=0.5",
    ),
    Card(
        "normalized_data",
        "The same data, normalised",
        "Zero mean and unit variance turn the valley into a bowl, and a rate ten times larger is safe.",
        "surfaces",
        ("001",),
        "race",
        "surface=logistic:normalized=true&run=sgd:lr=10&run=momentum:lr=1",
    ),
    # Noise and batches -----------------------------------------------------------------------------------------------
    Card(
        "noisy_gradient",
        "Momentum on a noisy gradient",
        "Both see the same noise at the same step: one path trembles, the other averages it away.",
        "noise",
        ("000", "001"),
        "race",
        "surface=noisy_taco&run=sgd:lr=0.05&run=momentum:lr=0.005",
    ),
    Card(
        "full_batch",
        "Full batch",
        "All fifty points in every step: the path is smooth and the same every time.",
        "noise",
        ("004",),
        "race",
        "surface=least_squares:batch=50&run=sgd:lr=0.2",
    ),
    Card(
        "single_sample",
        "One sample at a time",
        "Each step follows a single point, cheap and wild: it finds the region and never the minimum.",
        "noise",
        ("004",),
        "race",
        "surface=least_squares:batch=1&run=sgd:lr=0.2",
    ),
    Card(
        "minibatch",
        "Minibatches",
        "Eight points at a time: most of the noise is gone, at a sixth of the price of the full batch.",
        "noise",
        ("000", "004"),
        "race",
        "surface=least_squares:batch=8&run=sgd:lr=0.2",
    ),
    # Optimizers ------------------------------------------------------------------------------------------------------
    Card(
        "momentum",
        "SGD and momentum",
        "Across the valley the gradients cancel, along it they add up: the sum of the past knows the way.",
        "optimizers",
        ("000", "001", "004"),
        "race",
        "run=sgd:lr=0.045&run=momentum:lr=0.01",
    ),
    Card(
        "nesterov",
        "Momentum against Nesterov",
        "Looking where the speed will carry it, the one overshoots less than the other at the same rate.",
        "optimizers",
        ("000", "001"),
        "race",
        "run=momentum:lr=0.01&run=nesterov:lr=0.01",
    ),
    Card(
        "adagrad",
        "The path of AdaGrad",
        "It divides by all the gradients it has seen: straight towards the minimum, in steps that only shrink.",
        "optimizers",
        ("000", "001", "004"),
        "race",
        "run=sgd:lr=0.045&run=momentum:lr=0.01&run=adagrad:lr=0.8",
    ),
    Card(
        "rmsprop",
        "RMSProp joins",
        "An average that forgets in place of a sum that does not: the steps stay long until the end.",
        "optimizers",
        ("000", "001"),
        "race",
        "run=sgd:lr=0.045&run=momentum:lr=0.01&run=nesterov:lr=0.01&run=rmsprop:lr=0.1",
    ),
    Card(
        "adam",
        "And Adam",
        "Momentum above, RMSProp below: it overshoots like the one and ignores the scale like the other.",
        "optimizers",
        ("000", "001", "004"),
        "race",
        "run=sgd:lr=0.045&run=momentum:lr=0.01&run=rmsprop:lr=0.1&run=adam:lr=0.3",
    ),
    Card(
        "race",
        "The race: who leads, who wins",
        "The adaptive ones lead early, momentum overtakes them late, and plain descent is left behind.",
        "optimizers",
        ("004",),
        "race",
        "surface=taco&run=sgd:lr=0.002&run=adagrad:lr=0.5&run=rmsprop:lr=0.2&run=momentum:lr=0.002",
    ),
    Card(
        "large_race",
        "The race with AdaDelta and NAG",
        "Six at once. AdaDelta needs no rate, but it starts from almost nothing and takes long to wake.",
        "optimizers",
        ("004",),
        "race",
        "surface=taco:kappa=10&run=sgd:lr=0.01&run=momentum:lr=0.004&run=nesterov:lr=0.004&run=adagrad:lr=0.5&run=rmsprop:lr=0.1"
        "&run=adadelta",
    ),
    Card(
        "cold_start",
        "Adam's cold start",
        "Both averages begin at zero. Without the correction, β₁ = 0.9 and β₂ = 0.99 make the first steps the wrong size.",
        "optimizers",
        ("000", "001", "004"),
        "race",
        "surface=taco:kappa=10&steps=60&run=adam:lr=0.3,b2=0.99&run=adam:lr=0.3,b2=0.99,bias_correction=false",
    ),
    Card(
        "second_order",
        "First and second order",
        "A tangent only says which way is down; a parabola says how far. On this surface one step of Newton is enough.",
        "optimizers",
        ("001",),
        "race",
        "run=sgd:lr=0.045&run=newton",
    ),
    # Learning rates --------------------------------------------------------------------------------------------------
    Card(
        "four_rates",
        "Very high, high, good and low",
        "Four constant rates, four shapes of the loss: away, fast and then stuck, right, and slow.",
        "rates",
        ("000", "001"),
        "schedules",
        "surface=taco&steps=300&noise=gaussian:scale=3&run=sgd:lr=0.0505&run=sgd:lr=0.046&run=sgd:lr=0.01&run=sgd:lr=0.001",
        "loss",
    ),
    Card(
        "resnet",
        "The steps of ResNet",
        "A tenth of the rate at 32,000 updates, a hundredth at 48,000: the loss falls at once both times.",
        "rates",
        ("000", "001"),
        "schedules",
        "surface=noisy_taco:kappa=10&steps=64000&run=sgd:lr=0.1~multistep:first=32000,second=48000&run=sgd:lr=0.1",
        "loss",
    ),
    Card(
        "decays",
        "Exponential and 1/t decay",
        "Two rates that fall from the first update on: one fast and to nothing, one ever more slowly.",
        "rates",
        ("000", "001"),
        "schedules",
        "surface=noisy_taco&steps=300&run=sgd:lr=0.04~exponential&run=sgd:lr=0.04~inverse_time&run=sgd:lr=0.04",
    ),
    Card(
        "cosine",
        "Cosine, linear, inverse root",
        "Three ways down from one rate: the inverse root falls at once, the other two keep most of it for half the way.",
        "rates",
        ("000",),
        "schedules",
        "surface=noisy_taco&steps=300&run=sgd:lr=0.04~cosine&run=sgd:lr=0.04~linear&run=sgd:lr=0.04~inverse_sqrt",
    ),
    Card(
        "restarts",
        "Warm restarts",
        "Cosine waves, each twice as long as the last. Every restart may throw the run out of a well.",
        "rates",
        ("000",),
        "schedules",
        "surface=double_well&start=2,1&steps=1000&noise=gaussian:scale=3&run=sgd:lr=0.04~sgdr:t0=60&run=sgd:lr=0.04~cosine",
    ),
    Card(
        "cyclic",
        "Cyclic rates",
        "Down and up again, several times. The end of each cycle is a model worth keeping.",
        "rates",
        ("001",),
        "schedules",
        "surface=noisy_taco&steps=400&run=sgd:lr=0.04~sgdr:t0=100,t_mult=1&run=sgd:lr=0.04~triangular:half=50",
    ),
    Card(
        "warmup",
        "Linear warm-up",
        "The rate rises over the first updates, from a share of it and not from zero, before it falls.",
        "rates",
        ("000",),
        "schedules",
        "surface=noisy_taco&steps=200&run=sgd:lr=0.04~linear:warmup=40&run=sgd:lr=0.04~cosine:warmup=40",
    ),
    Card(
        "transformer",
        "The rate of the Transformer",
        "A straight rise over 4000 updates meets the inverse root of the step: a peak, not a plateau.",
        "rates",
        ("000",),
        "schedules",
        "surface=noisy_taco&steps=20000&run=adam:lr=1~transformer&run=adam:lr=1~transformer:warmup=8000",
    ),
    Card(
        "tiered",
        "Tiers or a smooth fall",
        "By hand in steps, or by a formula: here the steps keep the rate high for longer, and in the end lower.",
        "rates",
        ("004",),
        "schedules",
        "surface=noisy_taco&steps=300&run=sgd:lr=0.04~tiered&run=sgd:lr=0.04~exponential",
    ),
    # Activations -----------------------------------------------------------------------------------------------------
    Card(
        "classics",
        "Sigmoid, tanh, ReLU",
        "Values beside slopes: the first two are flat at both ends, the third on one side only.",
        "activations",
        ("000", "001", "002", "003", "004"),
        "activations",
        "activation=sigmoid&activation=tanh&activation=relu&range=-6,6&probe=2",
    ),
    Card(
        "saturation",
        "Where a sigmoid saturates",
        "At 0 the slope is a quarter, at ±10 it is next to nothing: a unit out there stops learning.",
        "activations",
        ("002", "003", "004"),
        "activations",
        "activation=sigmoid&activation=tanh&probe=10",
    ),
    Card(
        "leaky",
        "Leaky ReLU and its relatives",
        "A slope of 0.1 as it is drawn, of 0.01 as it is defined, a learned one, and a bend in place of a line.",
        "activations",
        ("000", "001", "002", "003", "004"),
        "activations",
        "activation=leaky_relu&activation=leaky_relu:slope=0.01&activation=prelu&activation=elu&range=-10,4&probe=-5",
    ),
    Card(
        "smooth",
        "SELU and GELU",
        "One is scaled so that deep signals keep their size, the other weighs an input by the share of a Gaussian below it.",
        "activations",
        ("003",),
        "activations",
        "activation=selu&activation=gelu&activation=relu&range=-4,3&probe=-1",
    ),
    Card(
        "maxout",
        "Maxout",
        "The larger of two straight lines, which are learned; it needs twice the weights and never saturates.",
        "activations",
        ("000", "001", "002", "003"),
        "activations",
        "activation=maxout&activation=relu&range=-4,4&probe=1",
    ),
    Card(
        "same_sign",
        "Gradients of one sign",
        "Inputs that are all positive push both weights up, or both down: the way to a mixed target is a zig-zag.",
        "activations",
        ("002", "003"),
        "activations",
        "activation=sigmoid&activation=tanh&rate=1",
        "zigzag",
    ),
    Card(
        "dead",
        "Dead ReLU units",
        "After a few steps that were too large, no sample reaches these units any more, and nothing brings them back.",
        "activations",
        ("000", "002", "003"),
        "activations",
        "activation=relu&activation=leaky_relu&rate=2&bias=-1",
        "dead",
    ),
    Card(
        "vanishing",
        "Why deep sigmoids learn nothing",
        "A quarter at best, layer upon layer: what the slopes leave of a gradient after twenty of them.",
        "activations",
        ("004",),
        "activations",
        "activation=sigmoid&activation=tanh&activation=relu&depth=20",
        "slopes",
    ),
    # Initialization --------------------------------------------------------------------------------------------------
    Card(
        "three_sizes",
        "Too small, too big, just right",
        "Ten tanh layers: weights of 0.01 let the signal fade, of 1 saturate every unit, of 1/√n pass it on.",
        "initialization",
        ("001", "002"),
        "initialization",
        "init=normal&init=normal:std=1&init=lecun&batch=1000",
        "spread",
    ),
    Card(
        "small_weights",
        "Ten layers from 0.01",
        "The outputs shrink to a spike at zero, and the weight gradients with them.",
        "initialization",
        ("002",),
        "initialization",
        "activation=tanh&init=normal&batch=1000",
    ),
    Card(
        "large_weights",
        "Ten layers from 1.0",
        "Nearly every output is −1 or 1; the slopes there are small, and yet the gradient that arrives explodes.",
        "initialization",
        ("002",),
        "initialization",
        "activation=tanh&init=normal:std=1&batch=1000",
    ),
    Card(
        "xavier",
        "Ten layers from 1/√n",
        "The rule that the lectures call Xavier keeps the outputs spread out, though tanh narrows them layer by layer.",
        "initialization",
        ("002", "003", "004"),
        "initialization",
        "activation=tanh&init=lecun&batch=1000",
    ),
    Card(
        "wide_small",
        "Six layers of 4096: 0.01",
        "Spreads of 0.49, 0.29, 0.18 and so on down: the histograms of the lecture, computed anew.",
        "initialization",
        ("003", "004"),
        "initialization",
        "activation=tanh&init=normal&width=4096&depth=6&batch=16",
        small="activation=tanh&init=normal:std=0.0283&width=512&depth=6&batch=128",
    ),
    Card(
        "wide_large",
        "Six layers of 4096: 0.05",
        "The outputs pile up near −1 and 1 in every layer; the crosses are the numbers that the lecture prints.",
        "initialization",
        ("003", "004"),
        "initialization",
        "activation=tanh&init=normal:std=0.05&width=4096&depth=6&batch=16",
        small="activation=tanh&init=normal:std=0.1414&width=512&depth=6&batch=128",
    ),
    Card(
        "relu_xavier",
        "ReLU under the rule for tanh",
        "Half of the signal is cut off in each layer and nothing makes up for it: the outputs fade.",
        "initialization",
        ("002", "003"),
        "initialization",
        "activation=relu&init=lecun&width=4096&depth=6&batch=16",
        small="activation=relu&init=lecun&width=512&depth=6&batch=128",
    ),
    Card(
        "relu_kaiming",
        "ReLU under its own rule",
        "Twice the variance for the half that is lost: every layer is as spread out as the first.",
        "initialization",
        ("002", "003", "004"),
        "initialization",
        "activation=relu&init=he_normal&width=4096&depth=6&batch=16",
        small="activation=relu&init=he_normal&width=512&depth=6&batch=128",
    ),
    Card(
        "alike",
        "All weights alike",
        "From zeros nothing gets through; from one constant all units of a layer learn the same for ever.",
        "initialization",
        ("002", "003", "004"),
        "initialization",
        "activation=tanh&init=zeros&init=constant&init=lecun&width=64&depth=5",
        "spread",
    ),
    Card(
        "chain",
        "Gradients that vanish or explode",
        "Fifteen layers and three sizes of weights: every layer multiplies the gradient by the same factor.",
        "initialization",
        ("004",),
        "initialization",
        "activation=relu&init=normal:std=0.06&init=normal:std=0.12&init=he_normal&depth=15&width=256",
        "gradients",
    ),
    # Normalization ---------------------------------------------------------------------------------------------------
    Card(
        "batch_norm",
        "Batch norm before the activation",
        "Weights that would saturate every unit, and the same with their inputs moved back to where the slope is.",
        "normalization",
        ("002", "004"),
        "initialization",
        "init=normal:std=1&norm=none&norm=batch&batch=1000",
    ),
    Card(
        "scale_and_shift",
        "What γ and β are for",
        "After the normalisation the network may widen and move its values again; here by four settings of both.",
        "normalization",
        ("004",),
        "initialization",
        "init=lecun&norm=batch&gamma=1&gamma=2&gamma=1&gamma=2&beta=2&beta=2&beta=-2&beta=-2&activation=identity&depth=3&width=128",
    ),
    Card(
        "four_norms",
        "Batch, layer, group, instance",
        "They differ only in what they average over; the picture of the axes is beneath the curves.",
        "normalization",
        ("000",),
        "initialization",
        "init=normal&norm=batch&norm=layer&norm=group&norm=instance&batch=1000",
    ),
    # Data ------------------------------------------------------------------------------------------------------------
    Card(
        "raw_and_standardized",
        "Raw, centred, normalised",
        "The same points before and after, and under them the loss that they make: 189 updates become 16.",
        "data",
        ("000", "002", "003"),
        "data",
        "data=cloud",
        "cloud",
    ),
    Card(
        "whitening",
        "PCA and whitening",
        "Rotated until nothing is correlated, then every direction divided by its spread: a condition number of one.",
        "data",
        ("002",),
        "data",
        "transform=whitened",
        "cloud",
    ),
    Card(
        "steps_saved",
        "Normalise your data: steps saved",
        "Two features of wine in different units: a million updates become fifteen, each at 0.9 of its largest rate.",
        "data",
        ("001",),
        "data",
        "data=wine&pair=6,12",
        "loss",
    ),
    # Convolution -----------------------------------------------------------------------------------------------------
    Card(
        "alexnet",
        "AlexNet, layer by layer",
        "Sizes, parameters and receptive fields of every layer; behind the last pool a unit sees 195 pixels of 227.",
        "convolution",
        ("003",),
        "convolution",
        ALEXNET,
        "sizes",
    ),
    Card(
        "six_filters",
        "Six filters, six maps",
        "Six filters of 5×5×3 slide over 32×32×3: 28×28 places for each, and 456 parameters for all.",
        "convolution",
        ("002",),
        "convolution",
        "input=32x32x3&layer=conv:filters=6,kernel=5",
        "field",
    ),
    Card(
        "dilation",
        "Dilation widens the field",
        "Three layers of 3×3, 1, 2 and 4 apart: a field 15 pixels across instead of 7, and no weight more.",
        "convolution",
        ("003",),
        "convolution",
        "input=33x33x1&layer=conv:filters=8,kernel=3&layer=conv:filters=8,kernel=3,dilation=2"
        "&layer=conv:filters=8,kernel=3,dilation=4",
        "field",
    ),
)
