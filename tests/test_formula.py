"""User formulas: what is allowed equals Python's arithmetic; what is not says where."""

import ast
import gc
import math
import pickle
import random
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from core import syntax
from engines.formula.program import compiled
from engines.formula.surface import ALLOWED, FUNCTIONS, Formula, FormulaError, finite, landscape, parse

ROSENBROCK = "(1-x)**2+100*(y-x**2)**2"
GOLDSTEIN_PRICE = "(1+(x+y+1)**2*(19-14*x+3*x**2-14*y+6*x*y+3*y**2))*(30+(2*x-3*y)**2*(18-32*x+12*x**2+48*y-36*x*y+27*y**2))"
repeatable = settings(derandomize=True, deadline=None, max_examples=300)
coordinates = st.floats(-3, 3).map(lambda v: round(v, 3))


def evaluate(text: str, x: float, y: float) -> float:
    return float(parse(text).fn(jnp.array([x, y]), None))


# --- an independent evaluator: Python's own grammar and math module


class Floats(ast.NodeTransformer):
    """2 becomes 2.0, so that 9**9**9 overflows at once, and a**b becomes power(a, b), so that it can be perturbed."""

    def visit_Constant(self, node):
        return ast.Constant(float(node.value))

    def visit_BinOp(self, node):
        self.generic_visit(node)
        is_power = isinstance(node.op, ast.Pow)
        return ast.Call(ast.Name("power", ast.Load()), [node.left, node.right], []) if is_power else node


PYTHON = {
    **{name: getattr(math, name) for name in set(FUNCTIONS) & set(vars(math))},
    "ln": math.log,
    "abs": math.fabs,
    "sign": lambda z: float((z > 0) - (z < 0)),
    "relu": lambda z: max(z, 0.0),
    "sigmoid": lambda z: 1 / (1 + math.exp(-z)),
    "min": min,
    "max": max,
    "power": lambda a, b: a**b,
}


def python(text: str, x: float, y: float, noise: random.Random | None = None) -> float:
    """The value by Python, nan where it has none. With `noise`, each function is off by a few rounding errors."""

    def perturbed(function):
        return lambda *args: function(*args) * (1 + noise.choice([-1e-15, 0, 1e-15]) if noise else 1)

    tree = ast.fix_missing_locations(Floats().visit(ast.parse(text, mode="eval")))
    names = {name: perturbed(function) for name, function in PYTHON.items()}
    names |= {"pi": math.pi, "e": math.e, "x": x, "y": y, "__builtins__": {}}
    try:
        value = eval(compile(tree, "formula", "eval"), names)
    except (ArithmeticError, ValueError, TypeError):  # 1/0, log(-1), the order of complex numbers
        return math.nan
    return value if isinstance(value, float) and math.isfinite(value) else math.nan


def test_the_reference_knows_every_function():
    assert set(FUNCTIONS) == set(PYTHON) - {"power"}
    assert set(ALLOWED) == set(FUNCTIONS) | {"x", "y", "pi", "e"}


def compounds(parts):
    """Texts made of texts, with no parentheses but those drawn: precedence is part of what is tested."""
    space = st.sampled_from(["", " "])
    unary = [name for name, (count, _) in FUNCTIONS.items() if count == 1]
    return st.one_of(
        st.builds("{}{}{}{}{}".format, parts, space, st.sampled_from("+-*/"), space, parts),
        st.builds("{}**{}".format, parts, parts),
        st.builds("{}{}".format, st.sampled_from("+-"), parts),
        st.builds("({})".format, parts),
        st.builds("{}({})".format, st.sampled_from(unary), parts),
        st.builds("{}({},{}{})".format, st.sampled_from(["min", "max"]), parts, space, parts),
    )


NUMBERS = ["0", "1", "2", "3", "10", "0.5", ".25", "1.", "2.5e-1", "1E1", "4e+0"]
atoms = st.sampled_from([*NUMBERS, *["x", "y"] * 4, "pi", "e"])
formulas = st.recursive(atoms, compounds, max_leaves=10).filter(lambda text: re.search(r"\b[xy]\b", text) and len(text) <= 200)


