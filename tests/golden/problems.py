"""What the reference runs descend, shared by the tests (JAX) and the recorder (PyTorch), so it uses plain arithmetic only."""

STEPS = 1000
SAMPLED = (*range(11), *range(50, STEPS + 1, 50))  # the iterates that are recorded

SURFACES = {  # name: (loss of two coordinates, start)
    "rosenbrock": (lambda x, y: (1 - x) ** 2 + 100 * (y - x * x) ** 2, (-1.2, 1.0)),
    "beale": (
        lambda x, y: (1.5 - x + x * y) ** 2 + (2.25 - x + x * y * y) ** 2 + (2.625 - x + x * y * y * y) ** 2,
        (1.0, 1.5),
    ),
    "taco": (lambda x, y: 0.5 * (x * x + 40 * y * y), (-8.0, 1.0)),
}

# The learning rate on each surface, in the order above: large enough to get somewhere in 1000 steps, small enough that
# rounding errors do not grow. Where a rule is sensitive all the same, the tests compare as long as nearby starts stay together.
RATES = {
    "sgd": (1e-3, 0.01, 0.045),
    "momentum": (1e-3, 1e-3, 0.01),
    "nesterov": (3e-4, 1e-3, 0.01),
    "adagrad": (0.5, 0.3, 0.8),
    "rmsprop": (5e-4, 1e-3, 0.1),
    "adam": (0.05, 0.03, 0.3),
    "adadelta": (0.5, 0.5, 1.0),
    "adamw": (0.05, 0.03, 0.3),
    "nadam": (0.05, 0.03, 0.3),
    "amsgrad": (0.3, 0.03, 0.3),
    "adamax": (0.1, 0.03, 0.3),
    "lion": (3e-3, 7e-3, 0.07),
    "radam": (1e-3, 0.01, 0.06),
    "adabelief": (0.02, 0.02, 0.1),
    "yogi": (0.05, 0.03, 0.3),
    "adan": (0.02, 0.01, 0.03),
    "schedule_free": (5e-4, 5e-3, 0.02),
    "sam": (5e-4, 5e-3, 0.01),
    "_template": (1e-2, 1e-2, 0.1),
}
