"""Pictures drawn on the server: their geometry, that they look as the player does, and how they are asked for."""

import io
import re
import threading
import xml.etree.ElementTree as ElementTree
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qsl

import numpy as np
import pytest
from experiments import PAIRS, experiments
from hypothesis import given, settings
from hypothesis import strategies as st
from pictures.descent import Picture, Wish, Words, heights
from pictures.paths import Box, Piece
from pictures.raster import Raster
from pictures.thumbs import KINDS
from PIL import Image

from engines.descent import codec
from engines.descent.results import Descent
from landscapes import LANDSCAPES
from pictures import axes, contours, film, fonts, look, paths
from web import api, pictures

ROOT = Path(__file__).parent.parent
RACE = "steps=40&run=sgd:lr=0.045&run=momentum:rho=0.5&run=adam~cosine"
SVG = "{http://www.w3.org/2000/svg}"


def get(client, url, **headers):
    reply = client.get(url, **headers)
    assert reply.status == 200, reply.text
    return reply


def image(reply) -> Image.Image:
    return Image.open(io.BytesIO(reply.body))


# Contours -------------------------------------------------------------------------------------------------------------

X, Y = np.meshgrid(np.linspace(-2, 2, 81), np.linspace(-1.5, 1.5, 61))


def in_plane(line):
    return line * 0.05 + (-2, -1.5)


def area(outlines):
    """Of what the even-odd rule fills, for outlines that lie within one another."""
    signed = sorted(
        (abs(np.sum(o[:-1, 0] * np.diff(o[:, 1]) - o[:-1, 1] * np.diff(o[:, 0]))) / 2 for o in outlines), reverse=True
    )
    return sum(part * (-1) ** i for i, part in enumerate(signed))


@pytest.mark.parametrize("radius", [0.3, 0.777, 1.4])
def test_a_circle_is_one_closed_line(radius):
    (line,) = contours.lines(X**2 + Y**2, radius**2)
    assert np.array_equal(line[0], line[-1])
    assert np.hypot(*in_plane(line).T) == pytest.approx(radius, abs=2e-3)


def test_lines_that_leave_the_grid_are_open_and_end_at_its_border():
    found = contours.lines(X * Y, 0.5)
    assert len(found) == 2
    for line in found:
        for column, row in (line[0], line[-1]):
            assert column in (0, 80) or row in (0, 60)
        assert np.prod(in_plane(line), axis=1) == pytest.approx(0.5, abs=2e-3)


def test_the_two_ways_through_a_saddle():
    cell = np.array([[1.0, 0.0], [0.0, 1.0]])
    for z, middle in ((cell, 0.4), (cell, 0.6)):
        first, second = contours.lines(z, middle)
        corner = lambda line: {tuple(np.rint(place)) for place in line}  # noqa: E731
        assert (corner(first) == corner(second)) is False
    # Below the middle's mean the high corners are joined, above it they are apart: the low or the high ones are cut off.
    assert area(contours.regions(cell, 0.4)) > 0.5 > area(contours.regions(cell, 0.6))


def test_nothing_is_drawn_beside_a_hole():
    z = np.where((np.abs(X) < 0.5) & (np.abs(Y) < 0.5), np.nan, X**2 + Y**2)
    assert contours.lines(z, 0.1) == []
    assert len(contours.lines(z, 1.0)) == 1
    assert contours.lines(np.full((5, 5), np.nan), 0.0) == []
    assert contours.regions(np.full((5, 5), np.nan), 0.0) == []
    assert contours.lines(np.ones((5, 5)), 1.0) == []


def test_regions_are_closed_and_as_large_as_they_should_be():
    z = X**2 + Y**2
    assert area(contours.regions(-z, -1.0)) * 0.05**2 == pytest.approx(np.pi, rel=2e-3)
    assert area(contours.regions(z, 1.0)) * 0.05**2 == pytest.approx(12 - np.pi, rel=2e-3)
    assert area(contours.regions(z, -1.0)) == pytest.approx(80 * 60)
    for outline in contours.regions(z, 2.5):
        assert np.array_equal(outline[0], outline[-1])
        assert (outline >= 0).all()
        assert (outline <= (80, 60)).all()


@settings(max_examples=40)
@given(st.integers(0, 2**32 - 1), st.floats(-1.5, 1.5))
def test_every_crossing_is_on_one_line(seed, level):
    """On noise, where saddles abound: each side of a cell is crossed once, and every line ends at the border or nowhere."""
    z = np.random.default_rng(seed).normal(size=(7, 9))
    found = contours.lines(z, level)
    above = z >= level
    crossed = (above[:, 1:] != above[:, :-1]).sum() + (above[1:] != above[:-1]).sum()
    closed = [np.array_equal(line[0], line[-1]) for line in found]
    assert crossed == sum(len(line) - shut for line, shut in zip(found, closed, strict=True))
    for line, shut in zip(found, closed, strict=True):
        for column, row in () if shut else (line[0], line[-1]):
            assert column in (0, 8) or row in (0, 6)


