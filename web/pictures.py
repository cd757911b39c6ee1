"""Pictures by HTTP: of every page as PNG, SVG and (where something moves) GIF, and small ones for cards.

/export.png, .svg and .gif are those of the race, /export/<page>.png those of every page, /thumb.png the small ones. They are
drawn in threads of their own, so that nobody who asks for numbers waits for someone's film.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import locales
from core.picture import Picture
from core.problems import Problem
from core.query import Reader
from core.settings import PAGE_FIELDS
from core.types import Param
from engines.descent import codec
from pictures import film, still
from pictures.look import THEMES
from web import api
from web.drawable import PAGES
from web.once import once

WIDTH = Param("width", "w", 640, 200, 2400, "int")
HEIGHT = Param("height", "h", 480, 200, 2400, "int")
LOSS = Param("loss", "l", 1, 0, 1, "bool")
SECONDS = Param("seconds", "t", 6, *film.SECONDS)
FRAMES = Param("fps", "f", 15, *film.FRAMES_PER_SECOND, "int")
SMALL_WIDTH = Param("size", "w", 320, 120, 800, "int")
SMALL_HEIGHT = Param("size", "h", 200, 80, 600, "int")
USUAL = ("theme", "view", "scale", "loss")
SIZED = ("width", "height")  # of the race's pictures; elsewhere `width` may be a network's, and `size` is 640x480
MEDIA = {"png": "image/png", "svg": "image/svg+xml"}
_STILLS, _FILMS = ThreadPoolExecutor(2, "stills"), ThreadPoolExecutor(1, "films")
Endpoint = Callable[[Request], Any]


class Asked(NamedTuple):
    """A picture as it was asked for.

    Attributes:
      page, query: whose, and of what, in its shortest form. size: pixels. show: what of it, '' for all.
      log: losses on a log axis. curves: whether there is more than the first row.
    """

    page: str
    query: str
    size: tuple[int, int]
    theme: str = "light"
    language: str = "en"
    show: str = ""
    log: bool = True
    curves: bool = True


def apart(workers: ThreadPoolExecutor) -> Callable[[Endpoint], Endpoint]:
    """Make an endpoint of a handler that runs in threads of its own."""

    def wrap(handler: Endpoint) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            return await asyncio.get_running_loop().run_in_executor(workers, handler, request)

        return endpoint

    return wrap


# What is asked for ----------------------------------------------------------------------------------------------------


class _Options(Reader):
    """Reads the options of a picture; raises BadRequestError on the first that is wrong."""

    def value(self, field: str, param: Param, text: str) -> float:
        read = super().value(field, param, text)
        if self.problems:
            raise api.BadRequestError(self.problems[0])
        return read

    def size(self, width: Param, height: Param) -> tuple[int, int]:
        """Width and height, written as 320x200."""
        text = self.one("size") or f"{width.default:g}x{height.default:g}"
        wide, cross, tall = text.partition("x")
        if not cross:
            message = "size must be width and height with an x between them, as in 320x200, not “{value}”"
            raise api.BadRequestError(Problem("size", message, dict(value=text[:40])))
        return int(self.value("size", width, wide)), int(self.value("size", height, tall))

    def choice(self, field: str, known: Sequence[str]) -> str:
        return api.choice(field, self.one(field) or known[0], tuple(known))


def options(given: dict[str, str]) -> _Options:
    return _Options({field: [value] for field, value in given.items()}, list(given))


def value(page: str, pairs: list[tuple[str, str]]) -> Any:
    """The page's value, or BadRequestError with the first problem."""
    read, problems = PAGES[page].parse(pairs)
    if problems:
        raise api.BadRequestError(problems[0])
    return read


def asked(page: str, request: Request, sized: Sequence[str], more: Sequence[str]) -> tuple[Asked, _Options, Any]:
    """What is asked for, the options that are left to read, and the page's value."""
    pairs, given = api.split(request, *USUAL, *(sized or ("size",)), *more)
    read, shown = options(given), value(page, pairs)
    size = (int(read.number("width", WIDTH)), int(read.number("height", HEIGHT))) if sized else read.size(WIDTH, HEIGHT)
    view = read.choice("view", PAGE_FIELDS["view"])
    wanted = Asked(
        page,
        codec.encode(PAGES[page].pairs(shown)),
        size,
        theme=read.choice("theme", list(THEMES)),
        language=locales.choose(given.get("lang")),
        show=view if view in PAGES[page].shows else "",
        log=read.choice("scale", PAGE_FIELDS["scale"]) == "log",
        curves=read.number("loss", LOSS) > 0,
    )
    return wanted, read, shown


