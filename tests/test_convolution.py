"""Convolution arithmetic: published networks, fields against a gradient, the gradient against random networks, errors."""

import base64
import functools
import json
import re
from urllib.parse import parse_qsl

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jax import lax
from scipy.signal import correlate

import locales
from core.query import Reader
from engines.convolution import field, filters
from engines.convolution.arithmetic import ImpossibleError, Kernel, left_over, rows, windows
from engines.convolution.layers import KINDS, Size, read, text, whole
from engines.convolution.walk import walk
from pages.convolution import query
from pages.convolution.answer import compute, document
from pages.convolution.picture import picture
from pages.convolution.presets import PRESETS
from pages.lectures.cards_convolution import ALEXNET

BY_KEY = {preset.key: preset for preset in PRESETS}


def layers(*texts):
    reader = Reader({}, [])
    kinds = [read(one, reader) for one in texts]
    assert not reader.problems, [problem.text() for problem in reader.problems]
    return [layer for layer in kinds if layer]


def preset(key):
    stack, problems = query.parse(parse_qsl(BY_KEY[key].query))
    assert not problems
    return document(compute(stack), str)


# ------------------------------------------------------------------------------------------------ worked by hand


def test_one_layer_by_hand():
    """(7 + 2·1 − 2·(3 − 1) − 1)/2 = 2, so 3 places; 5·(4·3·3 + 1) parameters; 3·3·5·36 multiply-adds."""
    (_, row) = rows(Size(7, 7, 4), layers("conv:filters=5,kernel=3,stride=2,padding=1,dilation=2"))
    assert (row.output, row.parameters, row.macs) == (Size(3, 3, 5), 185, 1620)
    assert (row.views[0].field, row.views[0].stride, row.views[0].padding) == (5, 2, 1)


def test_groups_norm_shortcut_and_transposed_by_hand():
    grouped = rows(Size(5, 5, 4), layers("conv:filters=6,kernel=3,groups=2"))[1]
    assert (grouped.parameters, grouped.macs) == (6 * (9 * 2 + 1), 9 * 6 * 18)
    assert rows(Size(5, 5, 4), layers("conv:filters=6,kernel=3,norm=true"))[1].parameters == 6 * 9 * 4 + 12
    through = rows(Size(8, 8, 4), layers("conv:filters=6,kernel=3,stride=2,padding=1", "add:back=1,project=true,stride=2"))[2]
    assert (through.parameters, through.macs, through.output) == (4 * 6 + 6, 16 * 24, Size(4, 4, 6))
    up = rows(Size(4, 4, 2), layers("transposed:filters=3,kernel=4,stride=2,padding=1"))[1]
    assert (up.output, up.parameters, up.macs) == (Size(8, 8, 3), 2 * 16 * 3 + 3, 16 * 2 * 16 * 3)


def test_a_signal_has_one_row():
    row = rows(Size(1, 20, 2), layers("conv:filters=3,kernel=5,stride=2"), one_dimensional=True)[1]
    assert (row.output, row.parameters, row.macs) == (Size(1, 8, 3), 3 * 11, 8 * 3 * 10)
    assert [view.field for view in row.views] == [1, 5]


# ------------------------------------------------------------------------------------------------ published

# The papers and torchvision: parameters, multiply-adds (None where none are printed)
PUBLISHED = {
    "alexnet": (62_378_344, None),
    "alexnet_caffe": (60_965_224, None),
    "alexnet_torchvision": (61_100_840, 714_188_480),
    "vgg": (138_357_544, 15_470_264_320),
    "resnet18": (11_689_512, 1_814_073_344),
    "resnet50": (25_557_032, 4_089_184_256),
}


@pytest.mark.parametrize("key", PUBLISHED)
def test_published_networks(key):
    answer, (parameters, macs) = preset(key), PUBLISHED[key]
    assert answer["parameters"] == parameters
    assert macs in (None, answer["macs"])
    assert answer["layers"][-1]["output"] == [1, 1, 1000]


