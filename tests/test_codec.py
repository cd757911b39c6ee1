"""Experiment ⇄ query string: nothing is lost on the way there and back, and nothing that is typed breaks it."""

import string
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

import pytest
from experiments import experiments, formulas
from hypothesis import example, given, settings
from hypothesis import strategies as st

import locales
from core.query import NUMBER, encode, short_text
from core.types import Spec
from engines.descent import codec
from engines.descent import experiment as ex
from engines.descent.codec import pairs, parse
from engines.descent.experiment import Run
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS
from schedules import SCHEDULES
from wrappers import WRAPPERS


def read(query: str):
    return parse(parse_qsl(query, keep_blank_values=True))


def valid(query: str) -> ex.Experiment:
    experiment, problems = read(query)
    assert not problems, [p.text() for p in problems]
    return experiment


def only_problem(query: str):
    experiment, problems = read(query)
    assert len(problems) == 1, [p.text() for p in problems]
    return experiment, problems[0]


# ------------------------------------------------------------------------------------------------ there and back


@settings(max_examples=100)
@given(experiments(paired=False, most=ex.MAX_RUNS))
def test_an_experiment_survives_its_link(experiment):
    assert parse(pairs(experiment)) == (experiment, [])
    assert read(encode(pairs(experiment))) == (experiment, [])
    assert read(urlencode(pairs(experiment))) == (experiment, [])  # as a browser's own form would write it


@settings(max_examples=50)
@given(formulas())
def test_a_formula_survives_its_link(experiment):
    assert parse(pairs(experiment)) == (experiment, [])
    assert read(encode(pairs(experiment))) == (experiment, [])


@settings(max_examples=100)
@given(experiments(paired=False))
def test_the_canonical_form_is_a_fixed_point(experiment):
    query = encode(pairs(experiment))
    assert encode(pairs(valid(query))) == query


def test_the_default_experiment_is_the_empty_link():
    assert pairs(ex.default()) == []
    assert parse([]) == (ex.default(), [])


def explicit(spec: Spec) -> str:
    return spec.key + "".join(f"{',' if i else ':'}{k}={v!r}" for i, (k, v) in enumerate(spec.values.items()))


@pytest.mark.parametrize("key", LANDSCAPES)
def test_defaults_of_a_surface_drop_out(key):
    surface = LANDSCAPES[key]
    x, y = surface.start
    query = f"surface={explicit(ex.spec(key, surface.params))}&start={x},{y}&steps=200&noise=none&seed=0"
    assert pairs(valid(query)) == pairs(valid(f"surface={key}")) == ([("surface", key)] if key != "taco" else [])


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_defaults_of_a_run_drop_out(key):
    whole = explicit(ex.spec(key, ex.optimizer_params(key)))
    for course in SCHEDULES:
        plain = Run(ex.spec(key, ex.optimizer_params(key)), ex.spec(course, ex.schedule_params(course)))
        query = f"run={whole}~{explicit(plain.schedule)}"
        assert valid(query).runs == (plain,)
        assert pairs(valid(query)) == [("run", codec.run_text(plain))]
        assert "=" not in codec.run_text(plain)


def test_a_constant_schedule_is_not_written():
    assert encode(pairs(valid("run=adam~constant"))) == "run=adam"
    assert encode(pairs(valid("run=adam~constant:warmup=5"))) == "run=adam~constant:warmup=5"


def test_switches_are_words_and_counts_have_no_point():
    assert encode(pairs(valid("run=adam:bias_correction=0"))) == "run=adam:bias_correction=false"
    assert encode(pairs(valid("surface=least_squares:batch=16.0"))) == "surface=least_squares:batch=16"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.045, "0.045"), (1e-5, "1e-5"), (40.0, "40"), (1e22, "1e22"), (-0.5, "-0.5"), (1e-12, "1e-12"), (0.1 + 0.2, None)],
)
def test_numbers_are_short_and_exact(value, text):
    written = codec.number_text(value)
    assert float(written) == value
    assert text in (written, None)


@pytest.mark.parametrize(
    ("value", "text"),
    [(1e-6, "1e-6"), (1e-4, "1e-4"), (0.045, "0.045"), (0.1, "0.1"), (1e6, "1e6"), (123456, "123500"), (1e5, "1e5"), (0, "0")],
)
def test_rates_are_written_with_powers_where_zeros_would_be_counted(value, text):
    assert short_text(value) == text
    assert float(text) == pytest.approx(value, rel=5e-4)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_reads_back(value):
    written = codec.number_text(value)
    assert float(written) == value
    assert NUMBER.fullmatch(written)


