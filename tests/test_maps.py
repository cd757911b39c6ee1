"""Maps: each cell is a race, the limits are those of theory, and no number compiles anything."""

import math
from urllib.parse import parse_qsl, quote

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from core.query import encode
from core.types import Query, defaults
from engines.descent import codec
from engines.descent.results import minima
from engines.maps import atlas, lanes
from optimizers import OPTIMIZERS
from pages.maps import colours, page, query
from pictures.drawing import draw

FORMULA = "formula=" + quote("(x**2-1)**2+0.5*y**2+0.1*x*y") + "&domain=-2,2,-1.5,1.5"


def ask(client, address):
    reply = client.get(address)
    assert reply.status == 200, reply.text[:300]
    return reply.json()


def cells(size, count=6):
    """Some cells of a map, corners among them."""
    drawn = np.random.default_rng(0).integers(0, size, (count, 2)).tolist()
    return [(0, 0), (size - 1, size - 1), *map(tuple, drawn)]


BASINS = (
    "surface=himmelblau&run=momentum&steps=200",
    "surface=himmelblau&run=sgd:lr=0.02",
    "surface=double_well&run=adam:lr=0.2~cosine:warmup=20&steps=120",
    "surface=himmelblau&run=momentum&steps=60&noise=gaussian:scale=2&seed=7",
    "surface=noisy_taco&run=sgd:lr=0.03&steps=150&seed=3",
    f"{FORMULA}&run=momentum:lr=0.05",
    "surface=taco&run=sgd:lr=0.06&steps=5000",
)


@pytest.mark.parametrize("asked", BASINS)
def test_each_cell_of_basins_is_the_race_from_there(client, asked):
    size = 12
    answer = ask(client, f"/api/basin?{asked}&size={size}")
    steps = query.parse(parse_qsl(asked), "basins")[0].experiment.steps
    lows, near = np.array(answer["minima"]), radius(asked)
    for j, i in cells(size):
        start = f"{answer['x'][i]!r},{answer['y'][j]!r}"
        others = "&".join(pair for pair in asked.split("&") if not pair.startswith("steps="))
        (run,) = ask(client, f"/api/descent?{others}&steps={steps}&start={start}")["runs"]
        code, count = answer["basin"][j][i], answer["steps"][j][i]
        if run["diverged_at"] is not None:
            assert (code, count) == (-2, run["diverged_at"])
            continue
        away = np.hypot(*(np.array(run["x"])[:, None] - lows).transpose(2, 0, 1))
        if code == -1:
            assert away[-1].min() > near
            assert count == steps
        else:
            assert code == away[-1].argmin()
            inside = away[:, code] <= near
            assert inside[count:].all()
            assert count == 0 or not inside[count - 1]


def radius(asked):
    e = query.parse(parse_qsl(asked), "basins")[0].experiment
    return atlas.radius(e, minima(e.landscape, e.surface.values))


def test_the_codes_of_basins_all_occur(client):
    answer = ask(client, "/api/basin?surface=himmelblau&run=sgd:lr=0.025&size=32&steps=12")
    assert set(np.ravel(answer["basin"])) == {-2, -1, 0, 1, 2, 3}
    assert np.shape(answer["basin"]) == np.shape(answer["steps"]) == (32, 32)
    assert answer["x"][0] == answer["y"][0] == -5
    nowhere = ask(client, "/api/basin?surface=saddle&run=sgd&size=4&steps=10")
    assert nowhere["minima"] == []
    assert set(np.ravel(nowhere["basin"])) == {-1}


RATES = (
    "surface=taco&run=sgd&run=momentum:rho=0.5",
    "surface=himmelblau&run=adam~cosine&steps=100",
    "surface=taco&run=sgd&noise=uniform:scale=2&seed=5",
    f"{FORMULA}&run=sgd",
)