@repeatable
@given(formulas, coordinates, coordinates)
@example("-x**2", 2.0, 0.0)
@example("2**-x**2", 2.0, 0.0)
@example("2**3**2*x", 1.0, 0.0)
@example("x/2*3-4-5", 1.0, 0.0)
def test_equals_python(text, x, y):
    expected = python(text, x, y)
    wobble = max((abs(python(text, x, y, random.Random(seed)) - expected) for seed in range(3)), default=0)
    assume(wobble <= 1e-13 * max(1, abs(expected)))  # false for nan: no value, or one that rounding errors decide
    assert evaluate(text, x, y) == pytest.approx(expected, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize(("x", "y"), [(0.3, 0.7), (0.9, 0.2)])
def test_every_function(name, x, y):
    text = f"{name}(x, y)" if FUNCTIONS[name][0] == 2 else f"{name}(x)"
    assert evaluate(text, x, y) == pytest.approx(python(text, x, y), rel=1e-14)


@repeatable
@given(formulas)
def test_normalised_text_reads_back(text):
    formula = parse(text)
    again = parse(formula.text)
    assert (again.tree, again.text, again.latex) == (formula.tree, formula.text, formula.latex)
    assert again.fn is formula.fn
    assert formula.latex.count("{") == formula.latex.count("}")


smooth = st.recursive(
    st.sampled_from(["x", "y", "0.5", "2"]),
    lambda parts: st.one_of(
        st.builds("({}{}{})".format, parts, st.sampled_from("+-*"), parts),
        st.builds("{}({})".format, st.sampled_from(["sin", "cos", "tanh", "sigmoid", "atan"]), parts),
        st.builds("({})**{}".format, parts, st.sampled_from(["2", "3", "1", "0"])),
        st.builds("({}/(1.5+({})**2))".format, parts, parts),
    ),
    max_leaves=6,
).filter(lambda text: re.search(r"\b[xy]\b", text))


@settings(repeatable, max_examples=80)
@given(smooth, coordinates, coordinates)
def test_gradient_equals_finite_differences(text, x, y):
    def difference(axis, h):
        values = [python(text, x + k * h * (axis == 0), y + k * h * (axis == 1)) for k in (-2, -1, 1, 2)]
        return float(np.dot(values, [1, -8, 8, -1])) / (12 * h)

    gradient = jax.grad(parse(text).fn)(jnp.array([x, y]), None)
    for axis in (0, 1):
        expected = difference(axis, 1e-3)
        assume(abs(difference(axis, 5e-4) - expected) <= 1e-7 * (1 + abs(expected)))  # false where it curves too much
        assert float(gradient[axis]) == pytest.approx(expected, rel=1e-5, abs=1e-5)


def test_rosenbrock_equals_the_direct_expression():
    x, y = np.random.default_rng(0).uniform(-3, 3, (2, 100))
    values = jax.vmap(lambda point: parse(ROSENBROCK).fn(point, None))(jnp.array([x, y]).T)
    assert jnp.array_equal(values, (1 - x) ** 2 + 100 * (y - x**2) ** 2)


@pytest.mark.parametrize(
    ("text", "slope", "curvature"),
    [
        ("x**0", 0, 0), ("x**1", 1, 0), ("x**2", 0, 2), ("x**3", 0, 0), ("x**(2)", 0, 2), ("x**2.0", 0, 2),
        ("x**--2", 0, 2), ("(x+1)**-1", -1, 2), ("(x-1)**-2", 2, 6), ("(x-1)**64", -64, 64 * 63),
    ],
)  # fmt: skip
def test_whole_powers_have_right_derivatives_at_zero(text, slope, curvature):
    fn = parse(text).fn
    assert float(jax.grad(fn)(jnp.zeros(2), None)[0]) == slope
    assert float(jax.hessian(fn)(jnp.zeros(2), None)[0, 0]) == curvature


@pytest.mark.parametrize(
    ("text", "static"), [("x**64", True), ("x**-64", True), ("x**65", False), ("x**0.5", False), ("2**x", False)]
)
def test_only_small_whole_powers_are_multiplied_out(text, static):
    used = {step.operation for step in compiled(parse(text).tree).instructions}
    assert (used <= {"*", "/"}) == static


def test_values_are_double_precision_and_never_big_integers():
    assert parse("x").fn(jnp.zeros(2), None).dtype == jnp.float64
    assert evaluate("x+9**9**9**9", 0, 0) == math.inf
    assert evaluate("x+10**400", 0, 0) == math.inf
    assert evaluate("x+1/0", 0, 0) == math.inf
    assert evaluate("x+" + "1" + "0" * 197, 0, 0) == 1e197
    assert math.isnan(evaluate("x+(-8)**(1/3)", 0, 0))


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("（x－1）²＋y⁴", "(x-1)**2+y**4"), ("ｘ＊ｙ", "x*y"), ("２×x·y", "2*x*y"), ("x − y", "x-y"), ("x÷２", "x/2"),
        ("ｓｉｎ（x）", "sin(x)"), ("max（x，y）", "max(x,y)"), ("x¹²", "x**12"),
        ("\u3000x\xa0+\n\ty ", "x+y"), ("x**2.50", "x**2.50"),
    ],
)  # fmt: skip
def test_lookalikes_are_read(text, plain):
    formula = parse(text)
    assert (formula.text, formula.plus_restored) == (plain, False)
    assert formula.tree == parse(plain).tree


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("(1-x)**2 100*(y-x**2)**2", ROSENBROCK), ("x**2 y**2", "x**2+y**2"), ("x**2   y**2", "x**2+y**2"), ("x 1", "x+1"),
        ("sin(x) cos(y)", "sin(x)+cos(y)"), ("sin (x)**2 abs (y)", "sin(x)**2+abs(y)"), ("x*(x y**2 - 1)", None),
        ("(x**2 y - 11)**2 (x y**2 - 7)**2", None), ("(x**2 y-11)**2 (y**2 x-7)**2", "(x**2+y-11)**2+(y**2+x-7)**2"),
        ("x y", None), ("x**2+2*x y", None),
        ("x**2 1e 3", None), ("x**2 foo(y)", None), ("x**2 y**2)", None),
    ],
)  # fmt: skip
def test_plus_lost_in_an_address(text, plain):
    """Restored between two terms; refused where the space may be a product, or where that does not help."""
    if plain is None:
        with pytest.raises(FormulaError):
            parse(text)
    else:
        assert parse(text).text == plain
        assert parse(text).plus_restored


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("2x", "2*x"), ("3(x+1)", "3*(x+1)"), ("2 sin(x)", "2*sin(x)"), ("2sin(x)", "2*sin(x)"), ("x+2y", "x+2*y"),
        ("2 (x-1)", "2*(x-1)"), ("x**2 - 2 x", "x**2-2*x"), ("-2x^2", "-2*x**2"), ("x^2", "x**2"), ("x＾2", "x**2"),
        ("2^-x", "2**-x"), ("2x²", "2*x**2"), ("1/2x", "1/2*x"), ("1.5e3x", "1.5e3*x"), ("007x", "007*x"),
        ("3 exp(x)", "3*exp(x)"), ("2 e*x", "2*e*x"), ("x+1(2(y))", "x+1*(2*(y))"),
    ],
)  # fmt: skip
def test_spellings_of_a_blackboard(text, plain):
    """`^` and a number before a name or parenthesis; the canonical text is the normal spelling."""
    formula = parse(text)
    assert (formula.text, formula.plus_restored, formula.tree) == (plain, False, parse(plain).tree)


