"""Formulas as data: exactly what JAX says of the same surfaces, whatever is typed; and nothing compiles."""

import functools
import math
import random
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import parse_qsl

import jax
import jax.monitoring
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.page import Wish
from core.query import encode
from core.types import defaults
from engines.descent import codec, engine
from engines.descent import experiment as ex
from engines.descent.results import Descent
from engines.formula import machine, program
from engines.formula.grammar import Node
from engines.formula.surface import FUNCTIONS, FormulaError, landscape, parse
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS
from pages.race import answer, warm
from pages.schedules.seeds import SeededRuns

ROOT = "sqrt((x**2+y**2)/2)"
# The surfaces as formulas, with the values of their letters. logistic is a sum over a hundred points and noise is no part of
# a formula, so these two are left out; least_squares is its parabola, from Σs² = 132.28, Σs = 77, Σsd = 384.82, Σd = 214.9.
SURFACES = {
    "taco": ("((cos(t)*x+sin(t)*y)**2+k*(cos(t)*y-sin(t)*x)**2)/2", lambda v: {"t": math.radians(v.angle), "k": v.kappa}),
    "saddle": ("x**2-y**2", lambda v: {}),
    "bounded_saddle": ("0.5*x**2+0.25*y**4-0.5*y**2", lambda v: {}),
    "plateau": ("0.5*x**2+y**6-1.5*y**4", lambda v: {}),
    "double_well": ("x**4-2*x**2+0.9*x+y**2", lambda v: {}),
    "cliff": ("20*sigmoid((x-1-0.2*y**2)/0.1)+0.2*log(1+x**2+y**2)", lambda v: {}),
    "least_squares": ("(132.28*x**2+50*y**2+1249.03+154*x*y-769.64*x-429.8*y)/100", lambda v: {}),
    "rosenbrock": ("(1-x)**2+100*(y-x**2)**2", lambda v: {}),
    "beale": ("(1.5-x+x*y)**2+(2.25-x+x*y**2)**2+(2.625-x+x*y**3)**2", lambda v: {}),
    "himmelblau": ("(x**2+y-11)**2+(x+y**2-7)**2", lambda v: {}),
    "styblinski_tang": ("(x**4-16*x**2+5*x+y**4-16*y**2+5*y)/2", lambda v: {}),
    "six_hump_camel": ("(4-2.1*x**2+x**4/3)*x**2+x*y+(4*y**2-4)*y**2", lambda v: {}),
    "rastrigin": ("20+x**2-10*cos(2*pi*x)+y**2-10*cos(2*pi*y)", lambda v: {}),
    "ackley": (f"20-20*exp(-0.2*{ROOT})+e-exp((cos(2*pi*x)+cos(2*pi*y))/2)", lambda v: {}),
    "goldstein_price": (
        "(1+(x+y+1)**2*(19-14*x+3*x**2-14*y+6*x*y+3*y**2))*(30+(2*x-3*y)**2*(18-32*x+12*x**2+48*y-36*x*y+27*y**2))",
        lambda v: {},
    ),
}
DETERMINED = {key: replace(LANDSCAPES[key], sample=None) for key in SURFACES}  # the exact loss, not that of a batch
every_surface = pytest.mark.parametrize("key", SURFACES)


def typed(key: str, values: SimpleNamespace | None = None):
    """The surface as a formula, and the values of its letters."""
    text, letters = SURFACES[key]
    values = values or defaults(LANDSCAPES[key].params)
    given = {name: float(value) for name, value in letters(values).items()}
    spans = {name: (min(-10, value), max(10, value)) for name, value in given.items()}
    return landscape(text, LANDSCAPES[key].domain, given, spans), given


def test_all_surfaces_but_two_are_typed():
    assert set(LANDSCAPES) - set(SURFACES) == {"logistic", "noisy_taco"}


