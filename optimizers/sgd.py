"""Gradient descent. It is called stochastic when the gradient comes from a minibatch or carries noise; the rule is the same."""

from typing import NamedTuple

from core.types import Array, Optimizer, Param, Query, Values


class State(NamedTuple):
    """Empty: gradient descent remembers nothing."""


def init(x: Array) -> State:
    return State()


def update(query: Query, state: State, values: Values) -> tuple[Array, State]:
    return -query.learning_rate * query.gradient, state


optimizer = Optimizer(
    key="sgd",
    name="SGD",
    summary="Steps straight down the gradient; the steepest direction caps the rate and the flattest one sets the time.",
    family="plain",
    year=1951,
    reference="Cauchy, Méthode générale, 1847; Robbins and Monro, A stochastic approximation method, 1951",
    latex=(r"x_t = x_{t-1} - \alpha\, g_t",),
    learning_rate=Param("lr", r"\alpha", 0.045, 1e-5, 10.0, "log", "Size of each step."),
    init=init,
    update=update,
    # On curvature λ each step multiplies the coordinate by 1 - 0.1 λ: by 0.9 in x and by 0.6 in y.
    worked_rate=0.1,
    worked=((0.9, 0.6), (0.81, 0.36)),
    stability=lambda values: 2.0,
    best=lambda low, high: {"lr": 2 / (low + high)},
    torch="torch.optim.SGD(params, lr={lr})",
    optax="optax.sgd({lr})",
    network_rate=0.1,
    holds=(
        lambda see: (
            see("taco:kappa=40", "lr=0.0499", "steps=2000").lost() < see("taco:kappa=40", "lr=0.0501", "steps=2000").lost()
        ),
        lambda see: (
            see("taco:kappa=200", "lr=0.005", "steps=2000").within[0]
            > 4 * see("taco:kappa=40", "lr=0.025", "steps=2000").within[0]
        ),
    ),
)