def test_the_example_of_the_contract():
    experiment = valid(
        "surface=taco:kappa=40&start=-8,1&steps=200&noise=gaussian:scale=0.5&seed=0"
        "&run=sgd:lr=0.045&run=adam:lr=0.3~constant:warmup=10"
    )
    sgd, adam = experiment.runs
    assert (experiment.surface.key, experiment.surface.values["kappa"]) == ("taco", 40.0)
    assert (experiment.start, experiment.steps, experiment.seed) == ((-8.0, 1.0), 200, 0)
    assert experiment.noise == Spec("gaussian", {"scale": 0.5})
    assert (sgd.optimizer, sgd.schedule.key) == (Spec("sgd", {"lr": 0.045}), "constant")
    assert (adam.optimizer.values["lr"], adam.schedule.values["warmup"]) == (0.3, 10.0)


def test_links_stay_readable():
    query = encode(pairs(valid("surface=taco:kappa=50&start=-1,2&run=adam:lr=0.1,b1=0.5~constant:warmup=3")))
    assert query == "surface=taco:kappa=50&start=-1,2&run=adam:lr=0.1,b1=0.5~constant:warmup=3"


def test_spaces_and_case_of_switches_are_forgiven():
    query = urlencode({"surface": " taco: kappa = 50 ", "start": " -1 , 2 ", "steps": " 3 ", "run": " adam "})
    experiment = valid(query)
    assert (experiment.surface.values["kappa"], experiment.start, experiment.steps) == (50.0, (-1.0, 2.0), 3)
    assert valid("run=adam:bias_correction=FALSE").runs[0].optimizer.values["bias_correction"] == 0.0


# --------------------------------------------------------------------------------------------------- bad input

# One good value per field, all of them away from the default, so that what gets lost is seen.
GOOD = {"surface": "taco:kappa=50,angle=30", "start": "-3,2", "steps": "77", "noise": "uniform:scale=2", "seed": "9"}
RUNS = [("run", "sgd:lr=0.02"), ("run", "adam:lr=0.1,eps=0.001~constant:warmup=4")]

BAD = [  # field, bad value, what it is read as (None: as if the field were absent), words that the message must hold
    ("surface", "tacoo", None, ["tacoo", "“taco”"]),
    ("surface", "TACO", None, ["TACO", "“taco”"]),
    ("surface", "", None, ["taco", "rosenbrock"]),
    ("surface", "qqqqqqqq", None, ["qqqqqqqq", "taco", "himmelblau"]),
    ("surface", "formula", None, ["formula"]),
    ("surface", "taco:kapa=50,angle=30", "taco:angle=30", ["taco:kapa", "“taco:kappa”"]),
    ("surface", "taco:kappa,angle=30", "taco:angle=30", ["kappa=40"]),
    ("surface", "taco:kappa=,angle=30", "taco:angle=30", ["kappa", "number"]),
    ("surface", "taco:kappa=0.5,angle=30", "taco:angle=30", ["kappa = 0.5", "1 … 1000"]),
    ("surface", "taco:kappa=1001,angle=30", "taco:angle=30", ["kappa = 1001", "1 … 1000"]),
    ("surface", "taco:kappa=many,angle=30", "taco:angle=30", ["kappa", "many"]),
    ("surface", "taco:kappa=50,kappa=60", "taco:kappa=50", ["taco:kappa", "2 times"]),
    ("surface", "least_squares:batch=2.5", "least_squares", ["batch = 2.5", "whole number", "1", "50"]),
    ("surface", "logistic:normalized=maybe", "logistic", ["normalized", "true or false", "maybe"]),
    ("surface", "logistic:normalized=2", "logistic", ["normalized = 2"]),
    ("start", "1", None, ["start", "2 numbers", "“1”"]),
    ("start", "", None, ["start", "2 numbers"]),
    ("start", "1,2,3", None, ["2 numbers", "1,2,3"]),
    ("start", "1,b", None, ["2 numbers", "1,b"]),
    ("start", "1,nan", None, ["2 numbers", "1,nan"]),
    ("start", "2e6,0", None, ["2e6", "-1000000 … 1000000"]),
    ("start", "0,1e999", None, ["1e999", "-1000000 … 1000000"]),
    ("steps", "0", None, ["steps = 0", "whole number from 1 to 5000"]),
    ("steps", "5001", None, ["steps = 5001", "5000"]),
    ("steps", "2.5", None, ["steps = 2.5", "whole number"]),
    ("steps", "-1", None, ["steps = -1"]),
    ("steps", "ten", None, ["steps", "“ten”"]),
    ("steps", "1_0", None, ["steps", "“1_0”"]),
    ("steps", "0x10", None, ["steps", "“0x10”"]),
    ("steps", "", None, ["steps", "number"]),
    ("seed", "4294967296", None, ["seed = 4294967296", "4294967295"]),
    ("seed", "-1", None, ["seed = -1"]),
    ("noise", "gausian", None, ["gausian", "“gaussian”"]),
    ("noise", "uniform:scale=21", "uniform", ["scale = 21", "0 … 20"]),
    ("noise", "none:scale=2", "none", ["none:scale"]),
]