@functools.cache
def exact(key: str):
    """Points [n, 2], values -> values, gradients, Hessians of a built-in surface by JAX, which differentiates its Python."""

    def all_three(x, on):
        def fn(x):
            return LANDSCAPES[key].fn(x, SimpleNamespace(**on))

        return fn(x), jax.grad(fn)(x), jax.hessian(fn)(x)

    return jax.jit(jax.vmap(all_three, in_axes=(0, None)))


@jax.jit
def by_machine(words, x):
    return jax.vmap(lambda x: machine.curvatures(x, machine.load(words)))(x)


def close(values, wanted, rel=1e-13):
    """Equal to rounding: relative to the largest of its kind, since differences of large numbers are among them."""
    for a, b in zip(values, wanted, strict=True):
        np.testing.assert_allclose(a, b, rtol=rel, atol=rel * np.abs(b).max())


@every_surface
def test_value_gradient_and_hessian_are_exact_to_rounding(key):
    """In JAX and in NumPy, at the defaults and elsewhere in the ranges."""
    base, rng = LANDSCAPES[key], np.random.default_rng(0)
    x0, x1, y0, y1 = base.domain
    for share in (None, 0.3, 0.9):
        on = {p.key: float(p.default if share is None else p.low + share * (p.high - p.low)) for p in base.params}
        surface, given = typed(key, SimpleNamespace(**on))
        x = rng.uniform([x0, y0], [x1, y1], (200, 2))
        wanted = [np.asarray(part) for part in exact(key)(x, on)]
        assert surface.program
        assert surface.survey
        close(by_machine(surface.program(given), x), wanted)
        f, gx, gy, a, b, d = surface.survey(given, x, 6)
        hessian = np.stack([np.stack([a, b], -1), np.stack([b, d], -1)], -2)
        close([f, np.stack([gx, gy], -1), hessian], wanted)


# Each rule on four surfaces or so, and each surface under six rules or so: a formula is one program for all of them.
# Not those that compare losses (a line search, a step that is taken back): where two are equal the last digit decides.
STEADY = [rule.key for rule in OPTIMIZERS.values() if rule.gradients and not rule.reads_lowest]
MEET = [(s, o) for i, s in enumerate(DETERMINED) for j, o in enumerate(STEADY) if (i + j) % 4 == 0]


@functools.cache
def bare(key):
    """A surface that does not say what it is the sum of squares of, since a formula does not either."""
    return replace(DETERMINED[key], residuals=None) if DETERMINED[key].residuals else DETERMINED[key]


@pytest.mark.parametrize(("key", "optimizer"), MEET)
def test_whole_descents_are_the_same(key, optimizer):
    """To 1e-9, over as many steps as the path itself is good for: until a start that is off by rounding ends up elsewhere."""
    base, rule = bare(key), OPTIMIZERS[optimizer]
    on, hyper = vars(defaults(base.params)), vars(defaults(rule.params))
    rate = min(base.rates.get(optimizer, 0.1 * rule.learning_rate.default), rule.learning_rate.high)
    rates = np.full(200, rate)

    def path(surface, values, start):
        return engine.descend(surface, values, rule, hyper, rates, start, engine.noise("gaussian", 0.1, 7))

    one = path(base, on, base.start)
    near = path(base, on, [s * (1 + 1e-14) + 1e-14 for s in base.start])
    two = path(*typed(key), base.start)
    assert two.diverged_at == one.diverged_at
    size = 1 + np.abs(one.x).max(1)
    good = np.logical_and.accumulate(np.abs(near.x - one.x).max(1) < 1e-11 * size).sum()
    assert good > 3  # Newton with noise on the plateau is chaos from its sixth step on
    assert (np.abs(two.x - one.x).max(1)[:good] <= 1e-9 * size[:good]).all()
    np.testing.assert_allclose(two.loss[:good], one.loss[:good], rtol=1e-9, atol=1e-9 * np.abs(one.loss[:good]).max())


