"""Pictures by HTTP: /export.png, /export.svg and /export.gif of an experiment, /thumb.png of what any page shows.

They are drawn in threads of their own, so that nobody who asks for numbers waits for someone's film.
"""

from __future__ import annotations

import asyncio
import functools
import io
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from PIL import Image
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import locales
from core.described import plain
from core.problems import Problem
from core.query import Reader, encode, number_text
from core.settings import PAGE_FIELDS
from core.types import Param
from core.words import N_
from engines.descent import codec
from engines.descent.experiment import Experiment, Run
from engines.descent.results import Descent
from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS
from pictures import film, fonts
from pictures.descent import Picture, Wish, Words
from pictures.look import THEMES
from pictures.raster import Raster
from pictures.thumbs import KINDS, thumb
from pictures.vector import Vector
from schedules import SCHEDULES
from web import api
from web.once import once

WIDTH = Param("width", "w", 640, 200, 2400, "int")
HEIGHT = Param("height", "h", 480, 200, 2400, "int")
LOSS = Param("loss", "l", 1, 0, 1, "bool")
SECONDS = Param("seconds", "t", 6, *film.SECONDS)
FRAMES = Param("fps", "f", 15, *film.FRAMES_PER_SECOND, "int")
SMALL_WIDTH = Param("size", "w", 320, 120, 800, "int")
SMALL_HEIGHT = Param("size", "h", 200, 80, 600, "int")
LARGE = 2_000_000  # pixels above which a picture is drawn twice as large only, not three times
VIEWS = ("overlay", "panels")
STILL = ("width", "height", "theme", "view", "scale", "loss", "step")
MOVING = ("width", "height", "theme", "view", "scale", "loss", "seconds", "fps")
SMALL = ("size", "theme", "page", "show")  # `width` is a network's
_STILLS, _FILMS = ThreadPoolExecutor(2, "stills"), ThreadPoolExecutor(1, "films")
Endpoint = Callable[[Request], Any]


class Asked(NamedTuple):
    """A picture of an experiment, as it was asked for."""

    query: str  # of the experiment, in its shortest form
    wish: Wish
    language: str


def apart(workers: ThreadPoolExecutor) -> Callable[[Endpoint], Endpoint]:
    """Make an endpoint of a handler that runs in threads of its own."""

    def wrap(handler: Endpoint) -> Endpoint:
        @functools.wraps(handler)
        async def endpoint(request: Request) -> Response:
            return await asyncio.get_running_loop().run_in_executor(workers, handler, request)

        return endpoint

    return wrap


class _Options(Reader):
    """Reads the options of a picture; raises BadRequestError on the first that is wrong."""

    def value(self, field: str, param: Param, text: str) -> float:
        found = super().value(field, param, text)
        if self.problems:
            raise api.BadRequestError(self.problems[0])
        return found

    def size(self) -> tuple[int, int]:
        """Width and height, written as 320x200."""
        text = self.one("size") or f"{SMALL_WIDTH.default}x{SMALL_HEIGHT.default}"
        wide, cross, tall = text.partition("x")
        if not cross:
            problem = Problem(
                "size",
                N_("size must be width and height with an x between them, as in 320x200, not “{value}”"),
                dict(value=text[:40]),
            )
            raise api.BadRequestError(problem)
        return int(self.value("size", SMALL_WIDTH, wide)), int(self.value("size", SMALL_HEIGHT, tall))

    def choice(self, field: str, known: Sequence[str]) -> str:
        return api.choice(field, self.one(field) or known[0], tuple(known))


def options(given: dict[str, str]) -> _Options:
    return _Options({field: [value] for field, value in given.items()}, list(given))


def asked(request: Request, fields: Sequence[str]) -> tuple[Asked, _Options, Experiment]:
    """What is asked for, the options that are left to read, and the experiment."""
    pairs, given = api.split(request, *fields)
    read, found = options(given), api.experiment(pairs)
    wish = Wish(
        width=int(read.number("width", WIDTH)),
        height=int(read.number("height", HEIGHT)),
        theme=read.choice("theme", list(THEMES)),
        panels=read.choice("view", VIEWS) == "panels",
        log=read.choice("scale", PAGE_FIELDS["scale"]) == "log",
        loss=read.number("loss", LOSS) > 0,
    )
    language = locales.choose(given.get("lang"))
    return Asked(encode(codec.pairs(found)), wish, language), read, found


# What is written ------------------------------------------------------------------------------------------------------


def words(found: Experiment, language: str) -> Words:
    _ = locales.translator(language)
    return Words(
        runs=[_(OPTIMIZERS[run.optimizer.key].name) for run in found.runs],
        values=[values(run, _) for run in found.runs],
        loss=_("loss"),
        step=_("step {n} of {count}"),
        diverged=_("{name} diverged at {n}"),
        lost=_("diverged at step {n}"),
    )


def values(run: Run, translate: Callable[[str], str]) -> str:
    """What tells a run from others: its learning rate, up to two parameters that are not the usual ones, its schedule."""
    rate, *params = OPTIMIZERS[run.optimizer.key].all_params
    shown = [rate, *[p for p in params if run.optimizer.values[p.key] != p.default][:2]]
    texts = [f"{plain(p.symbol)} = {_short(run.optimizer.values[p.key], p)}" for p in shown]
    if run.schedule.key != "constant":
        texts.append(translate(SCHEDULES[run.schedule.key].name))
    return ", ".join(texts)