# Lines in pixels ------------------------------------------------------------------------------------------------------

BOX = Box(0, 0, 100, 50)


def test_a_line_is_cut_where_it_leaves():
    line = np.array([[-100.0, 25], [50, 25], [50, 300], [80, 300], [80, 25], [500, 25]])
    one, other = paths.clipped(line, BOX, margin=0)
    assert one.points.tolist() == [[0, 25], [50, 25], [50, 50]]
    assert one.before == 100
    assert other.points.tolist() == [[80, 50], [80, 25], [100, 25]]
    assert other.before == pytest.approx(150 + 275 + 30 + 250)
    assert paths.clipped(line[:1], BOX) == []
    assert paths.clipped(line - 1000, BOX) == []


def test_a_line_that_stands_still_is_kept():
    (piece,) = paths.clipped(np.array([[5.0, 5], [5, 5], [5, 5]]), BOX)
    assert (piece.points == 5).all()


def test_what_runs_far_outside_is_not_drawn():
    assert paths.clipped(np.array([[-paths.FAR, -paths.FAR], [paths.FAR, paths.FAR]]), BOX) == []


@given(st.integers(0, 2**32 - 1))
def test_nothing_inside_is_lost(seed):
    line = np.random.default_rng(seed).normal(50, 80, size=(12, 2))
    pieces = paths.clipped(line, BOX, margin=0)
    share = np.linspace(0, 1, 400)[:, None]
    walked = np.concatenate([a + share * (b - a) for a, b in pairwise(line)])
    inside = ((walked >= 0) & (walked <= (100, 50))).all(1)
    drawn = (
        np.concatenate([p.points[:-1, None] + share.T[..., None] * np.diff(p.points, axis=0)[:, None] for p in pieces])
        if pieces
        else np.zeros((0, 1, 2))
    )
    assert inside.any() <= (len(pieces) > 0)
    for place in walked[inside][::50]:
        assert np.hypot(*(drawn.reshape(-1, 2) - place).T).min() < 1.0


def test_dashes_go_on_where_they_were():
    line = np.array([[0.0, 0], [30, 0], [30, 40]])
    whole = paths.dashed(Piece(line, 0.0), (10, 5))
    assert [part.tolist() for part in whole] == [
        [[0, 0], [10, 0]], [[15, 0], [25, 0]], [[30, 0], [30, 10]], [[30, 15], [30, 25]], [[30, 30], [30, 40]],
    ]  # fmt: skip
    rest = paths.dashed(Piece(line[1:], 30.0), (10, 5))
    assert [part.tolist() for part in rest] == [part.tolist() for part in whole[2:]]
    assert len(paths.dashed(Piece(line, 0.0), ())) == 1


@pytest.mark.parametrize(("low", "high", "most"), [(-2.1, 2.1, 4), (0, 200, 6), (1e-4, 3e-4, 5), (-1e6, 1e6, 3), (5, 5.001, 4)])
def test_ticks_are_round_and_few(low, high, most):
    found = axes.ticks(low, high, most)
    assert 1 <= len(found) <= most + 1
    assert all(low <= value <= high for value in found)
    steps = np.diff(found)
    assert steps == pytest.approx(steps[0]) if len(steps) else True


def test_numbers_beside_axes():
    assert [axes.text(v) for v in (0, -0.5, 2000, 1e6, 1e-5)] == ["0", "−0.5", "2000", "1e6", "1e-5".replace("-", "−")]
    assert [axes.power(e) for e in (-16, -1, 0, 2, 4)] == ["10⁻¹⁶", "0.1", "1", "100", "10⁴"]
    assert axes.decades(-16, 3, 4) == [-15, -10, -5, 0]


# As the player has it -------------------------------------------------------------------------------------------------

LOOK = (ROOT / "player" / "look.js").read_text(encoding="utf-8")


