"""Builds the example deck, once in each language: `make deck`, or

    python examples/lecture/build.py [--server http://localhost:8501] [--out examples/lecture/build]

With a server, each slide embeds the player from it; without one, each player is exported into the folder, which then works
from a USB stick. reveal.js is copied from node_modules (`npm ci` in this folder).
"""

from __future__ import annotations

import argparse
import html
import json
import shutil
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import parse_qsl

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))

from core import settings  # noqa: E402
from core.page import FIRST  # noqa: E402
from core.query import encode  # noqa: E402
from pages import PAGES  # noqa: E402
from web import embed, first, offline  # noqa: E402

LANGUAGES = ("en", "zh")


@dataclass(frozen=True)
class Slide:
    """One slide: its title and its point in both languages, and the experiment, if it has one, with its sliders."""

    key: str
    title: tuple[str, str]
    point: tuple[str, str]
    query: str = ""


SLIDES = (
    Slide(
        "title",
        ("How neural networks go downhill", "神经网络如何下山"),
        ("Every picture in this deck can be played and dragged.", "这份讲稿里的每幅图都可以播放、拖动。"),
    ),
    Slide(
        "zigzag",
        ("Zig-zag", "之字形"),
        ("Drag the rate of SGD past 2/40.", "把 SGD 的学习率拖过 2/40 看看。"),
        "run=sgd:lr=0.045&run=momentum:lr=0.01",
    ),
    Slide(
        "limit",
        ("Just past the limit", "刚过极限"),
        ("0.049 settles, 0.051 does not.", "0.049 收敛，0.051 发散。"),
        "run=sgd:lr=0.049&run=sgd:lr=0.051",
    ),
    Slide(
        "well",
        ("A local minimum", "局部极小"),
        ("Momentum rolls over the hill.", "动量翻过山头。"),
        "surface=double_well&start=2,1&run=sgd:lr=0.01&run=momentum:lr=0.01",
    ),
    Slide(
        "noise",
        ("Noise", "噪声"),
        ("The same noise for both.", "两者的噪声完全相同。"),
        "surface=noisy_taco&run=sgd:lr=0.05&run=momentum:lr=0.005",
    ),
    Slide(
        "saddle",
        ("A saddle", "鞍点"),
        ("Who leaves the ridge first?", "谁最先离开山脊？"),
        "surface=bounded_saddle&run=sgd&run=momentum&run=adam",
    ),
    Slide(
        "adaptive",
        ("One step size per axis", "每个方向一个步长"),
        ("Adaptive rules do not see how narrow the valley is.", "自适应方法不受山谷宽窄的影响。"),
        "run=sgd:lr=0.002&run=adagrad:lr=0.5&run=rmsprop:lr=0.2&run=adam:lr=0.3",
    ),
    Slide(
        "schedule",
        ("A falling rate", "逐渐下降的学习率"),
        ("Step decay under the same noise.", "同样的噪声，阶梯衰减。"),
        "surface=noisy_taco&run=sgd:lr=0.04&run=sgd:lr=0.04~step",
    ),
    Slide(
        "rosenbrock",
        ("A curved valley", "弯曲的山谷"),
        ("A thousand steps are not many here.", "在这里一千步并不多。"),
        "surface=rosenbrock&steps=400&run=sgd:lr=0.001&run=adam:lr=0.05",
    ),
    Slide(
        "end",
        ("Your turn", "轮到你了"),
        ("Open the race, change anything, copy the link.", "打开比赛页，随便改，再复制链接。"),
    ),
)

PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="reveal/reset.css">
<link rel="stylesheet" href="reveal/reveal.css">
<link rel="stylesheet" href="reveal/theme/white.css">
<style>
.reveal {{ font-family: system-ui, 'Noto Sans CJK SC', sans-serif; font-size: 30px; }}
.reveal h2 {{ font-size: 1.5em; text-transform: none; margin: 0 0 .2em; }}
.reveal p {{ margin: 0 0 .4em; }}
.player {{ position: relative; width: 1200px; height: 560px; margin: 0 auto; }}
.player iframe {{ position: absolute; inset: 0; width: 100%; height: 100%; border: 0; max-width: none; max-height: none; }}
/* A drawing where the player will have its own, until the slide is shown and the player is there. */
.dl-still {{ position: absolute; left: 52px; top: 18px; width: 604px; height: 472px; overflow: hidden; container-type: size; }}
.reveal .dl-still > img {{
  position: absolute; left: 50%; top: 50%; transform: translate(-50%, -50%); margin: 0; max-width: none; max-height: none;
  width: calc(min(100cqw, 100cqh * var(--own)) * var(--wide)); height: calc(min(100cqh, 100cqw / var(--own)) * var(--tall));
}}
.reveal .dl-stretch > img {{ width: 100%; height: 100%; }}
</style>
</head>
<body>
<div class="reveal"><div class="slides">
{slides}
</div></div>
<script src="reveal/reveal.js"></script>
<script>Reveal.initialize({{ width: 1280, height: 720, margin: 0.02, hash: true, transition: 'none' }});</script>
</body>
</html>
"""


def build(out: Path, server: str = "") -> list[Path]:
    """Write both decks into `out` and return them."""
    shutil.rmtree(out, ignore_errors=True)
    (out / "players").mkdir(parents=True)
    shutil.copytree(HERE / "node_modules" / "reveal.js" / "dist", out / "reveal")
    decks = []
    for i, language in enumerate(LANGUAGES):
        slides = "\n".join(_slide(slide, i, language, out, server) for slide in SLIDES)
        deck = out / f"{language}.html"
        deck.write_text(PAGE.format(language=language, title=html.escape(SLIDES[0].title[i]), slides=slides), "utf-8")
        decks.append(deck)
    return decks


def _slide(slide: Slide, i: int, language: str, out: Path, server: str) -> str:
    head = f"<h2>{html.escape(slide.title[i])}</h2><p>{html.escape(slide.point[i])}</p>"
    if not slide.query:
        return f"<section>{head}</section>"
    address = _embedded(slide, language, server) if server else _exported(slide, language, out)
    title = html.escape(slide.title[i])
    frame = f'<iframe data-src="{html.escape(address)}" title="{title}"></iframe>'
    return f'<section>{head}<div class="player">{_drawing(slide, language)}{frame}</div></section>'


def _drawing(slide: Slide, language: str) -> str:
    """The player as the server draws it, in the deck itself."""
    page = PAGES[FIRST]
    shown = settings.split(_query(slide, language), page.settings)
    value, _ = page.parse(shown.rest)
    return first.still(page, value, shown, partial(first.inline, page, value, shown, language))


def _query(slide: Slide, language: str) -> list[tuple[str, str]]:
    pairs = parse_qsl(slide.query)
    sliders = ",".join(f"run{i}.lr" for i in range([key for key, _ in pairs].count("run")))
    return [*pairs, ("lang", language), ("theme", "light"), ("controls", sliders)]


def _embedded(slide: Slide, language: str, server: str) -> str:
    return f"{server.rstrip('/')}/embed?{encode(_query(slide, language))}"


def _exported(slide: Slide, language: str, out: Path) -> str:
    page = PAGES[FIRST]
    started, value, problems = embed.options(page, _query(slide, language), None)
    if problems:
        raise SystemExit(f"{slide.key}: {problems[0].text()}")
    name = f"players/{slide.key}-{language}.html"
    (out / name).write_bytes(offline.written(page, value, json.dumps(started, sort_keys=True)))
    return name


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", default="", help="address of a running Descent Lab; without it, players are exported")
    parser.add_argument("--out", type=Path, default=HERE / "build")
    chosen = parser.parse_args()
    if not (HERE / "node_modules").exists():
        raise SystemExit("reveal.js is missing: run `make deck`, or `npm ci` in examples/lecture")
    for deck in build(chosen.out, chosen.server):
        print(deck)


if __name__ == "__main__":
    main()
