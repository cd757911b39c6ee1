"""Networks whose numbers are published, and examples that show their point, for the menu; the first opens the page."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from core.page import Preset
from core.query import encode
from core.types import Spec
from engines.convolution.arithmetic import Row, rows


def network(size: str, *layers: str) -> str:
    return encode([("input", size), *(("layer", layer) for layer in layers)])


def conv(filters: int, kernel: int, stride: int = 1, padding: int = 0, more: str = "") -> str:
    texts = (
        f"filters={filters},kernel={kernel}",
        f"stride={stride}" * (stride > 1),
        f"padding={padding}" * (padding > 0),
        more,
    )
    return "conv:" + ",".join(filter(None, texts))


def alexnet(size: str, padding: int, filters: tuple[int, ...], groups: int = 1) -> str:
    one, two, three, four, five = filters
    split = f"groups={groups}" if groups > 1 else ""
    pool = "pool:kernel=3,stride=2"
    features = (
        conv(one, 11, 4, padding), pool, conv(two, 5, 1, 2, split), pool,
        conv(three, 3, 1, 1), conv(four, 3, 1, 1, split), conv(five, 3, 1, 1, split), pool,
    )  # fmt: skip
    return network(size, *features, "flatten", "dense:units=4096", "dense:units=4096", "dense:units=1000")


def vgg() -> str:
    blocks = ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3))
    layers = [part for width, count in blocks for part in (*[conv(width, 3, 1, 1)] * count, "pool:kernel=2")]
    return network("224x224x3", *layers, "flatten", "dense:units=4096", "dense:units=4096", "dense:units=1000")


def resnet(blocks: tuple[int, ...], bottleneck: bool) -> str:
    """He et al. (2015), as in torchvision: the stride is that of the 3×3 convolution."""
    layers = [conv(64, 7, 2, 3, "norm=true"), "pool:kernel=3,stride=2,padding=1"]
    for stage, count in enumerate(blocks):
        for block in range(count):
            layers += _block(
                64 * 2**stage, 2 if stage and not block else 1, not block and (bottleneck or stage > 0), bottleneck
            )
    return network("224x224x3", *layers, "pool:kernel=7", "flatten", "dense:units=1000")


def _block(width: int, stride: int, project: bool, bottleneck: bool) -> Iterator[str]:
    if bottleneck:
        yield conv(width, 1, 1, 0, "norm=true")
        yield conv(width, 3, stride, 1, "norm=true")
        yield conv(4 * width, 1, 1, 0, "norm=true")
    else:
        yield conv(width, 3, stride, 1, "norm=true")
        yield conv(width, 3, 1, 1, "norm=true")
    back = "back=3" if bottleneck else ""
    through = f"project=true{f',stride={stride}' if stride > 1 else ''},norm=true" if project else ""
    parts = ",".join(filter(None, (back, through)))
    yield f"add:{parts}" if parts else "add"


def parameters(r: Any) -> int:
    return sum(row.parameters for row in r.rows)


def macs(r: Any) -> int:
    return sum(row.macs for row in r.rows)


def across(row: Row) -> int:
    """Pixels of the input that a unit of a layer sees, along the side where they are more."""
    return max(view.field for view in row.views)


def windows(bright: np.ndarray) -> np.ndarray:
    """Sums over all squares of 5×5."""
    sums = np.pad(bright.cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    return sums[5:, 5:] - sums[:-5, 5:] - sums[5:, :-5] + sums[:-5, :-5]


def undilated(r: Any) -> list[Row]:
    """The same convolutions with no dilation."""
    layers = [Spec(row.layer.key, {**row.layer.values, "dilation": 1}) for row in r.rows[1:]]
    return rows(r.rows[0].output, layers, r.stack.one_dimensional)


PRESETS = (
    Preset(
        "alexnet",
        "AlexNet, as on the slide",
        alexnet("227x227x3", 0, (96, 256, 384, 384, 256)),
        "Without groups 62,378,344 parameters; 94 % of them are in the three dense layers, 95 % of the multiply-adds are not.",
        holds=lambda r: (
            parameters(r) == 62_378_344
            and round(100 * sum(row.parameters for row in r.rows[-3:]) / parameters(r)) == 94
            and round(100 * sum(row.macs for row in r.rows[:-3]) / macs(r)) == 95
        ),
    ),
    Preset(
        "lenet",
        "LeNet-5, of 1998",
        network(
            "32x32x1",
            conv(6, 5),
            "pool:kernel=2",
            conv(16, 5),
            "pool:kernel=2",
            conv(120, 5),
            "dense:units=84",
            "dense:units=10",
        ),
        "From 32×32 down to one place: C1 has 156 parameters, C5 48,120 and F6 10,164, as printed in the paper.",
        holds=lambda r: [r.rows[i].parameters for i in (1, 5, 6)] == [156, 48_120, 10_164] and r.rows[5].grid == (1, 1),
    ),
    Preset(
        "alexnet_caffe",
        "AlexNet, in two groups (Caffe)",
        alexnet("227x227x3", 0, (96, 256, 384, 384, 256), 2),
        "Two groups of channels, as it was trained on two cards: 60,965,224 parameters, and 36 % fewer multiply-adds.",
        holds=lambda r: (
            parameters(r) == 60_965_224
            and round(100 - 100 * macs(r) / sum(row.macs * row.layer.values.get("groups", 1) for row in r.rows)) == 36
        ),
    ),
    Preset(
        "alexnet_torchvision",
        "AlexNet, in torchvision",
        alexnet("224x224x3", 2, (64, 192, 384, 256, 256)),
        "On 224 pixels with padding 2 and other widths: again 55×55 after the first layer, and 61,100,840 parameters.",
        holds=lambda r: parameters(r) == 61_100_840 and r.rows[1].grid == (55, 55),
    ),
    Preset(
        "vgg",
        "VGG-16, all of 3×3",
        vgg(),
        "Thirteen 3×3 convolutions: 138,357,544 parameters; a unit before the last pool sees 196 pixels across.",
        holds=lambda r: (
            [row.layer.values["kernel"] for row in r.rows if row.layer.key == "conv"] == [3] * 13
            and parameters(r) == 138_357_544
            and [across(low) for low, row in pairwise(r.rows) if row.layer.key == "pool"][-1] == 196
        ),
    ),
    Preset(
        "resnet18",
        "ResNet-18, with shortcuts",
        resnet((2, 2, 2, 2), False),
        "11,689,512 parameters; the field is that of the longest way, 435 pixels, far beyond the 224 there are.",
        holds=lambda r: parameters(r) == 11_689_512 and [across(row) for row in r.rows if row.layer.key == "add"][-1] == 435,
    ),
    Preset(
        "resnet50",
        "ResNet-50, with bottlenecks",
        resnet((3, 4, 6, 3), True),
        "25,557,032 parameters and 4.1 billion multiply-adds, of which its one dense layer does 2 million.",
        holds=lambda r: (parameters(r), round(macs(r) / 1e9, 1), round(r.rows[-1].macs / 1e6)) == (25_557_032, 4.1, 2),
    ),
    Preset(
        "mobilenet",
        "A MobileNet block",
        network("112x112x32", conv(32, 3, 1, 1, "groups=32,norm=true"), conv(64, 1, 1, 0, "norm=true")),
        "One 3×3 filter per channel, then 1×1 across channels: 7.9 times fewer multiply-adds than 3×3 across all.",
        holds=lambda r: round(r.rows[1].grid[0] * r.rows[1].grid[1] * 9 * 32 * 64 / macs(r), 1) == 7.9,
    ),
    Preset(
        "wavenet",
        "Dilated WaveNet stack",
        network("4096x1", *(f"conv:filters=32,kernel=2{f',dilation={2**i}' if i else ''}" for i in range(10))),
        "Ten layers of two weights, each twice as far apart: a unit hears 1024 samples; without dilation it hears 11.",
        holds=lambda r: (across(r.rows[-1]), across(undilated(r)[-1])) == (1024, 11),
    ),
    Preset(
        "dilated",
        "Three 3×3 layers, dilated 1, 2, 4",
        network("33x33x1", conv(8, 3), conv(8, 3, 1, 0, "dilation=2"), conv(8, 3, 1, 0, "dilation=4")) + "&side=7&dilation=2",
        "The field is 15 pixels across and without a hole; with no dilation it is 7, for just as many weights.",
        holds=lambda r: (
            (across(r.rows[-1]), across(undilated(r)[-1])) == (15, 7)
            and [masks[0].sum() for masks in (r.seen.rows, r.seen.columns)] == [15, 15]
            and sum(row.parameters for row in undilated(r)) == parameters(r)
        ),
    ),
    Preset(
        "filters",
        "Six 5×5 filters on 32×32",
        network("32x32x3", conv(6, 5)) + "&photo=china",
        "A filter is as deep as its input: six of 5×5×3 make 28×28×6 out of 32×32×3, with 456 parameters.",
        holds=lambda r: r.rows[1].output == (28, 28, 6) and parameters(r) == 456 and r.filtered.maps.shape == (6, 28, 28),
    ),
    Preset(
        "edges",
        "Filters that find edges",
        network("32x32x3", conv(6, 5)) + "&photo=flower",
        "Weights that add up to 0 answer nothing to a plain colour; a blur, all of ones, answers most where it is bright.",
        holds=lambda r: (
            [int(one.weights.sum()) for one in r.filtered.filters] == [0, 0, 0, 0, 75, 0]
            and [int(one.pattern.sum()) for one in r.filtered.filters[:4]] == [0] * 4
            and np.array_equal(r.filtered.maps[4], windows(r.filtered.pixels.sum(2, dtype=int)))
        ),
    ),
    Preset(
        "learned",
        "Filters that were learned",
        network("32x32x3", conv(6, 5)) + "&photo=flower&bank=learned",
        "Learned on pieces of both photographs, 97 % of unseen pieces or more told apart: every filter weighs colours apart.",
        holds=lambda r: (
            r.filtered.accuracy >= 0.97 and all((one.weights != one.weights[:, :, :1]).any() for one in r.filtered.filters)
        ),
    ),
    Preset(
        "transposed",
        "Transposed: from 4×4 to 32×32",
        network("4x4x128", *(f"transposed:filters={f},kernel=4,stride=2,padding=1" for f in (64, 32, 3))),
        "Kernel 4, stride 2, padding 1 doubles the size exactly; the stride that a unit has on the input is a fraction.",
        holds=lambda r: (
            [row.grid[0] for row in r.rows] == [4, 8, 16, 32]
            and [row.views[0].stride for row in r.rows[1:]] == [0.5, 0.25, 0.125]
        ),
    ),
)
