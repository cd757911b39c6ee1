"""The exported script: it stands by itself, and it computes what the engine does."""

import ast
import csv
import importlib
import inspect
import io
import os
import subprocess
import sys
from urllib.parse import parse_qsl

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from experiments import FORMULAS

from engines.descent import codec, engine
from engines.descent.results import Descent
from engines.formula import python_source as formula_code
from engines.formula import surface as formula
from export import script, sources
from export import script_runner as replay
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS
from schedules import SCHEDULES
from web import wire

# Every kind of surface (plain, with parameters, with data, with minibatches, with noise of its own, typed), of noise and of
# warm-up, rules with and without memory, and a run that diverges.
QUERIES = (
    "surface=taco:kappa=30,angle=20&steps=300&run=sgd:lr=0.045&run=momentum:lr=0.01~cosine:warmup=20&run=sgd:lr=0.2",
    "surface=noisy_taco&steps=80&seed=4294967295&run=adam:bias_correction=false~sgdr:t0=20&run=nesterov",
    "surface=least_squares:batch=4&steps=80&seed=3&run=sgd:lr=0.1~tiered&run=lion~transformer:warmup=30",
    "surface=logistic:normalized=true&steps=40&noise=gaussian:scale=0.5&seed=7&run=rmsprop~wsd:warmup=8&run=adagrad",
    "surface=cliff&steps=40&run=adamw:weight_decay=0.1~one_cycle",
    "surface=ackley&steps=40&run=adadelta",
    "surface=rosenbrock&steps=1&run=newton",
    "formula=(1-x)**2%2B100*(y-x**2)**2-1/3*exp(-x**2)&start=-1,1&steps=60&noise=uniform:scale=0.1&run=adamax&run=newton:damping=1",
)  # fmt: skip
# Runs several scripts in one interpreter: JAX takes a second to start.
RUNNER = """
import runpy, sys
for i, name in enumerate(sys.argv[1:]):
    sys.argv = [name, f"{name}.csv"]
    runpy.run_path(name, run_name="__main__")
assert not {"core", "optimizers", "streamlit", "plotly", "scipy.optimize"} & set(sys.modules)
"""


def experiment(query: str):
    found, problems = codec.parse(parse_qsl(query))
    assert not problems, problems
    return found


def numbers(text: str) -> tuple[list, np.ndarray]:
    """The names and steps of a table, and its numbers [rows, 6]; the rate of step 0 is NaN."""
    _, *rows = csv.reader(io.StringIO(text))
    return [row[:3] for row in rows], np.array([[float(cell or "nan") for cell in row[3:]] for row in rows])


def test_scripts_reproduce_the_engine(tmp_path):
    files = [tmp_path / f"script{i}.py" for i in range(len(QUERIES))]
    for file, query in zip(files, QUERIES, strict=True):
        file.write_text(script.script(experiment(query)), encoding="utf-8")
    command = [sys.executable, "-I", "-W", "error", "-c", RUNNER, *map(str, files)]
    env = {**os.environ, "JAX_PLATFORMS": "cpu"}
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for file, query in zip(files, QUERIES, strict=True):
        names, found = numbers(file.with_suffix(".py.csv").read_text(encoding="utf-8"))
        wanted_names, wanted = numbers(wire.table(Descent(experiment(query))))
        assert names == wanted_names
        assert np.array_equal(np.isnan(found), np.isnan(wanted))
        np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-11, err_msg=query)


def test_a_script_prints_its_table(tmp_path):
    file = tmp_path / "descent.py"
    file.write_text(script.script(experiment("steps=2&run=sgd")), encoding="utf-8")
    done = subprocess.run([sys.executable, "-I", str(file)], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert numbers(done.stdout)[0] == [["0", "sgd", "0"], ["0", "sgd", "1"], ["0", "sgd", "2"]]


@pytest.mark.parametrize("surface", LANDSCAPES)
def test_every_plugin_can_be_written_out(surface):
    """With names that the script knows, and with imports of the standard library, JAX and NumPy only."""
    courses = list(SCHEDULES)
    runs = "&".join(f"run={key}~{courses[i % len(courses)]}" for i, key in enumerate(OPTIMIZERS))
    rest = "&".join(f"run=sgd~{key}" for key in courses[len(OPTIMIZERS) :])
    for query in (f"surface={surface}&{runs}", f"surface={surface}&{rest}"):
        tree = ast.parse(script.script(experiment(query)))
        modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        modules |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        assert {name.split(".")[0] for name in modules} <= {*sys.stdlib_module_names, "jax", "numpy"}
        assert not _unknown(tree)


def _unknown(tree: ast.Module) -> set[str]:
    """Names that are read somewhere and bound nowhere."""
    bound = set(dir(__builtins__) if not isinstance(__builtins__, dict) else __builtins__) | {"__name__"}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            bound.add(node.name)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.alias):
            bound.add((node.asname or node.name).split(".")[0])
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            bound.add(node.id)
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} - bound


