"""Schedules by HTTP: one as an array (/api/schedule), and what several of them do to a descent (/api/schedules)."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

import numpy as np
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from engines.descent import codec, engine, schedule
from engines.descent import experiment as ex
from engines.descent.window import GRID, fit
from pages.schedules.seeds import Course, Courses
from web import api, wire
from web.once import once

FIELDS = ("grid",)


@api.guarded
def one(request: Request) -> Response:
    """The rate of each update k = 1…steps."""
    pairs, _ = api.split(request)
    found, problems = codec.course(pairs)
    if problems:
        raise api.BadRequestError(problems[0])

    def body() -> str:
        course = wire.named(found.schedule, ex.schedule_params(found.schedule.key))
        rates = schedule.rates(found.schedule, found.learning_rate, found.steps)
        return json.dumps({"schedule": course, "initial_rate": found.learning_rate, "steps": found.steps, "lr": rates.tolist()})

    return api.cached(request, f"schedule {found}", "application/json", body)


@api.guarded
def courses(request: Request) -> Response:
    """Rates, one path, and statistics over the seeds, for every run of an experiment of up to 100,000 steps."""
    pairs, options = api.split(request, "format", "fields", "aspect", "view")
    shown = api.view(options)
    kind = api.choice("format", options.get("format", "json"), ("json", "bin"))
    fields = tuple(api.choice("fields", name, FIELDS) for name in options.get("fields", "").split(",") if name)
    found = api.experiment(pairs, ex.HORIZON)
    query = codec.encode(codec.pairs(found))
    tag = f"courses {kind} {fields} {shown} {query}"
    if kind == "bin":
        return api.cached(request, tag, "application/octet-stream", lambda: _blob(query, fields, shown), compressed=False)
    return api.cached(request, tag, "application/json", lambda: json.dumps(document(Courses(found)), allow_nan=False))


@once(16)
def _blob(query: str, fields: tuple[str, ...], view: api.View) -> bytes:
    found = Courses(codec.parse(parse_qsl(query, keep_blank_values=True), ex.HORIZON)[0])
    arrays: dict[str, np.ndarray] = {}
    for i, course in enumerate(found.courses):
        arrays |= {f"run{i}.{name}": array for name, array in _arrays(course).items()}
    window = fit(found.landscape.domain, view.aspect, 1).domain if view.aspect else found.landscape.domain
    if "grid" in fields:
        loss = engine.grid(found.landscape, found.experiment.surface.values, window, *GRID)
        arrays["grid"] = np.where(np.isfinite(loss), loss, np.nan)
    return wire.pack(_header(found) | {"window": window}, arrays)


def document(found: Courses) -> dict[str, Any]:
    """The JSON answer; null where a seed has diverged."""
    head = _header(found)
    for row, course in zip(head["runs"], found.courses, strict=True):
        arrays = _arrays(course) | {"lr": course.rates}
        row |= {name: _numbers(array) for name, array in arrays.items()}
    return head


def _numbers(array: np.ndarray) -> list:
    """The array as JSON has it: None where it is not finite."""
    return np.where(np.isfinite(array), array.astype(object), np.array(None, object)).tolist()


def _arrays(course: Course) -> dict[str, np.ndarray]:
    return {
        "x": course.path.x,
        "f": course.path.loss,
        "lr_low": course.rate_low,
        "lr_high": course.rate_high,
        "mean": course.mean,
        "low": course.low,
        "high": course.high,
    }


def _header(found: Courses) -> dict[str, Any]:
    runs = [
        {
            **wire.run(run),
            "diverged_at": course.path.diverged_at,
            "floor": course.floor,
            "diverged": course.diverged,
            "rising": course.rising,
            "first_rate": float(course.rates[0]),
            "highest_rate": float(course.rates.max()),
            "last_rate": float(course.rates[-1]),
        }
        for run, course in zip(found.experiment.runs, found.courses, strict=True)
    ]
    return wire.conditions(found.experiment, found.minima, found.lowest) | {"updates": found.updates, "runs": runs}


ROUTES = [Route("/api/schedule", one), Route("/api/schedules", courses)]