def test_most_descents_are_good_to_their_end():
    """So the test above compares whole descents and not a few steps of each."""
    base, ended = LANDSCAPES["rosenbrock"], 0
    for rule in OPTIMIZERS.values():
        rates, hyper = np.full(200, 0.1 * rule.learning_rate.default), vars(defaults(rule.params))
        paths = [engine.descend(base, {}, rule, hyper, rates, [s * (1 + push) for s in base.start]) for push in (0.0, 1e-14)]
        ended += bool(np.abs(paths[0].x[-1] - paths[1].x[-1]).max() < 1e-11)
    assert ended >= len(OPTIMIZERS) - 3


# ------------------------------------------------------------------------------------------- whatever is typed

JAX = {
    "sin": jnp.sin, "cos": jnp.cos, "tan": jnp.tan, "asin": jnp.arcsin, "acos": jnp.arccos, "atan": jnp.arctan,
    "sinh": jnp.sinh, "cosh": jnp.cosh, "tanh": jnp.tanh, "exp": jnp.exp, "log": jnp.log, "ln": jnp.log, "log10": jnp.log10,
    "sqrt": jnp.sqrt, "abs": jnp.abs, "sign": jnp.sign, "relu": jax.nn.relu, "sigmoid": jax.nn.sigmoid, "min": jnp.minimum,
    "max": jnp.maximum, "+": jnp.add, "-": jnp.subtract, "*": jnp.multiply, "/": jnp.divide, "**": jnp.power,
    "negative": jnp.negative,
}  # fmt: skip


def closure(tree: Node, on: dict[str, float]):
    """The formula as JAX would have it written down: what differentiates it here is JAX alone."""
    kind, args = tree
    if kind in ("x", "y"):
        return lambda x: x[0 if kind == "x" else 1]
    if not args or kind == "number":
        value = args[0] if args else {"pi": math.pi, "e": math.e, **on}[kind]
        return lambda x: jnp.asarray(value, float)
    parts = [closure(arg, on) for arg in args]
    if kind == "**" and (power := program.static_power(args[1])) is not None:
        return lambda x: jax.lax.integer_pow(parts[0](x), power)
    return lambda x: JAX[kind](*(part(x) for part in parts))


def compounds(parts):
    unary = [name for name, (count, _) in FUNCTIONS.items() if count == 1]
    return st.one_of(
        st.builds("({}{}{})".format, parts, st.sampled_from("+-*/"), parts),
        st.builds("({})**{}".format, parts, st.sampled_from(["2", "3", "-1", "-2", "7", "0.5", "1.5", "a", "(a)"])),
        st.builds("({})**({})".format, st.sampled_from(["2", "a", "e"]), parts),
        st.builds("({})**({})".format, parts, parts),
        st.builds("(-{})".format, parts),
        st.builds("{}({})".format, st.sampled_from(unary), parts),
        st.builds("{}({},{})".format, st.sampled_from(["min", "max"]), parts, parts),
    )


texts = st.recursive(st.sampled_from(["x", "y", "x", "y", "a", "b", "0.5", "3", "pi"]), compounds, max_leaves=12)
formulas = texts.filter(lambda text: re.search(r"\b[xy]\b", text) and len(text) <= 200)
places = st.floats(0.1, 2.5).map(lambda v: round(v, 3))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(formulas, places, places, places)
def test_any_formula_has_the_derivatives_that_jax_finds(text, x, y, a):
    """Where JAX's own are finite, and do not depend on the last digit of the point."""
    tree, on = parse(text).tree, {"a": a, "b": 0.7}
    fn = closure(tree, on)

    def all_three(x):
        return [np.asarray(part) for part in (fn(x), jax.grad(fn)(x), jax.hessian(fn)(x))]

    wanted, beside = all_three(jnp.array([x, y])), all_three(jnp.array([x, y]) * (1 + 1e-15))
    run, letters = program.compiled(tree), {name: on[name] for name in parse(text).letters}
    values = by_machine(program.words(run, letters), np.array([[x, y]]))
    jets = machine.jets(run, letters, np.array([[x, y]]), 6)
    numpy = [jets[0], np.stack(jets[1:3], -1), np.stack([jets[3], jets[4], jets[4], jets[5]], -1).reshape(1, 2, 2)]
    for one, two, here, there in zip(values, numpy, wanted, beside, strict=True):
        if not np.isfinite(here).all() or not np.isfinite(there).all():
            return
        slack = 1e-12 * (1 + np.abs(here).max()) + 100 * np.abs(here - there).max()
        assert np.abs(np.asarray(one)[0] - here).max() <= slack
        assert np.abs(two[0] - here).max() <= slack