@pytest.mark.parametrize("asked", RATES)
def test_each_point_of_a_line_is_the_race_at_that_rate(client, asked):
    answer = ask(client, f"/api/rates?{asked}&size=16")
    value, _ = query.parse(parse_qsl(asked), "rates")
    assert answer["lr"][0] == 1e-5
    assert answer["lr"][-1] == 10
    for i in (0, 5, 9, 10, 11, 15):
        rated = [("run", codec.run_text(run.with_rate(answer["lr"][i]))) for run in value.experiment.runs]
        others = [pair for pair in parse_qsl(asked) if pair[0] != "run"]
        race = ask(client, f"/api/descent?{encode([*others, *rated])}".replace("+", "%2B"))
        for line, run in zip(answer["runs"], race["runs"], strict=True):
            assert line["diverged"][i] == (run["diverged_at"] is not None)
            if line["diverged"][i]:
                assert line["loss"][i] is None
            else:
                assert line["loss"][i] == pytest.approx(run["f"][-1], rel=1e-6, abs=1e-12)
            assert line["steps_to_tolerance"][i] == run["summary"]["steps_to_tolerance"]


STABILITIES = (
    ("surface=taco:kappa=40&run=momentum", "x=lr:1e-4..1&y=rho:0..0.99", ("lr", "rho")),
    ("surface=himmelblau&run=adam:lr=0.2", "x=b1:0..0.95&y=b2:0.5..0.999", ("b1", "b2")),
    (f"{FORMULA}&run=nesterov&steps=80", "x=rho:0.1..0.9&y=lr:0.001..2", ("rho", "lr")),
)


@pytest.mark.parametrize(("asked", "axes", "keys"), STABILITIES)
def test_each_cell_of_stability_is_the_race_at_these_values(client, asked, axes, keys):
    size = 10
    answer = ask(client, f"/api/stability?{asked}&{axes}&size={size}")
    assert (answer["x"]["key"], answer["y"]["key"]) == keys
    for j, i in cells(size):
        text = asked.replace("run=", "run=@").split("run=@")
        rule, _, rest = text[1].partition("&")
        given = dict(part.split("=") for part in rule.partition(":")[2].split(",") if part)
        given |= {keys[0]: repr(answer["x"]["values"][i]), keys[1]: repr(answer["y"]["values"][j])}
        spelled = rule.partition(":")[0] + ":" + ",".join(f"{name}={value}" for name, value in given.items())
        (run,) = ask(client, f"/api/descent?{text[0]}run={spelled}&{rest}".rstrip("&"))["runs"]
        assert answer["diverged"][j][i] == (run["diverged_at"] is not None)
        if not answer["diverged"][j][i]:
            assert answer["loss"][j][i] == pytest.approx(run["f"][-1], rel=1e-3, abs=1e-12)


# Theory ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", ["momentum", "nesterov"])
@pytest.mark.parametrize("kappa", [1, 3, 40, 200, 1000])
def test_the_edge_of_stability_is_where_theory_has_it(client, rule, kappa):
    """Where the loss no longer falls, within one cell of αλ = 2(1+ρ) and 2(1+ρ)/(1+2ρ)."""
    answer = ask(client, f"/api/stability?surface=taco:kappa={kappa}&run={rule}&x=lr:1e-4..9&y=rho:0..0.99&size=96")
    rates, rhos = np.array(answer["x"]["values"]), np.array(answer["y"]["values"])
    law = {"momentum": 2 * (1 + rhos), "nesterov": 2 * (1 + rhos) / (1 + 2 * rhos)}[rule] / kappa
    assert np.array(answer["theory"]) == pytest.approx(np.stack([law, rhos], 1), rel=1e-9)
    unstable = np.array(answer["diverged"]) | (np.array(answer["rate"], float) > 0)
    for row, edge in zip(unstable, law, strict=True):
        first = int(np.argmax(row))
        assert row[first:].all()
        assert abs(first - np.searchsorted(rates, edge)) <= 1


