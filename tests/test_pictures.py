"""Pictures drawn on the server: what is in them, that they look as the player does, and how they are asked for."""

import io
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qsl

import numpy as np
import pytest
from experiments import PAIRS, experiments
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.testing.compare import compare_images
from PIL import Image

from core.picture import Band, Histogram, Line, Panel, Picture
from core.query import encode
from engines.descent import codec
from engines.descent.results import Descent
from engines.training import experiment as te
from errata import ERRATA
from landscapes import LANDSCAPES
from pages import PAGES
from pages.race.picture import picture as race
from pages.training import presets as training
from pages.training.picture import _legend as legend
from pictures import film, fonts, look, still
from pictures.chart import _edges, ranges
from pictures.drawing import draw
from pictures.sheet import Box
from pictures.solid import _on
from pictures.surface import LEVELS, heights
from pictures.ticks import power, text
from web import api, pictures
from web.pictures import DRAWN, THUMBS, Wanted, drawn

ROOT = Path(__file__).parent.parent
RACE = "steps=40&run=sgd:lr=0.045&run=momentum:rho=0.5&run=adam~cosine"
HALF = "formula=x*log(x)%2By**2&domain=-3,2,-2,2&start=1.5,1&steps=30&run=sgd:lr=0.1"
SVG = "{http://www.w3.org/2000/svg}"
# A light value of every page
QUERIES = {
    "race": RACE,
    "schedules": "steps=50&run=sgd:lr=0.01~cosine&run=sgd:lr=0.01",
    "activations": "activation=tanh&activation=leaky_relu",
    "initialization": "width=32&depth=4&batch=16&init=lecun&init=normal:std=0.5",
    "maps": "map=rates&steps=30&run=sgd&run=momentum",
    "training": "data=moons&model=mlp:width=8,depth=1&steps=20&train=100&run=sgd&run=adam",
    "data": "steps=20",
    "convolution": "input=16x16x1&layer=conv:filters=2,kernel=3",
    "errata": "entry=6",
    "lectures": "",
}
SHOWN = [(page, show) for page, kind in DRAWN.items() for show in ("", *kind.shows)]


def wanted(page: str, query: str, size: tuple[int, int]) -> Wanted:
    """A picture of what a query stands for."""
    value, problems = DRAWN[page].parse(parse_qsl(query))
    assert not problems
    return Wanted(DRAWN[page], value, size)


def get(client, url, **headers):
    reply = client.get(url, **headers)
    assert reply.status == 200, reply.text
    return reply


def sized(page: str, width: int, height: int) -> str:
    """The size of a picture in a query: in one field, unless the page has one of that name."""
    own = {param.key for param in DRAWN[page].numbers}
    return f"width={width}&height={height}" if "size" in own else f"size={width}x{height}"


def opened(body: bytes) -> Image.Image:
    return Image.open(io.BytesIO(body))


def image(reply) -> Image.Image:
    return opened(reply.body)


def counted(body: bytes) -> Counter:
    """How many pixels have each colour."""
    return Counter({colour: count for count, colour in opened(body).convert("RGB").getcolors(1 << 22)})


def descent(query: str) -> Descent:
    experiment, problems = codec.parse(parse_qsl(query))
    assert not problems
    return Descent(experiment)


def of(page: str, show: str = "", query: str = "", language: str = "en") -> Picture:
    return drawn(wanted(page, query or QUERIES[page], (0, 0))._replace(show=show), language)


def chart(*lines: Line, **more) -> Picture:
    return Picture(((Panel(lines=lines, **more),),))


# What is drawn --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("page", "show"), SHOWN)
def test_every_page_and_show_draws_its_runs(page, show):
    """By day, by night and, for cards, without letters: the background, and the colour of every run that is shown."""
    picture = of(page, show)
    runs = {line.run for row in picture.rows for panel in row for line in panel.lines}
    runs |= {h.run for row in picture.rows for panel in row for h in panel.histograms if h.counts.any()}
    runs |= {run for row in picture.rows for panel in row if panel.plane for _, run, _ in panel.plane.paths}
    assert runs or any(panel.cells for row in picture.rows for panel in row)
    for theme, bare in [("light", False), ("dark", page != "errata")]:
        body = still.png(picture, (640, 400), theme, "en", bare=bare)
        colours = counted(body)
        assert colours[look.rgb(look.THEMES[theme].background)] or show == "paths"
        for run in runs:
            assert colours[look.rgb(look.THEMES[theme].runs[run])] > 3, f"run {run} is not there"
    assert body == still.png(picture, (640, 400), theme, "en", bare=bare), "the same picture, other bytes"


