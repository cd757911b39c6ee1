"""The HTTP contract of the project, asked for as any client would: keys, shapes, errors, caching, and no status 500 ever."""

import csv
import gzip
import io
import json
import math
from importlib.resources import files
from urllib.parse import parse_qsl, quote, urlencode

import numpy as np
import pytest
from experiments import PAIRS, experiments, unpack
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pyarrow import Codec

import locales
from core.query import encode
from core.settings import PAGE_FIELDS
from core.types import defaults
from engines.descent import codec
from engines.descent import experiment as ex
from engines.descent.results import Descent
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS
from pages import PAGES
from pages.race import answer as race
from pages.race import tune
from pages.race.presets import PRESETS
from schedules import SCHEDULES
from web import answers, api, assets, catalogue, figures

RACE = "surface=taco:kappa=40&start=-8,1&steps=50&noise=gaussian:scale=0.5&seed=3&run=sgd:lr=0.045&run=adam:lr=0.3&run=newton"
DIVERGING = "start=-8,1&steps=500&run=sgd:lr=10&run=momentum:lr=10&run=sgd:lr=0.01"
BOTTOMLESS = "surface=saddle&steps=40&run=sgd"


def experiment(query: str) -> ex.Experiment:
    asked, problems = codec.parse(parse_qsl(query))
    assert not problems
    return asked


def get(client, path: str, **headers):
    reply = client.get(path, **headers)
    assert reply.status == 200, reply.text
    return reply


# ------------------------------------------------------------------------------------------------ /api/descent


def test_the_json_of_the_contract(client):
    reply = get(client, f"/api/descent?{RACE}")
    assert reply.headers["content-type"] == "application/json"
    answer, e = reply.json(), experiment(RACE)
    assert answer["surface"] == {"key": "taco", "params": {"kappa": 40.0, "angle": 0.0}}
    assert (answer["start"], answer["steps"], answer["seed"]) == ([-8.0, 1.0], 50, 3)
    assert answer["noise"] == {"key": "gaussian", "params": {"scale": 0.5}}
    assert [run["optimizer"] for run in answer["runs"]] == ["sgd", "adam", "newton"]
    for run, wanted, t in zip(answer["runs"], e.runs, Descent(e).trajectories, strict=True):
        assert run["params"] == wanted.optimizer.values
        assert run["schedule"] == {"key": "constant", "params": {"warmup": 0}}
        assert (run["x"], run["f"], run["lr"]) == (t.x.tolist(), t.loss.tolist(), t.learning_rate.tolist())
        assert run["grad_norm"] == pytest.approx([math.hypot(*g) for g in t.gradient])
        assert run["state"] == {name: array.tolist() for name, array in t.state.items()}
        assert run["diverged_at"] is None


@pytest.mark.parametrize(("surface", "optimizer"), PAIRS)
def test_shapes(client, surface, optimizer):
    for steps in (1, 30):
        (run,) = get(client, f"/api/descent?surface={surface}&steps={steps}&run={optimizer}").json()["runs"]
        assert [len(run[name]) for name in ("x", "f", "grad_norm", "lr")] == [steps + 1, steps + 1, steps + 1, steps]
        assert all(len(x) == 2 for x in run["x"])
        state = OPTIMIZERS[optimizer].init(np.zeros(2))._asdict()
        assert run["state"].keys() == {name for name, field in state.items() if np.ndim(field) < 2}
        assert all(len(array) == steps + 1 for array in run["state"].values())
        assert run["params"].keys() == {p.key for p in OPTIMIZERS[optimizer].all_params}


def test_types_of_parameters_are_those_of_json(client):
    answer = get(client, "/api/descent?surface=least_squares&steps=2&run=adam:bias_correction=false~constant:warmup=3").text
    for text in ('"batch": 4}', '"bias_correction": false', '"warmup": 3}', '"steps": 2,'):
        assert text in answer


def test_what_is_left_out_takes_its_default(client):
    answer = get(client, "/api/descent").json()
    assert (answer["surface"]["key"], answer["steps"], answer["seed"], answer["noise"]["key"]) == ("taco", 200, 0, "none")
    assert [run["optimizer"] for run in answer["runs"]] == [run.optimizer.key for run in ex.default().runs]


