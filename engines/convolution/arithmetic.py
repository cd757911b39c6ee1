"""Sizes, parameters, multiply-adds and receptive fields, layer by layer, in whole numbers.

Output: ⌊(n + 2p − d(k − 1) − 1)/s⌋ + 1, so what a stride does not reach is left out, as PyTorch does. Receptive field and
effective stride: Araujo, Norris, Sim, “Computing receptive fields of convolutional neural networks” (2019), with dilation,
which turns k into d(k − 1) + 1. Of a residual branch the field is that of both ways together.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, gcd
from typing import NamedTuple

from core.problems import Problem
from core.types import Spec
from core.words import N_
from engines.convolution.layers import Size, whole

LARGEST = 16384  # units along one side
FLAT = ("flatten", "dense")


class View(NamedTuple):
    """What the units of a layer see of the input along one axis, before it is cut off at the borders.

    Attributes:
      reach: pixels from the first to the last one that a unit sees; a fraction behind a transposed convolution, where the
        units do not all see alike, and this is not less than what any of them sees.
      stride: pixels from what one unit sees to what the next one sees; a fraction behind a transposed convolution.
      padding: pixels that the first unit sees before the input begins; None behind a transposed convolution.
    """

    reach: Fraction
    stride: Fraction
    padding: Fraction | None

    @property
    def field(self) -> int:
        """Pixels that a unit sees, the first and the last one counted."""
        return ceil(self.reach) + 1


class Row(NamedTuple):
    """One layer.

    Attributes:
      layer: its spec. given, output: sizes in and out. parameters: weights and biases. macs: multiply-adds for one example.
      views: of rows and of columns. grid: places of the map below, along both axes, that the layer's units are of.
      note: what is worth knowing about it, or None.
    """

    layer: Spec
    given: Size
    output: Size
    parameters: int
    macs: int
    views: tuple[View, View]
    grid: tuple[int, int]
    note: Problem | None = None


class ImpossibleError(Exception):
    """A layer does not fit on what comes in."""

    def __init__(self, problem: Problem):
        super().__init__(problem.text())
        self.problem = problem


def input_row(size: Size) -> Row:
    """The input as a row: each pixel sees itself."""
    view = View(Fraction(0), Fraction(1), Fraction(0))
    return Row(Spec("input", {}), size, size, 0, 0, (view, view), (size.height, size.width))


def rows(size: Size, layers: Sequence[Spec], one_dimensional: bool = False) -> list[Row]:
    """The input, and then one row per layer.

    Args:
      size: of the input. layers: from the input on.
      one_dimensional: a signal in one row: kernels are one high and move along it only.
    Raises:
      ImpossibleError: at the first layer that does not fit.
    """
    done = [input_row(size)]
    for number, layer in enumerate(layers, 1):
        try:
            row = _RULES[layer.key](layer, done, one_dimensional)
            if max(row.grid) > LARGEST:
                message = N_("layer {number}, {layer}: an output of {out} is larger than {limit}")
                raise _MisfitError(message, [1, LARGEST], out=max(row.grid), limit=LARGEST)
            done.append(row)
        except _MisfitError as misfit:
            args = {**misfit.problem.args, "number": number, "layer": layer.key}
            raise ImpossibleError(
                Problem("layer", misfit.problem.message, args, misfit.problem.allowed, misfit.problem.detail)
            ) from None
    return done


class _MisfitError(Exception):
    def __init__(self, message: str, allowed: object = None, detail: str = "", **args: object):
        super().__init__(message)
        self.problem = Problem("layer", message, args, allowed, detail)


class Kernel(NamedTuple):
    """How a layer moves along one axis: output i looks at i·stride − padding + 0, dilation, …, (kernel − 1)·dilation."""

    kernel: int
    stride: int
    padding: int
    dilation: int

    @property
    def reach(self) -> int:
        """From the first to the last place that a kernel looks at."""
        return self.dilation * (self.kernel - 1)


def windows(layer: Spec, one_dimensional: bool) -> tuple[Kernel, Kernel]:
    """Of a convolution, a pool or a transposed convolution, along rows and columns."""
    dilation = whole(layer, "dilation") if "dilation" in layer.values else 1
    across = Kernel(whole(layer, "kernel"), whole(layer, "stride"), whole(layer, "padding"), dilation)
    return (Kernel(1, 1, 0, 1) if one_dimensional else across), across


def _map(done: Sequence[Row]) -> Size:
    """What comes in, where a map is needed."""
    if any(row.layer.key in FLAT for row in done):
        message = N_(
            "layer {number}, {layer}: needs a map, and behind flatten or dense there is only a list of {count} numbers"
        )
        raise _MisfitError(message, count=done[-1].output.numbers)
    return done[-1].output


def _weights(layer: Spec, channels: int, taps: int) -> int:
    """Weights of a convolution, with its biases, or with gain and shift of the norm that takes their place."""
    filters, groups = whole(layer, "filters"), whole(layer, "groups")
    splits = (
        (filters, N_("layer {number}, {layer}: {count} filters cannot be split into {groups} groups; {some} would do")),
        (channels, N_("layer {number}, {layer}: {count} channels cannot be split into {groups} groups; {some} would do")),
    )
    for count, message in splits:
        if count % groups:
            fits = [g for g in range(1, min(filters, channels) + 1) if filters % g == 0 == channels % g]
            raise _MisfitError(message, fits, count=count, groups=groups, some=", ".join(map(str, fits[-6:])))
    return taps * channels // groups * filters + (2 if whole(layer, "norm") else 1) * filters


def _taps(layer: Spec, one_dimensional: bool) -> int:
    return whole(layer, "kernel") ** (1 if one_dimensional else 2)


def _conv(layer: Spec, done: Sequence[Row], one_dimensional: bool) -> Row:
    given = _map(done)
    parameters = _weights(layer, given.channels, taps := _taps(layer, one_dimensional))
    (height, width), note = _slid(layer, given, one_dimensional)
    output = Size(height, width, whole(layer, "filters"))
    macs = output.numbers * taps * given.channels // whole(layer, "groups")
    return Row(layer, given, output, parameters, macs, _looking(layer, done, one_dimensional), (height, width), note)


def _pool(layer: Spec, done: Sequence[Row], one_dimensional: bool) -> Row:
    given = _map(done)
    kernel, padding = whole(layer, "kernel"), whole(layer, "padding")
    if 2 * padding > kernel:
        message = N_(
            "layer {number}, {layer}: padding {padding} is more than half of the kernel {kernel}; up to {most} would do"
        )
        raise _MisfitError(message, [0, kernel // 2], padding=padding, kernel=kernel, most=kernel // 2)
    (height, width), note = _slid(layer, given, one_dimensional)
    output = Size(height, width, given.channels)
    return Row(layer, given, output, 0, 0, _looking(layer, done, one_dimensional), (height, width), note)


def _slid(layer: Spec, given: Size, one_dimensional: bool) -> tuple[tuple[int, int], Problem | None]:
    """Places of a kernel along both axes, and a note where some of the input is left over."""
    both = list(zip(given[:2], windows(layer, one_dimensional), strict=True))
    height, width = (_places(size, window) for size, window in both)
    return (height, width), left_over(*both[0]) or left_over(*both[1])


def _places(size: int, window: Kernel) -> int:
    room = size + 2 * window.padding - window.reach - 1
    if room < 0:
        kernel = (size + 2 * window.padding - 1) // window.dilation + 1
        message = N_(
            "layer {number}, {layer}: a kernel that reaches over {reach} does not fit on {size} with padding {padding}; "
            "kernel up to {kernel} or padding from {more} on would do"
        )
        more = -(-(window.reach + 1 - size) // 2)
        reach, padding = window.reach + 1, window.padding
        raise _MisfitError(message, [1, kernel], reach=reach, size=size, padding=padding, kernel=kernel, more=more)
    return room // window.stride + 1


def left_over(size: int, window: Kernel) -> Problem | None:
    """A note where the stride does not divide: how much is never looked at, and what would fit."""
    room = size + 2 * window.padding - window.reach - 1
    left = room % window.stride
    if not left:
        return None
    paddings = [p for p in range(window.reach + 1) if (size + 2 * p - window.reach - 1) % window.stride == 0]
    kernels = [
        k
        for k in range(1, window.kernel + window.stride + 1)
        if (span := size + 2 * window.padding - window.dilation * (k - 1) - 1) >= 0 and span % window.stride == 0
    ]
    args = dict(
        size=size + 2 * window.padding,
        span=window.reach + 1,
        stride=window.stride,
        left=left,
        padding=_nearest(paddings, window.padding),
        kernel=_nearest(kernels, window.kernel),
    )
    if paddings and kernels:
        message = N_(
            "{size} − {span} is not a multiple of {stride}: {left} left over; padding {padding} or kernel {kernel} would do"
        )
    elif kernels:
        message = N_("{size} − {span} is not a multiple of {stride}: {left} left over; kernel {kernel} would do")
    elif paddings:
        message = N_("{size} − {span} is not a multiple of {stride}: {left} left over; padding {padding} would do")
    else:
        message = N_("{size} − {span} is not a multiple of {stride}: {left} left over")
    return Problem("layer", message, args)


def _nearest(values: Sequence[int], to: int) -> int | None:
    return min(values, key=lambda value: (abs(value - to), value), default=None)


def _looking(layer: Spec, done: Sequence[Row], one_dimensional: bool) -> tuple[View, View]:
    """Of a convolution or a pool."""
    first, second = (
        View(
            view.reach + window.reach * view.stride,
            view.stride * window.stride,
            None if view.padding is None else view.padding + window.padding * view.stride,
        )
        for view, window in zip(done[-1].views, windows(layer, one_dimensional), strict=True)
    )
    return first, second


def _transposed(layer: Spec, done: Sequence[Row], one_dimensional: bool) -> Row:
    """Places (n − 1)s − 2p + d(k − 1) + 1; every input is multiplied with the whole kernel."""
    given = _map(done)
    parameters = _weights(layer, given.channels, taps := _taps(layer, one_dimensional))
    both = windows(layer, one_dimensional)
    places = [(n - 1) * w.stride - 2 * w.padding + w.reach + 1 for n, w in zip(given[:2], both, strict=True)]
    for n, w, out in zip(given[:2], both, places, strict=True):
        if out < 1:
            most = ((n - 1) * w.stride + w.reach) // 2
            message = N_("layer {number}, {layer}: padding {padding} leaves nothing of {size}; up to {most} would do")
            raise _MisfitError(message, [0, most], padding=w.padding, size=(n - 1) * w.stride + w.reach + 1, most=most)
    output = Size(places[0], places[1], whole(layer, "filters"))
    macs = given.numbers * taps * output.channels // whole(layer, "groups")
    first, second = (
        View(view.reach + seen_by_transposed(w) * view.stride, view.stride / w.stride, None)
        for view, w in zip(done[-1].views, both, strict=True)
    )
    return Row(layer, given, output, parameters, macs, (first, second), (places[0], places[1]))


def seen_by_transposed(window: Kernel) -> int:
    """Inputs from the first to the last that an output sees, less one, where it sees most."""
    every = window.stride // gcd(window.stride, window.dilation)  # taps whose distance is a whole number of inputs
    return window.dilation * every * ((window.kernel - 1) // every) // window.stride


def source(rows_so_far: Sequence[Row], layer: Spec) -> int:
    """The row that a shortcut starts from: what goes into the first of the layers that it jumps over."""
    return len(rows_so_far) - 1 - whole(layer, "back")


def _add(layer: Spec, done: Sequence[Row], one_dimensional: bool) -> Row:
    """The sum of what comes in and of what came in some layers before, by itself or through a kernel of one."""
    given, start = _map(done), source(done, layer)
    if start < 0:
        message = N_("layer {number}, {layer}: jumps over {back} layers, and there are {most} before it")
        raise _MisfitError(message, [1, len(done) - 1], back=whole(layer, "back"), most=len(done) - 1)
    begin, project, stride = done[start], whole(layer, "project"), whole(layer, "stride")
    steps = (1 if one_dimensional else stride, stride)
    height, width = ((n - 1) // s + 1 for n, s in zip(begin.output[:2], steps, strict=True))
    short = Size(height, width, begin.output.channels)
    if project:
        short = short._replace(channels=given.channels)
    if short != given:
        message = N_("layer {number}, {layer}: the shortcut brings {short}, and {given} comes in; {detail}")
        advice = N_("a stride may be missing, or project=true") if not project else N_("another stride would do")
        raise _MisfitError(message, None, advice, short=str(short), given=str(given))
    weights = begin.output.channels * given.channels if project else 0
    extra = (2 if whole(layer, "norm") else 1) * given.channels if project else 0
    views = tuple(_together(a, _subsampled(b, s)) for a, b, s in zip(done[-1].views, begin.views, steps, strict=True))
    macs = given.height * given.width * weights
    return Row(layer, given, given, weights + extra, macs, (views[0], views[1]), given[:2])


def _subsampled(view: View, stride: int) -> View:
    return view._replace(stride=view.stride * stride)


def _together(a: View, b: View) -> View:
    """The pixels of both; they begin where the earlier one begins."""
    if a.padding is None or b.padding is None:
        return View(max(a.reach, b.reach), a.stride, None)
    first = max(a.padding, b.padding)
    return View(first + max(a.reach - a.padding, b.reach - b.padding), a.stride, first)


def _flatten(layer: Spec, done: Sequence[Row], one_dimensional: bool) -> Row:
    before = done[-1]
    return before._replace(
        layer=layer, given=before.output, output=Size(1, 1, before.output.numbers), parameters=0, macs=0, note=None
    )


def _dense(layer: Spec, done: Sequence[Row], one_dimensional: bool) -> Row:
    """Sees all there is, so it needs no flatten before it."""
    before, units = done[-1], whole(layer, "units")
    macs = before.output.numbers * units
    first, second = (
        view._replace(reach=view.reach + (n - 1) * view.stride) for view, n in zip(before.views, before.grid, strict=True)
    )
    return Row(layer, before.output, Size(1, 1, units), macs + units, macs, (first, second), (1, 1))


_RULES = {"conv": _conv, "pool": _pool, "transposed": _transposed, "add": _add, "flatten": _flatten, "dense": _dense}
