"""The errata: every verdict, and the numbers it follows from, beside theory; links, texts and pictures over the registry."""

import functools
import math
import re
from functools import partial
from itertools import pairwise
from urllib.parse import parse_qsl

import numpy as np
import pytest

import locales
from engines.descent import codec
from engines.descent.experiment import HORIZON
from engines.training import codec as training
from errata import ERRATA
from errata._record import LECTURES, Symbols, bisect, shown
from locales.texts import collect
from pages import PAGES
from pages.activations import query as curve_set
from pages.errata import query as errata
from pages.errata.figures import draw
from pages.errata.query import OpenEntry
from pages.initialization import query as comparison

CJK = re.compile("[\u4e00-\u9fff]")
VERDICTS = {
    1: "wrong", 2: "right", 3: "wrong", 4: "depends", 5: "wrong", 6: "wrong", 7: "wrong", 8: "wrong", 9: "depends",
    10: "wrong", 11: "wrong", 12: "wrong", 13: "wrong", 14: "wrong", 15: "wrong", 16: "depends", 17: "depends", 18: "wrong",
    19: "wrong", 20: "wrong",
}  # fmt: skip
# How far samples may lie from what the formula says, as a share; the rest is exact.
SAMPLED = {4: 0.01, 8: 0.01, 10: 0.03, 12: 0.2, 13: 0.06, 14: 0.03, 15: 0.06, 16: 0.02, 20: 0.01}
EXACT = {5: 1e-5, 11: 1e-4, 17: 1e-5}
PARSERS = {
    "race": codec.parse,
    "schedules": partial(codec.parse, steps=HORIZON),
    "activations": curve_set.parse,
    "initialization": comparison.parse,
    "training": training.parse,
}
every = pytest.mark.parametrize("entry", ERRATA.values(), ids=ERRATA)


def check(number: int, **values: float) -> OpenEntry:
    """An entry by its number, with values that are not at their defaults."""
    return errata.usual(errata.NUMBERED[str(number)]).within(**values)


def numbers(number: int, **values: float):
    return errata.outcome(check(number, **values)).numbers


def corners(entry) -> list[OpenEntry]:
    """An entry at its defaults, and with each of its values at either end."""
    usual = errata.usual(entry)
    return [usual, *(usual.within(**{p.key: end}) for p in entry.params for end in (p.low, p.high))]


# ------------------------------------------------------------------------------------------------------ the registry


def test_they_are_numbered_without_gaps():
    assert [entry.number for entry in ERRATA.values()] == list(range(1, 21))


@every
def test_the_verdict(entry):
    assert errata.verdict(errata.usual(entry)) == VERDICTS[entry.number]


@every
def test_theory_stands_beside_the_numbers(entry):
    outcome = errata.outcome(errata.usual(entry))
    assert set(outcome.numbers) == {quantity.key for quantity in entry.quantities}
    assert set(outcome.theory) <= set(outcome.numbers)
    share = SAMPLED.get(entry.number) or EXACT.get(entry.number, 1e-9)
    for key, predicted in outcome.theory.items():
        assert outcome.numbers[key] == pytest.approx(predicted, rel=share, abs=1e-9), key


@every
def test_at_either_end_of_every_slider(entry):
    """The experiment runs, the verdict is one that the entry can explain, and every line has as many x as y."""
    for one in corners(entry):
        outcome = errata.outcome(one)
        verdict = errata.verdict(one)
        assert verdict in entry.findings, one.values
        for translate in (str, locales.translator("zh")):
            finding = translate(entry.findings[verdict]).format(**errata.words(one, outcome))
            assert "nan" not in finding
        assert [len(axes.lines) for axes in entry.axes] == [len(lines) for lines in outcome.series]
        assert all(len(x) == len(y) > 0 for lines in outcome.series for x, y in lines)


collected_texts = functools.cache(collect)


@every
def test_texts_are_translated(entry):
    translate, collected = locales.translator("zh"), collected_texts()
    for text in entry.texts:
        assert text in collected
        assert CJK.search(translate(text)) or text in {"AdaGrad", "Adam", "RMSProp", "SGD"}, text
    assert set(entry.lectures) <= set(LECTURES)


@every
def test_what_is_no_text_has_no_words(entry):
    names = [entry.title, *(text for p in entry.axes for text in (p.x, p.y, *(line.name for line in p.lines)))]
    for symbols in (name for name in names if isinstance(name, Symbols)):
        assert not set(re.findall(r"\b[a-z]{2,}", symbols)) - {"ln", "log", "max", "uniform"}, symbols


@every
def test_links_open_the_app_without_a_complaint(entry):
    for one in corners(entry):
        for live in filter(None, (errata.live(one), errata.lab(one))):
            assert PARSERS[live.page](parse_qsl(live.query, strict_parsing=True))[1] == [], live.query