REFUSED = [
    # text, column, part of the message
    ("", 0, "is empty"),
    ("   ", 3, "is empty"),
    ("x+", 2, "ends where a value"),
    ("x**2 -", 6, "ends where a value"),
    ("*x", 0, "before '*'"),
    ("x**/2", 3, "before '/'"),
    ("x//2", 2, "before '/'"),
    ("x+()", 3, "before ')'"),
    ("max(*x)", 4, "before '*'"),
    ("max(x,,y)", 6, "before ','"),
    ("max(x,y,)", 8, "before ')'"),
    ("sin()", 4, "before ')'"),
    ("x**2y", 4, "between '2' and 'y'"),  # which of two things?
    ("2xy", 2, "between 'x' and 'y'"),
    ("2e*x", 1, "between '2' and 'e'"),  # half of a number
    ("x^*2", 2, "before '*'"),
    ("^x", 0, "before '**'"),
    ("3 (x+1", 2, "never closed"),
    ("x y", 2, "%2B"),
    ("xy+1", 1, "between 'x' and 'y'"),
    ("(x-1)(y+1)", 5, "between ')' and '('"),
    ("x(y+1)", 1, "between 'x' and '('"),
    ("(x)2", 3, "between ')' and '2'"),
    ("1.2.3*x", 3, "between '1.2' and '.3'"),
    ("|x|", 0, "write abs(…)"),
    ("x*π", 2, "write pi"),
    ("[x]", 0, "write ("),
    ("(x", 0, "never closed"),
    ("x*(1+(y)", 2, "never closed"),
    ("1+sin(x", 5, "never closed"),
    ("x)", 1, "closes nothing"),
    ("x,y", 1, "comma"),
    ("(x,y)", 2, "comma"),
    ("sin x", 0, "sin(…)"),
    ("x+sin", 2, "sin(…)"),
    ("sin**2(x)", 0, "sin(…)"),
    ("1+max(x)", 2, "max has 1 argument(s), but takes 2"),
    ("sin(x, y)", 0, "sin has 2 argument(s), but takes 1"),
    ("sinn(x)", 0, "did you mean 'sin'"),
    ("1+arctan(x)", 2, "did you mean 'atan'"),
    ("X+1", 0, "did you mean 'x'"),
    ("Y+1", 0, "did you mean 'y'"),
    ("2E*x", 1, "did you mean 'e'"),
    ("ax", 1, "between 'a' and 'x'"),
    ("axy", 1, "between 'a' and 'xy'"),
    ("a(x+1)", 1, "between 'a' and '('"),
    ("x+tg(x)", 2, "unknown name 'tg'"),
    ("z", 0, "must contain x or y"),
    ("a+b", 0, "must contain x or y"),
    ("x+" + "+".join("abcdfghij"), 0, "9 parameters; the limit is 8"),
    ("x**2*foo(y)", 5, "unknown name 'foo'"),
    ("1e999*x", 0, "too large"),
    ("x+1e999", 2, "too large"),
    ("3", 0, "must contain x or y"),
    ("sin(pi)**2", 0, "must contain x or y"),
    ("9**9**9**9", 0, "must contain x or y"),
    # Python that is not arithmetic
    ("x.real", 1, "'.'"),
    ("x.__class__", 1, "'.'"),
    ("(1).real", 3, "'.'"),
    ("().__class__.__bases__", 1, None),
    ("__import__('os')", 11, '"\'"'),
    ("__import__(x)", 0, "unknown name '__import__'"),
    ("eval(x)", 0, "unknown name 'eval'"),
    ("x[0]", 1, "'['"),
    ("lambda: x", 6, "':'"),
    ("lambda x", 0, "unknown name 'lambda'"),
    ("[x for x in y]", 0, "'['"),
    ("(x for x in y)", 3, "unknown name 'for'"),
    ("{x: y}", 0, "'{'"),
    ("'x'", 0, '"\'"'),
    ('f"{x}"', 1, "'\"'"),
    ("x<y", 1, "'<'"),
    ("x==y", 1, "'='"),
    ("x and y", 2, "unknown name 'and'"),
    ("not x", 0, "unknown name 'not'"),
    ("x if y else 1", 2, "unknown name 'if'"),
    ("1if x else y", 1, "unknown name 'if'"),
    ("(x:=1)", 2, "':'"),
    ("x=1", 1, "'='"),
    ("max(x, y=1)", 8, "'='"),
    ("x;y", 1, "';'"),
    ("x@y", 1, "'@'"),
    ("x%2", 1, "'%'"),
    ("~x", 0, "'~'"),
    ("x#y", 1, "'#'"),
    ("x\\\n+y", 1, "'\\\\'"),
    ("\\d", 0, "'\\\\'"),
    ("1_000*x", 1, "unknown name '_000'"),
    ("0x1for x", 1, "unknown name 'x1for'"),
    ("True*x", 0, "unknown name 'True'"),
    ("x+...", 2, "'.'"),
    # characters
    ("x\0", 1, "'\\x00'"),
    ("x+\U0001d465", 2, "'\U0001d465'"),
    ("х+1", 0, "'х'"),  # a Cyrillic letter
    ("x＋ｙ．ｒeal", 3, "'．'"),
    ("x+\ud800", 2, "'\\ud800'"),
    ("x*∞", 2, "'∞'"),
    # hostile
    ("(" * 10_000 + "x" + ")" * 10_000, 200, "the limit is 200"),
    ("-" * 10_000 + "x", 200, "the limit is 200"),
    ("9" * 10_000, 200, "the limit is 200"),
    ("x^9^9^9" * 40, 200, "the limit is 200"),
    ("~" * 150 + "x", 0, "'~'"),
    ("0x10*x", 1, "unknown name 'x10'"),
    ("1_0x", 1, "unknown name '_0x'"),
    ("3x.real", 2, "'.'"),
    ("2__import__(x)", 1, "unknown name '__import__'"),
    ("abs(*x)", 4, "before '*'"),
    ("x\0+y", 1, "'\\x00'"),
    # limits
    ("2x+" * 45 + "2x", 0, "parts; the limit is 120"),
    ("x" + " " * 200, 200, "201 characters; the limit is 200"),
    ("x" + "²" + "*x²" * 60, 0, "characters; the limit is 200"),
    ("x" + "+x" * 60, 0, "121 parts; the limit is 120"),
    ("(" * 31 + "x" + ")" * 31, 31, "31 levels deep here; the limit is 30"),
    ("-" * 31 + "x", 31, "31 levels"),
    ("(" * 100 + "x" + ")" * 99, 31, "31 levels"),
    ("abs(" * 31 + "x" + ")" * 31, 124, "31 levels"),
    ("x" + "**x" * 31, 93, "31 levels"),
    ("(" * 200, 31, "31 levels"),
]