def test_gradient_descent_is_stable_below_two_over_the_curvature(client):
    answer = ask(client, "/api/stability?run=sgd&x=lr:1e-4..5&y=surface.kappa:1..1000&size=64")
    rates, kappas = np.array(answer["x"]["values"]), np.array(answer["y"]["values"])
    assert np.array(answer["theory"])[:, 0] == pytest.approx(2 / kappas, rel=1e-9)
    unstable = np.array(answer["diverged"]) | (np.array(answer["rate"], float) > 0)
    for row, kappa in zip(unstable, kappas, strict=True):
        assert abs(int(np.argmax(row)) - np.searchsorted(rates, 2 / kappa)) <= 1
    line = ask(client, "/api/rates?surface=taco:kappa=40&run=sgd&run=adam&size=64")
    assert line["runs"][0]["limit"] == pytest.approx(2 / 40)
    assert line["runs"][1]["limit"] is None
    lr, loss = np.array(line["lr"]), np.array(line["runs"][0]["loss"], float)
    falls = lr[loss < loss[0]]
    assert abs(np.searchsorted(lr, falls.max()) - np.searchsorted(lr, 2 / 40)) <= 1


@pytest.mark.parametrize(
    ("surface", "quadratic"),
    [
        ("surface=taco:kappa=7,angle=30", True),
        ("surface=least_squares", True),
        ("formula=" + quote("3*x**2 + x*y + 2*y**2 - x"), True),
        ("surface=himmelblau", False),
        ("surface=rosenbrock", False),
        ("surface=double_well", False),
        ("surface=logistic", False),
        ("surface=cliff", False),
    ],
)
def test_theory_is_drawn_on_quadratics_only(client, surface, quadratic):
    """Elsewhere the curvature is that of one place, and a run may end at another minimum."""
    answer = ask(client, f"/api/maps?map=stability&{surface}&run=momentum&x=lr&y=rho&size=4&steps=20")
    said = [entry["text"] for entry in answer["key"]]
    assert ("limit by theory: quadratics with a minimum only" not in said) == quadratic
    assert (answer["runs"][0]["theory"] is not None) == quadratic
    assert (answer["runs"][0]["best"] is not None) == quadratic
    (line,) = ask(client, f"/api/rates?{surface}&run=momentum&size=4&steps=20")["runs"]
    assert (line["limit"] is not None) == quadratic


@pytest.mark.parametrize("kappa", [4, 40, 400])
def test_heavy_ball_is_fastest_where_theory_says(client, kappa):
    answer = ask(client, f"/api/stability?surface=taco:kappa={kappa}&run=momentum&x=lr:1e-4..5&y=rho:0..0.99&size=96&steps=400")
    root = math.sqrt(kappa)
    alpha, rho = (2 / (1 + root)) ** 2, ((root - 1) / (root + 1)) ** 2
    assert answer["best"] == pytest.approx([alpha, rho])
    rate = np.array(answer["rate"], float)
    j, i = np.unravel_index(np.nanargmin(rate), rate.shape)
    assert abs(i - np.searchsorted(answer["x"]["values"], alpha)) <= 2
    assert abs(j - np.searchsorted(answer["y"]["values"], rho)) <= 2
    assert rate[j, i] == pytest.approx(math.log10(rho), abs=0.06)  # the loss shrinks by ρ at every step there


@pytest.mark.parametrize("rule", [rule for rule in OPTIMIZERS.values() if rule.best], ids=lambda rule: rule.key)
@pytest.mark.parametrize("kappa", [2.0, 30.0])
def test_the_best_values_have_the_smallest_spectral_radius(rule, kappa):
    """Of the rule's own linear map on a quadratic, taken from its update by differences: no neighbour is faster."""

    def radius(lr, knobs):
        worst = 0.0
        for curvature in np.linspace(1.0, kappa, 41):
            worst = max(worst, float(np.abs(np.linalg.eigvals(linear(rule, curvature, lr, knobs))).max()))
        return worst

    best = dict(rule.best(1.0, kappa))
    lr = best.pop("lr")
    fastest = radius(lr, best)
    assert fastest < 1
    for factor in (0.93, 1.07):
        assert radius(lr * factor, best) > fastest - 1e-6
        for name, value in best.items():
            assert radius(lr, {**best, name: min(value * factor, 0.999)}) > fastest - 1e-6