def test_kinks_are_as_jax_has_them():
    for text in ("abs(x)", "relu(x)", "max(x,0)*y", "min(x,y-1)", "sign(x)", "x**a", "0**(y+1)+x", "x**2", "x**0", "(x*y)**-0"):
        tree, x = parse(text).tree, jnp.array([0.0, 1.0])
        fn, on = closure(tree, {"a": 2.0}), dict.fromkeys(parse(text).letters, 2.0)
        values = by_machine(program.words(program.compiled(tree), on), x[None])
        for one, other in zip(values, (fn(x), jax.grad(fn)(x), jax.hessian(fn)(x)), strict=True):
            np.testing.assert_array_equal(np.nan_to_num(np.asarray(one)[0]), np.nan_to_num(other), text)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(formulas)
def test_registers_and_instructions_suffice(text):
    run = program.compiled(parse(text).tree)
    assert all(step.to < program.REGISTERS and step.to > program.CONSTANT for step in run.instructions)


def full(depth: int, leaves: Iterator[str]) -> str:
    return next(leaves) if not depth else f"({full(depth - 1, leaves)}+{full(depth - 1, leaves)})"


@pytest.mark.parametrize(
    "text",
    [
        full(5, iter("xy" * 32)).replace("x", "x*y"),
        "+".join(["x**63"] * 28),
        "(" * 24 + "x" + "+y)**63" * 24,
        "x+(y*" * 29 + "x" + ")" * 29,
        "-".join(f"(x-{i})**-63" for i in range(10, 25)),
    ],
)
def test_the_largest_formulas_fit(text):
    """Full trees ask for most registers, powers of sums for most instructions; what does not fit is refused, never wrong."""
    run = program.compiled(parse(text).tree)
    x = np.array([[0.3, 0.4]])
    values = by_machine(program.words(run, {}), x)
    np.testing.assert_allclose(values[0][0], closure(parse(text).tree, {})(x[0]), rtol=1e-12)
    assert len(run.instructions) <= program.CAPACITY
    assert max(step.to for step in run.instructions) < program.REGISTERS


def test_what_does_not_fit_is_refused(monkeypatch):
    monkeypatch.setattr(program, "CAPACITY", 3)
    with pytest.raises(FormulaError, match="5 parts; the limit is 3"):
        program.compiled(parse("x+y+x+y+x*1.125").tree)


# ----------------------------------------------------------------------------------------------- nothing compiles

compiled: list[str] = []
jax.monitoring.register_event_duration_secs_listener(
    lambda event, duration_secs, **_: compiled.append(event) if event == "/jax/core/compile/backend_compile_duration" else None
)


def read(text: str, run: list[str], **more: str) -> ex.Experiment:
    experiment, problems = codec.parse([("formula", text), *[("run", r) for r in run], *more.items()])
    assert not problems, [problem.text() for problem in problems]
    return experiment


def novel(seed: int) -> str:
    """A formula that nobody has typed, from all there is to type."""
    rng = random.Random(seed)
    everywhere = [
        "sin({})",
        "cos({})",
        "atan({})",
        "tanh({})",
        "sigmoid({})",
        "abs({})",
        "relu({})",
        "sign({})",
        "log(1+({})**2)",
    ]
    inner = [rng.choice(everywhere).format(f"{rng.choice('xy')}*{rng.choice('abk')}") for _ in range(4)]
    parts = [f"{rng.uniform(0.1, 3):.5f}*{part}" for part in inner]
    return "+".join([*parts, f"(x-{rng.random():.4f})**2", f"max(y**{rng.randint(2, 9)},x)", f"abs(y)**{rng.random():.3f}"])


