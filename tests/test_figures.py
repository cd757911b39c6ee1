"""The still figures: how panels share a picture, which axes are equal, and that all of it is JSON."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.descent.window import ASPECT, GRID, equal_axes, fit
from landscapes import LANDSCAPES
from pages import PAGES
from web import axes as curves
from web import plane as race

DOMAINS = {key: surface.domain for key, surface in LANDSCAPES.items()}
every_domain = pytest.mark.parametrize("domain", DOMAINS.values(), ids=DOMAINS)
ends = st.tuples(st.floats(-100, 100), st.floats(0.01, 100)).map(lambda pair: (pair[0], pair[0] + pair[1]))
domains = st.tuples(ends, ends).map(lambda pair: (*pair[0], *pair[1]))


def axes(figure, letter: str) -> list[dict]:
    layout = figure.to_plotly_json()["layout"]
    return [value for key, value in layout.items() if key.startswith(f"{letter}axis")]


def ratio(domain) -> float:
    x0, x1, y0, y1 = domain
    return (x1 - x0) / (y1 - y0)


# ------------------------------------------------------------------------------------------------------- windows


@pytest.mark.parametrize(
    ("domain", "equal"),
    [((0, 1, 0, 1), True), ((-10, 10, -6, 6), True), ((0, 2.5, 0, 1), True), ((0, 2.6, 0, 1), False), ((0, 1, 0, 2.6), False)],
)
def test_axes_are_equal_unless_that_would_squeeze_one(domain, equal):
    assert equal_axes(domain) == equal


def test_a_taco_looks_like_a_taco():
    assert equal_axes(DOMAINS["taco"])


@given(domains, st.floats(*ASPECT), st.integers(1, 16))
def test_a_window_holds_the_domain_and_every_panel(domain, aspect, panels):
    window = fit(domain, aspect, panels)
    x0, x1, y0, y1 = domain
    a0, a1, b0, b1 = window.domain
    slack = 1e-9 * (abs(x0) + abs(x1) + abs(y0) + abs(y1) + 1)
    assert a0 <= x0 + slack
    assert a1 >= x1 - slack
    assert b0 <= y0 + slack
    assert b1 >= y1 - slack
    assert (a0 + a1, b0 + b1) == pytest.approx((x0 + x1, y0 + y1), abs=4 * slack)  # widened about its middle
    assert panels <= window.rows * window.columns < panels + max(window.rows, window.columns)
    if not equal_axes(domain):
        assert window.domain == domain


@given(domains.filter(equal_axes), st.floats(*ASPECT), st.integers(1, 16))
def test_a_widened_window_fills_its_panel(domain, aspect, panels):
    """Unless three times the domain's own shape would not be enough."""
    window = fit(domain, aspect, panels)
    panel = aspect * window.rows / window.columns
    own = ratio(domain)
    assert ratio(window.domain) == pytest.approx(min(max(panel, own / 3), own * 3), rel=1e-6)


def test_one_panel_is_one_panel_and_four_make_a_square():
    assert fit((0, 1, 0, 1), 1.0)[:2] == (1, 1)
    assert fit((0, 1, 0, 1), 1.0, 4)[:2] == (2, 2)
    assert fit((0, 1, 0, 1), 5.0, 3)[:2] == (3, 1)
    assert fit((0, 1, 0, 1), 0.2, 3)[:2] == (1, 3)


# ------------------------------------------------------------------------------------------------------- contours


@every_domain
@pytest.mark.parametrize("panels", [1, 3, 8])
def test_panels_share_ranges_and_zoom(domain, panels):
    window = fit(domain, 1.5, panels)
    figure = race.contour(window, GRID, panels)
    x0, x1, y0, y1 = window.domain
    assert [trace.type for trace in figure.data] == ["contour"] * panels
    assert {tuple(axis["range"]) for axis in axes(figure, "x")} == {(x0, x1)}
    assert {tuple(axis["range"]) for axis in axes(figure, "y")} == {(y0, y1)}
    cells = window.rows * window.columns
    for letter in "xy":
        assert len(axes(figure, letter)) == cells
        assert sum("matches" not in axis for axis in axes(figure, letter)) == 1  # all follow one
    assert len({(trace.xaxis, trace.yaxis) for trace in figure.data}) == panels


@every_domain
def test_the_contour_has_the_points_of_the_grid(domain):
    window = fit(domain, 1.0)
    (trace,) = race.contour(window, GRID).data
    assert (len(trace.x), len(trace.y)) == GRID
    assert (trace.x[0], trace.x[-1], trace.y[0], trace.y[-1]) == pytest.approx(window.domain)


@every_domain
@pytest.mark.parametrize("aspect", [0.4, 1.0, 2.0, 5.0])
def test_the_scale_is_anchored_where_axes_are_equal(domain, aspect):
    """And widening does not unlock them: what has equal axes in one picture has them in a wider or taller one."""
    window = fit(domain, aspect)
    anchored = {axis.get("scaleanchor") for axis in axes(race.contour(window, GRID), "y")}
    assert anchored == ({"x"} if equal_axes(domain) else {None})


# ------------------------------------------------------------------------------------------------ surface, curves


@every_domain
def test_the_surface_has_a_line_and_a_head_per_run(domain):
    window = fit(domain, 1.5)
    figure = race.surface(window, GRID, ["SGD", "Adam", "SGD"])
    assert [trace.type for trace in figure.data] == ["surface", *["scatter3d"] * 6]
    assert [trace.mode for trace in figure.data[1:]] == ["lines", "markers"] * 3
    assert [trace.name for trace in figure.data[1::2]] == ["SGD", "Adam", "SGD"]
    scene = figure.to_plotly_json()["layout"]["scene"]
    assert (*scene["xaxis"]["range"], *scene["yaxis"]["range"]) == pytest.approx(window.domain)
    shape = scene["aspectratio"]["x"] / scene["aspectratio"]["y"]
    assert shape == pytest.approx(ratio(window.domain) if equal_axes(domain) else 1.0)


@pytest.mark.parametrize("columns", [1, 2])
def test_every_curve_has_its_axes(columns):
    figure = curves.axes(PAGES["race"].panels["race"], columns, str.upper)
    assert [note.text for note in figure.layout.annotations] == [title.upper() for title in PAGES["race"].panels["race"]]
    assert len(axes(figure, "x")) == len(axes(figure, "y")) == columns * math.ceil(len(PAGES["race"].panels["race"]) / columns)
    assert len({trace.xaxis for trace in figure.data}) == len(PAGES["race"].panels["race"])
    assert sum("matches" not in axis for axis in axes(figure, "x")) == 1  # one step for all


@pytest.mark.parametrize(
    "figure",
    [
        race.contour(fit((-1.0, 1.0, -1.0, 1.0), 1.0, 3), GRID, 3),
        race.surface(fit((-1.0, 1.0, -1.0, 1.0), 2.0), GRID, ["A"]),
        curves.axes("race", 2),
    ],
    ids=["contour", "surface", "curves"],
)
def test_figures_are_json_and_small(figure):
    """Without the losses and the paths, which travel as float32."""
    text = json.dumps(figure.to_plotly_json(), allow_nan=False)
    assert len(text) < 40_000