def test_a_diverging_run_is_finite_data(client):
    for steps in (20, 500):
        for run in get(client, f"/api/descent?{DIVERGING.replace('500', str(steps))}").json()["runs"]:
            at = run["diverged_at"]
            assert np.isfinite(run["x"]).all()
            assert np.isfinite([run["f"], run["grad_norm"]]).all()
            if at is not None:
                assert run["x"][at - 1 :] == [run["x"][at - 1]] * (steps + 2 - at)
    assert [run["diverged_at"] is None for run in get(client, f"/api/descent?{DIVERGING}").json()["runs"]] == [
        False,
        False,
        True,
    ]


def test_a_formula_in_place_of_a_surface(client):
    text, quadratic = "0.5*x**2+20*y**2", "start=-8,1&steps=60&run=sgd:lr=0.045&run=adam"
    typed = get(client, f"/api/descent?formula={quote(text, safe='')}&domain=-10,10,-6,6&{quadratic}").json()
    built_in = get(client, f"/api/descent?surface=taco&{quadratic}").json()
    assert typed["surface"] == {"key": "formula", "params": {}}
    assert (typed["formula"], typed["domain"]) == (text, [-10.0, 10.0, -6.0, 6.0])
    for one, other in zip(typed["runs"], built_in["runs"], strict=True):
        np.testing.assert_allclose(one["x"], other["x"], rtol=1e-9, atol=1e-12)
    lost = get(client, f"/api/descent?formula={text}&domain=-10,10,-6,6&{quadratic}".replace(" ", "+")).json()
    assert lost == typed


def test_bytes_of_a_hand_typed_address_are_read_as_utf8(client):
    assert (
        get(client, f"/api/descent?formula={quote('x²·y')}&steps=3".encode()).json()
        == get(client, "/api/descent?formula=x²·y&steps=3".encode()).json()
    )


# ------------------------------------------------------------------------------------------------------- binary


@pytest.mark.parametrize("query", [RACE, DIVERGING, BOTTOMLESS, "surface=least_squares&steps=70&run=sgd&run=momentum"])
def test_binary_equals_json(client, query):
    header, arrays = unpack(get(client, f"/api/descent?format=bin&fields={','.join(race.FIELDS)}&{query}").body)
    answer = get(client, f"/api/descent?{query}").json()
    largest = np.finfo(np.float32).max
    assert {k: header[k] for k in ("surface", "start", "steps", "seed", "noise")} == {
        k: answer[k] for k in ("surface", "start", "steps", "seed", "noise")
    }
    assert header["query"] == encode(codec.pairs(experiment(query)))
    for i, (run, told) in enumerate(zip(answer["runs"], header["runs"], strict=True)):
        for key in ("optimizer", "params", "schedule", "diverged_at", "summary"):
            assert told[key] == run[key]
        assert told["state"] == list(run["state"])
        both = {name: run[name] for name in ("x", "f", "grad_norm", "lr")}
        both |= {f"state.{name}": array for name, array in run["state"].items()}
        for name, array in both.items():
            wanted = np.clip(np.array(array), -largest, largest).astype(np.float32)
            np.testing.assert_array_equal(arrays[f"run{i}.{name}"], wanted, err_msg=name)


@pytest.mark.parametrize("query", [RACE, BOTTOMLESS])
def test_what_a_client_cannot_work_out_from_float32(client, query):
    _, arrays = unpack(get(client, f"/api/descent?format=bin&fields={','.join(race.FIELDS)}&{query}").body)
    descent = Descent(experiment(query))
    for i, t in enumerate(descent.trajectories):
        moves = np.vstack([[0, 0], np.diff(t.x, axis=0)])
        np.testing.assert_allclose(arrays[f"run{i}.move"], moves, rtol=1e-6, atol=1e-30)
        np.testing.assert_allclose(arrays[f"run{i}.gradient"], t.gradient, rtol=1e-6, atol=1e-30)
        np.testing.assert_allclose(arrays[f"run{i}.gap"], t.loss - (descent.lowest or 0), rtol=1e-6, atol=1e-30)
        np.testing.assert_allclose(arrays[f"run{i}.distance"], descent.distances(t.x), rtol=1e-6, atol=1e-30)
        np.testing.assert_allclose(arrays[f"run{i}.curvature"], descent.curvature(t), rtol=1e-6, atol=1e-30)