def test_lenet_as_printed_in_its_paper():
    """LeCun et al. (1998): C1 has 156 parameters and 122,304 connections, which count its biases; C5 48,120; F6 10,164."""
    answer = preset("lenet")
    by_name = dict(zip(("C1", "S2", "C3", "S4", "C5", "F6", "out"), answer["layers"], strict=True))
    assert [by_name[n]["parameters"] for n in ("C1", "C5", "F6")] == [156, 48_120, 10_164]
    assert by_name["C1"]["macs"] + by_name["C1"]["activations"] == 122_304
    assert [by_name[n]["output"] for n in ("C1", "S2", "C3", "S4", "C5")] == [
        [28, 28, 6], [14, 14, 6], [10, 10, 16], [5, 5, 16], [1, 1, 120],
    ]  # fmt: skip


def test_alexnet_as_in_the_lecture():
    answer = preset("alexnet")
    sides = [layer["output"][0] for layer in answer["layers"][:8]]
    assert sides == [55, 27, 27, 13, 13, 13, 13, 6]
    assert [layer["receptive_field"] for layer in answer["layers"][:8]] == [11, 19, 51, 67, 99, 131, 163, 195]
    assert answer["layers"][9]["receptive_field"] == 355, "more than there is"
    assert query.parse(parse_qsl(ALEXNET))[0] == query.parse(parse_qsl(BY_KEY["alexnet"].query))[0]


def test_torchvisions_padding_on_224_and_on_227():
    size = "conv:filters=64,kernel=11,stride=4,padding=2"
    assert [rows(Size(n, n, 3), layers(size))[1].output.height for n in (224, 227)] == [55, 56]


@pytest.mark.parametrize("key", ["alexnet", "vgg", "resnet18", "resnet50", "wavenet"])
def test_the_effective_field_is_smaller(key):
    """What stands under the page: smaller than the formula's."""
    answer = preset(key)
    assert answer["effective"]["size"] < answer["layers"][answer["unit"]["layer"] - 1]["receptive_field"]


# ------------------------------------------------------------------------------------------------ against a gradient


def forward(x, layer):
    """A layer with all weights one, by XLA: whatever is seen has a positive gradient."""
    w, _ = windows(layer, False)
    kernel = jnp.ones((1, 1, w.kernel, w.kernel))
    if layer.key == "transposed":
        pad = w.reach - w.padding
        return lax.conv_general_dilated(x, kernel, (1, 1), [(pad, pad)] * 2, (w.stride,) * 2, (w.dilation,) * 2)
    return lax.conv_general_dilated(x, kernel, (w.stride,) * 2, [(w.padding, w.padding)] * 2, None, (w.dilation,) * 2)


def gradient_mask(shape, texts, place):
    """Pixels by which the gradient of a unit is not 0, and the places of its layer."""

    @jax.jit
    def slope(x):
        out, back = jax.vjp(lambda y: functools.reduce(forward, layers(*texts), y), x)
        return back(jnp.zeros_like(out).at[0, 0, place[0], place[1]].set(1.0))[0], jnp.zeros(out.shape)

    gradient, out = slope(jnp.ones((1, 1, *shape)))
    return np.asarray(gradient[0, 0]) > 0, out.shape[2:]


