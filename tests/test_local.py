"""The local picture: the Hessian's axes, the local quadratic, the cut, and the arrows that make up a step."""

from urllib.parse import parse_qsl

import numpy as np
import pytest

from core.problems import BadRequestError
from engines.descent import codec, engine
from engines.descent.local import local
from engines.descent.results import Descent
from landscapes import LANDSCAPES
from pages.race.local import answer


def seen(query: str, step: int):
    """(descent, the local picture of its first run)."""
    experiment, problems = codec.parse(parse_qsl(query))
    assert not problems
    race = Descent(experiment)
    return race, local(race, experiment.runs[0], race.trajectories[0], step)


@pytest.mark.parametrize(
    "query", ["surface=taco:angle=30&run=sgd:lr=0.01", "formula=(x-1)**2%2B3*x*y%2B4*y**2&run=sgd:lr=0.01"]
)
def test_the_ellipse_is_the_level_of_a_quadratic_surface(query):
    descent, at = seen(f"{query}&steps=20", 7)
    turns = np.linspace(0, 2 * np.pi, 9)[:, None]
    points = at.centre + np.cos(turns) * at.radii[0] * at.axes[0] + np.sin(turns) * at.radii[1] * at.axes[1]
    np.testing.assert_allclose(engine.losses(descent.landscape, descent.surface, points), at.loss, rtol=1e-9)
    np.testing.assert_allclose(at.centre, descent.minima[0], atol=1e-9)
    np.testing.assert_allclose(at.curvatures, descent.curvature(descent.trajectories[0])[7], rtol=1e-9)
    for curvature, axis in zip(at.curvatures, at.axes, strict=True):
        hessian = engine.hessian(descent.landscape, descent.surface, at.x.tolist())
        np.testing.assert_allclose(hessian @ axis, curvature * axis, rtol=1e-9, atol=1e-9)


def test_there_is_no_ellipse_on_a_saddle():
    _, at = seen("surface=saddle&start=1,0.1&steps=5&run=sgd", 2)
    assert at.curvatures[0] < 0 < at.curvatures[1]
    assert at.centre is None


@pytest.mark.parametrize("surface", ["beale", "himmelblau"])
def test_the_cut_is_the_loss_and_touches_its_tangent_and_parabola(surface):
    descent, at = seen(f"surface={surface}&steps=20&run=momentum:lr=0.001", 4)
    downhill = -at.gradient / np.linalg.norm(at.gradient)
    inside = LANDSCAPES[surface].fn
    np.testing.assert_allclose(at.cut[::16], [inside(at.x + t * downhill, None) for t in at.along[::16]], rtol=1e-9)
    h = 1e-4
    near = engine.losses(descent.landscape, descent.surface, at.x + np.array([[-h], [0], [h]]) * downhill)
    assert (near[2] - near[0]) / (2 * h) == pytest.approx(at.slope, rel=1e-6)
    assert (near[2] - 2 * near[1] + near[0]) / h**2 == pytest.approx(at.bend, rel=1e-3)


@pytest.mark.parametrize("rule", ["momentum:lr=0.02", "nesterov:lr=0.02", "momentum:lr=0.02~cosine~clip_norm:limit=2"])
def test_the_arrows_are_the_velocity_and_the_gradient(rule):
    """From end to end; the last one is −α times the gradient that the rule saw, the first is what the velocity brings along."""
    descent, at = seen(f"surface=taco:kappa=10&steps=30&run={rule}", 9)
    t, run = descent.trajectories[0], descent.experiment.runs[0]
    length = np.linalg.norm(at.gradient)
    shown = at.gradient * min(1.0, 2 / length) if "clip" in rule else at.gradient
    begin, corner, end = at.arrows
    np.testing.assert_allclose(end - corner, -at.rate * shown, rtol=1e-9)
    velocity = run.optimizer.values["rho"] * t.state["velocity"][9]
    if run.optimizer.key == "momentum":
        np.testing.assert_allclose([begin, corner - begin], [at.x, -at.rate * velocity], rtol=1e-9)
        np.testing.assert_allclose(end, t.x[10], rtol=1e-9)
    else:  # the iterate that looks ahead is the corner; behind it is the one that does not
        np.testing.assert_allclose([corner, corner - begin], [at.x, velocity], rtol=1e-9)
        np.testing.assert_allclose(end, t.x[10] - run.optimizer.values["rho"] * t.state["velocity"][10], rtol=1e-9)


def test_after_the_last_step_and_after_divergence_there_is_no_next_one():
    descent, last = seen("steps=5&run=sgd:lr=0.01", 5)
    assert last.rate is last.move is last.arrows is last.taken is None
    race, _ = seen("surface=rosenbrock&steps=200&run=sgd:lr=1", 0)
    assert race.trajectories[0].diverged_at is not None
    assert answer(race.experiment, {"at": "199"})["move"] is None
    assert descent.trajectories[0].diverged_at is None


@pytest.mark.parametrize("options", [{"of": "2"}, {"of": "x"}, {"at": "6"}, {"at": "-1"}, {"at": "1e3"}])
def test_a_run_or_a_step_that_is_not_there_is_refused(options):
    experiment = codec.parse(parse_qsl("steps=5&run=sgd&run=adam"))[0]
    with pytest.raises(BadRequestError):
        answer(experiment, options)
