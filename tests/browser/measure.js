/**
 * What is written on a page, as boxes: pairs of them that overlap, what an edge cuts off, and the smallest letters. An
 * expression, for Playwright's evaluate; what is out of sight, scrolled away or in a closed menu does not count.
 */
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
};