def shown_live(number: int, **values: float):
    """What the page computes that the link of an entry opens."""
    live = errata.live(check(number, **values))
    assert live is not None
    value, _ = PARSERS[live.page](parse_qsl(live.query))
    return PAGES[live.page].compute(value)


def test_links_show_their_point():
    far = [np.linalg.norm(t.x[-1] - t.x[0]) for t in shown_live(7).trajectories]
    assert far[0] > 100 * far[1], "with next to no ε AdaDelta stays where it is"
    assert errata.live(check(7, eps=1e-12)) is None, "where there is nothing to see there is no link"
    lecun, glorot = shown_live(14)
    assert lecun.weight_std[0] > 2 * glorot.weight_std[0], "64 inputs and 512 outputs: two rules"
    assert lecun.weight_std[1] == pytest.approx(glorot.weight_std[1], rel=0.02), "square layers: one"
    plain, normalised = shown_live(15)
    assert normalised.std == pytest.approx(1, abs=0.01)
    assert abs(normalised.mean).max() < 1e-3
    assert normalised.skew[0] == pytest.approx(plain.skew[0], rel=0.1), "the shape stays"
    assert normalised.skew.min() > 1
    uncorrected = shown_live(6).trajectories
    steps = [np.linalg.norm(np.diff(t.x, axis=0), axis=1) for t in uncorrected]
    assert (steps[1] / steps[0])[0] == pytest.approx(1, abs=0.01)
    assert (steps[1] / steps[0])[5:15].max() > 1.5
    assert errata.live(check(1)) is None, "no page climbs"


@every
def test_pictures_show_every_line(entry):
    translate = locales.translator("zh")
    outcome = errata.outcome(errata.usual(entry))
    for axes, lines in zip(entry.axes, outcome.series, strict=True):
        figure = draw(axes, lines, translate)
        assert [trace.name for trace in figure.data] == [translate(line.name) for line in axes.lines]
        assert figure.layout.xaxis.title.text == translate(axes.x)


# ------------------------------------------------------------------------------------------------------- the address


@every
def test_an_address_reads_back(entry):
    for one in corners(entry):
        assert errata.parse(errata.pairs(one)) == (one, [])
    assert errata.pairs(errata.usual(entry)) == [("entry", str(entry.number))]


def test_no_entry_is_the_list():
    assert errata.parse([]) == (None, [])
    assert errata.pairs(None) == []


@pytest.mark.parametrize(
    ("query", "said", "shown_as"),
    [
        ("entry=21", "21", []),
        ("entry=six&b2=0.9", "six", []),
        ("entry=6&b2=2", "b2 = 2 is outside 0 … 0.9999", [("entry", "6")]),
        ("entry=6&b2=much&b1=0.5", "must be a number", [("entry", "6"), ("b1", "0.5")]),
        ("entry=6&t=1.5", "whole number", [("entry", "6")]),
        ("entry=6&rho=0.5", "rho", [("entry", "6")]),
        ("entry=6&entry=7", "2 times", [("entry", "6")]),
        ("b2=0.5", "unknown field", []),
    ],
)
def test_what_an_address_gets_wrong_is_named_and_the_rest_is_used(query, said, shown_as):
    opened, problems = errata.parse(parse_qsl(query))
    assert len(problems) == 1
    assert said in problems[0].text()
    assert CJK.search(problems[0].text(locales.translator("zh")))
    assert errata.pairs(opened) == shown_as


def test_numbers_are_short():
    written = {0.1 + 0.2: "0.3", -40.06: "−40.06", 3.25e11: "3.25e11", 1e-7: "1e-7", 123456.0: "123500", 3e7: "3e7", 0.0: "0"}
    assert {number: shown(number) for number in written} == written
    assert [shown(number) for number in (math.inf, -math.inf, math.nan)] == ["∞", "−∞", "–"]


def test_bisect_finds_the_place():
    assert bisect(lambda x: x * x < 2, 0, 2) == pytest.approx(2**0.5, abs=1e-9)


# --------------------------------------------------------------------------------------- one by one, where values decide


def test_1_ascent_climbs_as_the_formula_says():
    outcome = numbers(1, lr=0.01)
    assert outcome["sgd_plus"] == pytest.approx((64 * 1.01**40 + 40 * 1.4**40) / 2)
    assert outcome["sgd_plus"] > outcome["start"] > outcome["sgd_minus"]


def test_2_conventions_part_only_where_the_rate_changes():
    assert numbers(2)["parted"] > 0.1
    assert numbers(2, drop=1.0)["parted"] < 1e-12
    assert all(numbers(2, rho=rho)["same"] < 1e-12 for rho in (0.0, 0.5, 0.99))