def drawn(wanted: Asked, language: str) -> Picture:
    """The picture as a value, with the words of a language."""
    kind = PAGES[wanted.page]
    result = kind.compute(kind.parse(parse_qsl(wanted.query, keep_blank_values=True))[0])
    picture = kind.picture(result, wanted.show, locales.translator(language))
    if not wanted.log:
        rows = tuple(tuple(panel._replace(log_y=False) for panel in row) for row in picture.rows)
        picture = picture._replace(rows=rows)
    return picture if wanted.curves else picture._replace(rows=picture.rows[:1], heights=picture.heights[:1])


# Still pictures -------------------------------------------------------------------------------------------------------


def exported(page: str, sized: Sequence[str] = ()) -> Endpoint:
    """A page's picture at the end or at `step`: as pixels, or as paths and text."""

    @apart(_STILLS)
    @api.guarded
    def endpoint(request: Request) -> Response:
        kind = request.url.path.rpartition(".")[2]
        wanted, read, shown = asked(page, request, sized, ("step",))
        last = PAGES[page].steps(shown) or 0
        step = int(read.number("step", Param("step", "k", last, 0, last, "int")))
        draw = {"png": _png, "svg": _svg}[kind]
        return _answer(request, kind, MEDIA[kind], f"{step} {wanted}", lambda: draw(wanted, step))

    return endpoint


@once(48)
def _png(wanted: Asked, step: int) -> bytes:
    from pictures.fonts import lettered

    return still.png(drawn(wanted, lettered(wanted.language)), wanted.size, wanted.theme, wanted.language, step)


@once(24)
def _svg(wanted: Asked, step: int) -> bytes:
    return still.svg(drawn(wanted, wanted.language), wanted.size, wanted.theme, wanted.language, step)


def _answer(request: Request, kind: str, media: str, tag: str, body: Callable[[], bytes]) -> Response:
    name = f'inline; filename="descent.{kind}"'
    return api.cached(request, f"{kind} {tag}", media, body, kind == "svg", content_disposition=name)


# Films ----------------------------------------------------------------------------------------------------------------


def filmed(page: str, sized: Sequence[str] = ()) -> Endpoint:
    """A page's picture as a film of `seconds` at `fps` frames per second."""

    @apart(_FILMS)
    @api.guarded
    def endpoint(request: Request) -> Response:
        wanted, read, _ = asked(page, request, sized, ("seconds", "fps"))
        seconds, frames = read.number("seconds", SECONDS), int(read.number("fps", FRAMES))
        _check_pixels(wanted.size, seconds, frames)
        return _answer(request, "gif", "image/gif", f"{seconds} {frames} {wanted}", lambda: _gif(wanted, seconds, frames))

    return endpoint


def _check_pixels(size: tuple[int, int], seconds: float, frames: int) -> None:
    """BadRequestError for a film that would take too long to draw."""
    count, (width, height) = round(seconds * frames), size
    if count * width * height > film.MAX_PIXELS:
        message = "{count} frames of {width} × {height} have {pixels} million pixels; the limit is {limit} million"
        most = film.MAX_PIXELS / (width * height) / frames
        args = dict(count=count, width=width, height=height, pixels=round(count * width * height / 1e6, 1))
        limit = dict(limit=film.MAX_PIXELS // 10**6)
        raise api.BadRequestError(Problem("seconds", message, args | limit, [0, round(most, 2)]))


@once(12)
def _gif(wanted: Asked, seconds: float, frames: int) -> bytes:
    from pictures.fonts import lettered

    picture = drawn(wanted, lettered(wanted.language))
    return film.gif(picture, wanted.size, wanted.theme, wanted.language, seconds, frames)


# Small ones -----------------------------------------------------------------------------------------------------------

CARDS = {page: kind for page, kind in PAGES.items() if kind.shows}


@apart(_STILLS)
@api.guarded
def small(request: Request) -> Response:
    """A small picture of what a page shows, without letters."""
    pairs, given = api.split(request, "size", "theme", "page", "show")  # `width` is a network's
    read = options(given)
    page = read.choice("page", list(CARDS))
    show, theme = read.choice("show", CARDS[page].shows), read.choice("theme", list(THEMES))
    size = read.size(SMALL_WIDTH, SMALL_HEIGHT)
    wanted = Asked(page, codec.encode(PAGES[page].pairs(value(page, pairs))), size, theme, show=show)
    return _answer(request, "png", MEDIA["png"], f"small {wanted}", lambda: _small(wanted))


@once(256)
def _small(wanted: Asked) -> bytes:
    return still.png(drawn(wanted, "en"), wanted.size, wanted.theme, "en", bare=True)


ROUTES = [
    Route("/export.png", exported("race", SIZED)),
    Route("/export.svg", exported("race", SIZED)),
    Route("/export.gif", filmed("race", SIZED)),
    *(Route(f"/export/{page}.{kind}", exported(page)) for page in PAGES for kind in MEDIA),
    Route("/export/race.gif", filmed("race")),
    Route("/thumb.png", small),
]