@pytest.mark.parametrize("fields", ["", "lr", "grid", "state,move", ",".join(race.FIELDS), "lr,lr"])
def test_only_what_is_asked_for_is_sent(client, fields):
    _, arrays = unpack(get(client, f"/api/descent?format=bin&fields={fields}&steps=9&run=momentum&run=sgd").body)
    names = {name.partition(".")[2].partition(".")[0] if name.startswith("run") else name for name in arrays}
    assert names == {*race.ALWAYS, *filter(None, fields.split(","))} - {"average"}  # nothing is around these rules


def test_size_is_linear_and_small(client):
    """By default at most 16 bytes per step and run, and a header that does not grow with the steps."""
    sizes = [
        len(get(client, f"/api/descent?format=bin&steps={n}&run=sgd&run=momentum&run=adam").body) for n in (500, 1000, 5000)
    ]
    assert sizes[1] - sizes[0] == pytest.approx(500 * 3 * 16, abs=100)
    assert sizes[2] - sizes[1] == pytest.approx(4000 * 3 * 16, abs=100)
    assert sizes[2] <= 16 * 5001 * 3 + 4000


def test_the_grid_is_the_surface_over_the_window(client):
    for options, domain in (("", (-10.0, 10.0, -6.0, 6.0)), ("&aspect=2", (-12.0, 12.0, -6.0, 6.0))):
        header, arrays = unpack(get(client, f"/api/descent?format=bin&fields=grid{options}&steps=1&run=sgd").body)
        x0, x1, y0, y1 = header["window"]
        assert header["window"] == pytest.approx(domain)
        rows, columns = arrays["grid"].shape
        x, y = np.meshgrid(np.linspace(x0, x1, columns), np.linspace(y0, y1, rows))
        np.testing.assert_allclose(arrays["grid"], 0.5 * (x**2 + 40 * y**2), rtol=1e-5)


def test_the_grid_has_holes_where_a_formula_is_not_finite(client):
    _, arrays = unpack(get(client, "/api/descent?format=bin&fields=grid&formula=sqrt(x)&start=1,1&steps=1&run=sgd").body)
    middle = arrays["grid"].shape[1] // 2
    assert np.isnan(arrays["grid"][:, :middle]).all()
    assert np.isfinite(arrays["grid"][:, middle:]).all()


def test_the_header_says_where_the_minima_are(client):
    header, _ = unpack(get(client, "/api/descent?format=bin&surface=himmelblau&steps=1&run=sgd").body)
    assert header["minima"] == [list(m) for m in LANDSCAPES["himmelblau"].minima(None)]
    assert header["lowest"] == pytest.approx(0, abs=1e-20)
    header, _ = unpack(get(client, f"/api/descent?format=bin&{BOTTOMLESS}").body)
    assert (header["minima"], header["lowest"]) == ([], None)


# ---------------------------------------------------------------------------------------------------------- CSV


@pytest.mark.parametrize("query", [RACE, DIVERGING, "surface=rosenbrock&steps=1&run=lion~constant:warmup=4"])
def test_csv_reads_back_as_the_same_float64(client, query):
    reply = get(client, f"/api/descent?format=csv&{query}")
    assert reply.headers["content-type"].partition(";")[0] == "text/csv"
    assert reply.headers["content-disposition"] == 'attachment; filename="descent-lab-race.csv"'
    header, *rows = csv.reader(io.StringIO(reply.text, newline=""))
    assert header == list(race.COLUMNS)
    e = experiment(query)
    assert len(rows) == len(e.runs) * (e.steps + 1)
    for i, (run, t) in enumerate(zip(e.runs, Descent(e).trajectories, strict=True)):
        mine = [row for row in rows if row[0] == str(i)]
        assert {row[1] for row in mine} == {run.optimizer.key}
        assert [int(row[2]) for row in mine] == list(range(e.steps + 1))
        numbers = np.array([[float(cell) for cell in row[3:8]] for row in mine])
        np.testing.assert_array_equal(numbers, np.column_stack([t.x, t.loss, t.gradient]))
        assert mine[0][8] == ""
        assert [float(row[8]) for row in mine[1:]] == t.learning_rate.tolist()


