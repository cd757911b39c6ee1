"""Experiments to test with, drawn by Hypothesis from the live registry, and how to read their binary answer."""

import json
import math
import struct
from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st

from core.types import Param, Spec
from engines.descent import experiment as ex
from engines.descent.experiment import Experiment, Run
from engines.formula import surface as formula
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS
from schedules import SCHEDULES

# A sixth of all pairs of a surface and an optimizer, each surface and each optimizer among them at least twice: what is
# compiled in these tests. A pair takes some 0.2 s the first time.
PAIRS = [(s, o) for i, s in enumerate(LANDSCAPES) for j, o in enumerate(OPTIMIZERS) if (i + j) % 8 == 0]
FORMULAS = ("(1-x)**2+100*(y-x**2)**2", "sin(x) + cos(y)", "abs(x) - exp(-y**2)", "x²·y", "sqrt(x)")


def rivals(surface: str) -> list[str]:
    """The optimizers that these tests pair with a surface."""
    return [o for s, o in PAIRS if s == surface]


def numbers(param: Param) -> st.SearchStrategy[float]:
    """What a slider can be moved to, the default and both ends among it."""
    if param.scale in ("int", "bool"):
        inside = st.integers(int(param.low), int(param.high)).map(float)
    elif param.scale == "linear":
        inside = st.floats(param.low, param.high, allow_subnormal=False)
    else:
        exponents = st.floats(math.log(param.low), math.log(param.high))
        inside = exponents.map(lambda e: min(max(math.exp(e), param.low), param.high))
    return st.one_of(inside, st.sampled_from([float(param.default), float(param.low), float(param.high)]))


def specs(key: str, params: Sequence[Param]) -> st.SearchStrategy[Spec]:
    return st.fixed_dictionaries({p.key: numbers(p) for p in params}).map(lambda values: Spec(key, values))


def runs(optimizers: Sequence[str]) -> st.SearchStrategy[Run]:
    rule = st.sampled_from(optimizers).flatmap(lambda key: specs(key, ex.optimizer_params(key)))
    course = st.sampled_from(list(SCHEDULES)).flatmap(lambda key: specs(key, ex.schedule_params(key)))
    return st.builds(Run, rule, course)


def noises() -> st.SearchStrategy[Spec]:
    return st.sampled_from(list(ex.NOISES)).flatmap(lambda key: specs(key, ex.NOISES[key]))


def starts(domain: Sequence[float]) -> st.SearchStrategy[tuple[float, float]]:
    """Mostly in the window, where descents are not over at once; sometimes as far out as is accepted."""
    x0, x1, y0, y1 = domain
    anywhere = numbers(ex.COORDINATE)
    inside = st.tuples(st.floats(x0, x1, allow_subnormal=False), st.floats(y0, y1, allow_subnormal=False))
    return st.one_of(inside, inside, inside, st.tuples(anywhere, anywhere))


@st.composite
def experiments(draw, surfaces: Sequence[str] = tuple(LANDSCAPES), paired: bool = True, most: int = 3) -> Experiment:
    """Any values whatever of one surface and up to `most` runs; `paired` keeps to what these tests compile."""
    key = draw(st.sampled_from(surfaces))
    optimizers = rivals(key) if paired else list(OPTIMIZERS)
    return Experiment(
        surface=draw(specs(key, ex.surface_params(key))),
        start=draw(st.one_of(st.just(LANDSCAPES[key].start), starts(LANDSCAPES[key].domain))),
        steps=draw(st.one_of(st.integers(1, 400), st.integers(1, ex.MAX_STEPS), st.just(ex.MAX_STEPS))),
        noise=draw(noises()),
        seed=int(draw(numbers(ex.SEED))),
        runs=tuple(draw(st.lists(runs(optimizers), min_size=1, max_size=most))),
    )


@st.composite
def formulas(draw) -> Experiment:
    """An experiment on a surface that the user typed."""
    text, domain = draw(st.sampled_from(FORMULAS)), draw(st.sampled_from([ex.DOMAIN, (-1.0, 2.5, 1e-3, 4.0)]))
    surface = formula.landscape(text, domain)
    start = draw(starts(domain).filter(lambda point: formula.finite(surface, point)))
    rest = draw(experiments(paired=False, most=ex.MAX_RUNS))
    normal = formula.parse(text).text
    return Experiment(Spec("formula", {}), start, rest.steps, rest.noise, rest.seed, rest.runs, normal, domain)


def unpack(blob: bytes) -> tuple[dict, dict[str, np.ndarray]]:
    """Header and arrays of the binary answer, read as its description in web/wire.py says."""
    (length,) = struct.unpack_from("<I", blob)
    header, body = json.loads(blob[4 : 4 + length]), blob[4 + length :]
    assert length % 4 == 0
    arrays, end = {}, 0
    for row in header["arrays"]:
        assert row["offset"] == end, "the arrays lie one after the other, without gaps"
        array = np.frombuffer(body, "<f4", math.prod(row["shape"]), row["offset"])
        arrays[row["name"]], end = array.reshape(row["shape"]), end + array.nbytes
    assert end == len(body)
    return header, arrays