def linear(rule, curvature, lr, knobs):
    """The matrix that takes (x, velocity) to what they are after one update on ½ curvature x²."""
    values = defaults(rule.params)
    vars(values).update(knobs)

    def step(x, velocity):
        x, state = jnp.array([x, 0.0]), rule.init(jnp.zeros(2))
        state = state._replace(**{name: jnp.array([velocity, 0.0]) for name in state._fields})
        query = Query(jnp.float64(1), x, jnp.float64(0), curvature * x, jnp.float64(lr), jax.random.key(0), lambda x: x[0])
        move, after = rule.update(query, state, values)
        return [float((x + move)[0]), *(float(part[0]) for part in after)]

    columns = [step(1.0, 0.0)] + ([step(0.0, 1.0)] if len(step(1.0, 0.0)) > 1 else [])
    return np.array(columns).T


def test_the_rate_is_that_of_a_geometric_series(client):
    """On a quadratic of one curvature the loss shrinks by (1 − α)² at every step, whatever the number of steps."""
    for steps in (20, 700):
        answer = ask(
            client, f"/api/stability?surface=taco:kappa=1&run=momentum&x=lr:1e-3..1.9&y=rho:0..0.5&size=12&steps={steps}"
        )
        lr = np.array(answer["x"]["values"])
        assert np.array(answer["rate"][0]) == pytest.approx(2 * np.log10(np.abs(1 - lr)), rel=1e-6, abs=1e-9)


# Seeds ----------------------------------------------------------------------------------------------------------------


def test_with_noise_a_cell_is_the_mean_over_seeds(client):
    asked = "surface=taco&noise=gaussian:scale=3&run=sgd:lr=0.03&size=6&low=0.001&high=0.04"
    alone = [ask(client, f"/api/rates?{asked}&seed={seed}")["runs"][0] for seed in (4, 5, 6)]
    together = ask(client, f"/api/rates?{asked}&seed=4&seeds=3")["runs"][0]
    assert together["loss"] == pytest.approx(np.mean([line["loss"] for line in alone], axis=0))
    basins = ask(client, "/api/basin?surface=double_well&noise=gaussian:scale=4&run=sgd:lr=0.02&size=12&steps=200&seeds=9")
    share = np.array(basins["share"])
    assert share.min() >= 1 / 4
    assert (share < 1).any()
    still = ask(client, "/api/basin?surface=double_well&run=sgd:lr=0.02&size=6&seeds=9")
    assert set(np.ravel(still["share"])) == {1.0}


# What it costs --------------------------------------------------------------------------------------------------------


compiled: list[str] = []
jax.monitoring.register_event_duration_secs_listener(
    lambda event, duration_secs, **_: compiled.append(event) if event == "/jax/core/compile/backend_compile_duration" else None
)


def test_no_number_compiles_anything(client):
    """Any size, window, range, seed, number of steps and value: what is compiled is the kind of map on a pair."""
    first = (
        "/api/basin?surface=taco&run=momentum&size=8",
        "/api/rates?surface=taco&run=momentum&size=8",
        "/api/stability?surface=taco&run=momentum&size=8",
        "/api/basin?surface=taco&run=momentum~cosine&size=8",
    )
    for address in first:
        ask(client, address)
    before = len(compiled)
    for address in (
        "/api/basin?surface=taco:kappa=7,angle=20&run=momentum:lr=0.02,rho=0.3&size=33&steps=77&window=-1,1,-1,2",
        "/api/basin?surface=taco&run=momentum:lr=0.3~cosine:warmup=3&size=40&steps=123&seed=9",
        "/api/rates?surface=taco:kappa=9&run=momentum:rho=0.2&size=200&low=0.001&high=0.5&steps=31&start=1,2",
        "/api/stability?surface=taco:kappa=300&run=momentum&x=lr:1e-3..2&y=rho:0.1..0.8&size=50&steps=99",
    ):
        ask(client, address)
    assert len(compiled) == before


# What is said ---------------------------------------------------------------------------------------------------------


