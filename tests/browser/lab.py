"""Descent Lab as a person sees and handles it: what the tests in this folder are written in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Locator, Page, Request, expect

ROOT = "const root = document.querySelector('[data-player]');"
# `swept` once the sweep along a slider is here and has been taken apart.
SWEPT = """const read = Response.prototype.arrayBuffer;
Response.prototype.arrayBuffer = async function () {
  const all = await read.call(this);
  if (this.url.includes('sweep=')) setTimeout(() => { window.swept = true; });
  return all;
};"""
AT_REST = "!('asking' in root.dataset)"  # what was asked last is on the screen, or was refused
# Is the address bar what is on the screen? `view`, `scale`, `axis`, `lang` and `present` belong to the page.
SETTLED = """
const plain = (text) => {
  const query = new URLSearchParams(text);
  for (const key of ['view', 'scale', 'axis', 'lang', 'present']) query.delete(key);
  query.sort();
  return query.toString();
};
return root && !('asking' in root.dataset) && plain(location.search) === plain(root.dataset.query);
"""
FRAMES = "count => new Promise((done) => { const next = () => (count-- > 0 ? requestAnimationFrame(next) : done()); next(); })"
THUMB = 8  # pixels: about half the width of a slider's thumb


class Troubles:
    """What a page complains of. Regular expressions given to `expect` say which complaints are part of the test."""

    def __init__(self):
        self.all, self.expected, self.ended = [], [], False

    def watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self._add(f"script error: {error}"))
        page.on("console", lambda line: line.type == "error" and self._add(f"console: {line.text}"))
        page.on("requestfailed", self._failed)
        page.on("response", lambda reply: reply.status >= 400 and self._add(f"status {reply.status}: {reply.url}"))

    def _failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # that one was given up because we left the page
            self._add(f"failed: {request.url} {request.failure}")

    def _add(self, text: str) -> None:
        if not self.ended:
            self.all.append(text[:500])

    def expect(self, *patterns: str) -> None:
        self.expected += patterns

    def unexpected(self) -> list[str]:
        return [text for text in self.all if not any(re.search(pattern, text) for pattern in self.expected)]


class Seen(NamedTuple):
    """The screen at one moment: the canvas of the paths, the drawing of the surface, the address bar."""

    version: int
    paths: str
    surface: str
    address: str


class Lab:
    def __init__(self, page: Page, troubles: Troubles, server: str):
        self.page, self.troubles, self.server = page, troubles, server
        self.root = page.locator("[data-player]")
        self.notice = self.root.get_by_role("alert")
        self.stage = self.root.locator(".dl-stage")
        self.handle = self.root.locator("[data-param=start]")
        self.messages: list[str] = []  # what went to Streamlit's own server-side session
        self.asked: list[str] = []  # requests for numbers
        page.on("websocket", lambda socket: socket.on("framesent", lambda frame: self.messages.append(str(frame)[:80])))
        page.on("request", lambda request: "/api/descent" in request.url and self.asked.append(request.url))

    def go(self, path: str, ready: bool = True) -> None:
        self.page.goto(self.server + path)
        if ready:
            self.until("return root")

    # What is on the screen -----------------------------------------------------------------------------------------

    @property
    def step(self) -> int:
        return int(self.root.get_attribute("data-step"))

    @property
    def version(self) -> int:
        return int(self.root.get_attribute("data-version"))

    @property
    def query(self) -> str:
        return self.root.get_attribute("data-query")

    @property
    def asks(self) -> dict[str, list[str]]:
        """The experiment on the screen, field by field: {"run": ["sgd:lr=0.02"]}."""
        return parse_qs(self.query, keep_blank_values=True)

    @property
    def address(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.page.url).query, keep_blank_values=True)

    def action(self, name: str) -> Locator:
        return self.root.locator(f'[data-action="{name}"]')

    def slider(self, param: str) -> Locator:
        return self.root.locator(f'input[type=range][data-param="{param}"]')

    def number(self, param: str) -> Locator:
        """The field beside a slider."""
        return (
            self.root.locator(".dl-slider, label")
            .filter(has=self.page.locator(f'[data-param="{param}"]'))
            .get_by_role("textbox")
        )

    @property
    def cards(self) -> Locator:
        return self.root.locator("[data-run]")

    @property
    def optimizers(self) -> list[str]:
        return [self.action(f"optimizer{i}").input_value() for i in range(self.cards.count())]

    def table(self) -> list[str]:
        """The result table, row by row."""
        return self.root.get_by_role("region", name="Result").locator("tbody tr").all_inner_texts()

    def seen(self) -> Seen:
        paths = self.page.evaluate("document.querySelector('.dl-stage > canvas').toDataURL()")
        surface = self.page.evaluate("document.querySelector('.dl-stage .cartesianlayer')?.innerHTML ?? ''")
        return Seen(self.version, paths, surface, self.page.url)

    def window(self) -> list[float]:
        """The part of the plane that is shown: x0, x1, y0, y1."""
        layout = "document.querySelector('.dl-stage .dl-plotly')._fullLayout"
        return self.page.evaluate(f"[...{layout}.xaxis.range, ...{layout}.yaxis.range]")

    # Waiting -------------------------------------------------------------------------------------------------------

    def until(self, body: str, given: Any = None) -> None:
        """Wait until a JavaScript function body returns true; it knows `root`, the player, and `given`."""
        self.page.wait_for_function(f"(given) => {{ {ROOT} {body} }}", arg=given)

    def redrawn(self, since: int) -> None:
        """Something newer is on the screen, and nothing newer than that is under way."""
        self.until(f"return Number(root.dataset.version) > given && {AT_REST}", since)

    def settled(self) -> None:
        """The address bar has caught up with the screen, and Streamlit's script is at rest."""
        self.until(SETTLED)
        if self.page.locator("[data-test-script-state]").count():
            self.page.wait_for_selector("[data-test-script-state=notRunning]", state="attached")

    def frames(self, count: int = 30) -> None:
        """Let the browser draw that often."""
        self.page.evaluate(FRAMES, count)

    # Doing ---------------------------------------------------------------------------------------------------------

    def press(self, name: str) -> None:
        self.action(name).click()

    def open_notes(self) -> None:
        """Formulas, sources and code, beneath the player."""
        self.page.locator("[data-testid=stCheckbox] label").click()

    def key(self, *names: str) -> None:
        for name in names:
            self.page.keyboard.press(name)

    def choose(self, menu: str, option: str) -> None:
        """Pick from a menu and wait until it is drawn and in the address."""
        version, query = self.version, self.query
        self.action(menu).select_option(option)
        self.until("return root.dataset.query !== given", query)
        self.redrawn(version)
        self.settled()

    def type(self, field: Locator, text: str) -> None:
        field.fill(text)
        field.press("Enter")

    @contextmanager
    def holding(self, param: str) -> Iterator[Callable[[float], None]]:
        """Hold the thumb of a slider with the mouse. The value is a function that moves it: 0 is left, 1 is right."""
        slider = self.slider(param)
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        mouse = self.page.mouse

        def to(along: float, moves: int = 8) -> None:
            mouse.move(box["x"] + THUMB + along * (box["width"] - 2 * THUMB), box["y"] + box["height"] / 2, steps=moves)

        to(float(slider.input_value()) / float(slider.get_attribute("max")), 1)
        mouse.down()
        yield to
        mouse.up()
        self.until(f"return {AT_REST}")

    @contextmanager
    def holding_the_start(self) -> Iterator[Callable[[float, float], None]]:
        """Hold the start point with the mouse. The value is a function that moves it to a place in the picture."""
        box = self.handle.bounding_box()
        self.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        self.page.mouse.down()
        yield lambda across, down: self.page.mouse.move(*self.on_stage(across, down), steps=8)
        self.page.mouse.up()
        self.until(f"return {AT_REST}")

    def on_stage(self, across: float, down: float) -> tuple[float, float]:
        """Pixels of a place in the picture: (0, 0) is its upper left corner, (1, 1) the lower right one."""
        box = self.stage.bounding_box()
        return box["x"] + across * box["width"], box["y"] + down * box["height"]

    def visible(self, *things: Locator) -> None:
        """All of it is within the window, as it is, without scrolling anything."""
        for thing in things:
            expect(thing).to_be_in_viewport(ratio=0.99, timeout=5000)