kernels = st.integers(1, 4)
convs = st.builds(
    "conv:filters=1,kernel={},stride={},padding={},dilation={}".format,
    kernels, st.integers(1, 3), st.integers(0, 3), st.integers(1, 3),
)  # fmt: skip
pools = kernels.flatmap(
    lambda k: st.builds(f"pool:kernel={k},stride={{}},padding={{}}".format, st.integers(1, 3), st.integers(0, k // 2))
)
ups = kernels.flatmap(
    lambda k: st.builds(
        f"transposed:filters=1,kernel={k},stride={{}},padding={{}}".format, st.integers(1, 3), st.integers(0, (k - 1) // 2)
    )
)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.one_of(convs, pools, ups), min_size=1, max_size=3), st.integers(9, 20), st.data())
def test_fields_are_where_the_gradient_is(texts, side, data):
    """Random stacks: sizes, the places that a unit sees along both axes, and the formula, which no unit exceeds."""
    try:
        stack = rows(Size(side, side + 2, 1), layers(*texts))
    except ImpossibleError:
        return
    last = stack[-1]
    place = tuple(data.draw(st.integers(0, n - 1)) for n in last.grid)

    mask, grid = gradient_mask((side, side + 2), texts, place)
    assert grid == last.grid
    seen = field.seen(stack, (len(texts), *place), False)
    np.testing.assert_array_equal(np.outer(seen.rows[0], seen.columns[0]), mask)
    assert seen.gradient is not None
    np.testing.assert_array_equal(seen.gradient > 0, mask)
    for axis, view in enumerate(last.views):
        ends = field.ends(np.asarray(mask.any(1 - axis)))
        if ends is None:
            continue
        assert ends[1] - ends[0] < view.field
        if view.padding is not None:  # all alike, but for the borders
            first = int(place[axis] * view.stride - view.padding)
            n = side + 2 * axis
            if first >= 0 and first + view.field <= n:
                assert ends == (first, first + view.field - 1)


def test_a_unit_over_padding_alone_sees_no_pixel():
    """Row 0 lies in the padding, column 1 over the first pixel of its row: together they are of no pixel."""
    seen = field.seen(rows(Size(9, 11, 1), layers("conv:filters=1,kernel=1,padding=1")), (1, 0, 1), False)
    assert (seen.rows[0].sum(), seen.columns[0].tolist()) == (0, [True] + 10 * [False])
    assert seen.gradient is not None
    assert not seen.gradient.any()
    assert not gradient_mask((9, 11), ["conv:filters=1,kernel=1,padding=1"], (0, 1))[0].any()


def test_a_residual_branch_is_a_longest_way():
    """The shortcut sees the pixel itself, the branch 5×5 of them: together 5×5, as the gradient of the sum has it."""
    stack = rows(Size(11, 11, 1), layers("conv:filters=1,kernel=3,padding=1", "conv:filters=1,kernel=3,padding=1", "add"))
    seen = field.seen(stack, (3, 5, 5), False)
    assert (stack[3].views[0].field, field.ends(seen.rows[0])) == (5, (3, 7))
    assert seen.gradient is not None
    assert seen.gradient[5, 5] == pytest.approx((1 + 1 / 9) / 2), "half of it through the shortcut, 9/81 of the rest"


def test_the_expected_gradient_is_that_of_random_networks():
    """600 linear networks of 4 channels with weights of variance 1/fan-in: the mean squared gradient, pixel by pixel."""
    texts = ("conv:filters=4,kernel=3,padding=1", "conv:filters=4,kernel=3,stride=2", "conv:filters=1,kernel=3,dilation=2")
    chosen = layers(*texts)
    stack = rows(Size(15, 15, 2), chosen)
    seen = field.seen(stack, (3, 1, 1), False)
    rng, seeds = np.random.default_rng(0), 600
    slope = np.zeros((seeds, 1, *stack[3].grid))
    slope[:, 0, 1, 1] = 1.0
    for layer, row in zip(reversed(chosen), reversed(stack[1:]), strict=True):
        channels, (w, _) = row.given.channels, windows(layer, False)
        weights = rng.normal(size=(seeds, slope.shape[1], channels, 3, 3)) / np.sqrt(9 * channels)
        padded = np.zeros((seeds, channels, *(n + 2 * w.padding for n in row.given[:2])))
        for s, t in np.ndindex(3, 3):  # what each output is made of gets its share of the gradient
            at = [np.arange(n) * w.stride + tap * w.dilation for n, tap in zip(row.grid, (s, t), strict=True)]
            padded[:, :, at[0][:, None], at[1]] += np.einsum("nohw,noi->nihw", slope, weights[:, :, :, s, t])
        slope = padded[:, :, w.padding : w.padding + row.given.height, w.padding : w.padding + row.given.width]
    power = (slope**2).sum(1).mean(0)
    assert seen.gradient is not None
    np.testing.assert_allclose(power / power.sum(), seen.gradient, atol=0.15 * seen.gradient.max())
    np.testing.assert_allclose(power.sum(1) / power.sum(), seen.gradient.sum(1), atol=0.012)


def test_the_effective_size_holds_its_share():
    flat = np.zeros((21, 21))
    flat[5:16, 5:16] = 1 / 121
    assert field.effective_size(flat) == 11
    point = np.zeros((9, 9))
    point[4, 4] = 1.0
    assert field.effective_size(point) == 1


# ------------------------------------------------------------------------------------------------ number by number


@settings(max_examples=60, deadline=None)
@given(*(st.integers(int(p.low), int(p.high)) for p in query.SMALL))
def test_the_small_convolution_is_one(size, kernel, stride, padding, dilation):
    walked = walk(size, Kernel(kernel, stride, padding, dilation))
    n = len(walked.output)
    reach = dilation * (kernel - 1) + 1
    assert n == max(0, (size + 2 * padding - reach) // stride + 1)
    for i in range(n):
        for j in range(n):
            total = 0
            for s in range(kernel):
                for t in range(kernel):
                    row, column = i * stride - padding + s * dilation, j * stride - padding + t * dilation
                    if 0 <= row < size and 0 <= column < size:
                        total += int(walked.given[row, column]) * int(walked.kernel[s, t])
            assert walked.output[i, j] == total
    stack = query.Stack(side=size, kernel=kernel, stride=stride, padding=padding, dilation=dilation)
    assert query.steps(stack) == (n * n - 1 if n > 1 else None)


def test_a_photograph_under_six_filters_is_scipys(client):
    """28×28×6 out of 32×32×3, one filter of them drawn; SciPy's correlation of all three channels, in whole numbers."""
    drawn = "0010000200c0a3b009i00000a"
    answer = client.get(f"/api/convolution?photo=flower&filter=2:{drawn}").json()["filtered"]
    pixels = np.frombuffer(base64.b64decode(answer["pixels"]), np.uint8).reshape(32, 32, 3).astype(np.int64)
    assert np.ravel(answer["filters"][1]["pattern"]).tolist() == [filters.SIGNS.index(sign) - 9 for sign in drawn]
    assert answer["filters"][1]["pattern"][2] == [-3, 0, -1, 3, -2], "c0a3b"
    assert [one["drawn"] for one in answer["filters"]] == [False, True, False, False, False, False]
    assert np.shape(answer["maps"]) == (6, 28, 28)
    for one, own in zip(answer["filters"], answer["maps"], strict=True):
        weights = np.array(one["weights"])
        np.testing.assert_array_equal(correlate(pixels, weights, "valid", "direct")[..., 0], own)


def test_a_photograph_is_the_mean_of_what_it_covers():
    from sklearn.datasets import load_sample_image

    whole = load_sample_image("china.jpg")[:, 106:533]  # 427×427, in the middle
    small = filters_photograph()
    np.testing.assert_allclose(small.mean((0, 1)), whole.mean((0, 1)), atol=1)
    np.testing.assert_allclose(small[0, 0], whole[:13, :13].mean((0, 1)), atol=3)


def filters_photograph():
    stack, problems = query.parse([("photo", "china")])
    assert not problems
    result = compute(stack).filtered
    assert result
    return result.pixels


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 6), st.text(filters.SIGNS, min_size=25, max_size=25)), max_size=6))
def test_drawn_filters_read_back(drawn):
    stack, problems = query.parse([("photo", "china"), *(("filter", f"{n}:{signs}") for n, signs in drawn)])
    assert not problems
    assert dict(stack.filters) == dict(drawn)
    assert query.parse(query.pairs(stack)) == (stack, [])
    for number, signs in stack.filters:
        assert filters.spelled(filters.with_drawn(filters.FILTERS, stack.filters)[number - 1].pattern) == signs