def test_the_best_rates_are_raced_with_equal_trials(client):
    """The link to the race holds, for every run, the rate of the fewest steps to tolerance among the same ones."""
    answer = ask(client, "/api/maps?map=rates&surface=taco:kappa=100&run=sgd&run=momentum&size=40")
    race = ask(client, f"/api/descent?{answer['race']}")
    for line, run in zip(answer["runs"], race["runs"], strict=True):
        best = line["best"]
        reached = [k for k in line["steps_to_tolerance"] if k is not None]
        assert line["steps_to_tolerance"][best] == min(reached)
        assert run["params"]["lr"] == pytest.approx(answer["lr"][best], rel=1e-3)
        assert run["summary"]["steps_to_tolerance"] == pytest.approx(min(reached), abs=2)


def test_what_is_an_axis_is_idle(client):
    """Its slider would change nothing; and it does not."""
    for asked, idle, moved in (
        (
            "map=stability&run=momentum&x=lr&y=surface.kappa",
            ["run0.lr", "surface.kappa"],
            "surface=taco:kappa=9&run=momentum:lr=0.3",
        ),
        ("map=rates&run=sgd&run=adam", ["run0.lr", "run1.lr"], "run=sgd:lr=0.2&run=adam:lr=0.7"),
    ):
        answer = ask(client, f"/api/maps?{asked}&size=8")
        assert answer["idle"] == idle
        others = "&".join(pair for pair in asked.split("&") if not pair.startswith("run="))
        again = ask(client, f"/api/maps?{others}&{moved}&size=8")
        for one, other in zip(answer["runs"], again["runs"], strict=True):
            for key in ("rate", "loss", "diverged", "theory"):
                assert one.get(key) == other.get(key)
    assert ask(client, "/api/maps?size=8")["idle"] == []
    asked = "map=stability&run=adam~l2&x=b1&y=strength"
    assert ask(client, f"/api/maps?{asked}&size=8")["idle"] == ["run0.b1", "run0.l2.strength"]


def test_pictures_have_the_colours_that_the_page_has():
    answer = page.compute(page.parse(parse_qsl("surface=himmelblau&run=sgd:lr=0.025&size=32&steps=12"))[0]).maps[0]
    drawn = colours.basin(answer, 12)
    assert {tuple(rgb) for rgb in drawn[answer.basin == -2].tolist()} == {(0x3C, 0x3C, 0x3C)}
    assert {tuple(rgb) for rgb in drawn[answer.basin == -1].tolist()} == {(0xD9, 0xD9, 0xD9)}
    early, late = drawn[(answer.basin == 0) & (answer.steps <= 2)], drawn[(answer.basin == 0) & (answer.steps >= 8)]
    assert early.mean() < late.mean(), "paler: later"


def test_the_legend_of_a_map_has_the_colours_of_its_cells(client):
    said = {one["text"]: one for one in ask(client, "/api/maps?map=stability&run=momentum&size=8")["key"]}
    for factor in (0.1, 0.5, 0.9, 0.99, 0.999):
        sign = {0.1: "≤ ", 0.999: "≥ "}.get(factor, "")
        assert said[f"{sign}× {factor}"]["colour"] == colours.text(colours.shrinking(math.log10(factor)))
    assert said["limit by theory"]["mark"] == "limit"
    assert said["fastest by theory"]["mark"] == "plus"
    minima = ask(client, "/api/maps?surface=himmelblau&run=sgd:lr=0.01&size=8")
    assert "diverged" in [one["text"] for one in minima["key"]]
    minima = ask(client, "/api/maps?surface=himmelblau&run=sgd:lr=0.01&size=8&lang=zh")
    assert [one["colour"] for one in minima["key"] if one["text"].startswith("(")] == list(colours.MINIMA[:4])
    assert "发散" in [one["text"] for one in minima["key"]]


def test_a_picture_of_a_map_has_its_legend_and_one_scale(client):
    stability = client.get("/export/maps.svg?map=stability&run=momentum&size=8&width=1280&height=720").text
    for text in ("loss per step", "× 0.5", "grows", "diverged", "cannot be measured", "limit by theory", "fastest by theory"):
        assert f">{text}<" in stability
    drawn = page.picture(page.compute(page.parse(parse_qsl("surface=himmelblau&run=sgd:lr=0.01&size=8"))[0]), "", str)
    sheet = draw(drawn, (640, 480), "light", str)
    box = sheet.figure.axes[0].get_window_extent()
    assert box.width == pytest.approx(box.height)