@pytest.mark.parametrize("entry", [entry for entry in ERRATA.values() if entry.axes], ids=lambda entry: entry.key)
def test_every_erratum_is_drawn_with_all_its_names(entry):
    picture = of("errata", query=f"entry={entry.number}")
    sheet = draw(picture, (640, 400), "light", str)
    said = {words.get_text() for words in sheet.figure.texts}
    assert {line.name for shape in entry.axes if len(shape.lines) > 1 for line in shape.lines} <= said
    for axes, shape in zip(sheet.figure.axes, entry.axes, strict=True):
        bars = sum(line.style == "bars" for line in shape.lines)
        assert len(axes.lines) == len(shape.lines) - bars
        assert len(axes.containers) == bars


@pytest.mark.parametrize("surface", LANDSCAPES)
def test_every_surface_has_its_contours(surface):
    """Lines at most of the levels, in the colours of the scale, and nothing is hatched."""
    optimizer = next(o for s, o in PAIRS if s == surface)
    picture = race(descent(f"surface={surface}&steps=5&run={optimizer}"), "paths", str)
    sheet = draw(picture, (320, 240), "light", str, plain=True)
    filled, lines, *_ = sheet.figure.axes[0].collections
    assert sum(len(path.vertices) > 3 for path in lines.get_paths()) > LEVELS / 2
    assert len({tuple(colour) for colour in filled.get_facecolor()}) == LEVELS + 1
    assert sheet.figure.axes[0].patch.get_hatch() is None


def test_where_a_loss_is_not_defined_the_plane_is_hatched():
    sheet = draw(race(descent(HALF), "paths", str), (640, 400), "light", str, plain=True)
    axes = sheet.figure.axes[0]
    assert axes.patch.get_hatch()
    sheet.canvas.draw()
    pixels = np.asarray(sheet.canvas.buffer_rgba())[..., :3].astype(int)
    zero = round(640 * (0 - axes.get_xlim()[0]) / np.ptp(axes.get_xlim()))
    left, right = pixels[:, : zero - 10], pixels[:, zero + 10 :]
    white = lambda part: (part == 255).all(-1).mean()  # noqa: E731
    assert 0.5 < white(left) < 0.97, "white paper with thin lines"
    assert white(right) < 0.1, "the surface"
    lines = axes.collections[1].get_paths()
    assert min(path.vertices[:, 0].min() for path in lines if len(path.vertices)) >= 0


def test_levels_are_even_in_the_log_of_the_gap():
    z = heights(np.array([[1e-9, 1.0, 10.0, 100.0, 1000.0]]), 0.0)[0]
    assert (z[0], z[-1]) == (0, 1)
    assert np.diff(z)[1:] == pytest.approx(np.diff(z)[-1], rel=0.02)
    assert np.isnan(heights(np.array([[np.nan, 1.0]]), 0.0)[0, 0])
    assert heights(np.array([[3.0, 4.0, 5.0]]), None)[0] == pytest.approx([0, 0.5, 1]), "no minimum, no logarithm"


@pytest.mark.parametrize("size", [(640, 480), (300, 700), (1920, 1080), (200, 200), (2400, 200)])
def test_a_taco_looks_like_one(size):
    """One scale for both axes, and the domain inside the window."""
    result = descent(RACE)
    axes = draw(race(result, "", str), size, "light", str).figure.axes[0]
    box = axes.get_position()
    (x0, x1), (y0, y1) = axes.get_xlim(), axes.get_ylim()
    assert (x1 - x0) / (box.width * size[0]) == pytest.approx((y1 - y0) / (box.height * size[1]), rel=1e-6)
    a, b, c, d = result.landscape.domain
    assert x0 <= a < b <= x1
    assert y0 <= c < d <= y1


