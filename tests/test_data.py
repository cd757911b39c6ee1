"""Data before training: spectra of scikit-learn's sets against NumPy, the race against its closed form, and what is said."""

import base64
import re
from urllib.parse import parse_qsl

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import datasets
from sklearn.decomposition import PCA
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler

import locales
from core.types import Spec
from engines.preprocessing import cloud, price, race
from engines.preprocessing.transforms import TRANSFORMS, decomposed, spectrum, statistics, transformed
from pages.data import query
from pages.data.answer import compute, document, samples, targets

SETS = ("wine", "breast_cancer", "iris", "digits")  # beside them, photographs
each_set = pytest.mark.parametrize("key", SETS)


def result(text):
    value, problems = query.parse(parse_qsl(text))
    assert not problems
    return compute(value)


def kappa(answer, transform) -> float:
    condition = answer.stages[TRANSFORMS.index(transform)].spectrum.condition
    assert condition is not None
    return condition


# ------------------------------------------------------------------------------------------------ against others


def reference(key, transform):
    """The same by NumPy and scikit-learn."""
    x = getattr(datasets, f"load_{key}")().data
    if transform == "raw":
        return x
    if transform == "centred":
        return x - x.mean(0)
    if transform == "standardized":
        return StandardScaler().fit_transform(x)
    rank = np.linalg.matrix_rank(x - x.mean(0))
    z = PCA(n_components=rank, svd_solver="full").fit_transform(x)
    return z if transform == "pca" else z / z.std(0)


@each_set
@pytest.mark.parametrize("transform", TRANSFORMS)
def test_the_numbers_of_the_api_against_numpy(key, transform, client):
    z = reference(key, transform)
    answer = client.get(f"/api/data?data={key}&transform={transform}").json()
    curvature = z.T @ z / len(z)
    largest = np.linalg.eigvalsh(curvature)[-1]
    assert (answer["samples"], answer["features"]) == z.shape
    assert answer["largest_eigenvalue"] == pytest.approx(largest, rel=1e-10)
    assert answer["largest_rate"] == pytest.approx(2 / largest, rel=1e-10)
    assert sum(answer["eigenvalues"]) == pytest.approx(np.trace(curvature), rel=1e-10)
    assert answer["eigenvalues"] == sorted(answer["eigenvalues"], reverse=True)
    if answer["condition_number"] is None:  # the digits have pixels that never change
        assert np.linalg.matrix_rank(z) < z.shape[1]
    else:
        assert answer["condition_number"] == pytest.approx(np.linalg.cond(z) ** 2, rel=1e-6)
        if answer["condition_number"] < 1e9:  # beyond, the matrix itself has lost its smallest eigenvalue
            assert answer["condition_number"] == pytest.approx(np.linalg.cond(curvature), rel=1e-3)


def test_wine_is_as_published_by_numpy():
    """What anybody gets: κ of XᵀX/n is 8.04e7 raw and 45.5 standardized."""
    answer = result("data=wine")
    assert kappa(answer, "raw") == pytest.approx(8.0429e7, rel=1e-4)
    assert kappa(answer, "standardized") == pytest.approx(45.5208, rel=1e-5)


@each_set
def test_the_nearest_neighbour_is_scikit_learns(key):
    x, y, _ = query_samples(key)
    parts = price.split(x, y, 3)
    by = statistics(parts.x)
    seen, unseen = (transformed(part, "standardized", by) for part in (parts.x, parts.test_x))
    theirs = KNeighborsClassifier(1, algorithm="brute").fit(seen, parts.y).score(unseen, parts.test_y)
    assert price.nearest(parts._replace(x=seen, test_x=unseen)) == pytest.approx(theirs, abs=0.01)


def query_samples(key):
    return samples(query.parse([("data", key)])[0])


# ------------------------------------------------------------------------------------------------ theory

specs = st.builds(
    lambda *values: Spec("cloud", dict(zip([p.key for p in cloud.PARAMS], values, strict=True))),
    *(st.floats(p.low, p.high) for p in cloud.PARAMS),
)


@settings(max_examples=40, deadline=None)
@given(specs, st.integers(0, 9))
def test_transforms_do_what_their_names_say(spec, seed):
    x, _ = cloud.cloud(spec, seed)
    by = statistics(x)
    size = np.abs(x).max()
    np.testing.assert_allclose(transformed(x, "centred", by).mean(0), 0, atol=1e-12 * size)
    standard = transformed(x, "standardized", by)
    np.testing.assert_allclose(standard.std(0), 1, rtol=1e-9)
    rotated = transformed(x, "pca", by)
    covariance = rotated.T @ rotated / len(x)
    np.testing.assert_allclose(covariance, np.diag(by.variances), atol=1e-10 * by.variances.max())
    white = transformed(x, "whitened", by)
    np.testing.assert_allclose(white.T @ white / len(x), np.eye(2), atol=1e-7)
    assert spectrum(white).condition == pytest.approx(1, abs=1e-6)
    assert spectrum(rotated).condition == pytest.approx(spectrum(transformed(x, "centred", by)).condition, rel=1e-6)