def test_a_picture_names_its_axes_and_no_value_of_them():
    asked = "map=stability&run=adam~l2&run=adam:b1=0.5~decay&x=lr:0.001..3&y=strength:0..2&size=4&steps=5"
    drawn = page.picture(page.compute(page.parse(parse_qsl(asked))[0]), "", str)
    ((first, second),) = drawn.rows
    assert (first.title, second.title) == ("Adam  L2 in the gradient", "Adam  β₁ = 0.5, Decoupled decay")
    assert first.x == "→ α, ↑ λ"
    rates = page.picture(page.compute(page.parse(parse_qsl("map=rates&run=sgd&run=momentum:rho=0.5&size=4"))[0]), "", str)
    assert [values for _, _, values in rates.legend] == ["", "ρ = 0.5"]


@pytest.mark.parametrize(("steps", "whose"), [(5, "POOL"), (5000, "LONG")])
def test_a_long_map_keeps_no_hand_on_a_slider_waiting(monkeypatch, steps, whose):
    class Noted:
        def __init__(self, name):
            self.name = name

        def map(self, work, parts):
            used.append(self.name)
            return map(work, parts)

    used = []
    for name in ("POOL", "LONG"):
        monkeypatch.setattr(lanes, name, Noted(name))
    monkeypatch.setattr(lanes, "SHORT", 10_000_000)
    page.compute(page.parse(parse_qsl(f"surface=taco&run=sgd&size=48&steps={steps}"))[0])
    assert used == [whose]


# Bad input ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("basin?run=sgd&run=adam", "run"),
        ("basin?run=adm", "run"),
        ("basin?size=257", "size"),
        ("basin?size=1", "size"),
        ("basin?window=1,0,0,1", "window"),
        ("basin?window=1,1.00000000000001,0,1", "window"),
        ("basin?steps=5001", "steps"),
        ("basin?size=256&steps=5000&seeds=64&noise=gaussian", "size"),
        ("rates?low=1&high=0.1", "low"),
        ("rates?low=1e-6", "low"),
        ("rates?" + "run=sgd&" * 9, "run"),
        ("stability?run=sgd&surface=himmelblau", "run"),
        ("stability?run=momentum&x=rate:0..1", "x"),
        ("stability?run=momentum&x=lr:0..1", "x"),
        ("stability?run=momentum&y=rho:0..2", "y"),
        ("stability?run=momentum&y=rho:0.9..0.1", "y"),
        ("stability?run=momentum&y=rho:0.9", "y"),
        ("stability?run=momentum&x=rho&y=rho", "y"),
        ("stability?run=momentum&x=lr:nan..1", "x"),
        ("maps?map=basin", "map"),
        ("maps?seeds=0", "seeds"),
    ],
)
def test_bad_input_is_named(client, address, field):
    reply = client.get(f"/api/{address}")
    assert reply.status == 400, reply.text[:300]
    said = reply.json()
    assert said["field"] == field
    assert said["error"]


def test_an_address_reads_back(client):
    for text in (
        "map=stability&run=momentum&x=rho&y=lr",
        "map=stability&run=adam&run=adamw&x=lr:0.001..1&y=b1:0.1..0.9",
        "map=stability&x=rho:0.1..0.9",
        "map=rates&low=0.001&high=1&steps=500&size=64",
        "map=basins&window=-1,1,-2,2&seeds=4&steps=200&run=sgd:lr=0.01",
        "map=basins&run=sgd&x=lr:0.1..1&y=rho:0..1",
        "map=stability&run=sgd&y=surface.kappa",
    ):
        value, problems = query.parse(parse_qsl(text))
        assert not problems, text
        again, problems = page.parse(page.pairs(value))
        assert not problems
        assert again == value
        assert len({axis.key for axis in value.axes}) == 2 or value.kind != "stability"