# ---------------------------------------------------------------------------------------------- catalogue, tune


def test_the_catalogue_lists_every_registry(client):
    answer = get(client, "/api/catalogue").json()
    assert [s["key"] for s in answer["surfaces"]] == list(LANDSCAPES)
    assert [o["key"] for o in answer["optimizers"]] == list(OPTIMIZERS)
    assert [s["key"] for s in answer["schedules"]] == list(SCHEDULES)
    assert isinstance(answer["activations"], list)
    assert isinstance(answer["initializers"], list)
    shortest = [encode(PAGES["race"].pairs(PAGES["race"].parse(parse_qsl(p.query))[0])) for p in PRESETS]
    assert [p["query"] for p in answer["presets"]["race"]] == shortest
    rows = [
        row for kind in ("surfaces", "optimizers", "schedules", "noises") for item in answer[kind] for row in item["params"]
    ]
    for row in [*rows, *answer["numbers"]["race"].values()]:
        assert {"key", "symbol", "default", "low", "high", "scale"} <= row.keys()
        assert row["low"] <= row["default"] <= row["high"]
        assert isinstance(row["default"], {"bool": bool, "int": int}.get(row["scale"], float))


@pytest.mark.parametrize("key", LANDSCAPES)
def test_a_surface_in_the_catalogue(client, key):
    (row,) = [s for s in get(client, "/api/catalogue").json()["surfaces"] if s["key"] == key]
    surface = LANDSCAPES[key]
    assert {"key", "name", "summary", "latex", "params", "domain", "start", "minima"} <= row.keys()
    assert (row["name"], row["latex"]) == (surface.name, surface.latex)
    assert (row["domain"], row["start"]) == (list(surface.domain), list(surface.start))
    assert row["minima"] == [list(m) for m in surface.minima(defaults(surface.params))]
    assert [p["key"] for p in row["params"]] == [p.key for p in surface.params]


def test_rates_are_among_an_optimizers_parameters(client):
    for row in get(client, "/api/catalogue").json()["optimizers"]:
        assert [p["key"] for p in row["params"]] == [p.key for p in OPTIMIZERS[row["key"]].all_params]
        assert row["params"][0]["key"] == "lr"


def test_symbols_have_a_plain_label(client):
    labels = {p["label"] for o in get(client, "/api/catalogue").json()["optimizers"] for p in o["params"]}
    assert {"α", "β₁", "ρ", "ε"} <= labels
    assert not any(set(label) & set("\\{}_^") for label in labels), labels


def test_the_catalogue_speaks_chinese(client):
    english, chinese = (get(client, f"/api/catalogue?lang={lang}").json() for lang in ("en", "zh"))
    translate = locales.translator("zh")
    assert [s["name"] for s in chinese["surfaces"]] == [translate(s["name"]) for s in english["surfaces"]]
    assert chinese["surfaces"][0]["name"] != english["surfaces"][0]["name"]
    assert (english["words"], bool(chinese["words"])) == ({}, True)


def test_tune_answers_with_a_query_that_settles(client):
    query = "surface=rosenbrock&steps=100&run=sgd:lr=10&run=adam:lr=10&run=lion:lr=10"
    answer = get(client, f"/api/tune?{query}").json()
    tuned = experiment(answer["query"])
    assert answer["rates"] == [run.optimizer.values["lr"] for run in tuned.runs]
    assert all(t.diverged_at is None and t.loss[-1] < t.loss[0] for t in Descent(tuned).trajectories)
    some = experiment(get(client, f"/api/tune?runs=0,2&{query}").json()["query"])
    assert (some.runs[0], some.runs[1], some.runs[2]) == (tuned.runs[0], experiment(query).runs[1], tuned.runs[2])


def test_healthz(client):
    reply = get(client, "/healthz")
    assert (reply.text, reply.headers["content-type"].partition(";")[0]) == ("ok", "text/plain")


# ------------------------------------------------------------------------------------------------------- figures


