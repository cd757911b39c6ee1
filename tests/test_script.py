"""The exported scripts: each stands by itself, holds the files that ran, and computes what the page does."""

import ast
import csv
import io
import os
import subprocess
import sys
from urllib.parse import parse_qsl

import numpy as np
import pytest

from export.bundle import ROOT, files
from export.script import written
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS
from pages import PAGES
from schedules import SCHEDULES

# Every kind of surface (plain, with parameters, with data, with minibatches, with noise of its own, typed), of noise and of
# warm-up, rules with and without memory, and a run that diverges; then the other pages.
QUERIES = (
    ("race", "surface=taco:kappa=30,angle=20&steps=300&run=sgd:lr=0.045&run=momentum:lr=0.01~cosine:warmup=20&run=sgd:lr=0.2"),
    ("race", "surface=noisy_taco&steps=80&seed=4294967295&run=adam:bias_correction=false~sgdr:t0=20&run=nesterov"),
    ("race", "surface=least_squares:batch=4&steps=80&seed=3&run=sgd:lr=0.1~tiered&run=lion~transformer:warmup=30"),
    ("race", "surface=logistic:normalized=true&steps=40&noise=gaussian:scale=0.5&seed=7&run=rmsprop~wsd:warmup=8&run=adagrad"),
    ("race", "surface=cliff&steps=40&run=adamw:weight_decay=0.1~one_cycle"),
    ("race", "surface=rosenbrock&steps=1&run=newton"),
    ("race", "formula=(1-x)^2%2B100(y-x²)**2-1/3*exp(-x**2)&start=-1,1&steps=60&noise=uniform:scale=0.1&run=adamax&run=newton"),
    ("schedules", "steps=300&noise=gaussian:scale=1&run=sgd~cosine&run=sgd~step"),
    ("schedules", "formula=x**2%2B2y**2&steps=100&noise=uniform:scale=1&seed=5&run=momentum~wsd:warmup=9"),
    ("maps", "surface=himmelblau&run=momentum&size=6&steps=40&window=-4,4,-3,5"),
    ("maps", "map=stability&run=momentum&size=5&steps=30&x=lr:0.001..1&y=rho:0..0.9"),
    ("maps", "map=rates&run=sgd&run=adam~cosine&size=7&noise=gaussian:scale=1&seeds=3&steps=30"),
    ("activations", "activation=elu:alpha=0.5&activation=maxout&range=-3,3&points=51"),
    ("initialization", "init=he_normal&init=lsuv&activation=relu&width=64&depth=3&norm=batch"),
    ("initialization", "init=orthogonal&activation=tanh&width=32&depth=2&norm=group&data=digits"),
    ("data", "data=cloud:correlation=0.9,outliers=0.1&share=0.5&steps=20&seed=3"),
    ("data", "data=wine&transform=pca&pair=1,2"),
    ("convolution", "input=64x64x3&layer=conv:filters=8,kernel=5,stride=3,dilation=2&layer=pool:kernel=2&layer=dense:units=3"),
    ("training", "data=moons&model=mlp:width=8,depth=1&norm=batch&steps=40&run=adam~cosine~clip_norm~decay&run=sgd:lr=1e6"),
    ("training", "data=digits&model=cnn:channels=4,layers=1&batch=16&steps=20&train=64&run=momentum:lr=0.02"),
    ("errata", "entry=1"),
    ("errata", "entry=6&b2=0.99"),
)  # fmt: skip
# Runs several scripts in one interpreter, each with modules of its own: JAX takes a second to start.
RUNNER = """
import runpy, sys
for name in sys.argv[1:]:
    known, path = set(sys.modules), list(sys.path)
    with open(name + ".csv", "w", encoding="utf-8", newline="") as sys.stdout:
        runpy.run_path(name, run_name="__main__")
    assert not {"streamlit", "plotly", "starlette", "web"} & set(sys.modules)
    sys.path[:] = path
    for module in set(sys.modules) - known:
        if module.split(".")[0] in OURS:
            del sys.modules[module]
"""
# What the page has compiled before, the script need not: its code is the same.
COMPILED = {
    "JAX_COMPILATION_CACHE_DIR": os.environ["DESCENT_LAB_CACHE"],
    "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
    "PYTHONWARNINGS": "ignore:Error reading persistent compilation cache entry:UserWarning",
}
OURS = sorted({path.name for path in ROOT.iterdir() if (path / "__init__.py").is_file()})


def value(page: str, query: str):
    asked, problems = PAGES[page].parse(parse_qsl(query))
    assert not problems, problems
    return asked


def script(page: str, query: str) -> str:
    return written(PAGES[page].script(value(page, query)))


def table(page: str, query: str) -> str:
    """The CSV file of the page."""
    text = io.StringIO()
    heads, rows = PAGES[page].table(PAGES[page].compute(value(page, query)))
    csv.writer(text).writerows([heads, *rows])
    return text.getvalue()


def run(folder, scripts: list[str]) -> list[str]:
    """What each script prints, with no project on the path and warnings as errors."""
    names = [folder / f"script{i}.py" for i in range(len(scripts))]
    for name, text in zip(names, scripts, strict=True):
        name.write_text(text, encoding="utf-8")
    command = [sys.executable, "-I", "-W", "error", "-c", f"OURS = {OURS}\n{RUNNER}", *map(str, names)]
    env = {**os.environ, "JAX_PLATFORMS": "cpu", **COMPILED}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return [name.with_suffix(".py.csv").read_text(encoding="utf-8") for name in names]