def test_a_path_ends_in_its_marker_and_begins_in_a_ring():
    result = descent("surface=taco&start=-8,1&steps=30&run=sgd:lr=0.045")
    sheet = draw(race(result, "paths", str), (400, 300), "light", str)
    for step in (0, 7, 30):
        sheet.show(step)
        lines = sheet.figure.axes[0].lines
        head = next(
            line for line in lines if line.get_marker() == look.SYMBOLS["circle"] and line.get_markersize() == 15 * sheet.unit
        )
        assert (head.get_xdata()[0], head.get_ydata()[0]) == pytest.approx(tuple(result.trajectories[0].x[step]))
        path = next(line for line in lines if len(line.get_xdata()) == step + 1 and line.get_linewidth() == 2.5 * sheet.unit)
        assert path.get_xydata() == pytest.approx(result.trajectories[0].x[: step + 1])
    ring = next(line for line in lines if line.get_fillstyle() == "none")
    assert (ring.get_xdata()[0], ring.get_ydata()[0]) == (-8, 1)


@pytest.mark.parametrize("show", ["", "panels"])
def test_a_run_that_diverged_says_so(show):
    result = descent("steps=300&run=sgd:lr=1")
    lost = result.trajectories[0].diverged_at
    sheet = draw(race(result, show, str), (640, 480), "light", str)

    def said() -> str:
        return " ".join(words.get_text() for words in sheet.figure.axes[0].texts if words.get_visible())

    assert f"diverged at {'step ' if show else ''}{lost}" in said()
    sheet.show(lost - 1)
    assert "diverged" not in said()
    body = still.png(race(result, show, str), (640, 480), "light", "en")
    assert counted(body)[look.rgb(look.LIGHT[0])] > 100


def test_a_surface_in_three_dimensions_carries_its_paths():
    z = np.add.outer(np.linspace(0, 3, 7), np.linspace(0, 1, 5))  # linear, as the interpolation is
    path = np.array([[0.3, 0.2], [-1.0, 0.5], [1.0, 1.0], [0.0, 0.0], [2.0, 2.0]])
    assert _on(path, z, (0, 1, 0, 1)) == pytest.approx([0.9, np.nan, 4.0, 0.0, np.nan], nan_ok=True)
    sheet = draw(race(descent(RACE), "3d", str), (640, 480), "light", str)
    sheet.canvas.draw()
    box = Image.fromarray(np.asarray(sheet.canvas.buffer_rgba())[60:250, :, :3])
    colours = {colour for _, colour in box.getcolors(1 << 18)}
    assert {look.rgb(colour) for colour in look.LIGHT[:3]} <= colours


def test_lines_bands_histograms_and_bars():
    x, ones = np.arange(5.0), np.ones(5)
    line = (Line(x, x, 0), Line(x, 2 * x, 1, "dashed"), Line(x, 3 * x, 2, "points"))
    axes = draw(chart(*line), (300, 200), "light", str).figure.axes[0]
    assert [a.get_linestyle() for a in axes.lines] == ["-", "--", "None"]
    assert [a.get_color() for a in axes.lines] == list(look.LIGHT[:3])
    band = draw(Picture(((Panel(lines=line[:1], bands=(Band(x, x - 1, x + 1),)),),)), (300, 200), "light", str)
    assert band.figure.axes[0].collections[0].get_paths()[0].vertices[:, 1].max() == 5
    bars = draw(chart(Line(x, x, 0, "bars"), Line(x, ones, 1, "bars"), names=tuple("abcde")), (300, 200), "light", str)
    patches = bars.figure.axes[0].patches
    assert [patch.get_height() for patch in patches] == [*x, *ones]
    assert all(a.get_x() + a.get_width() <= b.get_x() + 1e-9 for a, b in zip(patches[:5], patches[5:], strict=True))
    histogram = Histogram(np.array([0.0, 1.0, 3.0]), np.array([2, 8]))
    steps = draw(Picture(((Panel(histograms=(histogram,)),),)), (300, 200), "light", str).figure.axes[0].patches
    assert [list(step.get_data().values) for step in steps] == [[0.25, 1.0], [0.25, 1.0]], "as high as the box"