def test_a_feature_that_never_changes_stays_and_breaks_nothing():
    x = np.array([[1.0, 5.0], [2.0, 5.0], [4.0, 5.0]])
    by = statistics(x)
    assert transformed(x, "standardized", by)[:, 1].tolist() == [0, 0, 0]
    assert transformed(x, "whitened", by).shape == (3, 1)
    assert spectrum(transformed(x, "centred", by)).condition is None


@settings(max_examples=25, deadline=None)
@given(st.floats(-0.95, 0.95), st.floats(0.2, 5), st.floats(-3, 3), st.floats(0.1, 1.0))
def test_the_race_is_what_its_closed_form_says(correlation, scale, offset, share):
    """The engine's descent, and Σ (uᵀy)²(1 − αλ)²ᵗ/2n; the count of updates is the first that is within the tolerance."""
    spec = Spec("cloud", {"correlation": correlation, "scale": scale, "offset": offset, "outliers": 0.0})
    x, classes = cloud.cloud(spec, 1)
    y = targets(classes)
    modes, parts = decomposed(x, y)
    rate = share * modes.rate
    bowl = race.bowl(x, y)
    path = race.race(bowl, rate, 200)
    t = np.arange(201)
    gap = ((1 - rate * modes.eigenvalues[:, None]) ** (2 * t)).T @ parts / (2 * len(x))
    np.testing.assert_allclose(path.loss, gap, atol=1e-9 * gap[0])
    mse = ((x @ path.x.T - y[:, None]) ** 2).mean(0) / 2
    np.testing.assert_allclose(mse - mse.min(), path.loss - path.loss.min(), atol=1e-9 * mse[0])
    counted = race.steps_to_tolerance(modes.eigenvalues, parts, rate)
    assert counted is not None or share > 1 - 1e-9  # a hair below the limit it takes some billion
    if counted is not None and counted <= 200:
        assert (gap[:counted] > race.TOLERANCE * gap[0]).all()
        assert gap[counted] <= race.TOLERANCE * gap[0] * (1 + 1e-9)


@each_set
def test_just_below_the_largest_rate_it_falls_and_just_above_it_grows(key):
    x, classes, _ = query_samples(key)
    z = transformed(x, "standardized", statistics(x))
    y = targets(classes)
    modes, parts = decomposed(z, y)
    assert race.steps_to_tolerance(modes.eigenvalues, parts, 0.99 * modes.rate) is not None
    assert race.steps_to_tolerance(modes.eigenvalues, parts, 1.01 * modes.rate) is None
    for share, grows in ((0.99, False), (1.01, True)):
        w = np.zeros(z.shape[1])
        losses = []
        for _ in range(3000):
            losses.append(((z @ w - y) ** 2).mean() / 2)
            w -= share * modes.rate * z.T @ (z @ w - y) / len(z)
        assert (losses[-1] > 1.001 * losses[1500]) == grows


def test_what_grows_is_shown_as_it_is():
    answer = document(result("share=1.1&steps=1000"), str)
    after = answer["views"][1]
    assert after["steps_to_tolerance"] is None
    assert after["loss"][-1] is None or after["loss"][-1] > after["loss"][0]


# ------------------------------------------------------------------------------------------------ what is said


@each_set
def test_whitened_together_nothing_is_learnt_from_fewer_samples_than_features(key):
    """Wadia et al. (2020): at most as many samples as features, and the test is answered by guessing."""
    x, y, _ = query_samples(key)
    joint = price.joint(*price.some(x, y), 0)
    features = int((x.std(0) > 0).sum())
    guess = 1 / (y.max() + 1)
    few = joint.samples < 0.8 * features
    assert few.any() or key == "iris", "of four features eight samples are already too many"
    np.testing.assert_allclose(joint.accuracy[few], guess)
    assert joint.accuracy[-1] > guess + 0.2


def test_the_leak_is_measured_on_the_same_test_sets():
    """Whitened wine, 39 training samples: with statistics of all samples the test looks better than it is."""
    leak = result("data=wine&transform=whitened").leak
    assert leak is not None
    assert leak.leaky > leak.honest + 0.02
    raw = result("data=wine&transform=raw").leak
    assert raw is not None
    assert raw.leaky == raw.honest, "raw data has no statistics to leak"


# ------------------------------------------------------------------------------------------------ the line, and photographs