def test_colours_dashes_and_markers_are_those_of_the_player():
    def listed(name):
        return re.findall(r"#\w{6}|'(\w+)'", LOOK.partition(f"const {name} = [")[2].partition("];")[0])

    assert re.findall(r"#\w{6}", LOOK.partition("const LIGHT")[2].partition("];")[0]) == list(look.LIGHT)
    assert re.findall(r"#\w{6}", LOOK.partition("const DARK")[2].partition("];")[0]) == list(look.DARK)
    assert listed("MARKERS") == list(look.MARKERS)
    dashes = [
        tuple(map(int, re.findall(r"\d+", part)))
        for part in re.findall(r"\[([\d, ]*)\]", LOOK.partition("const DASHES =")[2].partition(";")[0])
    ]
    assert dashes == list(look.DASHES)
    scales = re.findall(r"\d, '(#\w{6})'\]", LOOK)
    assert scales == [*look.THEMES["dark"].scale, *look.THEMES["light"].scale]


def test_every_run_looks_different():
    styles = [look.THEMES["light"].style(i) for i in range(16)]
    assert len(set(styles)) == 16


@pytest.mark.parametrize("kind", look.MARKERS)
def test_markers_are_about_their_place(kind):
    outline = look.marker(kind, 10, 20, 5)
    assert np.abs(outline - (10, 20)).max() <= 5 + 1e-9
    assert outline.mean(0) == pytest.approx((10, 20), abs=1e-9)


def test_levels_are_even_in_the_log_of_the_gap():
    found, _ = codec.parse(parse_qsl("surface=taco&run=sgd&steps=1"))
    grid = np.array([[1e-9, 1.0, 10.0, 100.0, 1000.0]])
    z = heights(Descent(found), grid)[0]
    assert (z[0], z[-1]) == (0, 1)
    assert np.diff(z)[1:] == pytest.approx(np.diff(z)[-1], rel=0.02)
    assert np.isnan(heights(Descent(found), np.array([[np.nan, 1.0]]))[0, 0])


# Letters --------------------------------------------------------------------------------------------------------------


def test_the_font_has_what_is_written():
    """Greek, minus and raised digits: what Pillow's own font lacks."""
    font = fonts.font("", 20)
    missing = bytes(font.getmask("\ue000"))
    for letter in "αβγδεηθκλμρσλ₀₁₂−×⁻⁰¹²³⁴⁵⁶⁷⁸⁹=,.e":
        assert bytes(font.getmask(letter)) != missing, letter


def test_without_a_chinese_font_names_are_english(client, monkeypatch):
    monkeypatch.setattr(fonts, "CHINESE", ())
    fonts._chinese.cache_clear()
    try:
        assert pictures.lettered("zh") == "en"
        assert not fonts.speaks("zh")
    finally:
        fonts._chinese.cache_clear()


# Over HTTP ------------------------------------------------------------------------------------------------------------


def test_a_png(client):
    reply = get(client, f"/export.png?{RACE}")
    assert (reply.headers["content-type"], reply.headers["content-disposition"]) == (
        "image/png",
        'inline; filename="descent.png"',
    )
    found = image(reply)
    assert (found.size, found.mode) == ((640, 480), "RGB")
    colours = {colour for _, colour in found.getcolors(1 << 20)}
    assert {look.rgb(colour) for colour in look.LIGHT[:3]} <= colours
    assert len(reply.body) < 150_000
    dark = image(get(client, f"/export.png?theme=dark&width=300&height=700&{RACE}"))
    assert (dark.size, dark.getpixel((2, 695))) == ((300, 700), look.rgb(look.THEMES["dark"].background))


def test_the_step_and_the_view_are_in_the_picture(client):
    urls = ["", "&step=0", "&step=10", "&view=panels", "&scale=linear", "&loss=false", "&lang=zh", "&theme=dark"]
    bodies = {get(client, f"/export.png?{RACE}{more}").body for more in urls}
    assert len(bodies) == len(urls)
    assert get(client, f"/export.png?{RACE}&step=40").body == get(client, f"/export.png?{RACE}").body


def test_an_svg_is_vectors_with_words(client):
    reply = get(client, f"/export.svg?{RACE}")
    assert reply.headers["content-type"].startswith("image/svg+xml")
    root = ElementTree.fromstring(reply.text)
    assert (root.tag, root.get("viewBox")) == (SVG + "svg", "0 0 640 480")
    assert not list(root.iter(SVG + "image"))
    assert not list(root.iter(SVG + "script"))
    texts = [node.text for node in root.iter(SVG + "text")]
    assert {"SGD", "Momentum", "Adam", "α = 0.045", "α = 0.01, ρ = 0.5", "α = 0.3, Cosine", "loss", "step 40 of 40"} <= set(
        texts
    )
    assert "Taco" in root.find(SVG + "title").text
    assert len(list(root.iter(SVG + "path"))) > 30
    assert "NaN" not in reply.text
    assert len(reply.body) < 400_000
    chinese = get(client, f"/export.svg?lang=zh&{RACE}").text
    assert "动量法" in chinese


