"""Pictures by HTTP: of every page as PNG, SVG and GIF (one frame where nothing moves), and small ones for cards.

/export.png, .svg and .gif are those of the race, /export/<page>.png those of every page, /thumb.png the small ones. They are
drawn in lines of their own (web.lanes), so that nobody who asks for numbers waits for someone's film.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import locales
from core.page import FIRST, Page
from core.picture import Panel, Picture
from core.problems import BadRequestError, Problem
from core.query import Reader
from core.settings import PAGE_FIELDS
from core.types import Param
from core.words import N_
from pages import PAGES
from pictures import film, still
from web import api
from web.lanes import FILMS, PICTURES
from web.reply import Answer

WIDTH = Param("width", "w", 640, 200, 2400, "int")
HEIGHT = Param("height", "h", 480, 200, 2400, "int")
LOSS = Param("loss", "l", 1, 0, 1, "bool")
SECONDS = Param("seconds", "t", 6, *film.SECONDS)
FRAMES = Param("fps", "f", 15, *film.FRAMES_PER_SECOND, "int")
SMALL_WIDTH = Param("size", "w", 320, 120, 800, "int")
SMALL_HEIGHT = Param("size", "h", 200, 80, 600, "int")
SIZES = ("size", "width", "height")  # 640x480, or each by itself; of a network `width` is its own
MEDIA = {"png": "image/png", "svg": "image/svg+xml", "gif": "image/gif"}


DRAWN = {page.key: page for page in PAGES.values() if page.picture}
THUMBS = {key: page for key, page in DRAWN.items() if page.shows}


class Wanted(NamedTuple):
    """A picture as it was asked for.

    Attributes:
      page, value: whose, and of what. size: pixels. show: what of it, '' for all.
      log: whether curves have a log axis, or None for what each of them usually has.
      axis: what curves are drawn against: "steps" or "gradients".
      curves: whether there is more than the first row.
    """

    page: Page
    value: Any
    size: tuple[int, int]
    theme: str = "light"
    language: str = "en"
    show: str = ""
    log: bool | None = None
    axis: str = "steps"
    curves: bool = True


# What is asked for ----------------------------------------------------------------------------------------------------


class _Options(Reader):
    """Reads the options of a picture; raises BadRequestError on the first that is wrong."""

    def value(self, field: str, param: Param, text: str) -> float:
        read = super().value(field, param, text)
        if self.problems:
            raise BadRequestError(self.problems[0])
        return read

    def size(self, width: Param, height: Param) -> tuple[int, int]:
        """Width and height, written as 320x200."""
        text = self.one("size") or f"{width.default:g}x{height.default:g}"
        wide, cross, tall = text.partition("x")
        if not cross:
            message = N_("size must be width and height with an x between them, as in 320x200, not “{value}”")
            raise BadRequestError(Problem("size", message, dict(value=text[:40])))
        return int(self.value("size", width, wide)), int(self.value("size", height, tall))

    def choice(self, field: str, known: Sequence[str]) -> str:
        return api.choice(field, self.one(field) or known[0], tuple(known))


def options(given: dict[str, str]) -> _Options:
    return _Options({field: [value] for field, value in given.items()}, list(given))


def asked(request: Request, page: Page, *more: str) -> tuple[Wanted, _Options, str]:
    """What is asked for, the options that are left to read, and the value's query."""
    own = {param.key for param in page.numbers}
    curves = ("loss",) if page.plane else ()  # elsewhere it may be a field of the value
    asked = api.asked(request, page, *curves, *more, *(name for name in SIZES if name not in own))
    read = options(asked.options)
    size = (
        read.size(WIDTH, HEIGHT)
        if "size" in asked.options
        else (
            int(read.number("width", WIDTH)),
            int(read.number("height", HEIGHT)),
        )
    )
    wanted = wanted_by(asked.settings, page, asked.value, size, asked.language)._replace(curves=read.number("loss", LOSS) > 0)
    return wanted, read, f"{page.key} {asked.query} {wanted[2:]}"


def wanted_by(settings: dict[str, str], page: Page, value: Any, size: tuple[int, int], language: str) -> Wanted:
    """The picture of a value as the settings of an address have it."""
    view, scale, axis = (settings[name] for name in ("view", "scale", "axis"))
    usual = {**PAGE_FIELDS, **page.settings}["scale"][0]  # that a page opens with
    return Wanted(
        page,
        value,
        size,
        theme=settings["theme"] or "light",
        language=language,
        show=view if view in page.shows else "",
        log=None if scale == usual else scale == "log",
        axis=axis,
    )


def drawn(wanted: Wanted, language: str) -> Picture:
    """The picture as a value, with the words of a language."""
    assert wanted.page.picture
    translate = locales.translator(language)
    picture = wanted.page.picture(api.result(wanted.page, wanted.value), wanted.show, translate)

    def shown(panel: Panel) -> Panel:
        if wanted.log is not None:
            panel = panel._replace(log_y=wanted.log)
        if wanted.axis == "gradients" and any(line.counted is not None for line in panel.lines):
            what = translate("{what}, against gradients").format(what=panel.y)
            panel = panel._replace(counted=True, y=what, x=panel.x and translate("gradients taken"))
        return panel

    picture = picture._replace(rows=tuple(tuple(map(shown, row)) for row in picture.rows))
    return picture if wanted.curves else picture._replace(rows=picture.rows[:1], heights=picture.heights[:1])


