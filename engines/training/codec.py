"""Training ⇄ query string: `data=digits&model=mlp:width=64,depth=2&activation=relu&…&run=sgd:lr=0.1~cosine&run=adam:lr=0.001`.

A run is spelled as in the race. Of the fields in OWN the first belongs to run 0, the next to run 1, and so on; the last one
that is given belongs to all that follow. Whatever equals its default is left out. Parsing never raises.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from core.problems import Problem, impossible, outside
from core.query import Reader, grouped, number_text, spec_text
from core.types import Dataset, Spec
from core.words import N_
from datasets import DATASETS
from engines.descent.codec import behind, behind_texts
from engines.training import experiment as te
from engines.training.experiment import Run, Training
from engines.training.models import MODELS
from optimizers import OPTIMIZERS
from schedules import SCHEDULES
from wrappers import WRAPPERS

FIELDS = (
    "data", "model", "activation", "init", "norm", "loss", "batch", "steps", "seed", "train", "transform", "order",
    "label_noise", "penalty", "dropout", "sharpness", "plane", "run",
)  # fmt: skip
TRAINABLE = tuple(key for key, rule in OPTIMIZERS.items() if not rule.planar)


def parse(pairs: Iterable[tuple[str, str]]) -> tuple[Training, list[Problem]]:
    """Read the decoded pairs of a query string, in order; `run` may come up to 8 times."""
    reader = _Reader(grouped(pairs), FIELDS)
    return reader.training(), reader.problems


class _Reader(Reader):
    """Reads the fields of a training experiment."""

    def training(self) -> Training:
        data = self.part("data")
        dataset = DATASETS[data.key]
        if missing := dataset.missing():
            what, args = missing
            message = N_("{name} cannot be used: {detail}")
            self.problems.append(Problem("data", message, {"name": data.key, **args}, None, what))
            data, dataset = te.usual("data"), DATASETS[te.USUAL["data"]]
        train = self.train(dataset.trained, dataset.size)
        given = Training(
            data=data,
            model=self.model(dataset),
            loss=self.choice("loss", te.losses(dataset)),
            batch=self.batch(train),
            steps=int(self.number("steps", te.STEPS)),
            seed=int(self.number("seed", te.SEED)),
            train=train,
            transform=self.choice("transform", te.TRANSFORMS),
            order=self.choice("order", te.ORDERS),
            label_noise=self.number("label_noise", te.LABEL_NOISE),
            runs=self.runs(),
            sharpness=int(self.number("sharpness", te.SHARPNESS)),
            plane=self.part("plane"),
        )
        if given.label_noise and not dataset.classes:
            self.problems.append(Problem("label_noise", N_("label_noise needs classes, and these data have numbers")))
            given = replace(given, label_noise=0.0)
        if given.sharpness and given.batch != given.train:
            message = N_(
                "sharpness needs every batch to be the whole training part, of at most {most}: {batch} are not {train}"
            )
            numbers = dict(most=te.MAX_BATCH, batch=given.batch, train=given.train)
            self.problems.append(Problem("sharpness", message, numbers, [0]))
            given = replace(given, sharpness=0)
        problem = te.too_large(given)
        if problem:
            self.problems.append(problem)
            most = problem.allowed[1]
            return replace(given, steps=most) if problem.field == "steps" else replace(given, runs=given.runs[:most])
        return given

    def part(self, field: str) -> Spec:
        text = self.one(field)
        return (self.named(field, text) if text is not None else None) or te.usual(field)

    def model(self, dataset: Dataset) -> Spec:
        model = self.part("model")
        if MODELS[model.key].pictures and len(dataset.shape) < 2:
            message = N_("{name} needs pictures, and the samples of {data} are none")
            fit = [key for key, model in MODELS.items() if not model.pictures]
            self.problems.append(Problem("model", message, dict(name=model.key, data=dataset.key), fit))
            return te.usual("model")
        return model

    def named(self, field: str, text: str) -> Spec | None:
        part = te.PARTS[field]
        return self.spec(field, part.kind, text, list(part.known), part.params)

    def choice(self, field: str, known: Sequence[str]) -> str:
        text = self.one(field)
        if text is not None and text not in known:
            self.problems.append(impossible(field, text, known))
            return known[0]
        return text or known[0]

    def train(self, usual: int, most: int) -> int:
        return int(self.number("train", replace(te.TRAIN, default=usual, high=min(most, te.TRAIN.high))))

    def batch(self, train: int) -> int:
        """Samples per update; fewer samples than the usual batch are one batch."""
        most = min(te.MAX_BATCH, train)
        return int(self.number("batch", replace(te.BATCH, default=min(te.BATCH.default, most), high=most)))

    def runs(self) -> tuple[Run, ...]:
        texts = self.given.get("run", [])
        if len(texts) > te.MAX_RUNS:
            message = N_("{count} runs are given; the limit is {limit}")
            self.problems.append(Problem("run", message, dict(count=len(texts), limit=te.MAX_RUNS), [1, te.MAX_RUNS]))
        rules = [rule for rule in map(self.rule, texts[: te.MAX_RUNS]) if rule]
        rules = rules or [(run.optimizer, run.schedule, run.around) for run in te.default().runs]
        own = {field: self.several(field, len(rules)) for field in te.OWN}
        return tuple(
            Run(rule, schedule, *(own[field][i] for field in te.OWN), around=around)
            for i, (rule, schedule, around) in enumerate(rules)
        )

    def several(self, field: str, count: int) -> list[Spec]:
        """One value for each run; the last one given belongs to all that follow."""
        texts = self.given.get(field, [])
        if len(texts) > count:
            self.problems.append(outside(field, field, str(len(texts)), 0, count, True))
        read = [self.named(field, text) or te.usual(field) for text in texts[:count]] or [te.usual(field)]
        return [read[min(i, len(read) - 1)] for i in range(count)]

    def rule(self, text: str) -> tuple[Spec, Spec, tuple[Spec, ...]] | None:
        written, *parts = text.split("~")
        key = written.partition(":")[0].strip()
        if key in OPTIMIZERS and OPTIMIZERS[key].planar:
            message = N_("{name} asks for more than a batch's loss and gradients; it runs in the race only")
            self.problems.append(Problem("run", message, dict(name=key), list(TRAINABLE)))
            return None
        optimizer = self.spec("run", N_("optimizer"), written, list(TRAINABLE), te.optimizer_params)
        schedule, around = behind(self, [part for part in parts if not self.watches(part)], te.AROUND)
        return (optimizer, schedule, around) if optimizer else None

    def watches(self, text: str) -> bool:
        """Whether it is an average of the iterates, which says so and is left out."""
        key = text.partition(":")[0].strip()
        if key not in WRAPPERS or key in te.AROUND:
            return False
        message = N_("{name} is a second network that would have to be judged beside the first; training takes no averages")
        self.problems.append(Problem("run", message, dict(name=key), [*SCHEDULES, *te.AROUND]))
        return True


def run_text(run: Run) -> str:
    return "~".join([spec_text(run.optimizer, te.optimizer_params(run.optimizer.key)), *behind_texts(run.schedule, run.around)])


def part_text(field: str, value: Spec) -> str:
    return spec_text(value, te.PARTS[field].params(value.key))


def pairs(t: Training) -> list[tuple[str, str]]:
    """The shortest pairs that `parse` reads back as this experiment."""
    data = t.dataset
    chosen = {
        "data": part_text("data", t.data),
        "model": part_text("model", t.model),
        **dict.fromkeys(te.OWN, ""),
        "loss": t.loss,
        "batch": str(t.batch),
        "steps": str(t.steps),
        "seed": str(t.seed),
        "train": str(t.train),
        "transform": t.transform,
        "order": t.order,
        "label_noise": number_text(t.label_noise),
        "sharpness": str(t.sharpness),
        "plane": part_text("plane", t.plane),
    }
    usual = {
        "data": te.USUAL["data"],
        "model": te.USUAL["model"],
        **dict.fromkeys(te.OWN, ""),
        "loss": te.losses(data)[0],
        "batch": str(int(min(te.BATCH.default, t.train))),
        "steps": str(int(te.STEPS.default)),
        "seed": str(int(te.SEED.default)),
        "train": str(data.trained),
        "transform": te.TRANSFORMS[0],
        "order": te.ORDERS[0],
        "label_noise": number_text(te.LABEL_NOISE.default),
        "sharpness": "0",
        "plane": te.USUAL["plane"],
    }
    written = [(field, chosen[field]) for field in chosen if chosen[field] != usual[field]]
    for field in te.OWN:
        texts = [part_text(field, getattr(run, field)) for run in t.runs]
        while len(texts) > 1 and texts[-1] == texts[-2]:
            texts.pop()
        if texts != [te.USUAL[field]]:
            written += [(field, text) for text in texts]
    rules = [run_text(run) for run in t.runs]
    if rules != [run_text(run) for run in te.default().runs]:
        written += [("run", text) for text in rules]
    return sorted(written, key=lambda pair: FIELDS.index(pair[0]))