def test_no_formula_compiles_anything():
    """Never seen, with parameters at any value, with every optimizer: after the warm-up, not one compilation."""
    for job in warm.formula():
        job()
    engine.noise("none", 0.0, 0)
    rules = list(OPTIMIZERS)
    Descent(read("x*y", rules[:16]))
    before = len(compiled)
    for seed in range(12):
        given = {"a": f"{seed - 6}", "b": "0.25"}
        text = novel(seed)
        letters = parse(text).letters
        on = "formula:" + ",".join(f"{name}={value}" for name, value in given.items() if name in letters)
        domain = "-1,2.5,0.5,3"
        some = rules[:16] if seed % 2 else rules[16:]  # as many as an address may hold
        descent = Descent(read(text, some, surface=on.rstrip(":"), steps=f"{20 + seed}", domain=domain))
        answer.document(descent)
        answer.arrays(descent, Wish(answer.FIELDS, "overlay", 1.3))
    assert compiled[before:] == []


def test_schedules_compile_no_formula_either():
    def seeds(text: str) -> None:
        SeededRuns(read(text, ["sgd:lr=0.01~cosine"], noise="gaussian:scale=0.5", steps="40"))

    seeds("x**2+y**2")
    before = len(compiled)
    seeds("sin(3*x)+0.123*y**4")
    assert compiled[before:] == []


def test_a_formula_over_seeds_is_the_one_that_descends():
    """The mean over the seeds on a formula is that on the surface it spells."""
    runs, steps = ["sgd:lr=0.01~cosine", "adam"], {"noise": "gaussian:scale=0.5", "steps": "60", "start": "-1.2,1"}
    typed_out = SeededRuns(read(SURFACES["rosenbrock"][0], runs, domain="-2,2,-1,3", **steps))
    built_in, problems = codec.parse([("surface", "rosenbrock"), *[("run", r) for r in runs], *steps.items()])
    assert not problems
    for one, two in zip(typed_out.runs, SeededRuns(built_in).runs, strict=True):
        np.testing.assert_allclose(one.mean, two.mean, rtol=1e-9)


def test_a_traced_formula_knows_its_parameters():
    """Its own function, for whoever does not run programs: the parameters by name, traced or not."""
    fn = landscape("a*x**2+sin(b)*y").fn
    values = jax.jit(lambda a: fn(jnp.array([2.0, 3.0]), SimpleNamespace(a=a, b=0.5)))(4.0)
    assert values == pytest.approx(16 + math.sin(0.5) * 3, rel=1e-15)