BAD_RUNS = [  # a run, what it is read as (None: not at all), words
    ("adm:lr=0.1", None, ["adm", "“adam”"]),
    ("", None, ["sgd", "adam"]),
    ("Adam", None, ["Adam", "“adam”"]),
    ("adam:lr=0", "adam", ["lr = 0", "1e-5 … 10"]),
    ("adam:lr=-0.1", "adam", ["lr = -0.1"]),
    ("adam:lr=nan", "adam", ["lr", "“nan”"]),
    ("adam:lr=inf", "adam", ["lr", "“inf”"]),
    ("adam:lr=1e999", "adam", ["lr = 1e999"]),
    ("adam:lr=0.1,b3=1", "adam:lr=0.1", ["adam:b3"]),
    ("adam:beta1=0.5", "adam", ["adam:beta1"]),
    ("sgd:rho=0.5", "sgd", ["sgd:rho"]),
    ("adam:lr=0.1=2", "adam", ["lr", "0.1=2"]),
    ("adam~cosin", "adam", ["cosin"]),
    ("adam~", "adam", ["schedule"]),
    ("adam~constant~constant", "adam", ["constant", "both schedules"]),
    ("adam:lr=0.2~constant:warmup=-1", "adam:lr=0.2", ["warmup = -1", "0 to 100000"]),
    ("adam:lr=0.2~constant:wormup=1", "adam:lr=0.2", ["constant:wormup", "“constant:warmup”"]),
]


@pytest.mark.parametrize(("field", "bad", "instead", "words"), BAD)
def test_a_bad_value_is_named_and_the_rest_is_kept(field, bad, instead, words):
    query = urlencode([*{**GOOD, field: bad}.items(), *RUNS])
    rest = {**GOOD, field: instead} if instead else {k: v for k, v in GOOD.items() if k != field}
    experiment, problem = only_problem(query)
    assert experiment == valid(urlencode([*rest.items(), *RUNS]))
    assert problem.field == field
    assert all(word in problem.text() for word in words), problem.text()


@pytest.mark.parametrize(("bad", "instead", "words"), BAD_RUNS)
def test_a_bad_run_is_named_and_the_others_are_kept(bad, instead, words):
    experiment, problem = only_problem(urlencode([*GOOD.items(), RUNS[0], ("run", bad), RUNS[1]]))
    kept = [RUNS[0], *([("run", instead)] if instead else []), RUNS[1]]
    assert experiment == valid(urlencode([*GOOD.items(), *kept]))
    assert problem.field == "run"
    assert all(word in problem.text() for word in words), problem.text()


def test_what_is_allowed_comes_with_the_problem():
    assert only_problem("surface=tacoo")[1].allowed == list(LANDSCAPES)
    assert only_problem("run=adm")[1].allowed == list(OPTIMIZERS)
    assert only_problem("run=sgd~qqq")[1].allowed == [*SCHEDULES, *WRAPPERS]
    assert only_problem("run=sgd:rate=1")[1].allowed == ["sgd:lr"]
    assert only_problem("run=adam:lr=100")[1].allowed == [1e-5, 10.0]
    assert only_problem("steps=0")[1].allowed == [1, 5000]
    assert only_problem("noise=loud")[1].allowed == list(ex.NOISES)
    assert only_problem("colour=red")[1].allowed == list(codec.FIELDS)