def test_a_film_shows_what_has_been_computed_and_where():
    """Of the small convolution as of a photograph: the window moves, and no place of the output is there before its step."""
    small = compute(query.Stack())
    (panels,) = picture(small, "walk", str).rows
    given, _, output = (panel.cells for panel in panels)
    assert given
    assert output
    assert given.moving
    assert output.words
    assert [(np.array(output.words(step)) != "").sum() for step in (0, 4, 8)] == [1, 5, 9]
    lit = [{tuple(place) for place in np.argwhere((given.moving(step) == (246, 200, 165)).all(-1))} for step in (0, 1)]
    assert lit[0] == {(row, column) for row in (2, 3, 4) for column in (0, 1, 2)}, "rows from low to high"
    assert lit[1] == {(row, column + 1) for row, column in lit[0]}
    stack, _problems = query.parse([("photo", "china")])
    rows = picture(compute(stack), "walk", str).rows
    assert [len(row) for row in rows] == [3, 4]
    moving = rows[1][0].cells
    assert moving
    assert moving.moving
    assert (moving.moving(0)[:-1] == moving.moving(0)[0, 0]).all(), "but for the first row, nothing"


# ------------------------------------------------------------------------------------------------ notes and errors


@settings(max_examples=80, deadline=None)
@given(st.integers(5, 40), st.integers(1, 7), st.integers(2, 5), st.integers(0, 3), st.integers(1, 2))
def test_what_a_note_advises_fits(size, kernel, stride, padding, dilation):
    window = Kernel(kernel, stride, padding, dilation)
    if size + 2 * padding - window.reach < 1:
        return
    note = left_over(size, window)
    assert (note is None) == ((size + 2 * padding - window.reach - 1) % stride == 0)
    if note and note.args["padding"] is not None:
        assert left_over(size, window._replace(padding=note.args["padding"])) is None
    if note and note.args["kernel"] is not None:
        assert left_over(size, window._replace(kernel=note.args["kernel"])) is None


