"""Several networks or activations in one query, and the routes of their pages."""

import json
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activations import ACTIVATIONS
from core.query import encode
from engines.signal import network as networks
from engines.signal.statistics import signal
from initializers import INITIALIZERS
from norms import NORMS
from pages.activations import query as curve_set
from pages.activations.presets import PRESETS as UNITS
from pages.initialization import query as comparison
from pages.initialization.presets import PRESETS as SIGNALS
from web.figures import PANELS


def read(query: str) -> tuple[networks.Network, ...]:
    compared, problems = comparison.parse(parse_qsl(query))
    assert not problems
    return compared


def test_a_field_given_twice_makes_two_configurations():
    small, big = read("activation=relu&init=normal&init=normal:std=1&depth=3")
    assert (small.init.values["std"], big.init.values["std"]) == (0.01, 1.0)
    assert small.activation == big.activation
    assert small.depth == big.depth == 3


def test_a_field_given_fewer_times_keeps_its_last_value():
    compared = read("activation=relu&activation=tanh&init=zeros&init=lecun&init=he_normal")
    assert [n.activation.key for n in compared] == ["relu", "tanh", "tanh"]
    assert [n.init.key for n in compared] == ["zeros", "lecun", "he_normal"]


PARTS = st.builds(
    lambda activation, init, norm, position, gamma: dict(
        activation=activation, init=init, norm=norm, position=position, gamma=float(gamma)
    ),
    st.sampled_from(list(ACTIVATIONS)),
    st.sampled_from(list(INITIALIZERS)),
    st.sampled_from(list(NORMS)),
    st.sampled_from(networks.POSITIONS),
    st.integers(0, 5),
)


@settings(max_examples=100)
@given(parts=st.lists(PARTS, min_size=1, max_size=4), depth=st.integers(1, 5), seed=st.integers(0, 9))
def test_a_comparison_survives_the_address(parts, depth, seed):
    compared = tuple(networks.network(**p, depth=depth, seed=seed) for p in parts)
    assert read(encode(comparison.pairs(compared))) == compared


def test_what_is_wrong_is_named_once():
    compared, problems = comparison.parse(parse_qsl("init=normal&init=lecunn&width=9999&activation=relu"))
    assert len(compared) == 2
    assert [p.field for p in problems] == ["width", "init"]
    assert "lecun" in problems[1].text()


def test_five_are_too_many():
    compared, problems = comparison.parse([("init", "lecun")] * 5)
    assert len(compared) == 4
    assert [p.field for p in problems] == ["activation"]


def test_signals_are_those_of_each_network(client):
    answer = client.get("/api/signals?init=normal&init=lecun&depth=2&width=32&batch=16").json()
    assert answer["query"] == "init=normal&init=lecun&width=32&depth=2&batch=16"
    for entry, network in zip(answer["networks"], read(answer["query"]), strict=True):
        assert [layer["std"] for layer in entry["layers"]] == pytest.approx(signal(network).std.tolist())
        assert entry == client.get(f"/api/signal?{encode(networks.pairs(network))}").json()


@pytest.mark.parametrize("query", ["init=nrmal", "depth=51", "foo=1", "init=lecun&" * 5 + "depth=2", "width=4096&depth=50"])
def test_bad_comparisons_are_400(client, query):
    reply = client.get(f"/api/signals?{query}")
    assert reply.status == 400
    assert reply.json()["error"]


@pytest.mark.parametrize("preset", SIGNALS, ids=lambda p: p.key)
def test_a_preset_is_written_as_its_link_is(preset):
    assert encode(comparison.pairs(read(preset.query))) == preset.query


@pytest.mark.parametrize("preset", [p for p in SIGNALS if p.printed], ids=lambda p: p.key)
def test_printed_numbers_are_reproduced(preset):
    measured = signal(read(preset.query)[0])
    for name, values in preset.printed.items():
        assert getattr(measured, name).tolist() == pytest.approx(list(values), abs=0.015)


def test_presets_show_what_they_say():
    fading, saturated, right = map(signal, read(next(p.query for p in SIGNALS if p.key == "three")))
    assert fading.std[-1] < 1e-5
    assert saturated.saturated[-1] > 0.8
    assert 0.2 < right.std[-1] < 0.3
    alike = [signal(n) for n in read(next(p.query for p in SIGNALS if p.key == "alike"))]
    for same in alike[:2]:  # the last layer gets a gradient of its own for every unit: it is put in there
        assert same.distinct[:-1].tolist() == [1] * 4
    assert alike[2].distinct.tolist() == [64] * 5
    bare, *rescued = [signal(n) for n in read(next(p.query for p in SIGNALS if p.key == "rescued"))]
    assert all(r.std[-1] > 1e5 * bare.std[-1] for r in rescued)


@pytest.mark.parametrize("preset", UNITS, ids=lambda p: p.key)
def test_a_preset_of_activations_is_valid(preset):
    curves, problems = curve_set.parse(parse_qsl(preset.query))
    assert not problems
    assert encode(curve_set.pairs(curves)) == preset.query


def test_the_gallery_answers_what_the_lectures_ask(client):
    answer = client.get("/api/gallery?activation=sigmoid&activation=relu&rate=1").json()
    sigmoid, relu = answer["activations"]
    assert sigmoid["asked"]["derivative"] == pytest.approx([4.54e-5, 0.25, 4.54e-5], rel=1e-3)
    assert relu["asked"]["derivative"] == [0, 0, 1]
    assert answer["zigzag"]["same_sign"] == 1  # all outputs of a sigmoid are positive
    tanh = client.get("/api/gallery?activation=tanh&rate=1").json()["zigzag"]
    assert 0.3 < tanh["same_sign"] < 0.7
    assert answer["zigzag"]["length"] / answer["zigzag"]["distance"] > tanh["length"] / tanh["distance"]


def test_units_die_of_a_negative_bias(client):
    alive = client.get("/api/gallery?activation=relu&rate=0.01").json()["dying"]
    dead = client.get("/api/gallery?activation=relu&rate=0.01&bias=-10").json()["dying"]
    assert alive["dead"][-1] < dead["dead"][-1] == dead["units"]


@pytest.mark.parametrize("query", ["rate=0", "bias=9", "activation=rellu", "probe=x", "range=5,1"])
def test_a_bad_gallery_is_400(client, query):
    assert client.get(f"/api/gallery?{query}").status == 400


@pytest.mark.parametrize("panels", list(PANELS))
def test_axes_come_in_both_languages(client, panels):
    titles = [
        [note["text"] for note in client.get(f"/api/axes?panels={panels}&lang={lang}").json()["layout"]["annotations"]]
        for lang in ("en", "zh")
    ]
    assert len(titles[0]) == len(titles[1]) > 0
    assert titles[0] != titles[1]


@pytest.mark.parametrize("query", ["panels=rase", "columns=7", "steps=3"])
def test_bad_axes_are_400(client, query):
    reply = client.get(f"/api/axes?{query}")
    assert reply.status == 400
    assert json.loads(reply.body)["field"] == query.split("=")[0]