EVERY = [("surface", "surface", key, p) for key in LANDSCAPES for p in ex.surface_params(key)]
EVERY += [("run", "run", key, p) for key in OPTIMIZERS for p in ex.optimizer_params(key)]
EVERY += [("run", "schedule", key, p) for key in SCHEDULES for p in ex.schedule_params(key)]
EVERY += [("noise", "noise", key, p) for key, rows in ex.NOISES.items() for p in rows]
WRAP = {"surface": "{}", "run": "{}", "schedule": "sgd~{}", "noise": "{}"}


@pytest.mark.parametrize(("field", "kind", "key", "param"), EVERY, ids=lambda v: getattr(v, "key", v))
def test_the_range_of_every_parameter_is_kept(field, kind, key, param):
    """Both ends are in; a step beyond either is a problem with the range, and so is a word."""

    def given_as(text):
        return urlencode([(field, WRAP[kind].format(f"{key}:{param.key}={text}"))])

    for inside in (param.low, param.high):
        valid(given_as(codec.number_text(inside)))
    for outside in (param.low - max(1e-9, abs(param.low)) - 1, param.high * 1.01 + 1):
        experiment, problem = only_problem(given_as(repr(outside)))
        assert (problem.field, problem.allowed) == (field, [param.low, param.high])
        assert param.key in problem.text()
        assert experiment == valid(given_as(codec.number_text(param.default)))
    assert only_problem(given_as("word"))[1].allowed == [param.low, param.high]


@pytest.mark.parametrize("word", ["stepps", "optimizer", "", "run ", "<b>"])
def test_an_unknown_field_is_named(word):
    experiment, problem = only_problem(urlencode([(word, "1"), ("steps", "5")]))
    assert experiment == valid("steps=5")
    assert problem.field == word
    assert word in problem.text()


@pytest.mark.parametrize(("field", "value"), [*GOOD.items(), ("formula", "x*y")])
def test_a_field_given_twice_counts_once(field, value):
    experiment, problem = only_problem(urlencode([(field, value), (field, "7")]))
    assert experiment == valid(urlencode([(field, value)]))
    assert problem.field == field
    assert "2 times" in problem.text()


def test_sixteen_runs_and_no_more():
    assert len(valid("&".join(["run=sgd"] * 16)).runs) == 16
    experiment, problem = only_problem("&".join(f"run=sgd:lr=0.{i:02}" for i in range(1, 18)))
    assert [run.optimizer.values["lr"] for run in experiment.runs] == [i / 100 for i in range(1, 17)]
    assert (problem.field, problem.allowed) == ("run", [1, 16])
    assert "17" in problem.text()
    assert "16" in problem.text()


def test_where_no_run_can_be_read_the_defaults_race():
    experiment, problems = read("run=adm&run=sdg")
    assert experiment == ex.default()
    assert [p.field for p in problems] == ["run", "run"]


def test_several_problems_are_all_told():
    experiment, problems = read("surface=tacoo&steps=0&seed=x&run=sgd:lr=99&bogus=1")
    assert {p.field for p in problems} == {"surface", "steps", "seed", "run", "bogus"}
    assert experiment == valid("run=sgd")


@pytest.mark.parametrize("digits", ["٣", "３"])
def test_digits_of_other_scripts_are_digits(digits):
    assert valid(urlencode({"steps": digits})).steps == 3


@pytest.mark.parametrize("digits", ["²", "Ⅷ", "四", "½"])
def test_signs_that_are_not_digits_are_a_problem(digits):
    assert digits in only_problem(urlencode({"steps": digits}))[1].text()


# ----------------------------------------------------------------------------------------------------- formulas


def test_a_plus_lost_in_the_address_is_found_again():
    """In a query string + is a space; who types a formula by hand does not know."""
    lost, kept = valid("formula=(1-x)**2+100*(y-x**2)**2"), valid("formula=(1-x)**2%2B100*(y-x**2)**2")
    assert lost == kept
    assert lost.landscape is kept.landscape
    assert pairs(lost) == [("formula", "(1-x)**2+100*(y-x**2)**2"), *pairs(ex.default())]
    assert valid(encode(pairs(lost))) == lost


