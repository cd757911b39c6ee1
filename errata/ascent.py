"""1. A plus sign in front of the gradient."""

from core.types import Param, Values
from errata._descend import descend
from errata._record import Axes, Entry, Mark, Outcome, Quantity, Symbols, updates

STEPS, START, KAPPA, RHO = 20, (-8.0, 1.0), 40.0, 0.9
RULES = {"sgd": {}, "momentum": {"rho": RHO}}


def run(values: Values) -> Outcome:
    numbers, lines = {}, []
    for rule, hyper in RULES.items():
        for sign, name in ((1, "plus"), (-1, "minus")):
            loss = descend(rule, -sign * values.lr, STEPS, START, on={"kappa": KAPPA}, **hyper).loss
            numbers["start"], numbers[f"{rule}_{name}"] = float(loss[0]), float(loss[-1])
            lines.append((updates(STEPS), loss))
    x, y = START  # each update multiplies a coordinate of curvature λ by 1 ± αλ
    theory = {
        f"sgd_{name}": (
            x**2 * (1 + sign * values.lr) ** (2 * STEPS) + KAPPA * y**2 * (1 + sign * values.lr * KAPPA) ** (2 * STEPS)
        )
        / 2
        for sign, name in ((1, "plus"), (-1, "minus"))
    }
    return Outcome(numbers, theory, (tuple(lines),))


def judge(numbers):
    climbs = all(numbers[f"{rule}_plus"] > numbers["start"] for rule in RULES)
    falls = all(numbers[f"{rule}_minus"] < numbers["start"] for rule in RULES)
    return "wrong" if climbs and falls else "depends" if climbs else "right"


entry = Entry(
    key="ascent",
    number=1,
    lectures=("001",),
    title="x += rate · gradient",
    claim="The code for SGD and for momentum adds the learning rate times the gradient, beside a formula that subtracts it.",
    tested="Both signs, from the same start on the taco, 20 updates.",
    params=(Param("lr", r"\alpha", 0.02, 0.001, 0.045, "linear", "Learning rate."),),
    quantities=(
        Quantity("start", "loss at the start"),
        Quantity("sgd_plus", "SGD with +=, loss after 20 updates"),
        Quantity("sgd_minus", "SGD with −=, loss after 20 updates"),
        Quantity("momentum_plus", "momentum with +=, loss after 20 updates"),
        Quantity("momentum_minus", "momentum with −=, loss after 20 updates"),
    ),
    axes=(
        Axes(
            "update",
            "loss",
            (
                Mark(Symbols("SGD, +=")),
                Mark(Symbols("SGD, −=")),
                Mark("momentum, +="),
                Mark("momentum, −="),
            ),
            log_y=True,
        ),
    ),
    run=run,
    judge=judge,
    findings={
        "wrong": (
            "With += the loss climbs from {start} to {sgd_plus}: that is gradient ascent. With −= it falls to {sgd_minus}."
        ),
        "depends": "With += the loss climbs from {start} to {sgd_plus}; at this rate not every rule with −= falls either.",
        "right": "The loss falls from {start} to {sgd_plus}.",
    },
    instead="A minus sign, in the code as in the formula.",
    latex=(
        r"x_{t} = x_{t-1} - \alpha\, \nabla f(x_{t-1})",
        r"v_t = \rho\, v_{t-1} + \nabla f(x_{t-1}), \quad x_t = x_{t-1} - \alpha\, v_t",
    ),
    code="x -= learning_rate * dx\nvx = rho * vx + dx\nx -= learning_rate * vx",
)