def _short(value: float, param: Param) -> str:
    return number_text(float(f"{value:.4g}"), param)


def title(found: Experiment, language: str) -> str:
    """Of a picture, for those who do not see it."""
    _ = locales.translator(language)
    surface = found.formula or _(LANDSCAPES[found.surface.key].name)
    names = ", ".join(f"{name} ({told})" for name, told in zip(*words(found, language)[:2], strict=True))
    return f"{surface}: {names}"


# Still pictures -------------------------------------------------------------------------------------------------------


@apart(_STILLS)
@api.guarded
def still(request: Request) -> Response:
    """The experiment at the end or at `step`: as pixels, or as paths and text."""
    kind = request.url.path.rpartition(".")[2]
    wanted, read, found = asked(request, STILL)
    step = int(read.number("step", Param("step", "k", found.steps, 0, found.steps, "int")))
    media, draw = {"png": ("image/png", _png), "svg": ("image/svg+xml", _svg)}[kind]
    return _answer(request, kind, media, f"{step} {wanted}", lambda: draw(wanted, step))


@once(48)
def _png(wanted: Asked, step: int) -> bytes:
    found, wish, language = _read(wanted.query), wanted.wish, lettered(wanted.language)
    factor = 2 if wish.width * wish.height > LARGE else 3
    pen = Raster(wish.width, wish.height, THEMES[wish.theme].background, factor)
    Picture(Descent(found), words(found, language), wish, pen.width).still(pen, step)
    return packed(pen.finish())


@once(24)
def _svg(wanted: Asked, step: int) -> bytes:
    found, wish, language = _read(wanted.query), wanted.wish, wanted.language
    pen = Vector(wish.width, wish.height, THEMES[wish.theme].background, title(found, language), language)
    Picture(Descent(found), words(found, language), wish, pen.width).still(pen, step)
    return pen.finish().encode()


def lettered(language: str) -> str:
    """The language that pixels are lettered in: English where there is no font for Chinese."""
    return language if fonts.speaks(language) else "en"


def packed(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _read(query: str) -> Experiment:
    return codec.parse(parse_qsl(query, keep_blank_values=True))[0]


def _answer(request: Request, kind: str, media: str, tag: str, body: Callable[[], bytes]) -> Response:
    name = f'inline; filename="descent.{kind}"'
    return api.cached(request, f"{kind} {tag}", media, body, kind == "svg", content_disposition=name)


# Films ----------------------------------------------------------------------------------------------------------------


@apart(_FILMS)
@api.guarded
def gif(request: Request) -> Response:
    """The descent as a film of `seconds` at `fps` frames per second."""
    wanted, read, _ = asked(request, MOVING)
    seconds, frames = read.number("seconds", SECONDS), int(read.number("fps", FRAMES))
    count, size = round(seconds * frames), wanted.wish.width * wanted.wish.height
    if count * size > film.MAX_PIXELS:
        message = N_("{count} frames of {width} × {height} have {pixels} million pixels; the limit is {limit} million")
        most = film.MAX_PIXELS / size / frames
        args = dict(count=count, width=wanted.wish.width, height=wanted.wish.height, pixels=round(count * size / 1e6, 1))
        limit = dict(limit=film.MAX_PIXELS // 10**6)
        raise api.BadRequestError(Problem("seconds", message, args | limit, [0, round(most, 2)]))
    return _answer(request, "gif", "image/gif", f"{seconds} {frames} {wanted}", lambda: _gif(wanted, seconds, frames))


@once(12)
def _gif(wanted: Asked, seconds: float, frames: int) -> bytes:
    found, language = _read(wanted.query), lettered(wanted.language)
    return film.film(Descent(found), words(found, language), wanted.wish, seconds, frames)


# Small ones -----------------------------------------------------------------------------------------------------------


@apart(_STILLS)
@api.guarded
def small(request: Request) -> Response:
    """A small picture of what a page shows, without letters."""
    pairs, given = api.split(request, *SMALL)
    read = options(given)
    page = read.choice("page", list(KINDS))
    show, theme = read.choice("show", KINDS[page].shows), read.choice("theme", list(THEMES))
    size = read.size()
    found, problems = KINDS[page].parse(pairs)
    if problems:
        raise api.BadRequestError(problems[0])
    query = encode(KINDS[page].pairs(found))
    return _answer(
        request, "png", "image/png", f"{page} {show} {theme} {size} {query}", lambda: _small(page, show, query, theme, size)
    )


@once(256)
def _small(page: str, show: str, query: str, theme: str, size: tuple[int, int]) -> bytes:
    found, _ = KINDS[page].parse(parse_qsl(query, keep_blank_values=True))
    return packed(thumb(page, show, found, theme, *size))


ROUTES = [
    Route("/export.png", still),
    Route("/export.svg", still),
    Route("/export.gif", gif),
    Route("/thumb.png", small),
]