def test_equal_formulas_share_one_link():
    assert encode(pairs(valid("formula=x*x %2B  y*y"))) == encode(pairs(valid("formula=x*x%2By*y"))) == "formula=x*x%2By*y"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["empty"]),
        ("x+", ["column 3"]),
        ("x*foo", ["foo"]),
        ("__import__('os')", ["formula"]),
        ("x" * 300, ["300", "200"]),
        ("log(-1-x**2)", ["finite"]),
        ("sqrt(0*x)", ["slope", "finite"]),
        ("7", ["x or y"]),
    ],
)
def test_a_bad_formula_is_located_and_the_rest_is_kept(text, words):
    experiment, problem = only_problem(urlencode([("formula", text), ("steps", "5"), *RUNS]))
    assert experiment == valid(urlencode([("steps", "5"), *RUNS]))
    assert problem.field == "formula"
    assert all(word in problem.text() for word in words), problem.text()


@pytest.mark.parametrize("text", ["1,2", "1,0,0,1", "0,1,1,1", "0,1e-9,0,1", "a,b,c,d", "0,2e6,0,1", "nan,1,0,1", ""])
def test_a_bad_domain_is_a_problem(text):
    experiment, problem = only_problem(urlencode({"formula": "x*y", "domain": text}))
    assert problem.field == "domain"
    assert experiment == valid("formula=x*y")


def test_a_domain_moves_the_start_of_a_formula():
    experiment = valid("formula=x*y&domain=10,20,30,40")
    x, y = experiment.start
    assert (experiment.domain, experiment.landscape.domain) == ((10, 20, 30, 40),) * 2
    assert 10 <= x <= 20
    assert 30 <= y <= 40


def test_fields_that_exclude_each_other():
    experiment, problem = only_problem("surface=rosenbrock&formula=x*y")
    assert (problem.field, experiment.formula) == ("surface", "x*y")
    experiment, problem = only_problem("surface=rosenbrock&domain=0,1,0,1")
    assert (problem.field, experiment) == ("domain", valid("surface=rosenbrock"))
    assert valid("surface=formula&formula=x*y") == valid("formula=x*y")


def test_a_start_off_the_formula_is_a_problem():
    experiment, problem = only_problem("formula=sqrt(x)&start=-1,0")
    assert (problem.field, experiment) == ("start", valid("formula=sqrt(x)"))
    assert "-1, 0" in problem.text()


def test_a_start_outside_the_window_is_fine():
    assert valid("start=900,-900").start == (900.0, -900.0)


# ------------------------------------------------------------------------------------------------------ fuzzing

TEXTS = st.one_of(
    st.text(max_size=60),
    st.text("0123456789.,:=~+-e _", max_size=40),
    st.text(string.ascii_lowercase + ":=,~.0123456789", max_size=40),
)


def check_anything(given_pairs):
    experiment, problems = parse(given_pairs)
    for problem in problems:
        for language in locales.LANGUAGES:
            assert problem.text(locales.translator(language))
    assert parse(pairs(experiment)) == (experiment, [])  # whatever was kept is a whole experiment


@pytest.mark.parametrize("field", codec.FIELDS)
@settings(max_examples=80)
@given(data=st.data())
def test_no_text_in_a_field_raises(field, data):
    check_anything([(field, data.draw(TEXTS))])


@settings(max_examples=100)
@given(st.lists(st.tuples(st.one_of(st.sampled_from(codec.FIELDS), st.text(max_size=20)), TEXTS), max_size=25))
@example([("run", "{}")] * 20)
@example([("run", "sgd:{0}={1}"), ("{field}", "{value}"), ("surface", "{0.__class__}")])
def test_no_list_of_pairs_raises(given_pairs):
    check_anything(given_pairs)


@settings(max_examples=200)
@given(experiments(paired=False), st.data())
def test_no_damage_to_a_link_raises(experiment, data):
    query = encode(pairs(replace(experiment, seed=experiment.seed or 1)))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(query)))
        length = data.draw(st.integers(0, 3))
        put = data.draw(st.one_of(st.text(max_size=2), st.sampled_from([*"&=:,~%+-.e0", "%00", "%ff", "e999", "run="])))
        query = query[:at] + put + query[at + length :]
    check_anything(parse_qsl(query, keep_blank_values=True))
