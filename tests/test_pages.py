"""Every page of the registry, whatever it is: its codec, its numbers, and every way out of it."""

import csv
import io
import json
import re
import shutil
import subprocess
import sys
import textwrap
import xml.etree.ElementTree as ET
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from PIL import Image

from core import settings
from core.page import FIRST, Page
from core.query import encode
from core.settings import PAGE_FIELDS
from pages import PAGES

ROOT = Path(__file__).parent.parent
SHARED = "view=panels&scale=linear&axis=gradients&present=1&lang=zh&theme=dark&autoplay=1"
each = pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
drawn = pytest.mark.parametrize("page", [page for page in PAGES.values() if page.picture], ids=lambda page: page.key)
scripted = pytest.mark.parametrize("page", [page for page in PAGES.values() if page.script], ids=lambda page: page.key)


def opened(page: Page):
    """The value that the page opens with, and its query."""
    value, problems = page.parse(parse_qsl(page.default))
    assert not problems
    return value, encode(page.pairs(value))


@each
def test_a_link_reads_back_as_what_it_was_made_of(page):
    for query in ("", *(preset.query for preset in page.presets)):
        value, problems = page.parse(parse_qsl(query))
        assert not problems, query
        assert page.parse(page.pairs(value)) == (value, [])
        assert hash(value) == hash(page.parse(page.pairs(value))[0])


@each
def test_every_slider_moves_something_within_its_range(page):
    value, _ = opened(page)
    sliders = list(page.sliders(value))
    assert len(dict(sliders)) == len(sliders)
    for name, param in sliders:
        other = param.low if param.default != param.low else param.high
        moved = page.moved(value, name, other)
        again = dict(page.sliders(moved))
        assert name in again
        if other != param.default:
            assert page.pairs(moved) != page.pairs(value), name


@each
def test_numbers_as_json_and_as_a_table(page, client):
    _, query = opened(page)
    answer = client.get(f"/api/{page.key}?{query}")
    assert answer.status == 200, answer.text
    document = json.loads(answer.text)
    assert parse_qsl(document["query"]) == parse_qsl(query)
    table = list(csv.reader(io.StringIO(client.get(f"/api/{page.key}?{query}&format=csv").text)))
    assert len(table) > 1
    assert {len(row) for row in table} == {len(table[0])}


@each
def test_old_names_of_the_numbers_give_the_same(page, client):
    _, query = opened(page)
    for alias in page.aliases:
        assert client.get(f"/api/{alias}?{query}").text == client.get(f"/api/{page.key}?{query}").text


@each
@pytest.mark.parametrize(
    "way",
    [
        "api/{key}",
        "embed/{key}",
        "export/{key}",
        "export/{key}.csv",
        "export/{key}.json",
        "export/{key}.png",
        "export/{key}.svg",
    ],
)
def test_every_way_out_takes_the_same_query(page, way, client):
    _, query = opened(page)
    controls = ",".join(page.offline(page.parse(parse_qsl(query))[0]))
    address = f"/{way.format(key=page.key)}?{query}&{SHARED}&controls={controls}"
    answer = client.get(address)
    assert answer.status == 200, answer.text


@each
@pytest.mark.parametrize("field", PAGE_FIELDS)
def test_a_setting_that_is_none_is_refused_everywhere_with_what_it_may_be(page, field, client):
    for way in (f"api/{page.key}", f"export/{page.key}.csv"):
        answer = client.get(f"/{way}?{field}=sideways")
        assert answer.status == 400
        assert json.loads(answer.text)["field"] == field
    assert client.get(f"/embed/{page.key}?{field}=sideways").status == 400


@each
def test_an_unknown_field_is_refused(page, client):
    for way in (f"api/{page.key}", f"embed/{page.key}", f"export/{page.key}", f"export/{page.key}.json"):
        answer = client.get(f"/{way}?nonsense=1")
        assert answer.status == 400
        assert "nonsense" in answer.text


@each
def test_a_page_of_its_own_starts_the_module_of_its_page(page, client):
    _, query = opened(page)
    answer = client.get(f"/embed/{page.key}?{query}")
    started = json.loads(answer.text.partition('id="options">')[2].partition("</script>")[0])
    assert started["page"] == page.key
    assert parse_qsl(started["query"]) == parse_qsl(query)
    assert (ROOT / "pages" / page.key / "player.js").exists()
    if page.key == FIRST:
        assert client.get(f"/embed?{query}").status == 200


@each
def test_the_offline_file_needs_no_network(page, client):
    _, query = opened(page)
    text = client.get(f"/export/{page.key}?{query}").text
    assert not re.findall(r"""(?:src|href)=["'](?!data:|#)[^"']""", text.partition("<body")[0])
    assert len(text) > 1_000_000  # Plotly is in it


@drawn
def test_pictures_in_both_languages_and_themes(page, client):
    _, query = opened(page)
    for more in ("", "&lang=zh&theme=dark&width=480&height=300"):
        png = client.get(f"/export/{page.key}.png?{query}{more}")
        assert png.status == 200, png.text
        assert png.body.startswith(b"\x89PNG")
    ET.fromstring(client.get(f"/export/{page.key}.svg?{query}").text)


@drawn
def test_small_pictures(page, client):
    _, query = opened(page)
    for show in page.shows:
        answer = client.get(f"/thumb.png?page={page.key}&show={show}&{query}")
        assert answer.status == 200, answer.text
        assert answer.body.startswith(b"\x89PNG")