def test_left_over_as_in_the_lecture():
    note = left_over(7, Kernel(3, 3, 0, 1))
    assert note
    assert note.text() == "7 − 3 is not a multiple of 3: 1 left over; padding 1 or kernel 4 would do"


BAD = {
    "layer=conv:filters=3,kernel=40": ["does not fit on 32", "kernel up to 32", "padding from 4"],
    "layer=conv:filters=3": ["needs kernel", "conv:filters=64,kernel=3"],
    "layer=dense": ["needs units"],
    "layer=cnv:filters=3,kernel=3": ["did you mean “conv”"],
    "layer=conv:filters=3,kernl=3": ["did you mean “conv:kernel”"],
    "layer=conv:filters=0,kernel=3": ["from 1 to 16384"],
    "layer=conv:filters=4,kernel=3,groups=2": ["3 channels", "2 groups"],
    "layer=pool:kernel=2,padding=2": ["half of the kernel", "up to 1 would do"],
    "layer=conv:filters=8,kernel=3&layer=flatten&layer=pool:kernel=2": ["layer 3", "needs a map"],
    "layer=conv:filters=8,kernel=3&layer=add:back=1": ["the shortcut brings 32×32×3", "30×30×8"],
    "layer=add:back=9": ["jumps over 9 layers"],
    "layer=transposed:filters=1,kernel=3,padding=40": ["leaves nothing of 34"],
    "input=4096x4096x1&layer=transposed:filters=1,kernel=64,stride=64": ["larger than 16384"],
    "input=27": ["height x width x channels"],
    "input=0x27x3": ["from 1 to 4096"],
    "input=27x27x3&input=1x1x1": ["2 times"],
    "unit=1,0,0": ["from 0 to 0"],
    "unit=a": ["layer,row,column"],
    "layer=conv:filters=8,kernel=3&unit=1,30,0": ["row = 30", "from 0 to 29"],
    "&".join(["layer=flatten"] * 201): ["limit is 200"],
    "kernel=6": ["from 1 to 5"],
    "photo=chine": ["none, china, flower"],
    "bank=learnt": ["plain, learned"],
    "filter=7:0000000000000000000000000": ["from 1 to 6"],
    "filter=1:00000": ["25 signs", "1:aa011"],
    "filter=1:000000000000j000000000000": ["a to i"],
}


