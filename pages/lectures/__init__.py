"""Lectures: every figure that can be shown here, by lecture and topic, each with a link that opens it live."""

from core.page import Caption, Page
from pages.lectures import answer, picture, query, script
from pages.lectures.cards import CARDS

page = Page(
    key="lectures",
    title="Lectures",
    summary="Every figure of five lectures that can be shown here, as a card that opens it live.",
    parse=query.parse,
    pairs=query.pairs,
    compute=answer.compute,
    document=answer.document,
    translated=True,
    table=answer.table,
    script=script.script,
    picture=picture.picture,
    shows=picture.SHOWS,
    cards=tuple(Caption(card.page, card.query, card.name, card.sentence) for card in CARDS),
)