def test_what_axes_show():
    x, box = np.arange(4.0), Box(0, 0, 100, 50)
    panel = Panel(lines=(Line(x, np.array([0.0, 1e-3, np.nan, 1e9])),), log_y=True, cap=1e3)
    (x0, x1), (low, high) = ranges(panel, box)
    assert (x0, x1) == (0, 3)
    assert low < 1e-3 < 1e-3 * 1.0001 < 1e3 < high < 1e4, "what is not positive is left out, and the cap holds"
    square = ranges(Panel(lines=(Line(x, x),), equal=True), box)
    assert np.ptp(square[0]) / 100 == pytest.approx(np.ptp(square[1]) / 50)
    assert ranges(Panel(lines=(Line(x, x),), x_range=(-9.0, 9.0), y_range=(0.0, 2.0)), box) == ((-9, 9), (0, 2))
    constant = ranges(Panel(lines=(Line(x, np.full(4, 5.0)),)), box)[1]
    assert constant[0] < 5 < constant[1]


def test_cells_reach_half_way_to_the_next_and_one_alone_is_1_wide():
    assert list(_edges(np.array([0.0, 1.0, 4.0]), False)) == [-0.5, 0.5, 2.5, 5.5]
    assert _edges(np.array([1.0, 100.0]), True) == pytest.approx([0.1, 10.0, 1000.0])
    assert list(_edges(np.array([3]), False)) == [2.5, 3.5]


def test_numbers_are_written_as_one_reads_them():
    assert [text(v) for v in (-0.5, 0.0, 2000.0, 1e6, 1e-7)] == ["\u22120.5", "0", "2000", "1e6", "1e\u22127"]
    assert power(float("inf")) == "", "a tick beyond the largest number"
    assert [power(v) for v in (1e-8, 0.1, 1.0, 100.0, 1e4, 2e-3)] == ["10⁻⁸", "0.1", "1", "100", "10⁴", "0.002"]


@pytest.mark.parametrize("query", ["", "&run=rmsprop&run=adagrad&run=lion&run=newton&run=nadam"])
@pytest.mark.parametrize("size", [(640, 480), (1920, 1080), (960, 600), (500, 900), (320, 240)])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_text_leaves_the_picture_or_covers_another(query, size, language):
    import locales

    translate = locales.translator(language)
    sheet = draw(race(descent(RACE + query), "", translate), size, "light", translate)
    sheet.canvas.draw()
    renderer = sheet.canvas.get_renderer()
    texts = list(sheet.figure.texts)
    for axes in sheet.figure.axes:
        for axis, (low, high) in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
            ticks = zip(axis.get_ticklabels(), axis.get_majorticklocs(), strict=True)
            texts += [label for label, place in ticks if low <= place <= high]
    shown = [words for words in texts if words.get_visible() and words.get_text()]
    boxes = [words.get_window_extent(renderer) for words in shown]
    assert len(boxes) > 8
    for words, box in zip(shown, boxes, strict=True):
        assert -1 <= box.x0 < box.x1 <= size[0] + 1, words.get_text()
        assert -1 <= box.y0 < box.y1 <= size[1] + 1, words.get_text()
    rows = [box.padded(-1.5) for box in boxes]
    for i, one in enumerate(rows):
        for j, other in enumerate(rows[:i]):
            assert not one.overlaps(other), f"{shown[i].get_text()} covers {shown[j].get_text()}"


def test_letters_grow_with_the_picture():
    heights_ = [draw(of("race"), size, "light", str).letters for size in [(640, 480), (960, 600), (1920, 1080)]]
    assert heights_ == sorted(heights_)
    assert heights_[-1] >= 1080 / 45, "to be read from the back of a hall"


def test_matplotlib_waits_for_the_first_picture():
    code = "import sys, web.routes; print([m for m in ('matplotlib', 'streamlit') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_pyplot_is_never_used():
    """It keeps every figure, and is not for threads."""
    used = [file.name for file in (ROOT / "pictures").glob("*.py") if "pyplot" in file.read_text(encoding="utf-8")]
    assert not used


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


# Letters --------------------------------------------------------------------------------------------------------------


def test_the_fonts_have_what_is_written():
    """Greek, minus, raised and lowered digits in the first font; Chinese in one of the others, where one is installed."""
    from matplotlib.font_manager import FontProperties, findfont, get_font

    def has(family: str, letters: str) -> bool:
        font = get_font(findfont(FontProperties(family=family)))
        return all(font.get_char_index(ord(letter)) for letter in letters)

    latin, *chinese = fonts.families()
    assert has(latin, "αβγδεηθκλμρσλ₀₁₂−×⁻⁰¹²³⁴⁵⁶⁷⁸⁹=,.e′√")
    if chinese:
        assert has(chinese[0], "动量法学习率损失更新")