@pytest.mark.parametrize("view", PAGE_FIELDS["view"])
@pytest.mark.parametrize("surface", ["taco", "plateau", "logistic"])
def test_figures(client, view, surface):
    answer = get(client, f"/api/figures?view={view}&surface={surface}&run=sgd&run=adam&run=sgd&aspect=1.6&columns=1").json()
    assert answer.keys() == {"main", "curves"}
    kinds = [trace["type"] for trace in answer["main"]["data"]]
    assert kinds.count("contour") == {"overlay": 1, "panels": 3, "3d": 0}[view]
    assert kinds.count("surface") == (view == "3d")
    assert kinds.count("scatter3d") == 6 * (view == "3d")  # a line and a head per run


def test_figures_are_as_fine_as_the_grid(client):
    (trace,) = get(client, "/api/figures?aspect=2").json()["main"]["data"]
    header, arrays = unpack(get(client, "/api/descent?format=bin&fields=grid&aspect=2").body)
    assert (len(trace["y"]), len(trace["x"])) == arrays["grid"].shape
    assert [trace["x"][0], trace["x"][-1], trace["y"][0], trace["y"][-1]] == pytest.approx(header["window"])


# -------------------------------------------------------------------------------------------------------- caching

CACHED = ["/api/descent", "/api/descent?format=bin", "/api/descent?format=csv", "/api/catalogue", "/api/tune", "/api/figures"]


@pytest.mark.parametrize("path", CACHED)
def test_an_answer_is_not_computed_twice_for_one_client(client, path, monkeypatch):
    """The ETag comes back as 304, and that even where computing would fail."""
    first = get(client, path)
    for module, name in (
        (answers, "document"),
        (answers, "table"),
        (answers, "_binary"),
        (catalogue, "catalogue"),
        (figures, "drawing"),
    ):
        monkeypatch.setattr(module, name, None)
    monkeypatch.setattr(tune, "tuned", None)
    tag = first.headers["etag"]
    for sent in (tag, f'"other", {tag}', f"W/{tag}"):
        again = client.get(path, if_none_match=sent)
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
    assert first.headers["cache-control"] == "public, no-cache"
    assert first.headers["access-control-allow-origin"] == "*"


def test_a_wrong_etag_gets_the_answer(client):
    reply = get(client, "/healthz", if_none_match='"x"')
    assert reply.text == "ok"
    assert get(client, "/api/descent?steps=2", if_none_match='"x"').json()["steps"] == 2


def test_equal_questions_share_an_etag_and_others_do_not(client):
    def tag(path):
        return get(client, path).headers["etag"]

    rate = OPTIMIZERS["sgd"].learning_rate.default
    same = ["run=sgd&steps=3", f"surface=taco:angle=0&steps=3.0&run=sgd:lr={rate}~constant", "steps=3&seed=0&run=sgd&lang=zh"]
    assert len({tag(f"/api/descent?{query}") for query in same}) == 1
    different = [
        "/api/descent?run=sgd&steps=3", "/api/descent?run=sgd&steps=4", "/api/descent?run=sgd:lr=0.01&steps=3",
        "/api/descent?run=sgd&steps=3&seed=1", "/api/descent?run=sgd&steps=3&format=bin",
        "/api/descent?run=sgd&steps=3&format=csv",
        "/api/descent?run=sgd&steps=3&format=bin&fields=lr", "/api/descent?run=sgd&steps=3&format=bin&fields=grid",
        "/api/descent?run=sgd&steps=3&format=bin&fields=grid&aspect=2", "/api/descent?run=sgd&run=sgd&steps=3",
        "/api/descent?run=sgd&steps=3&format=bin&fields=grid&aspect=2&view=panels",
        "/api/tune?run=sgd&steps=3", "/api/figures?run=sgd&steps=3", "/api/figures?run=sgd&steps=3&view=3d",
        "/api/figures?run=sgd&steps=3&columns=1", "/api/catalogue", "/api/catalogue?lang=zh",
    ]  # fmt: skip
    assert len({tag(path) for path in different}) == len(different)


def test_a_new_release_empties_caches(client, monkeypatch):
    before = get(client, "/api/descent?steps=1").headers["etag"]
    monkeypatch.setattr(api, "version", lambda: "another")
    assert get(client, "/api/descent?steps=1").headers["etag"] != before