def test_while_one_descends_another_does_too():
    """The lock is for compiling: with the shapes compiled, two threads are inside at once, or the barrier breaks."""
    made = engine.Compiled(lambda x: x + 1)
    assert made(np.zeros(2)).tolist() == [1.0, 1.0]
    barrier = threading.Barrier(2, timeout=20)

    def slow(x):
        barrier.wait()
        return x

    made._jitted = cast("Any", slow)
    threads = [threading.Thread(target=made, args=(np.zeros(2),)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not barrier.broken


# ----------------------------------------------------------------------------------------------------- parameters


def test_letters_are_parameters():
    formula = parse("a*x**2+B*y**2+sin(a)*z-e+pi")
    assert formula.letters == ("a", "B", "z")
    rows = {row.key: (row.symbol, row.default, row.low, row.high) for row in landscape(formula.text).params}
    assert rows == {letter: (letter, 1.0, -10.0, 10.0) for letter in "aBz"}
    assert formula.latex.startswith(r"a \, x^{2} + B \, y^{2}")


def test_parameters_move_the_surface_its_minimum_and_its_paths():
    one, two = (Descent(read("(x-a)**2+b*y**2", ["newton"], surface=f"formula:a={a},b=2")) for a in (1, 3))
    assert (one.minima.tolist(), two.minima.tolist()) == ([[1.0, 0.0]], [[3.0, 0.0]])
    assert two.trajectories[0].x[-1] == pytest.approx([3.0, 0.0], abs=1e-12)
    assert one.lowest == two.lowest == pytest.approx(0)
    np.testing.assert_allclose(two.curvature(two.trajectories[0]), [[2.0, 4.0]] * 201, rtol=1e-12)


def test_what_has_neither_x_nor_y_is_worked_out_once():
    """At a = 0 the slope of sqrt is infinite, and nobody asks for it."""
    descent = Descent(read("sqrt(a)*x**2+a**-2*0+y**2", ["sgd:lr=0.1"], surface="formula:a=1"))
    assert descent.trajectories[0].diverged_at is None
    surface = landscape("sqrt(a)*x+y**2")
    assert surface.survey
    np.testing.assert_array_equal(surface.survey({"a": 0.0}, np.array([[2.0, 3.0]]), 3)[:, 0], [9.0, 0.0, 6.0])


LINKS = [
    # query, its shortest form
    ("formula=a*x**2%2Bb*y**2", "formula=a*x**2%2Bb*y**2"),
    ("formula=a*x**2%2Bb*y**2&surface=formula:a=1,b=2", "formula=a*x**2%2Bb*y**2&surface=formula:b=2"),
    ("surface=formula&formula=a*x", "formula=a*x"),
    ("range=a:-5..5&surface=formula:a=-4.5&formula=a*x", "formula=a*x&surface=formula:a=-4.5&range=a:-5..5"),
    ("formula=a*x&range=a:-10..10", "formula=a*x"),
    ("formula=a*x&range=a:2..50", "formula=a*x&range=a:2..50"),
    ("formula=b*x%2Ba*y&range=a:.5..1&range=b:1e-3..1e4", "formula=b*x%2Ba*y&range=b:0.001..10000&range=a:0.5..1"),
]


@pytest.mark.parametrize(("query", "short"), LINKS)
def test_parameters_are_in_the_link(query, short):
    experiment, problems = codec.parse(parse_qsl(query))
    assert not problems
    assert encode(codec.pairs(experiment)) == short
    assert codec.parse(parse_qsl(short)) == (experiment, [])
    assert {p.key for p in experiment.landscape.params} == set(experiment.surface.values)


@pytest.mark.parametrize(
    ("pairs", "field", "words"),
    [
        ({"formula": "a*x", "surface": "formula:a=20"}, "surface", ["a = 20", "-10 … 10"]),
        ({"formula": "a*x", "surface": "formula:a=20", "range": "a:0..19"}, "surface", ["0 … 19"]),
        ({"formula": "a*x", "surface": "formula:b=2"}, "surface", ["formula:b", "formula:a"]),
        ({"formula": "a*x", "range": "b:0..1"}, "range", ["“b”", "a"]),
        ({"formula": "a*x", "range": "a"}, "range", ["a:low..high"]),
        ({"formula": "a*x", "range": "a:5..1"}, "range", ["a:low..high", "a:5..1"]),
        ({"formula": "a*x", "range": "a:0..1e9"}, "range", ["a:low..high"]),
        ({"formula": "a*x", "range": "a:0..nan"}, "range", ["a:low..high"]),
        ({"range": "a:0..1"}, "range", ["formula only"]),
        ({"surface": "formula"}, "surface", ["needs a formula"]),
        ({"surface": "formula:a=2"}, "surface", ["needs a formula"]),
        ({"formula": "sqrt(a-9)*x"}, "formula", ["finite nowhere"]),
    ],
)
def test_bad_parameters_are_problems(pairs, field, words):
    _, problems = codec.parse(pairs.items())
    assert [problem.field for problem in problems] == [field]
    assert all(word in problems[0].text() for word in words), problems[0].text()


def test_a_parameter_given_twice_is_a_problem():
    _, problems = codec.parse([("formula", "a*x"), ("range", "a:0..1"), ("range", "a:0..2")])
    assert [problem.field for problem in problems] == ["range"]


def test_the_warm_up_knows_formulas():
    names = [getattr(job, "args", ()) for job in warm.jobs()]
    assert {args[1] for args in names if args and getattr(args[0], "key", "") == "formula"} == set(OPTIMIZERS)