def test_panels_of_an_svg_share_their_surface(client):
    one, three = (len(get(client, f"/export.svg?{RACE}&view={view}").body) for view in ("overlay", "panels"))
    assert three < 1.5 * one


def test_an_svg_holds_what_was_typed_as_text(client):
    reply = get(client, "/export.svg?formula=x**2%2By**2&run=sgd&steps=2")
    assert "x**2+y**2" in ElementTree.fromstring(reply.text).find(SVG + "title").text


def test_a_gif_plays_the_whole_descent(client):
    reply = get(client, f"/export.gif?seconds=2&fps=10&width=300&height=260&{RACE}")
    assert (reply.headers["content-type"], reply.headers["content-disposition"]) == (
        "image/gif",
        'inline; filename="descent.gif"',
    )
    found = image(reply)
    assert (found.size, found.n_frames, found.info["loop"]) == ((300, 260), 20, 0)
    durations = []
    for i in range(found.n_frames):
        found.seek(i)
        durations.append(found.info["duration"])
    assert sum(durations) == 2000 + film.HOLD
    last = np.asarray(found.convert("RGB")).astype(int)
    still = np.asarray(image(get(client, f"/export.png?width=300&height=260&{RACE}"))).astype(int)
    assert np.abs(last - still).mean() < 2.5  # the palette and the smoothing differ, and nothing else


def test_a_film_of_the_usual_size_is_small(client):
    reply = get(client, "/export.gif?run=sgd&run=momentum&run=adam")
    assert len(reply.body) < 1_000_000


@pytest.mark.parametrize(("steps", "seconds", "fps"), [(200, 6, 15), (1, 1, 5), (5000, 2.5, 30), (7, 20, 30), (3, 1, 7)])
def test_frames(steps, seconds, fps):
    shown = film.moments(steps, seconds, fps)
    numbers = [step for step, _ in shown]
    assert (numbers[0], numbers[-1]) == (0, steps)
    assert numbers == sorted(set(numbers))
    assert sum(duration for _, duration in shown) == pytest.approx(1000 * seconds + film.HOLD, abs=1000 / fps)
    assert all(duration % 10 == 0 and duration >= 20 for _, duration in shown)


@pytest.mark.parametrize("surface", LANDSCAPES)
def test_every_surface_can_be_drawn(client, surface):
    optimizer = next(o for s, o in PAIRS if s == surface)
    reply = get(client, f"/export.png?surface={surface}&steps=30&run={optimizer}&width=240&height=200")
    assert image(reply).size == (240, 200)


@pytest.mark.parametrize(
    "query",
    [
        "formula=sqrt(x)&start=1,1&run=sgd", "formula=0*x&run=sgd", "formula=1/x&run=sgd:lr=10", "formula=1e308*x*y&run=sgd",
        "start=-8,1&steps=500&run=sgd:lr=10&run=momentum:lr=10", "steps=1&run=sgd", "surface=saddle&steps=400&run=sgd:lr=1",
        "start=1e6,-1e6&run=sgd:lr=1e-4", "&".join(["run=sgd"] * 16), "formula=x**2&domain=-1e6,1e6,0,1e-5&run=sgd",
    ],
)  # fmt: skip
@pytest.mark.parametrize("more", ["", "&view=panels&loss=0", "&width=200&height=2400", "&width=2400&height=200&scale=linear"])
def test_nothing_is_too_odd_to_be_drawn(client, query, more):
    for kind in ("png", "svg"):
        reply = get(client, f"/export.{kind}?{query}{more}")
        assert b"nan" not in reply.body.lower() if kind == "svg" else image(reply).load()


BAD = [
    ("width=199", "width", "200"), ("height=2401", "height", "2400"), ("width=big", "width", "big"),
    ("theme=blue", "theme", "light"), ("view=3d", "view", "overlay"), ("scale=x", "scale", "log"), ("loss=2", "loss", "2"),
    ("run=adm", "run", "adam"), ("format=png", "format", "format"), ("width=300&width=400", "width", "2 times"),
]  # fmt: skip
BAD_OF = {
    "png": [("step=-1", "step", "-1"), ("step=201", "step", "200"), ("seconds=3", "seconds", "seconds")],
    "svg": [("step=1.5", "step", "1.5")],
    "gif": [
        ("fps=4", "fps", "5"),
        ("seconds=21", "seconds", "20"),
        ("step=3", "step", "step"),
        ("fps=30&seconds=20", "seconds", "100 million"),
    ],
}
TABLE = [(kind, *row) for kind, rows in BAD_OF.items() for row in [*BAD, *rows]]