def test_only_get_and_head(client):
    assert client.get("/api/descent?steps=1", method="POST").status == 405
    assert client.get("/api/descent?steps=1", method="HEAD").status == 200


# --------------------------------------------------------------------------------------------------------- errors

BAD = [  # query, field, a word of the message
    ("run=adm:lr=0.1", "run", "“adam”"),
    ("run=adam:lr=100", "run", "1e-5 … 10"),
    ("run=sgd~cosin", "run", "cosin"),
    ("surface=tako", "surface", "“taco”"),
    ("surface=taco:kappa=9999", "surface", "1 … 1000"),
    ("start=here", "start", "here"),
    ("steps=0", "steps", "5000"),
    ("steps=5001", "steps", "5000"),
    ("steps=NaN", "steps", "NaN"),
    ("seed=-1", "seed", "-1"),
    ("noise=loud", "noise", "loud"),
    ("steps=3&steps=4", "steps", "2 times"),
    ("bogus=1", "bogus", "bogus"),
    ("=1", "", "known"),
    ("formula=x%2B", "formula", "column"),
    ("formula=sqrt(0*x)", "formula", "finite"),
    ("formula=__import__('os').system('true')", "formula", "column"),
    ("formula=x*y&surface=taco", "surface", "formula"),
    ("&".join(["run=sgd"] * 17), "run", "16"),
    ("run=%FF%00", "run", "known"),
    ("x" * 16_001, "query", "16000"),
    ("lang=en&lang=zh&lang=en", "lang", "3 times"),
]
BAD_OF = {
    "/api/descent": [
        ("format=xml", "format", "json, bin, csv"),
        ("fields=all", "fields", "all"),
        ("format=bin&format=json", "format", "2 times"),
        ("aspect=0", "aspect", "0.2 … 5"),
        ("aspect=nan", "aspect", "nan"),
        ("aspect=wide", "aspect", "wide"),
        ("view=4d", "view", "4d"),
        ("runs=0", "runs", "run"),
    ],
    "/api/figures": [("view=4d", "view", "overlay"), ("columns=3", "columns", "3"), ("aspect=9", "aspect", "9")],
    "/api/tune": [
        ("runs=3", "runs", "3"),
        ("runs=", "runs", "0"),
        ("runs=-1", "runs", "-1"),
        ("format=bin", "format", "format"),
    ],
}
TABLE = [(path, *row) for path, rows in BAD_OF.items() for row in [*BAD, *rows]]


@pytest.mark.parametrize(("path", "query", "field", "word"), TABLE)
def test_a_bad_request_says_what_is_wrong(client, path, query, field, word):
    reply = client.get(f"{path}?{query}")
    assert (reply.status, reply.headers["content-type"]) == (400, "application/json"), reply.text
    answer = reply.json()
    assert answer.keys() == {"error", "field", "allowed"}
    assert answer["field"] == field
    assert word in answer["error"]


@pytest.mark.parametrize("query", ["bogus=1", "surface=taco", "steps=3"])
def test_the_catalogue_takes_no_experiment(client, query):
    reply = client.get(f"/api/catalogue?{query}")
    assert (reply.status, reply.json()["field"], reply.json()["allowed"]) == (400, query.partition("=")[0], ["lang"])


def test_what_is_allowed_is_listed(client):
    assert client.get("/api/descent?run=adm").json()["allowed"] == list(OPTIMIZERS)
    assert client.get("/api/descent?run=adam:lr=100").json()["allowed"] == [1e-5, 10.0]
    assert client.get("/api/descent?format=xml").json()["allowed"] == ["json", "bin", "csv"]
    assert client.get("/api/descent?fields=all").json()["allowed"] == list(race.FIELDS)


@pytest.mark.parametrize(("query", "field", "word"), BAD)
def test_embed_shows_a_readable_error(client, query, field, word):
    reply = client.get(f"/embed?{query}")
    assert reply.status == 400
    assert word in reply.text
    assert "Traceback" not in reply.text


@pytest.mark.parametrize("query", ["view=4d", "scale=cubic", "present=2", "lang=xx", "format=bin"])
def test_embed_refuses_unknown_settings(client, query):
    reply = client.get(f"/embed?{query}")
    assert (reply.status, query.partition("=")[2] in reply.text or query.partition("=")[0] in reply.text) == (400, True)


