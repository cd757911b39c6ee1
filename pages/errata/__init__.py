"""Check the lecture: each erratum as a claim, a live experiment, and the verdict that its numbers give."""

from core.page import LONG, Page, Preset
from core.types import Param
from errata import ERRATA
from pages.errata import answer, picture, query, script
from pages.errata.query import OpenEntry


def sliders(check: OpenEntry | None) -> list[tuple[str, Param]]:
    return [(p.key, p) for p in check.entry.params] if check else []


page = Page(
    key="errata",
    title="Check the lecture",
    summary="Where the lectures are wrong: claim, experiment, computed numbers, verdict.",
    parse=query.parse,
    pairs=query.pairs,
    compute=answer.compute,
    document=answer.document,
    translated=True,
    table=answer.table,
    script=script.script,
    picture=picture.picture,
    shows=picture.SHOWS,
    presets=tuple(Preset(e.key, e.title, f"entry={e.number}", e.claim) for e in ERRATA.values()),
    sliders=sliders,
    moved=lambda check, name, value: check.within(**{name: value}),
    offline=lambda check: [name for name, _ in sliders(check)][:1],
    cost=lambda check: 1000,
    pace=lambda check: LONG,
)