@pytest.mark.parametrize(("kind", "query", "field", "word"), TABLE)
def test_a_bad_option_says_what_is_wrong(client, kind, query, field, word):
    reply = client.get(f"/export.{kind}?{query}")
    assert (reply.status, reply.headers["content-type"]) == (400, "application/json"), reply.text
    answer = reply.json()
    assert answer.keys() == {"error", "field", "allowed"}
    assert answer["field"] == field
    assert word in answer["error"]


def test_the_allowed_length_of_a_film_is_allowed(client):
    size = "width=2400&height=2400"
    low, most = client.get(f"/export.gif?{size}&run=sgd").json()["allowed"]
    assert low == 0
    assert round(most * 15) * 2400 * 2400 <= film.MAX_PIXELS * 1.05


@pytest.mark.parametrize("page", KINDS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_small_pictures(client, page, theme):
    light = {"initialization": "width=32&depth=4&batch=16", "race": "steps=20&run=sgd", "schedules": "run=sgd:lr=0.1~cosine"}
    for show in KINDS[page].shows:
        reply = get(client, f"/thumb.png?page={page}&show={show}&theme={theme}&size=200x120&{light.get(page, '')}")
        assert image(reply).size == (200, 120)
        assert len(image(reply).getcolors(1 << 16)) > 5, "nothing is drawn"
    assert client.get(f"/thumb.png?page={page}&show=nothing").json()["allowed"] == list(KINDS[page].shows)


@pytest.mark.parametrize(
    ("query", "field"),
    [("page=x", "page"), ("size=3", "size"), ("size=10x10", "size"), ("size=axb", "size"), ("page=activations&run=sgd", "run")],
)
def test_bad_small_pictures(client, query, field):
    reply = client.get(f"/thumb.png?{query}")
    assert (reply.status, reply.json()["field"]) == (400, field)


@pytest.mark.parametrize(
    "path", ["/export.png?", "/export.svg?", "/export.gif?seconds=1&fps=5&width=200&height=200&", "/thumb.png?"]
)
def test_a_picture_is_not_drawn_twice_for_one_client(client, path, monkeypatch):
    url = f"{path}steps=3&run=sgd"
    first = get(client, url)
    for name in ("_png", "_svg", "_gif", "_small"):
        monkeypatch.setattr(pictures, name, None)
    again = client.get(url, if_none_match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    monkeypatch.setattr(api, "version", lambda: "another")
    with pytest.raises(TypeError):
        client.get(url, if_none_match=first.headers["etag"])


def test_a_crowd_costs_one_drawing(monkeypatch):
    found, count = codec.parse(parse_qsl("steps=7&run=sgd:lr=0.0123"))[0], []
    descent = pictures.Descent
    monkeypatch.setattr(pictures, "Descent", lambda e: count.append(e) or descent(e))
    wanted = pictures.Asked(codec.encode(codec.pairs(found)), Wish(200, 200), "en")
    gate = threading.Barrier(6)
    with ThreadPoolExecutor(6) as crowd:
        bodies = list(crowd.map(lambda _: (gate.wait(), pictures._png(wanted, 7))[1], range(6)))
    assert (len(set(bodies)), len(count)) == (1, 1)


@settings(max_examples=25)
@given(experiments(most=3), st.sampled_from(["png", "svg"]), st.sampled_from(["", "view=panels&", "theme=dark&width=200&"]))
def test_no_experiment_is_an_internal_error(client, found, kind, options):
    short = codec.encode([pair for pair in codec.pairs(found) if pair[0] != "steps"])
    reply = client.get(f"/export.{kind}?{options}steps=50&height=200&{short}")
    assert reply.status == 200, reply.text


def test_a_film_adds_up_to_the_still():
    """Trails that grow frame by frame are those drawn at once, dashes and all."""
    found, _ = codec.parse(parse_qsl("steps=60&run=sgd:lr=0.045&run=momentum"))
    words, wish = Words(["a", "b"], ["", ""]), Wish(320, 240)
    pens = [Raster(320, 240, "#ffffff", 2) for _ in range(2)]
    pictures_ = [Picture(Descent(found), words, wish, pen.width) for pen in pens]
    for pen, picture in zip(pens, pictures_, strict=True):
        picture.ground(pen)
    pictures_[0].trails(pens[0], 0, 60)
    for step in range(0, 60, 5):
        pictures_[1].trails(pens[1], step, step + 5)
    one, other = (np.asarray(pen.finish()).astype(int) for pen in pens)
    assert np.abs(one - other).mean() < 0.5