def test_a_line_turns_by_hand():
    """From 0 to the right, up, left, and up again: 0°, then 90° three times; half a turn is 180°."""
    weights = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 2.0], [-1.0, 0.0], [0.0, 1.0]])
    np.testing.assert_allclose(race.turned(weights), [0, 0, 90, 180, 270])
    np.testing.assert_allclose(race.turned(np.array([[0.0, 0.0], [1.0, 1.0], [-1.0, -1.0]])), [0, 0, 180])
    assert race.turned(np.zeros((1, 2))).tolist() == [0.0]


def test_the_line_is_right_for_those_that_its_weights_score_right():
    """The classes by the sign of what least squares predicts of ±1, point by point."""
    answer = result("data=iris&pair=2,3&steps=20")
    classes = answer.classes == 2
    for view in answer.views:
        for k, weights in enumerate(np.asarray(view.path.x)):
            predicted = view.points @ weights + np.where(classes, 1.0, -1.0).mean()
            assert view.right[k] == pytest.approx(np.mean((predicted > 0) == classes))
    shown = document(answer, str)
    assert len(shown["views"][0]["turned"]) == len(shown["views"][0]["right"]) == 21
    assert shown["middle"] == pytest.approx(-1 / 3)


def test_channel_means_are_those_of_the_whole_photographs(client):
    """Averaging over blocks changes no mean: the means of the 427×640 pixels but for the strip that 3:2 cuts off."""
    answer = client.get("/api/data?data=photographs&transform=centred").json()
    whole = np.stack([datasets.load_sample_image(f"{name}.jpg") for name in ("china", "flower")]).astype(float)
    np.testing.assert_allclose(answer["photographs"]["mean"], whole.mean((0, 1, 2)), atol=0.5)
    assert (answer["samples"], answer["features"]) == (2 * 32 * 48, 3)
    shown = answer["photographs"]
    pixels = np.stack([np.frombuffer(base64.b64decode(one), np.uint8) for one in shown["pixels"]]).reshape(-1, 3)
    np.testing.assert_allclose(shown["mean"], pixels.mean(0))
    np.testing.assert_allclose(shown["std"], pixels.std(0))
    centred = pixels - pixels.mean(0)
    np.testing.assert_allclose(answer["eigenvalues"], np.linalg.eigvalsh(centred.T @ centred / len(pixels))[::-1])


# ------------------------------------------------------------------------------------------------ addresses

BAD = {
    "data=wein": ["wine"],
    "data=cloud:scale=0": ["0.01 … 100"],
    "data=wine:scale=1": ["scale"],
    "transform=white": ["raw, centred, standardized, pca, whitened"],
    "data=iris&pair=1,4": ["from 0 to 3"],
    "pair=1": ["two different features"],
    "pair=1,1": ["two different features"],
    "share=2": ["0.05 … 1.1"],
    "steps=5": ["from 10 to 1000"],
    "bogus=1": ["bogus"],
}


@pytest.mark.parametrize("text", BAD)
def test_what_is_wrong_is_said(text, client):
    reply = client.get(f"/api/data?{text}")
    assert reply.status == 400
    assert reply.json()["field"] in text
    for words in BAD[text]:
        assert words in reply.json()["error"]
    assert re.search("[\u4e00-\u9fff]", client.get(f"/api/data?{text}&lang=zh").json()["error"])


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(query.KNOWN), st.sampled_from(TRANSFORMS), st.data())
def test_a_value_reads_back(key, transform, data):
    n = query.FEATURES[key]
    pair = data.draw(st.permutations(range(n)))[:2]
    numbers = {p.key: data.draw(st.integers(int(p.low), int(p.high))) for p in (query.STEPS, query.SEED)}
    value = query.Prepared(query.parse([("data", key)])[0].data, transform, (pair[0], pair[1]), 0.5, **numbers)
    assert query.parse(query.pairs(value)) == (value, [])


@each_set
def test_the_number_of_features_is_known(key):
    assert query.FEATURES[key] == query_samples(key)[0].shape[1] == len(query_samples(key)[2])


def test_the_page_says_what_to_look_for(pytestconfig, monkeypatch):
    from streamlit.testing.v1 import AppTest

    monkeypatch.chdir(pytestconfig.rootpath)
    script = "from pages import PAGES\nfrom ui import frame\nframe.show(PAGES['data'])"
    for language in ("en", "zh"):
        page = AppTest.from_string(script, default_timeout=60)
        page.query_params["lang"] = language
        page.query_params["share"] = "7"
        page.run()
        assert not page.exception
        assert locales.translator(language)("What to look for") in [head.value for head in page.subheader]
        assert "7" in page.warning[0].value