def test_chinese_letters_are_drawn(tmp_path):
    if not fonts.speaks("zh"):
        pytest.skip("no font for Chinese is installed here")
    tofu = Picture(((Panel(y="\ue000\ue000\ue000"),),))
    chinese = Picture(((Panel(y="动量法"),),))
    for name, picture in (("tofu", tofu), ("chinese", chinese)):
        if name == "tofu":
            with pytest.warns(UserWarning, match="Glyph"):
                body = still.png(picture, (300, 200), "light", "zh")
        else:
            body = still.png(picture, (300, 200), "light", "zh")  # a missing letter is a warning, and so an error
        (tmp_path / f"{name}.png").write_bytes(body)
    assert compare_images(str(tmp_path / "tofu.png"), str(tmp_path / "chinese.png"), tol=1) is not None


def test_without_a_chinese_font_names_are_english(monkeypatch):
    monkeypatch.setattr(fonts, "CHINESE", ())
    fonts.families.cache_clear()
    try:
        assert not fonts.speaks("zh")
        assert fonts.lettered("zh") == "en"
        asked = wanted("race", RACE, (320, 240))._replace(language="zh")
        assert pictures._png(asked, 7) == pictures._png(asked._replace(language="en"), 7)
    finally:
        fonts.families.cache_clear()


# Over HTTP ------------------------------------------------------------------------------------------------------------


def test_a_png(client):
    reply = get(client, f"/export.png?{RACE}")
    assert (reply.headers["content-type"], reply.headers["content-disposition"]) == (
        "image/png",
        'inline; filename="descent-lab-race.png"',
    )
    result = image(reply)
    assert (result.size, result.mode) == ((640, 480), "RGB")
    colours = {colour for _, colour in result.getcolors(1 << 20)}
    assert {look.rgb(colour) for colour in look.LIGHT[:3]} <= colours
    assert len(reply.body) < 150_000
    assert not result.info.keys() & {"Software", "Creation Time", "date:create"}
    dark = image(get(client, f"/export.png?theme=dark&width=300&height=700&{RACE}"))
    assert (dark.size, dark.getpixel((2, 695))) == ((300, 700), look.rgb(look.THEMES["dark"].background))


def test_the_step_and_the_view_are_in_the_picture(client):
    urls = [
        "",
        "&step=0",
        "&step=10",
        "&view=panels",
        "&scale=linear",
        "&axis=gradients",
        "&loss=false",
        "&lang=zh",
        "&theme=dark",
    ]
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
    assert {
        "SGD",
        "Momentum",
        "Adam",
        "α = 0.045",
        "α = 0.01, ρ = 0.5",
        "α = 0.3, Cosine",
        "loss above the minimum",
        "step 40 of 40",
    } <= set(texts)
    assert "Taco" in root.find(SVG + "title").text
    assert len(list(root.iter(SVG + "path"))) > 30
    assert "NaN" not in reply.text
    assert len(reply.body) < 400_000
    chinese = get(client, f"/export.svg?lang=zh&{RACE}").text
    assert "动量法" in chinese


@pytest.mark.parametrize(("page", "show"), [(page, "") for page in DRAWN])
def test_every_page_is_an_svg_with_its_words(client, page, show):
    reply = get(client, f"/export/{page}.svg?lang=zh&{sized(page, 900, 600)}&{QUERIES[page]}")
    root = ElementTree.fromstring(reply.body)
    assert root.get("viewBox") == "0 0 900 600"
    said = {node.text for node in root.iter(SVG + "text")}
    picture = of(page, language="zh")
    assert {panel.x for row in picture.rows for panel in row if panel.x} <= said
    assert {name for _, name, _ in picture.legend} <= said
    assert root.find(SVG + "title").text == picture.title
    assert reply.body == still.svg(picture, (900, 600), "light", "zh")
    ids = [node.get("id") for node in root.iter() if node.get("id")]
    assert len(ids) == len(set(ids))