@pytest.mark.parametrize("text", BAD, ids=lambda text: text[:40])
def test_what_is_wrong_is_said(text, client):
    reply = client.get(f"/api/convolution?{text}")
    assert reply.status == 400
    for words in BAD[text]:
        assert words in reply.json()["error"]
    assert reply.json()["field"] in text
    chinese = client.get(f"/api/convolution?{text}&lang=zh").json()["error"]
    assert re.search("[\u4e00-\u9fff]", chinese)


def test_the_contract(client):
    """/api/convolution as it is promised."""
    reply = client.get("/api/convolution?input=227x227x3&layer=conv:filters=96,kernel=11,stride=4&layer=pool:kernel=3,stride=2")
    answer = reply.json()
    assert answer["layers"][0].items() >= {
        "output": [55, 55, 96], "parameters": 34944, "macs": 105_415_200, "activations": 290_400,
        "receptive_field": 11, "stride": 4,
    }.items()  # fmt: skip
    assert answer["layers"][1].items() >= {"output": [27, 27, 96], "parameters": 0, "receptive_field": 19, "stride": 8}.items()
    assert (answer["parameters"], answer["macs"]) == (34944, 105_415_200)


def test_a_pool_without_a_stride_moves_by_its_kernel():
    (pool,) = layers("pool:kernel=3")
    assert whole(pool, "stride") == 3
    assert text(pool) == "pool:kernel=3"
    assert text(*layers("pool:kernel=3,stride=1")) == "pool:kernel=3,stride=1"


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(KINDS)), st.data())
def test_a_layer_reads_back(key, data):
    values = [f"{p.key}={data.draw(st.integers(int(p.low), int(p.high)))}" for p in KINDS[key]]
    (layer,) = layers(f"{key}:{','.join(values)}")
    assert layers(text(layer)) == [layer]


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="conv:pooldensaflt=,kerilsug0123456789x&", max_size=60))
def test_whatever_is_typed_is_read_or_refused(words):
    stack, problems = query.parse([("layer", words), ("input", words), ("unit", words)])
    assert stack.rows
    assert problems


def test_large_networks_are_answered(client):
    """Up to the limits: a field that would take too long is left out, and the rest is there."""
    text = "&".join(["layer=conv:filters=64,kernel=64,padding=32"] * 8)
    answer = client.get(f"/api/convolution?input=4096x4096x3&{text}").json()
    assert answer["effective"] is None
    assert answer["layers"][-1]["receptive_field"] == 1 + 8 * 63
    json.dumps(answer, allow_nan=False)


def test_the_page_says_what_to_look_for(pytestconfig, monkeypatch):
    from streamlit.testing.v1 import AppTest

    monkeypatch.chdir(pytestconfig.rootpath)
    script = "from pages import PAGES\nfrom ui import frame\nframe.show(PAGES['convolution'])"
    for language in ("en", "zh"):
        page = AppTest.from_string(script, default_timeout=60)
        page.query_params["lang"] = language
        page.query_params["layer"] = ["conv:filters=3,kernel=99"]
        page.run()
        assert not page.exception
        assert locales.translator(language)("What to look for") in [head.value for head in page.subheader]
        assert "99" in page.warning[0].value


def test_the_more_layers_the_smaller_the_part_of_the_field_where_the_gradient_arrives():
    """What the page says to look for; in one layer or two the gradient is all over the field."""
    shares = []
    for depth in (1, 2, 5, 12, 25):
        layers = "".join("&layer=conv:filters=4,kernel=3,padding=1" for _ in range(depth))
        stack, problems = query.parse(parse_qsl(f"input=128x128x1{layers}"))
        assert not problems
        answer = document(compute(stack), str)
        shares.append(answer["effective"]["size"] / (1 + 2 * depth))
    assert shares[:2] == [1, 1]
    assert shares == sorted(shares, reverse=True)
    assert shares[-1] < 0.6
