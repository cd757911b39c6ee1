"""Nothing overlaps and nothing is cut off, from a phone to a wall, on any page; measured on the boxes of what is written.

One load for each page and language: the window is resized, and the measuring waits for the page to have followed.
"""

import pytest
from test_every_page import query_and_slider

from pages import PAGES

WIDTHS = ((1920, 1080), (1440, 900), (1024, 768), (960, 600), (768, 1024), (390, 844), (320, 640))
HALL = (1280, 720)
# Boxes of all that is written, but for what is out of sight, and pairs of them that overlap; and what its own box cuts off.
MEASURE = """
() => {
  const root = document.querySelector('[data-player]');
  const seen = (node) => node.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !node.closest('.dl-hidden');
  // What of a box is not scrolled out of sight or cut off by a scrolling ancestor.
  const clip = (node, box) => {
    let { left, top, right, bottom } = box;
    for (let at = node.parentElement; at && at !== root.parentElement; at = at.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(at);
      if (overflowX === 'visible' && overflowY === 'visible') continue;
      const edge = at.getBoundingClientRect();
      left = Math.max(left, edge.left); right = Math.min(right, edge.right);
      top = Math.max(top, edge.top); bottom = Math.min(bottom, edge.bottom);
    }
    return { left, top, right, bottom };
  };
  const texts = [];
  const add = (node, box, text, size) => {
    const cut = clip(node, box);
    if (cut.right - cut.left < 2 || cut.bottom - cut.top < 2) return;
    texts.push({ node, text: text.slice(0, 40), size, ...cut, whole: box });
  };
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { currentNode } = walker;
    const parent = currentNode.parentElement;
    if (!currentNode.data.trim() || parent.closest('option, script, style, annotation, math, title') || !seen(parent)) continue;
    const range = document.createRange();
    range.selectNodeContents(currentNode);
    for (const box of range.getClientRects()) add(parent, box, currentNode.data.trim(), parseFloat(getComputedStyle(parent).fontSize));
  }
  for (const field of root.querySelectorAll('select, input[type=text]')) {
    if (seen(field)) add(field, field.getBoundingClientRect(), field.value, parseFloat(getComputedStyle(field).fontSize));
  }
  const wrong = [];
  const say = (kind, a, more = '') => wrong.push(`${kind}: “${a.text}” ${a.node.tagName}.${a.node.getAttribute('class') ?? ''} ${more}`);
  texts.forEach((a, i) => {
    if (a.left < -1 || a.right > innerWidth + 1) say('off the page', a, `${Math.round(a.left)}…${Math.round(a.right)}`);
    texts.slice(i + 1).forEach((b) => {
      if (a.node.contains(b.node) || b.node.contains(a.node)) return;
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const tall = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (wide > 2 && tall > 0.3 * Math.min(a.bottom - a.top, b.bottom - b.top)) say('overlap', a, `and “${b.text}”`);
    });
  });
  // Letters of a picture that its edge cuts off, and fields and menus that are narrower than what they show.
  for (const { node, whole, ...a } of texts) {
    const picture = node.closest('svg.main-svg');
    if (picture) {
      const edge = picture.getBoundingClientRect();
      if (whole.left < edge.left - 1 || whole.right > edge.right + 1) say('cut off', { node, ...a });
    }
  }
  const pen = document.createElement('canvas').getContext('2d');
  for (const field of root.querySelectorAll('select, input[type=text]')) {
    if (!seen(field) || field.matches('.dl-formula')) continue;
    const style = getComputedStyle(field);
    pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    const shown = field.tagName === 'SELECT' ? (field.selectedOptions[0]?.text ?? '') : field.value;
    const room = field.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) + 1;
    const wanted = pen.measureText(shown).width + (field.tagName === 'SELECT' ? 14 : 0);
    if (wanted > room) wrong.push(`cut off: “${shown}” in ${field.dataset.action ?? field.dataset.param ?? field.ariaLabel}: ${Math.round(wanted)} > ${Math.round(room)}`);
  }
  // Buttons and sliders on top of one another.
  const parts = [...root.querySelectorAll('button, select, input, summary')].filter((node) => seen(node) && !node.closest('.dl-start'))
    .map((node) => ({ node, text: node.dataset.action ?? node.dataset.param ?? node.ariaLabel ?? '', ...clip(node, node.getBoundingClientRect()) }))
    .filter((part) => part.right - part.left > 2 && part.bottom - part.top > 2);
  parts.forEach((a, i) => parts.slice(i + 1).forEach((b) => {
    if (a.node.contains(b.node) || b.node.contains(a.node) || a.node.matches('.dl-start') || b.node.matches('.dl-start')) return;
    if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 3)
      say('overlap', a, `and “${b.text}”`);
  }));
  if (document.documentElement.scrollWidth > innerWidth + 1) wrong.push(`scrolls sideways: ${document.documentElement.scrollWidth}`);
  return { wrong: [...new Set(wrong)], count: texts.length, smallest: texts.reduce((least, { size, text }) => (size < least.size ? { size, text } : least), { size: Infinity, text: '' }) };
}
"""
# Every picture is as wide and as high as the place it stands in.
FOLLOWED = """
() => [...document.querySelectorAll('.js-plotly-plot')].every((plot) => {
  const { width, height } = plot._fullLayout ?? {};
  const box = plot.getBoundingClientRect();
  return !box.width || (Math.abs(width - box.width) < 1.5 && Math.abs(height - box.height) < 1.5);
})
"""
each = pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)


def measured(lab, size):
    """What is wrong at this size, once the page has followed the window."""
    lab.page.set_viewport_size(dict(width=size[0], height=size[1]))
    lab.frames(2)
    lab.page.wait_for_function(FOLLOWED)
    lab.frames(2)
    return lab.page.evaluate(MEASURE)


@each
def test_nothing_overlaps_or_is_cut_off(visit, page):
    """By day in English; then, without another load, by night in Chinese."""
    query, _ = query_and_slider(page)
    lab = visit(f"/embed/{page.key}?{query}")
    wrong = []
    for language, sizes in (("en", WIDTHS), ("zh", WIDTHS[1::2])):
        if language == "zh":
            version = lab.version
            lab.page.emulate_media(color_scheme="dark")
            lab.press("language")
            lab.redrawn(version)
        for size in sizes:
            found = measured(lab, size)
            assert found["count"] > 5, "something is written"
            wrong += [f"{language} {size[0]}: {line}" for line in found["wrong"]]
    assert wrong == []


@each
def test_in_the_hall_the_last_row_reads_it(visit, page):
    query, _ = query_and_slider(page)
    lab = visit(f"/embed/{page.key}?{query}&present=1", viewport={"width": HALL[0], "height": HALL[1]})
    found = measured(lab, HALL)
    assert found["wrong"] == []
    assert found["smallest"]["size"] >= 24, found["smallest"]


def test_what_overlaps_is_found(visit):
    """The measuring itself: a word that is put over another one, and one beyond the edge."""
    lab = visit("/embed?run=sgd")
    assert lab.page.evaluate(MEASURE)["wrong"] == []
    lab.page.evaluate(
        "for (const [text, left] of [['over', 20], ['beyond', innerWidth - 10]]) {"
        " const word = document.createElement('span'); word.textContent = text;"
        " Object.assign(word.style, {position: 'absolute', left: left + 'px', top: '4px'});"
        " document.querySelector('[data-player]').append(word); }"
    )
    wrong = lab.page.evaluate(MEASURE)["wrong"]
    assert any(line.startswith("overlap") and "over" in line for line in wrong)
    assert any(line.startswith("off the page") for line in wrong)