@pytest.mark.parametrize(("text", "column", "part"), REFUSED)
def test_refused_with_its_column(text, column, part):
    with pytest.raises(FormulaError) as caught:
        parse(text)
    if part is None:
        return
    error = caught.value
    assert (error.position, part in str(error)) == (column, True), (error.position, str(error))
    assert str(error) == error.message.format(**error.args_)
    assert error.allowed == (ALLOWED if "unknown name" in str(error) else None)


@pytest.mark.parametrize(
    "text",
    [
        "x" + "+x" * 59,
        "(x)" + "+(x)" * 40,
        "(" * 30 + "x" + ")" * 30,
        "abs(" * 30 + "x" + ")" * 30,
        "-" * 30 + "x",
        "x" + " " * 199,
        GOLDSTEIN_PRICE,
    ],
)
def test_the_limits_leave_room(text):
    assert isinstance(parse(text), Formula)


def test_errors_survive_pickling():
    with pytest.raises(FormulaError) as caught:
        parse("x+foo")
    again = pickle.loads(pickle.dumps(caught.value))
    assert (str(again), again.position, again.allowed) == (str(caught.value), 2, ALLOWED)


def attempt(text: str) -> Formula | None:
    """The formula, or None after a FormulaError whose fields hold. Anything else fails the test, warnings included."""
    try:
        return parse(text)
    except FormulaError as caught:
        error = caught
    assert str(error)
    assert 0 <= error.position <= len(text)
    return None