def test_a_legend_writes_rates_as_the_player_does():
    t = PAGES["training"].parse(parse_qsl("steps=20&run=sgd:lr=1e-6&run=sgd:lr=1e-4&run=sgd:lr=1000000"))[0]
    assert [values.split(" = ")[1] for _, _, values in legend(t, str)] == ["1e-6", "1e-4", "1e6"]


@pytest.mark.parametrize("page", DRAWN)
def test_every_page_is_a_png_of_the_size_that_is_asked_for(client, page):
    assert image(get(client, f"/export/{page}.png?{sized(page, 700, 420)}&theme=dark&{QUERIES[page]}")).size == (700, 420)
    assert client.get(f"/export/{page}.png?size=700x4200").json()["field"] == "size"


def test_a_film_of_the_race_has_two_addresses(client):
    one = get(client, f"/export.gif?seconds=1&fps=5&width=300&height=260&{RACE}")
    assert get(client, f"/export/race.gif?seconds=1&fps=5&size=300x260&{RACE}").body == one.body


def test_an_svg_holds_what_was_typed_as_text(client):
    reply = get(client, "/export.svg?formula=x**2%2By**2&run=sgd&steps=2")
    assert "x**2+y**2" in ElementTree.fromstring(reply.text).find(SVG + "title").text


def test_a_gif_plays_the_whole_descent(client):
    reply = get(client, f"/export.gif?seconds=2&fps=10&width=300&height=260&{RACE}")
    assert (reply.headers["content-type"], reply.headers["content-disposition"]) == (
        "image/gif",
        'inline; filename="descent-lab-race.gif"',
    )
    result = image(reply)
    assert (result.size, result.n_frames, result.info["loop"]) == ((300, 260), 20, 0)
    durations = []
    for i in range(result.n_frames):
        result.seek(i)
        durations.append(result.info["duration"])
    assert sum(durations) == 2000 + film.HOLD
    last = np.asarray(result.convert("RGB")).astype(int)
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


@pytest.mark.parametrize("query", ["kernel=1", "side=3&kernel=3", "side=9&kernel=1&stride=3", "input=1x1x1"])
def test_a_walk_of_one_place_can_be_drawn(client, query):
    assert image(get(client, f"/export/convolution.png?{query}&width=240&height=200")).size == (240, 200)


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
    ("theme=blue", "theme", "light"), ("view=4d", "view", "overlay"), ("scale=x", "scale", "log"), ("loss=2", "loss", "2"),
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
    size = "width=2400&height=2400&fps=15"
    low, most = client.get(f"/export.gif?{size}&run=sgd").json()["allowed"]
    assert low == 0
    assert round(most * 15) * 2400 * 2400 <= film.MAX_PIXELS * 1.05