def test_what_the_script_takes_over_is_what_the_app_has():
    assert (replay.MAX_STEPS, replay.COLUMNS) == (engine.MAX_STEPS, wire.COLUMNS)


def test_a_source_keeps_its_comments_and_leaves_out_the_rest():
    text, imports = sources.function("surface", LANDSCAPES["least_squares"], "Landscape", ("fn", "sample"))
    assert "# The R data set" in text
    assert "fmt:" not in text
    assert "minima" not in text
    assert imports == ["import jax", "import jax.numpy as jnp", "import numpy as np"]
    assert text.endswith("    return loss, batch_loss")


def test_a_lambda_in_the_constant_is_written_out(tmp_path, monkeypatch):
    """A plug-in need not give its functions names of their own."""
    (tmp_path / "inline_x.py").write_text(
        "import numpy as np\nfrom core.types import Schedule\nHALF = 0.5\n"
        "fields = dict(key='inline_x', name='N', summary='S', latex='l')\n"
        "schedule = Schedule(**fields, fn=lambda rate, t, horizon, values: HALF * rate * np.ones(len(t)))\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    inline_x = importlib.import_module("inline_x")
    text, imports = sources.function("made", inline_x.schedule, "Schedule", ("fn",))
    scope = {"np": np}
    exec(text, scope)
    assert scope["made"]()(2.0, np.arange(3), 3, None).tolist() == [1, 1, 1]
    assert imports == ["import numpy as np"]
    sys.modules.pop("inline_x")


# Formulas -------------------------------------------------------------------------------------------------------------

TRICKY = (
    "x-(y-1)-2", "x/(y/3)/2", "-x**2", "(-x)**2", "2**-x", "x**-2", "x**0.5", "(x*y)**3", "-(x+y)", "x-(-y)", "2**3**2*x",
    "1/0*x", "9**9**9**9*x", "x*(1/3)*pi", "e**x", "x**65", "min(x,2)-max(1,y)", "log10(abs(x))+ln(y)", "relu(x)*sigmoid(y)",
    "0.1*x-.5e-3*y", "(1-2)*(x+3)", "x/2*y", "x/(2*y)", "--x", "1-2-x", "sqrt(2)*x", "(x**2)**3", "x**(2**2)",
)  # fmt: skip


@pytest.mark.parametrize("text", [*TRICKY, *FORMULAS])
def test_a_formula_is_written_out_as_what_it_computes(text):
    parsed = formula.parse(text)
    written = eval(f"lambda x, y: {formula_code.python(parsed.tree)}", {"jnp": jnp, "jax": jax})
    for point in ((0.7, 1.3), (-1.2, 0.4), (2.0, -0.0)):
        x = jnp.array(point)
        found = np.asarray(written(*x))
        assert found.dtype == np.float64
        np.testing.assert_allclose(found, parsed.fn(x, None), rtol=1e-14)


def test_every_function_of_a_formula_has_its_source():
    assert formula_code.FUNCTIONS.keys() == formula.FUNCTIONS.keys()


def test_a_script_says_where_it_comes_from():
    query = "surface=himmelblau&steps=5&run=adam:lr=0.2"
    text = script.script(experiment(query))
    assert query in ast.get_docstring(ast.parse(text))
    assert inspect.getsource(replay.descend) in text


# Over HTTP ------------------------------------------------------------------------------------------------------------


def test_files_to_keep(client):
    query = "steps=20&run=sgd&run=adam~cosine"
    for kind, media in (("csv", "text/csv"), ("json", "application/json"), ("py", "text/x-python")):
        reply = client.get(f"/export.{kind}?{query}")
        assert (reply.status, reply.headers["content-type"].partition(";")[0]) == (200, media)
        assert reply.headers["content-disposition"] == f'attachment; filename="descent.{kind}"'
        again = client.get(f"/export.{kind}?{query}", if_none_match=reply.headers["etag"])
        assert (again.status, again.body) == (304, b"")
    assert client.get(f"/export.csv?{query}").body == client.get(f"/api/descent?format=csv&{query}").body
    assert client.get(f"/export.json?{query}").json() == client.get(f"/api/descent?{query}").json()
    assert client.get(f"/export.py?{query}").text == script.script(experiment(query))


@pytest.mark.parametrize("query", ["run=adm", "steps=5001", "format=csv", "bogus=1", "formula=x%2B"])
@pytest.mark.parametrize("kind", ["csv", "json", "py"])
def test_files_that_cannot_be_made(client, kind, query):
    reply = client.get(f"/export.{kind}?{query}")
    assert reply.status == 400
    assert reply.json().keys() == {"error", "field", "allowed"}


@pytest.mark.parametrize("text", ["x%22%22%22", "x%5C", "__import__('os')", "x*y%0Aimport os"])
def test_nothing_typed_becomes_code(client, text):
    reply = client.get(f"/export.py?formula={text.replace(' ', '%20')}")
    assert reply.status == 400