@settings(repeatable, max_examples=1000)
@given(st.text())
def test_any_text_parses_or_is_refused(text):
    attempt(text)


@settings(repeatable, max_examples=2000)
@given(st.lists(st.sampled_from([*"xxyy123.+-*/(),e ()", "**", "sin(", "max(", "1e5", " + "]), max_size=14).map("".join))
def test_what_parses_is_python(text):
    """Random tokens: what is accepted, Python accepts once it is spelled out, with the same value."""
    formula = attempt(text)
    if formula is None or formula.plus_restored:
        return
    expected = python(formula.text, 0.75, 1.5)
    if math.isfinite(expected):
        assert evaluate(text, 0.75, 1.5) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        (ROSENBROCK, r"\left(1 - x\right)^{2} + 100 \, \left(y - x^{2}\right)^{2}"),
        ("x/(1+y)*2", r"\frac{x}{1 + y} \cdot 2"),
        ("sin(x)**2-abs(y)**3", r"\sin^{2}\left(x\right) - \left|y\right|^{3}"),
        ("sin(x)**-1", r"\left(\sin\left(x\right)\right)^{-1}"),
        ("-(x+y)-(x-y)", r"-\left(x + y\right) - \left(x - y\right)"),
        ("2*-x**2", r"2 \, \left(-x^{2}\right)"),
        ("(-x)**2", r"\left(-x\right)^{2}"),
        ("(x*y)**2**x", r"\left(x \, y\right)^{2^{x}}"),
        ("(x/2)**2", r"\left(\frac{x}{2}\right)^{2}"),
        ("-x*y*-(-x*y)", r"-x \, y \, \left(-\left(-x \, y\right)\right)"),
        ("2*(-x*y)", r"2 \, \left(-x \, y\right)"),
        ("sqrt(x)*exp(-pi*y)", r"\sqrt{x} \, \exp\left(-\pi \, y\right)"),
        ("log(x)+log10(y)", r"\ln\left(x\right) + \log_{10}\left(y\right)"),
        ("max(x, relu(y))", r"\max\left(x, \operatorname{relu}\left(y\right)\right)"),
        ("1e-7*x+2.5e20", r"10^{-7} \, x + 2.5 \cdot 10^{20}"),
        ("2.50*x", r"2.5 \, x"),
    ],
)
def test_latex(text, latex):
    assert parse(text).latex == latex