# Still pictures -------------------------------------------------------------------------------------------------------


@api.guarded
def exported(request: Request, page: Page, kind: str) -> Response | Answer:
    """A page's picture at the end or at `step`: as pixels, or as paths and text."""
    wanted, read, tag = asked(request, page, "step")
    last = page.steps(wanted.value) or 0
    step = int(read.number("step", Param("step", "k", last, 0, last, "int")))
    draw = {"png": _png, "svg": _svg}[kind]
    return _answer(request, page, kind, f"{step} {tag}", lambda: draw(wanted, step))


def _png(wanted: Wanted, step: int) -> bytes:
    from pictures.fonts import lettered

    return still.png(drawn(wanted, lettered(wanted.language)), wanted.size, wanted.theme, wanted.language, step)


def _svg(wanted: Wanted, step: int) -> bytes:
    return still.svg(drawn(wanted, wanted.language), wanted.size, wanted.theme, wanted.language, step)


def _answer(request: Request, page: Page, kind: str, tag: str, body: Callable[[], bytes]) -> Response | Answer:
    name = f'inline; filename="descent-lab-{page.key}.{kind}"'
    lane = FILMS if kind == "gif" else PICTURES
    return api.cached(request, f"{kind} {tag}", MEDIA[kind], body, kind == "svg", lane, content_disposition=name)


# Films ----------------------------------------------------------------------------------------------------------------


@api.guarded
def filmed(request: Request, page: Page) -> Response | Answer:
    """A page's picture as a film of `seconds` at `fps` frames per second; where nothing moves, of one frame."""
    wanted, read, tag = asked(request, page, "seconds", "fps")
    seconds = read.number("seconds", SECONDS)
    if page.steps(wanted.value) is None:
        read.number("fps", FRAMES)
        return _answer(request, page, "gif", f"still {tag}", lambda: _still(wanted))
    frames = int(read.number("fps", FRAMES)) if read.one("fps") else _fitting(wanted.size, seconds)
    _check_pixels(wanted.size, seconds, frames)
    return _answer(request, page, "gif", f"{seconds} {frames} {tag}", lambda: _gif(wanted, seconds, frames))


def _still(wanted: Wanted) -> bytes:
    from pictures.fonts import lettered

    return still.gif(drawn(wanted, lettered(wanted.language)), wanted.size, wanted.theme, wanted.language)


def _fitting(size: tuple[int, int], seconds: float) -> int:
    """Frames per second of a film that says nothing of them: the usual ones, fewer where it is large."""
    width, height = size
    most = int(film.MAX_PIXELS / (width * height * seconds))
    return min(int(FRAMES.default), max(int(FRAMES.low), most))


def _check_pixels(size: tuple[int, int], seconds: float, frames: int) -> None:
    """BadRequestError for a film that would take too long to draw."""
    count, (width, height) = round(seconds * frames), size
    if count * width * height > film.MAX_PIXELS:
        message = N_("{count} frames of {width} × {height} have {pixels} million pixels; the limit is {limit} million")
        most = film.MAX_PIXELS / (width * height) / frames
        args = dict(count=count, width=width, height=height, pixels=round(count * width * height / 1e6, 1))
        limit = dict(limit=film.MAX_PIXELS // 10**6)
        raise BadRequestError(Problem("seconds", message, args | limit, [0, round(most, 2)]))


def _gif(wanted: Wanted, seconds: float, frames: int) -> bytes:
    from pictures.fonts import lettered

    picture = drawn(wanted, lettered(wanted.language))
    return film.gif(picture, wanted.size, wanted.theme, wanted.language, seconds, frames)


# Small ones -----------------------------------------------------------------------------------------------------------


@api.guarded
def small(request: Request) -> Response | Answer:
    """A small picture of what a page shows, without letters."""
    options_, _ = api.taken(api.query_pairs(request), ("page",))
    page = THUMBS[api.choice("page", options_.get("page", next(iter(THUMBS))), tuple(THUMBS))]
    asked = api.asked(request, page, "page", "size", "show")
    read = options(asked.options)
    show, size = read.choice("show", page.shows), read.size(SMALL_WIDTH, SMALL_HEIGHT)
    wanted = Wanted(page, asked.value, size, asked.settings["theme"] or "light", show=show)
    return _answer(request, page, "png", f"small {page.key} {asked.query} {wanted[2:]}", lambda: _small(wanted))


def _small(wanted: Wanted) -> bytes:
    return still.png(drawn(wanted, "en"), wanted.size, wanted.theme, "en", bare=True)


def _routes(page: Page, stem: str) -> list[Route]:
    stills = [Route(f"{stem}.{kind}", partial(exported, page=page, kind=kind)) for kind in ("png", "svg")]
    return [*stills, Route(f"{stem}.gif", partial(filmed, page=page))]


ROUTES = [
    *_routes(PAGES[FIRST], "/export"),
    *(route for page in DRAWN.values() for route in _routes(page, f"/export/{page.key}")),
    Route("/thumb.png", small),
]