def test_errors_are_escaped(client):
    hostile = quote("<script>alert(1)</script>")
    for path in (f"/embed?surface={hostile}", f"/embed?{hostile}=1", f"/embed?view={hostile}"):
        assert "<script>alert" not in client.get(path, accept="text/html").text
        assert client.get(path).headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    "query",
    ["run=adm", "steps=0", "format=xml", "aspect=9", "view=4d", "bogus=1", "formula=x%2B", "steps=1&steps=2", "x" * 16_001],
)
def test_errors_in_chinese(client, query):
    """Also those of the options, and of a query that is too long to be read whole."""
    english, chinese = (client.get(f"/api/descent?lang={lang}&{query}") for lang in ("en", "zh"))
    assert (english.status, chinese.status) == (400, 400)
    assert english.json()["field"] == chinese.json()["field"]
    assert english.json()["allowed"] == chinese.json()["allowed"]
    assert any("一" <= c <= "鿿" for c in chinese.json()["error"]), chinese.text
    assert not any("一" <= c <= "鿿" for c in english.json()["error"])


# ---------------------------------------------------------------------------------------------------------- embed


def test_embed_is_a_whole_page_that_loads_this_version(client):
    reply = get(client, f"/embed?view=panels&scale=linear&present=1&lang=zh&{RACE}")
    assert reply.headers["content-type"].startswith("text/html")
    assert '<html lang="zh">' in reply.text
    options = json.loads(reply.text.partition('id="options">')[2].partition("</script>")[0])
    assert options["query"] == encode(codec.pairs(experiment(RACE)))
    assert (options["view"], options["scale"], options["present"], options["language"]) == ("panels", "linear", True, "zh")
    for name in ("player/embed.js", "player/player.css", "pages/race/player.js"):
        assert f"assets/{api.version()}/{name}" in reply.text


@pytest.mark.parametrize(
    ("wish", "language"), [("zh-CN,zh;q=0.9,en;q=0.8", "zh"), ("de,fr", "en"), ("en-GB,zh", "en"), ("", "en")]
)
def test_embed_speaks_the_language_of_the_browser(client, wish, language):
    assert f'<html lang="{language}">' in get(client, "/embed", accept_language=wish).text
    assert '<html lang="en">' in get(client, "/embed?lang=en", accept_language=wish).text


# --------------------------------------------------------------------------------------------------------- assets


UNPACK = {"gzip": "gzip", "br": "brotli"}  # as PyArrow calls them


@pytest.mark.parametrize("name", assets.available())
def test_assets(client, name):
    kind = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}[name.rpartition(".")[2]]
    current, old, bare = (get(client, f"/assets/{place}{name}") for place in (f"{api.version()}/", "0123/", ""))
    assert {reply.headers["content-type"].partition(";")[0] for reply in (current, old, bare)} == {kind}
    assert "immutable" in current.headers["cache-control"]
    assert "max-age=31536000" in current.headers["cache-control"]
    assert old.headers["cache-control"] == bare.headers["cache-control"] == "no-cache"
    assert current.body == old.body == bare.body == assets.available()[name].read_bytes()
    for taken, chosen in (("gzip", "gzip"), ("gzip, br", "br")):
        packed = get(client, f"/assets/{api.version()}/{name}", accept_encoding=taken)
        assert (packed.headers["content-encoding"], packed.headers["vary"]) == (chosen, "Accept-Encoding")
        assert Codec(UNPACK[chosen]).decompress(packed.body, len(current.body), asbytes=True) == current.body


def test_plotly_is_the_bundle_of_the_wheel(client):
    packed = get(client, f"/assets/{api.version()}/plotly.min.js", accept_encoding="gzip")
    bundle = (files("plotly") / "package_data" / "plotly.min.js").read_bytes()
    assert gzip.decompress(packed.body) == bundle
    assert len(packed.body) < 0.4 * len(bundle)