# --- the surface


def test_landscape():
    surface = landscape(ROSENBROCK)
    assert (surface.key, surface.domain, surface.params, surface.checks) == ("formula", (-5, 5, -5, 5), (), ())
    assert surface.latex == "f(x, y) = " + parse(ROSENBROCK).latex
    assert surface.start == pytest.approx((-3, 3))
    assert surface.minima(None) == ((1, 1),)
    assert finite(surface, (1e3, 1e3))
    assert not finite(surface, (1e200, 0))


def test_equal_formulas_share_one_surface():
    surface = landscape("x**2 + y")
    assert landscape("(x**2.0)+y", (-5, 5, -5, 5)) is surface
    assert landscape("x² + y") is surface
    other = landscape("x**2+y", (0, 1, 0, 1))
    assert other is not surface
    assert other.fn is surface.fn


def test_start_moves_to_where_the_formula_is_finite():
    surface = landscape("sqrt(x)+log(1-y)")
    assert finite(surface, surface.start)
    assert not finite(surface, (-3, 3))
    assert not finite(surface, (0, 0))  # an infinite slope


@pytest.mark.parametrize("text", ["sqrt(-1-x**2)", "x*9**9**9**9", "x/0", "log(x-9)"])
def test_nowhere_finite(text):
    with pytest.raises(FormulaError, match="finite nowhere on x from -5 to 5, y from -5 to 5"):
        landscape(text)


@pytest.mark.parametrize(
    ("text", "domain", "minima"),
    [
        (
            "(x**2+y-11)**2+(x+y**2-7)**2",
            (-5, 5, -5, 5),
            {(3, 2), (3.584428340, -1.848126527), (-2.805118087, 3.131312518), (-3.779310253, -3.283185991)},
        ),
        (GOLDSTEIN_PRICE, (-2, 2, -2, 2), {(0, -1), (-0.6, -0.4), (1.8, 0.2), (1.2, 0.8)}),
        ("1e6*(x-1.2345678)**2+(y-0.3)**2+1000", (-5, 5, -5, 5), {(1.2345678, 0.3)}),
        ("1e-9*((x-0.123)**2+y**2)", (-1, 2, -1, 2), {(0.123, 0)}),
        ("x**3-3*x+y**4", (-5, 5, -5, 5), {(1, 0)}),
        ("x**2-y**2", (-5, 5, -5, 5), set()),  # a saddle
        ("x**2", (-5, 5, -5, 5), set()),  # a straight valley has no lowest point to mark
        ("exp(-x)", (-5, 50, -5, 5), set()),  # falls for ever
        ("sqrt(x**2+y**2)-cos(3*x)", (-5, 5, -5, 5), set()),  # the global minimum is a kink
        ("1/(x**2+y**2)", (-5, 5, -5, 5), set()),  # infinite at a grid point
    ],
)
def test_minima(text, domain, minima):
    lows = landscape(text, domain).minima(None)
    assert len(lows) == len(minima)
    for point in minima:
        assert min(math.dist(point, other) for other in lows) < 1e-5
    values = [evaluate(text, *point) for point in lows]
    assert values == pytest.approx(sorted(values), abs=1e-9)


def test_deep_formulas_compile():
    surface = landscape("1+sin(" * 20 + "x*y" + ")" * 20 + "+x" * 28)
    assert finite(surface, surface.start)


TEXT = "+".join(["(x*(y+(x-2)))"] * 500)


def _read(text: str) -> None:
    with suppress(SystemError):
        ast.parse(text, mode="eval")


def test_parsing_in_several_threads_at_a_time():
    """Python counts the depth of its parser for all threads together, and the garbage collector lets others in (gh-106905)."""
    threshold, interval = gc.get_threshold(), sys.getswitchinterval()

    def callback(phase: str, info: object) -> None:  # JAX has one too
        sum(range(3))

    gc.callbacks.append(callback)
    gc.set_threshold(50)
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(4) as threads:
            library = threads.submit(lambda: [_read(TEXT) for _ in range(24)])  # such as NumPy, which knows no lock of ours
            trees = list(threads.map(lambda _: syntax.parse(TEXT, "eval"), range(24)))
            library.result()
    finally:
        gc.set_threshold(*threshold)
        sys.setswitchinterval(interval)
        gc.callbacks.remove(callback)
    assert len(trees) == 24