@pytest.mark.parametrize("page", THUMBS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_small_pictures(client, page, theme):
    light = {"initialization": "width=32&depth=4&batch=16", "race": "steps=20&run=sgd", "schedules": "run=sgd:lr=0.1~cosine"}
    for show in THUMBS[page].shows:
        reply = get(client, f"/thumb.png?page={page}&show={show}&theme={theme}&size=200x120&{light.get(page, '')}")
        assert image(reply).size == (200, 120)
        assert len(image(reply).getcolors(1 << 16)) > 2, "nothing is drawn"
    assert client.get(f"/thumb.png?page={page}&show=nothing").json()["allowed"] == list(THUMBS[page].shows)


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


def test_two_threads_draw_as_one_does():
    picture = of("race")
    alone = still.png(picture, (320, 240), "light", "en")
    with ThreadPoolExecutor(2) as pool:
        assert set(pool.map(lambda _: still.png(picture, (320, 240), "light", "en"), range(8))) == {alone}


@settings(max_examples=25)
@given(experiments(most=3), st.sampled_from(["png", "svg"]), st.sampled_from(["", "view=panels&", "theme=dark&width=200&"]))
def test_no_experiment_is_an_internal_error(client, experiment, kind, options):
    short = encode([pair for pair in codec.pairs(experiment) if pair[0] != "steps"])
    reply = client.get(f"/export.{kind}?{options}steps=50&height=200&{short}")
    assert reply.status == 200, reply.text


@pytest.mark.parametrize("show", ["", "panels", "3d"])
def test_every_frame_is_the_still_at_its_step(show):
    """What moves is drawn above what stands still, as it is when all is drawn at once; and every step looks different."""
    picture = race(descent("steps=60&run=sgd:lr=0.045&run=momentum"), show, str)
    frames = film._Film(draw(picture, (320, 240), "light", str))
    seen = []
    for step in (0, 5, 30, 60):
        seen.append(np.asarray(frames.frame(step)).astype(int))
        whole = np.asarray(opened(still.png(picture, (320, 240), "light", "en", step))).astype(int)
        assert np.abs(seen[-1] - whole).mean() < 0.5
    assert all(np.abs(a - b).max() > 60 for a, b in pairwise(seen))


@pytest.mark.parametrize("show", ["paths", "panels", "3d"])
def test_an_average_is_a_second_thin_path_from_the_first_update_on(show):
    """On every kind of plane, as far as the playhead and no farther; a run without one has none."""
    made = descent("surface=himmelblau&start=-1,4&steps=30&run=sgd:lr=0.01~ema:decay=0.9&run=sgd:lr=0.02")
    ((average, _),) = made.averages(0)
    planes = [panel.plane for row in race(made, show, str).rows for panel in row if panel.plane]
    assert sum(len(plane.averages) for plane in planes) == 1
    sheet = draw(race(made, show, str), (640, 400), "light", str)
    colour = look.THEMES["light"].style(0).colour
    for step in (0, 1, 20):
        sheet.show(step)
        thin = [
            np.transpose(line.get_data_3d()[:2] if show == "3d" else line.get_data())
            for line in sheet.figure.axes[0].lines
            if line.get_color() == colour and line.get_linewidth() == pytest.approx(1.5 * sheet.unit)
        ]
        assert any(len(places) == step and np.allclose(places, average[1 : step + 1]) for places in thin)


def test_the_loss_of_an_average_is_a_thin_line_of_its_run():
    made = descent("surface=noisy_taco&steps=30&run=sgd~average&run=sgd")
    lines = race(made, "loss", str).rows[0][0].lines
    assert [(line.run, line.style) for line in lines] == [(0, "line"), (1, "line"), (0, "thin")]
    assert np.array_equal(lines[2].y, made.averages(0)[0][1] - made.lowest)
    first, *_, last = draw(race(made, "loss", str), (640, 400), "light", str).figure.axes[0].lines[:3]
    assert last.get_linewidth() == first.get_linewidth() / 2


def test_against_gradients_each_run_is_where_it_is_after_so_many():
    """As in the player: on axes as long as before, where a step of SAM takes two; heads, and no line of the playhead."""
    query = "steps=30&run=sgd~ema&run=sam"
    shown = drawn(wanted("race", query, (640, 480))._replace(axis="gradients"), "en")
    usual = drawn(wanted("race", query, (640, 480)), "en")
    losses, rates = shown.rows[1][0], shown.rows[2][0]
    assert losses.y == "loss above the minimum, against gradients"
    assert rates.x == "gradients taken"
    assert not any(panel.counted for row in usual.rows for panel in row)
    sheet = draw(shown, (640, 480), "light", str)
    axes = sheet.figure.axes[1]
    assert axes.get_xlim() == (0, 30)
    sheet.show(12)
    moving = axes.lines[-4:]  # of SGD, of SAM, of the average; the playhead
    assert [line.get_xdata()[-1] for line in moving[:3]] == [12, 24, 12]
    assert [line.get_marker() for line in moving[:3]] == [*(look.THEMES["light"].style(i).symbol for i in (0, 1)), "None"]
    assert not moving[3].get_visible()


@pytest.mark.parametrize("preset", training.PRESETS, ids=lambda preset: preset.key)
def test_a_legend_tells_trainings_apart_by_all_that_differs(preset):
    t = PAGES["training"].parse(parse_qsl(preset.query))[0]
    rows = [row[1:] for row in legend(t, str)]
    assert len(set(rows)) == len(rows), rows
    for field in ("init", "norm", "dropout"):
        if len({getattr(run, field) for run in t.runs}) > 1:
            assert all(
                te.PARTS[field].name(getattr(run, field).key) in text for run, (_, text) in zip(t.runs, rows, strict=True)
            )