@drawn
def test_what_moves_can_be_filmed_and_what_does_not_is_one_frame(page, client):
    value, query = opened(page)
    answer = client.get(f"/export/{page.key}.gif?{query}&seconds=1&fps=5&width=300&height=220")
    film = Image.open(io.BytesIO(answer.body))
    if page.steps(value) is None:
        assert film.n_frames == 1
        assert len(film.convert("RGB").getcolors(1 << 16)) > 8, "something is drawn"
    else:
        frames = []
        for i in range(film.n_frames):
            film.seek(i)
            frames.append(film.convert("RGB").tobytes())
        assert len(set(frames)) >= 4, "it moves"


@scripted
def test_every_page_that_computes_gives_its_script(page, client):
    _, query = opened(page)
    answer = client.get(f"/export/{page.key}.py?{query}")
    assert answer.status == 200
    compile(answer.text, page.key, "exec")


def test_sweeps_hold_what_each_stop_gives_by_itself(client):
    for page in PAGES.values():
        value, query = opened(page)
        for name in page.offline(value):
            if page.arrays:
                continue
            swept = json.loads(client.get(f"/api/{page.key}?{query}&sweep={name}:5").text)
            assert len(swept["frames"]) == len(swept["values"])
            for frame, stop in zip(swept["frames"], swept["values"], strict=True):
                alone = json.loads(client.get(f"/api/{page.key}?{frame['query']}").text)
                assert encode(page.pairs(page.moved(value, name, stop))) == frame["query"]
                first = swept["first"]
                if first is None:
                    assert frame["document"] == alone
                else:
                    assert frame["document"][page.items] == alone[page.items][first : first + 1]


TRY = """
    import asyncio, json
    from conftest import Client
    from docs import catalogue as docs
    from pages import PAGES
    from web.catalogue import catalogue
    from web.routes import ROUTES

    assert "newcomer" in PAGES
    listed = catalogue(str)
    assert "newcomer" in [page["key"] for page in listed["pages"]]
    assert [preset["key"] for preset in listed["presets"]["newcomer"]] == ["steep"]
    client = Client()
    for way in ("api/newcomer", "embed/newcomer", "export/newcomer", "export/newcomer.png", "export/newcomer.svg",
                "export/newcomer.csv", "export/newcomer.json", "thumb.png"):
        answer = client.get(f"/{way}?slope=2" + ("&page=newcomer" if way == "thumb.png" else ""))
        assert answer.status == 200, (way, answer.text)
    assert json.loads(client.get("/api/newcomer?slope=2").text)["y"][-1] == 2.0
    assert json.loads(client.get("/api/newcomer?slope=9").text)["field"] == "slope"
    assert client.get("/assets/pages/newcomer/player.js").status == 200
    from streamlit.testing.v1 import AppTest
    script = "from pages import PAGES\\nfrom ui import frame\\nframe.show(PAGES['newcomer'])"
    shown = AppTest.from_string(script).run(timeout=60)
    assert not shown.exception, shown.exception
"""


def test_a_copied_template_is_a_page(tmp_path):
    """One new folder, and nothing else: menu, numbers, embed, export, pictures, preset."""
    skipped = shutil.ignore_patterns("__pycache__", "node_modules", "build", "browser", ".*")
    shutil.copytree(ROOT, tmp_path / "lab", ignore=skipped)
    new = tmp_path / "lab" / "pages" / "newcomer"
    shutil.copytree(ROOT / "pages" / "_template", new, ignore=skipped)
    for file in new.iterdir():
        file.write_text(file.read_text("utf-8").replace("_template", "newcomer"), "utf-8")
    code = "import sys; sys.path.insert(0, 'tests')\n" + textwrap.dedent(TRY)
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path / "lab", capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    tests = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "tests/test_pages.py",
        "tests/test_claims.py",
        "-k",
        "newcomer and not copied",
        "-p",
        "no:cacheprovider",
    ]
    tried = subprocess.run(tests, cwd=tmp_path / "lab", capture_output=True, text=True)
    assert tried.returncode == 0, tried.stdout
    assert re.search(r"\b1\d passed|\b2\d passed|\b3\d passed", tried.stdout), tried.stdout


BEFORE = json.loads((ROOT / "tests" / "golden" / "links_before_pages.json").read_text("utf-8"))
BY_PATH = {f"/{page.path}": page for page in PAGES.values()}


@pytest.mark.parametrize("link", BEFORE)
def test_links_of_before_there_were_page_records_still_open(link, client):
    """The gallery, the presets, the errata, embeds and exports as they were addressed then."""
    path, _, query = link.partition("?")
    if path in BY_PATH:  # a page of the app: what its address says is understood, all of it
        shown = settings.split(parse_qsl(query, keep_blank_values=True), BY_PATH[path].settings)
        assert not [*shown.problems, *BY_PATH[path].parse(shown.rest)[1]]
    else:
        assert client.get(link).status == 200


@each
def test_an_address_that_says_nothing_is_what_the_page_opens_with_in_every_way_out(page, client):
    _, query = opened(page)
    assert client.get(f"/api/{page.key}").text == client.get(f"/api/{page.key}?{query}").text
    assert client.get(f"/export/{page.key}.csv").text == client.get(f"/export/{page.key}.csv?{query}").text