def same(text: str, wanted: str, what: str) -> None:
    """Equal words, and numbers equal to 1e-12; the verdict on an erratum stands in no table."""
    rows, expected = ([row for row in csv.reader(io.StringIO(t)) if row[0] != "verdict"] for t in (text, wanted))
    assert len(rows) == len(expected), what
    for row, other in zip(rows, expected, strict=True):
        numbers, others = _numbers(row), _numbers(other)
        assert numbers.keys() == others.keys()
        assert [c for i, c in enumerate(row) if i not in numbers] == [c for i, c in enumerate(other) if i not in others]
        np.testing.assert_allclose(list(numbers.values()), list(others.values()), 1e-12, 1e-12, err_msg=what)


def _numbers(row: list[str]) -> dict[int, float]:
    numbers = {}
    for i, cell in enumerate(row):
        try:
            numbers[i] = float(cell)
        except ValueError:
            continue
    return numbers


def test_scripts_reproduce_their_pages(tmp_path):
    tables = [table(*query) for query in QUERIES]
    printed = run(tmp_path, [script(*query) for query in QUERIES])
    for text, wanted, query in zip(printed, tables, QUERIES, strict=True):
        same(text, wanted, str(query))


def test_a_script_prints_its_table(tmp_path):
    """Byte for byte what /export.csv gives, where the processor is the same."""
    file = tmp_path / "descent.py"
    file.write_text(script("race", "steps=2&run=sgd"), encoding="utf-8")
    done = subprocess.run([sys.executable, "-I", str(file)], cwd=tmp_path, capture_output=True, check=True)
    assert done.stdout.decode() == table("race", "steps=2&run=sgd")


def test_an_erratum_ends_with_its_verdict(tmp_path):
    (text,) = run(tmp_path, [script("errata", "entry=1")])
    assert text.splitlines()[-1] == "verdict,wrong,"


@pytest.mark.parametrize("surface", LANDSCAPES)
def test_plugins_stand_in_a_script_word_for_word(surface):
    """With imports of the standard library, JAX, NumPy and what stands there too; and with no plug-in that is not used."""
    rules, courses = list(OPTIMIZERS), list(SCHEDULES)
    at = list(LANDSCAPES).index(surface)
    some = [rules[(at + i) % len(rules)] for i in range(len(courses))]  # over all surfaces, all of them
    runs = "&".join(f"run={key}~{course}" for key, course in zip(some, courses, strict=True))
    text = script("race", f"surface={surface}&{runs}")
    used = [f"optimizers/{key}.py" for key in some] + [f"schedules/{key}.py" for key in courses]
    for path in (*used, f"landscapes/{surface}.py", "engines/descent/engine.py"):
        assert (ROOT / path).read_text(encoding="utf-8") in text
    assert text.count("FILES['landscapes/") == 2  # the registry and the surface
    for line in ast.parse(text).body:
        if isinstance(line, ast.Assign) and isinstance(line.value, ast.Constant) and line.value.value:
            ast.parse(line.value.value)


def test_the_rule_comes_first_and_the_engine_before_what_it_stands_on():
    text = script("race", "run=adam&run=sgd~cosine")
    order = ("optimizers/adam", "optimizers/sgd", "landscapes/taco", "schedules/", "engines/descent/engine", "core/types")
    places = [text.index(f"FILES['{path}") for path in order]
    assert places == sorted(places)


def test_a_bundle_holds_no_way_out():
    for page, query in QUERIES:
        assert not [
            path for path in files(PAGES[page].script(value(page, query)).modules) if path.startswith(("web", "ui", "pictures"))
        ]


def test_every_page_that_computes_has_a_script():
    assert {key for key, page in PAGES.items() if page.script} == {
        "race",
        "maps",
        "schedules",
        "activations",
        "initialization",
        "training",
        "data",
        "convolution",
        "errata",
        "lectures",
    }


# Over HTTP ------------------------------------------------------------------------------------------------------------


def test_files_to_keep(client):
    query = "steps=20&run=sgd&run=adam~cosine"
    for kind, media in (("csv", "text/csv"), ("json", "application/json"), ("py", "text/x-python")):
        reply = client.get(f"/export.{kind}?{query}")
        assert (reply.status, reply.headers["content-type"].partition(";")[0]) == (200, media)
        again = client.get(f"/export.{kind}?{query}", if_none_match=reply.headers["etag"])
        assert (again.status, again.body) == (304, b"")
    assert client.get(f"/export.json?{query}").json() == client.get(f"/api/descent?{query}").json()
    assert client.get(f"/export.py?{query}").text == script("race", query)


@pytest.mark.parametrize("query", ["run=adm", "steps=5001", "bogus=1", "formula=x%2B"])
@pytest.mark.parametrize("kind", ["csv", "json", "py"])
def test_files_that_cannot_be_made(client, kind, query):
    reply = client.get(f"/export.{kind}?{query}")
    assert reply.status == 400
    assert reply.json().keys() == {"error", "field", "allowed"}


@pytest.mark.parametrize("text", ["x%22%22%22", "x%5C", "__import__('os')", "x*y%0Aimport os"])
def test_nothing_typed_becomes_code(client, text):
    reply = client.get(f"/export.py?formula={text.replace(' ', '%20')}")
    assert reply.status == 400
