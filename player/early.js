/** On Streamlit's page, before its own scripts: start Plotly, and leave a font of 375 kB alone until something is written in it. */
import { plotly } from './plotly.js';

const load = document.fonts.load.bind(document.fonts);

/** Streamlit asks for its icons at once, though a page without any never draws one; with one, the style sheet asks anyway. */
document.fonts.load = (font, text) => (font.includes('Material Symbols') ? Promise.resolve([]) : load(font, text));

plotly(new URL('../plotly.min.js', import.meta.url).href);