def test_3_and_4_first_losses():
    assert numbers(3)["loss"] == pytest.approx(1.0986122887)
    assert numbers(3)["decimal"] == pytest.approx(0.4771212547)
    assert numbers(4, spread=0.0)["hinge"] == 9
    assert numbers(4, spread=0.0)["softmax"] == pytest.approx(math.log(10))
    assert errata.verdict(check(4, spread=1.0)) == "wrong"


@pytest.mark.parametrize("slope", [0.5, 3.0, 10.0])
def test_5_decay_0_is_sign_descent_and_decay_1_divides_by_epsilon(slope):
    outcome = numbers(5, slope=slope)
    assert outcome["none"] == pytest.approx(1, rel=1e-6)
    assert outcome["full"] == pytest.approx(slope * 1e7)
    assert outcome["adagrad"] == pytest.approx(50**-0.5, rel=1e-6)


def test_6_the_first_step_flips_where_it_should():
    for b1 in (0.0, 0.5, 0.9, 0.99):
        assert numbers(6, b1=b1)["flip"] == pytest.approx(1 - (1 - b1) ** 2, abs=1e-6)
    outcome = numbers(6)
    assert (outcome["first"], outcome["least"]) == (pytest.approx(1, abs=1e-3), pytest.approx(1, abs=1e-3))
    assert outcome["most"] == pytest.approx(2.13, abs=0.01)
    assert numbers(6, t=13)["at"] == pytest.approx(outcome["most"], abs=0.01)
    assert (outcome["usual"], outcome["usual_last"]) == (pytest.approx(10**0.5, rel=1e-6), pytest.approx(1.26, abs=0.01))


def test_6_the_verdict_follows_from_the_ratio():
    """004 says too small: wrong at its own values, right where no step of a thousand is too large."""
    tried = {(0.9, 0.99): "wrong", (0.9, 0.999): "wrong", (0.0, 0.0): "wrong", (0.9, 0.9): "right", (0.9, 0.98): "depends"}
    for (b1, b2), verdict in tried.items():
        assert errata.verdict(check(6, b1=b1, b2=b2)) == verdict, (b1, b2)
    assert numbers(6, b1=0.0, b2=0.0)["most"] == pytest.approx(1, abs=1e-3)


def test_4_the_hinge_of_large_scores():
    for spread in (0.0, 0.3, 1.0):
        outcome = errata.outcome(check(4, spread=spread))
        assert outcome.numbers["hinge"] == pytest.approx(outcome.theory["hinge"], rel=0.03)
    assert outcome.theory["hinge"] == pytest.approx(10.80, abs=0.01)
    assert "softmax" not in outcome.theory


def test_2_a_drop_of_the_rate_by_convention():
    outcome = numbers(2)
    assert (outcome["inside"], outcome["outside"]) == (pytest.approx(0.91), pytest.approx(0.1))
    assert outcome["nesterov_inside"] == pytest.approx(0.829)
    assert numbers(2, rho=0.0)["parted"] < 1e-12


def test_7_without_epsilon_nothing_moves():
    assert numbers(7)["without"] == 0
    assert numbers(7, eps=1e-2)["chosen"] > numbers(7)["chosen"] > numbers(7, eps=1e-12)["chosen"] > 0


def test_8_the_factor_is_the_probability_to_keep():
    for keep in (0.05, 0.3, 0.95):
        outcome = numbers(8, keep=keep)
        assert outcome["factor"] == pytest.approx(keep, abs=5 * outcome["error"])
        assert errata.verdict(check(8, keep=keep)) == "wrong"
    assert errata.verdict(check(8, keep=0.5)) == "depends"
    assert [numbers(8, keep=keep)["relu"] for keep in (0.5, 0.8)] == pytest.approx([1.41, 1.12], abs=0.03)


def test_9_the_maximum_is_prelu_up_to_one():
    assert [numbers(9, alpha=alpha)["here"] for alpha in (-1.0, 0.25, 1.0)] == [0, 0, 0]
    assert numbers(9, alpha=1.5)["here"] == pytest.approx(1.5)


def test_10_products_are_negative_and_climb():
    outcome = numbers(10)
    assert outcome["negative"] == 100
    assert outcome["climbed"] > 1e100
    assert 1e-5 < outcome["power"] < 1e-3


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.9, 0.99])
def test_11_gain_and_limits_found_by_trying(rho):
    outcome = numbers(11, rho=rho)
    assert outcome["gain"] == pytest.approx(1 / (1 - rho))
    assert outcome["sgd"] == pytest.approx(2, abs=1e-4)
    assert outcome["momentum"] == pytest.approx(2 * (1 + rho), abs=1e-4)
    assert outcome["nesterov"] == pytest.approx(2 * (1 + rho) / (1 + 2 * rho), abs=1e-4)
    assert errata.verdict(check(11, rho=rho)) == ("wrong" if rho else "right")