@pytest.mark.parametrize(
    "path",
    [
        "app.py", "../app.py", "%2e%2e/app.py", "..%2fapp.py", "x/../../app.py", "x/..%2f..%2fapp.py", "%2fetc%2fpasswd", "",
        "..%5capp.py", "player.js/", "player.js%00", "__init__.py", "x/__init__.py", "x/y/player.js", "PLAYER.JS",
        "./player.js/..",
    ],
)  # fmt: skip
def test_nothing_else_is_an_asset(client, path):
    reply = client.get(f"/assets/{path}")
    assert reply.status == 404 or (reply.status in (301, 307) and path.endswith("/"))
    assert b"import" not in reply.body
    assert b"root:" not in reply.body


# --------------------------------------------------------------------------------------------------------- fuzzing

PATHS = st.sampled_from(["/api/descent", "/api/descent", "/api/figures", "/api/tune", "/embed", "/api/catalogue"])
OPTIONS = st.sampled_from(
    ["format=bin&", "format=csv&", "format=bin&fields=state,curvature,grid,move,gap,distance&", "lang=zh&", ""]
)


def check_reply(reply):
    assert reply.status in (200, 400), reply.text
    assert b"Traceback" not in reply.body
    if reply.headers["content-type"] == "application/json":
        answer = reply.json()
        assert reply.status == 200 or answer.keys() == {"error", "field", "allowed"}


@settings(max_examples=100)
@given(PATHS, OPTIONS, experiments(most=2), st.data())
def test_no_experiment_and_no_damage_to_its_link_is_an_internal_error(client, path, options, drawn, data):
    query = options + encode(codec.pairs(drawn))
    for _ in range(data.draw(st.integers(0, 2))):
        at, put = (
            data.draw(st.integers(0, len(query))),
            data.draw(st.sampled_from([*"&=:,~%+-.e0<", "%00", "%FF", "e999", "run="])),
        )
        query = query[:at] + put + query[at + data.draw(st.integers(0, 3)) :]
    assume_compiled(query)
    check_reply(client.get(f"{path}?{query}"))


def assume_compiled(query: str):
    """Damage may lead to another pair of surface and optimizer; those that these tests do not compile are left out."""
    asked, _ = codec.parse(parse_qsl(query, keep_blank_values=True))
    assume(all((asked.surface.key, run.optimizer.key) in PAIRS for run in asked.runs))


@settings(max_examples=80)
@given(PATHS, st.binary(max_size=60))
def test_no_bytes_are_an_internal_error(client, path, raw):
    check_reply(client.get(f"{path}?steps=3&run=sgd&".encode() + raw))


@settings(max_examples=80)
@given(
    PATHS,
    st.lists(st.tuples(st.sampled_from([*codec.FIELDS, "format", "fields", "view", "lang"]), st.text(max_size=30)), max_size=4),
)
def test_no_text_is_an_internal_error(client, path, pairs):
    check_reply(client.get(f"{path}?steps=3&run=sgd&{urlencode(pairs)}"))


HOSTILE = [
    "sqrt(0*x)", "1e308*x*x", "1.7e308*x%2B1.7e308*y", "exp(exp(x*x))", "x**-64", "(x*y)**0.5", "log(x)", "1/x", "tan(x*1e6)",
    "abs(x)**0.1", "min(x,y)/max(x,y)", "sign(x)", "0*x", "1e-320*x", "x/0", "9**9**9*x", "tanh(x)%2Btanh(y)", "sqrt(x-4.99)",
    "acos(x)", "x*(y/y)",
]  # fmt: skip


@pytest.mark.parametrize("formula", HOSTILE)
@pytest.mark.parametrize("options", ["", "&format=bin&fields=" + ",".join(race.FIELDS)])
def test_no_formula_is_an_internal_error(client, formula, options):
    """Slopes that are infinite, values beyond the floats, kinks, holes: an answer or a refusal, and finite JSON."""
    check_reply(client.get(f"/api/descent?formula={formula}&steps=40&run=sgd:lr=10&run=newton{options}"))


def test_the_column_of_a_formula_is_in_a_header(client):
    """Where the player marks it: the body of an error is spelled out by the contract."""
    reply = client.get("/api/descent?formula=x%2B2*foo(y)")
    assert (reply.status, reply.headers["x-formula-column"]) == (400, "5")
    assert "x-formula-column" not in client.get("/api/descent?run=adm").headers
