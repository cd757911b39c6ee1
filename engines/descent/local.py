"""What a surface looks like from one point of a path: its slope, its quadratic, and how the next step comes about."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from core.types import namespace
from engines.descent import engine
from engines.descent.experiment import Run
from engines.descent.results import Conditions, Descent

POINTS = 65  # of a cut
ROOM = 1.6  # how far a cut goes beyond what it has to show


class Local(NamedTuple):
    """A run after `step` updates, and its next step.

    Attributes:
      x, loss, gradient: f64[2], float, f64[2], exact. curvatures: f64[2], eigenvalues of the Hessian, the smaller first.
      axes: f64[2, 2], its eigenvectors, of length 1: row i belongs to curvature i.
      rate: of the next update, None after the last. limit: the stability constant c of the rule, or None.
      centre, radii: f64[2], middle and half-axes, along `axes`, of the ellipse on which the local quadratic is as high as here;
        None unless both curvatures are positive.
      plain: −rate · gradient, what the exact gradient alone would do. move: f64[2], the next step, None after the last.
      arrows: f64[3, 2] of core.types.Optimizer.arrows, None where the rule has none.
      along: f64[POINTS], distances along the way downhill; cut: f64[POINTS], the loss there.
      slope, bend: of that cut here: its tangent is loss + slope · t, its parabola that + bend · t²/2.
      taken: how far the next step goes along that way, and to which loss; None after the last.
    """

    step: int
    x: np.ndarray
    loss: float
    gradient: np.ndarray
    curvatures: np.ndarray
    axes: np.ndarray
    rate: float | None
    limit: float | None
    centre: np.ndarray | None
    radii: np.ndarray | None
    plain: np.ndarray | None
    move: np.ndarray | None
    arrows: np.ndarray | None
    along: np.ndarray
    cut: np.ndarray
    slope: float
    bend: float
    taken: tuple[float, float] | None


def local(shared: Descent, run: Run, t: engine.Trajectory, step: int) -> Local:
    """The picture of a run at a step, of its own trajectory."""
    x, gradient = t.x[step], t.gradient[step]
    hessian = engine.hessian(shared.landscape, shared.surface, x.tolist())
    curvatures, columns = np.linalg.eigh(np.where(np.isfinite(hessian), hessian, 0.0))
    going = step < len(t.learning_rate) and (t.diverged_at is None or step + 1 < t.diverged_at)
    rate = float(t.learning_rate[step]) if going else None
    move = t.x[step + 1] - x if going else None
    length = float(np.hypot(*gradient))
    downhill = -gradient / length if length > 0 else np.zeros(2)
    bend = float(downhill @ hessian @ downhill)
    ahead = float(move @ downhill) if move is not None else 0.0
    along = _span(shared, length, bend, ahead)
    with np.errstate(over="ignore", invalid="ignore"):
        cut = engine.losses(shared.landscape, shared.surface, x + along[:, None] * downhill)
        quadratic = _quadratic(x, gradient, hessian, curvatures)
    return Local(
        step=step, x=x, loss=float(t.loss[step]), gradient=gradient, curvatures=curvatures, axes=columns.T, rate=rate,
        limit=shared.limit(run), centre=quadratic and quadratic[0], radii=quadratic and quadratic[1],
        plain=-rate * gradient if rate is not None else None, move=move, arrows=_arrows(run, t, step, rate, move),
        along=along, cut=cut, slope=-length, bend=bend,
        taken=(ahead, float(t.loss[step + 1])) if move is not None else None,
    )  # fmt: skip


def _span(shared: Conditions, length: float, bend: float, ahead: float) -> np.ndarray:
    """As far as the lowest point of the parabola and the next step go, and some of it the other way; not out of the window."""
    x0, x1, y0, y1 = shared.landscape.domain
    wide = float(np.hypot(x1 - x0, y1 - y0))
    bottom = length / bend if bend > 0 else 0.0
    reach = [min(max(ROOM * end, -wide / 2), wide / 2) for end in (bottom, ahead)]
    far = max(*map(abs, reach), 1e-9 * wide)
    return np.linspace(min(-0.4 * far, *reach), max(far, *reach), POINTS)


def _quadratic(
    x: np.ndarray, gradient: np.ndarray, hessian: np.ndarray, curvatures: np.ndarray
) -> tuple[np.ndarray, np.ndarray] | None:
    """Middle and half-axes of the level of f + g·d + ½ d·H d that goes through d = 0."""
    if not curvatures[0] > 1e-12 * abs(curvatures[1]):
        return None
    towards = -np.linalg.solve(hessian, gradient)
    return x + towards, np.sqrt(max(float(-gradient @ towards), 0.0) / curvatures)


def _arrows(run: Run, t: engine.Trajectory, step: int, rate: float | None, move: np.ndarray | None) -> np.ndarray | None:
    rule = run.rule
    if not rule.arrows or rate is None or move is None:
        return None
    values = namespace(rule.params, [run.values[p.key] for p in rule.params])
    return np.stack(rule.arrows(t.x[step], move, t.state["velocity"][step], rate, values))