def test_12_saturated_units_explode_and_small_weights_vanish():
    assert numbers(12)["saturated"] > 80
    assert numbers(12)["ratio"] > 1e4
    assert numbers(12)["small_saturated"] == 0
    assert numbers(12)["small_ratio"] < 1e-6
    assert errata.verdict(check(12, std=0.01)) == "depends"
    assert numbers(12)["lecture_saturated"] == pytest.approx(33, abs=2)
    assert numbers(12)["lecture_ratio"] == pytest.approx(5.2, abs=0.4)


def test_13_outputs_shrink_and_weights_do_not():
    outcome = numbers(13)
    assert outcome["weights_last"] == pytest.approx(outcome["weights_first"], rel=0.02)
    assert outcome["outputs_last"] < 1e-6 * outcome["outputs_first"]
    assert outcome["tanh_last"] < 0.3 < 0.9 < outcome["linear_last"]
    assert errata.verdict(check(13, std=0.2)) == "depends"


def test_14_square_layers_cannot_tell_the_rules_apart():
    assert numbers(14)["glorot_std"] / numbers(14)["lecun_std"] == pytest.approx((2 * 512 / (512 + 128)) ** 0.5, rel=0.02)
    assert errata.verdict(check(14, fan_out=512.0)) == "depends"
    assert errata.verdict(check(14, fan_in=128.0, fan_out=512.0)) == "wrong"


def test_15_the_skew_stays():
    for shape in (0.25, 1.0, 16.0):
        outcome = numbers(15, shape=shape)
        assert outcome["skew_after"] == pytest.approx(outcome["skew_before"], rel=1e-3)
        assert errata.verdict(check(15, shape=shape)) == "wrong"


def test_16_the_ridge_holds_and_a_hair_off_it_steps_differ():
    outcome = numbers(16)
    assert outcome["ridge"] == 0
    assert outcome["slowest"] > 10 * outcome["fastest"]
    assert outcome["newton"] == math.inf
    assert numbers(16, offset=1e-12)["sgd"] > 1.8 * outcome["sgd"]
    expected = math.log(0.5 / 1e-6) / math.log(1.02)  # while the surface is still −½y²
    assert outcome["sgd"] == pytest.approx(expected, rel=0.02)
    shares = [numbers(16, dimension=n)["share"] for n in (1, 2, 3, 8)]
    # 1 − 2 P(all positive): exactly 0, 1/√2 and 1/2 + √2/π for n = 1, 2, 3.
    assert shares[:3] == pytest.approx([0, 0.5**0.5, 0.5 + 2**0.5 / math.pi], abs=0.01)
    assert all(a <= b for a, b in pairwise(shares))


def test_17_two_shrinkages_and_two_optimizers():
    outcome = numbers(17, lr=0.01, decay=2.0)
    assert outcome["whole"] == pytest.approx(1 - 2 * 0.01 * 2)
    assert outcome["half"] == pytest.approx(1 - 0.01 * 2)
    assert outcome["sgd_apart"] < 1e-12
    assert outcome["adam_apart"] > 0.1
    assert numbers(17, decay=2.0)["adam"] == pytest.approx(numbers(17, decay=1.0)["adam"], rel=1e-6)
    assert errata.verdict(check(17, decay=0.0)) == "right"


def test_18_first_rates():
    assert [numbers(18, warmup=n)["first"] for n in (1.0, 4.0, 50.0)] == pytest.approx([0.1, 0.025, 0.002])
    assert numbers(18)["zero"] == math.inf


def test_19_the_field_is_counted():
    for dilation in (1.0, 2.0, 4.0):
        for stride in (1.0, 2.0):
            one = check(19, dilation=dilation, stride=stride)
            outcome = errata.outcome(one)
            assert outcome.numbers["field"] == outcome.theory["field"]
            assert errata.verdict(one) == ("depends" if dilation == 1 else "wrong")
    assert numbers(19)["value_angle"] == pytest.approx(np.degrees(np.arctan(8) - np.arctan(1)))
    assert numbers(19)["norm_angle"] < 1e-9
    assert numbers(19, clip=10.0)["value_angle"] == 0
    assert errata.verdict(check(19, clip=10.0, dilation=1.0)) == "right"


def test_20_newton_ends_at_the_saddle_and_the_average_lags():
    outcome = numbers(20)
    assert outcome["curvature"] == pytest.approx(-1)
    assert outcome["height"] > outcome["sgd"] == pytest.approx(-0.25)
    assert outcome["naive"] == pytest.approx(1 - 0.995**100, abs=0.01)
    assert errata.verdict(check(20, start=0.9)) == "depends"
    assert numbers(20, start=0.9)["height"] == pytest.approx(-0.25)
