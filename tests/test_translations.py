"""The translations: complete, well formed, used everywhere, and noticed when they are not."""

import ast
import json
import re
from string import Formatter
from typing import get_type_hints
from urllib.parse import parse_qsl

import numpy as np
import pytest
from babel.messages.jslexer import Token, tokenize, unquote_string
from starlette.requests import Request

import locales
from activations import ACTIVATIONS
from core import settings
from core.problems import Problem
from engines.descent import codec
from errata import ERRATA
from errata._record import Symbols
from initializers import INITIALIZERS
from landscapes import LANDSCAPES
from locales import update
from locales.texts import MARKERS, ROOT, collect, marked, sources
from norms import NORMS
from optimizers import OPTIMIZERS
from pages import PAGES
from schedules import SCHEDULES
from web import api, catalogue
from web.axes import axes
from web.figures import PANELS

SYMBOLS = {entry.title for entry in ERRATA.values() if isinstance(entry.title, Symbols)}  # the same in every language
NAMES = {
    "AMSGrad", "AdaDelta", "AdaGrad", "AdaMax", "Adam", "AdamW", "Lion", "NAdam", "RMSProp", "SGD",
    "AdaBelief", "Adan", "L-BFGS", "Levenberg–Marquardt", "Prodigy", "RAdam", "SAM", "Schedule-Free SGD", "Sophia", "Yogi",
    "ELU", "GELU", "He", "LSUV", "Leaky ReLU", "LeCun", "Maxout", "Mish", "PReLU", "ReLU", "SELU", "Transformer", "Xavier",
    "f(x)", "softmax", "tanh",
}  # fmt: skip
CJK = re.compile("[\u4e00-\u9fff]")
TEXTS = collect()

languages = pytest.mark.parametrize("language", update.languages())


def entries(language: str) -> dict[str, str]:
    return {m.id: m.string for m in update.read(language) if m.id}


# ------------------------------------------------------------------------------------------------- the catalogues


@languages
def test_nothing_is_missing_fuzzy_obsolete_or_stale(language):
    wrong = update.problems(language, TEXTS)
    assert not wrong, "\n".join(["run `make locales`, then translate:", *wrong])


def test_the_check_says_so_too(capsys):
    assert update.main(["--check"]) == 0
    assert f"{len(TEXTS)} texts" in capsys.readouterr().out


@languages
def test_placeholders_survive(language):
    def placeholders(text: str) -> set[str]:
        return {field for _, field, _, _ in Formatter().parse(text) if field is not None}

    wrong = [text for text, translated in entries(language).items() if placeholders(text) != placeholders(translated)]
    assert not wrong


@languages
def test_only_proper_names_stay_as_they_are(language):
    assert {text for text, translated in entries(language).items() if text == translated} == NAMES


def test_chinese_typography():
    """A space between Chinese and Latin letters or numbers; Chinese punctuation after Chinese; no stray space."""
    inner = "A-Za-z0-9α-ωΑ-Ω"
    rules = {
        "needs a space": rf"[\u4e00-\u9fff][{inner}]|[{inner}%][\u4e00-\u9fff]",
        "needs Chinese punctuation": r"[\u4e00-\u9fff][,.;:!?()]|[,;:!?][\u4e00-\u9fff]",
        "has a space beside Chinese punctuation": r" [，。；：？！（）、]|[，。；：？！、（] ",
    }
    wrong = [
        f"{translated!r} {name}"
        for translated in entries("zh").values()
        for name, pattern in rules.items()
        if re.search(pattern, re.sub(r"\{[^}]*\}|\d%", "·", translated))
    ]
    assert not wrong, "\n".join(wrong)


def test_a_catalogue_that_has_fallen_behind_is_noticed(tmp_path):
    texts = {"a slope": ["a.py"], "a valley with a long floor": ["a.py"]}
    update.update("zh", texts, tmp_path)
    file = update.file_of("zh", tmp_path)
    assert update.problems("zh", texts, tmp_path) == ["missing: 'a slope'", "missing: 'a valley with a long floor'"]

    done = file.read_text("utf-8").replace('slope"\nmsgstr ""', 'slope"\nmsgstr "坡度"')
    file.write_text(done.replace('floor"\nmsgstr ""', 'floor"\nmsgstr "谷"'), "utf-8")
    assert update.problems("zh", texts, tmp_path) == ["stale: descent.mo is not what `make locales` compiles from descent.po"]
    assert update.update("zh", texts, tmp_path) == []
    assert update.problems("zh", texts, tmp_path) == []

    texts = {"a valley with a longer floor": ["b.py"]}
    assert "obsolete: 'a slope'" in update.problems("zh", texts, tmp_path)
    dropped = update.update("zh", texts, tmp_path)
    assert dropped == ["dropped: 'a slope' = '坡度'", "dropped: 'a valley with a long floor' = '谷'"]
    assert update.problems("zh", texts, tmp_path) == ["fuzzy: 'a valley with a longer floor'"]  # kept, to be looked at
    assert "谷" in file.read_text("utf-8")


# ------------------------------------------------------------------------------------------------- what is shown


def test_choose():
    assert locales.choose("zh-CN") == locales.choose("zh_TW") == locales.choose("ZH") == "zh"
    assert locales.choose(None, "zh-CN,zh;q=0.9,en;q=0.8") == locales.choose("zh,en;q=0.9") == "zh"
    assert locales.choose("en", "zh-CN") == locales.choose("en-US,zh;q=0.5") == "en"
    assert locales.choose("fr", "zh") == locales.choose("fr-FR, zh;q=0.5") == "zh"
    assert locales.choose() == locales.choose("", None) == locales.choose("tlh") == "en"


def test_english_is_the_source():
    assert locales.words("en") == {}
    assert locales.translator("en")("Play") == "Play"
    assert locales.translator("zh")("") == ""  # not the header of the catalogue
    assert locales.translator("zh")("no such text") == "no such text"


def test_every_text_of_the_api_and_the_figures_is_in_the_catalogue():
    asked = []

    def record(text: str) -> str:
        asked.append(text)
        return text

    catalogue.catalogue(record)
    for _page, titles in PANELS.values():
        axes(titles, 2, record)
    assert len(asked) > 100
    assert set(asked) - {""} - SYMBOLS <= set(TEXTS)


def test_the_api_speaks_chinese():
    request = Request({"type": "http", "method": "GET", "path": "/api/catalogue", "query_string": b"lang=zh", "headers": []})
    answer = json.loads(catalogue.listing(request).body)
    assert answer["words"]["Play"] == "播放"
    english = catalogue.catalogue(str)

    def compare(en, zh):
        if isinstance(en, dict):
            for key in ("name", "summary", "help", "sentence"):
                text = en.get(key, "")
                if re.search("[A-Za-z]", text) and text not in NAMES and text not in SYMBOLS:
                    assert CJK.search(zh[key]), f"{key} of {en.get('key')}: {zh[key]}"
            for key, value in en.items():
                compare(value, zh[key])
        elif isinstance(en, list):
            for one, other in zip(en, zh, strict=True):
                compare(one, other)

    compare(english, answer)
    assert answer["surfaces"][0]["name"].startswith("玉米卷")


def test_what_stands_under_the_race_is_chinese():
    translate = locales.translator("zh")
    for landscape in LANDSCAPES.values():
        assert CJK.search(translate(landscape.look_for)), landscape.key
    for rule in OPTIMIZERS.values():
        assert not rule.difference or CJK.search(translate(rule.difference)), rule.key


BAD = """
surface=tacco surface=nothing_like_it surface=taco:kapa=4 surface=taco:kappa surface=taco:kappa=x surface=taco:kappa=1e9
surface=taco&formula=x formula=x&domain=1,0,0,1 domain=0,1,0,1 start=1 start=a,b start=1e9,0 formula=1/x&start=0,0 colour=red
steps=1.5 steps=1&steps=2 noise=loud run=adm run=adam~cosinus run=adam:bias_correction=maybe formula=1 formula=x$2
formula=x;y formula=x%2B formula=*x formula=1e999*x formula=sin%2Bx formula=sin(x,y) formula=z formula=sinn(x) formula=xy
formula=x%20y formula=(x formula=x) formula=x,y formula=log(-1-x*x)
"""
LONG = (f"formula={'x%2B' * 150}x", f"formula={'x%2B' * 70}x", f"formula={'(' * 40}x{')' * 40}", "&".join(["run=sgd"] * 17))


@pytest.mark.parametrize("query", [*BAD.split(), *LONG], ids=lambda query: query[:40])
def test_problems_are_chinese(query):
    _, problems = codec.parse(parse_qsl(query, keep_blank_values=True))
    assert problems, "a bad query for this test"
    for problem in problems:
        check_problem(problem)


def check_problem(problem: Problem):
    english, chinese = problem.text(), problem.text(locales.translator("zh"))
    assert CJK.search(chinese), english
    quoted = {str(value) for value in problem.args.values()} | set(map(str, problem.args.get("listed", "").split(", ")))
    words = set(re.findall("[A-Za-z_]{3,}", chinese)) - set(re.findall("[A-Za-z_]{3,}", " ".join(map(str, quoted))))
    assert not words - set(codec.FIELDS) - {"true", "false", "abs"}, chinese


def test_problems_of_the_page_are_chinese():
    for field in settings.PAGE_FIELDS:
        (problem,) = settings.split([(field, "?")]).problems
        assert CJK.search(problem.text(locales.translator("zh")).split("“")[0])
    with pytest.raises(api.BadRequestError) as caught:
        api.choice("format", "yaml", ("json", "bin"))
    check_problem(caught.value.problem)


# ------------------------------------------------------------------------------------------------- what is collected


def test_javascript_is_read(tmp_path):
    (tmp_path / "player").mkdir()
    (tmp_path / "player" / "new.js").write_text(
        """
        const button = h('button', { title: _('something new') }, this._("it's here"), this.words('by a method'));
        label.textContent = `${step} ${words('in a template')} ${a ? _('deep') : f({ b })}`; // _('in a comment')
        /* words('in another') */
        play.title = name === 'pause' ? this.words('one way') : this.words('the other');
        const state = this._(name.replaceAll('_', ' ')), other = words(text), quote = /_('/.test(text);
        """,
        "utf-8",
    )
    wanted = {"something new", "it's here", "by a method", "in a template", "deep", "one way", "the other"}
    texts = collect(tmp_path)
    assert {text for text, files in texts.items() if files == ["player/new.js"]} == wanted
    assert any("something new" in line for line in update.problems("zh", texts))


def test_python_is_read(tmp_path):
    (tmp_path / "core").mkdir()
    source = """
        LATE = N_("from the module")
        raise FormulaError(N_("too "
            "long"), {"value": value}, 0)
        return Problem("run", N_("one") if flag else N_("two"), detail=error.message), _("plain"), _(self.name), _(table[0])
    """
    (tmp_path / "core" / "new.py").write_text(source, "utf-8")
    wanted = {"from the module", "too long", "one", "two", "plain"}
    assert set(marked(tmp_path)) == {(text, "core/new.py") for text in wanted}


MESSAGES = {"Problem": (1, "message"), "Limit": (1, "message"), "FormulaError": (0, "message"), "unknown": (1, "kind")}


def name_of(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr if call.func.attr != "translate" else ""  # str.translate is something else
    return getattr(call.func, "id", "")


def composed(source: str) -> list[str]:
    """Marked texts that are put together, and messages of problems that no marker stands around."""
    wrong = []
    for call in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)):
        name = name_of(call)
        if name in MARKERS["python"] and call.args:
            literal = isinstance(call.args[0], ast.Constant)
            strings = [n for n in ast.walk(call.args[0]) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
            wrong += [ast.unparse(call)] if (name == "N_" or strings) and not literal else []
        if name in MESSAGES:
            position, keyword = MESSAGES[name]
            given = call.args[position : position + 1] + [k.value for k in call.keywords if k.arg in (keyword, "detail")]
            bare = (ast.Constant, ast.JoinedStr, ast.BinOp, ast.Subscript)
            wrong += [ast.unparse(call) for node in given if isinstance(node, bare)]
    return wrong


@pytest.mark.parametrize("file", sources(ROOT, "python"), ids=lambda file: file.relative_to(ROOT).as_posix())
def test_every_marked_text_is_one_literal_that_babel_sees(file):
    source = file.read_text("utf-8")
    assert not composed(source)
    calls = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Call) and name_of(n) in MARKERS["python"] and n.args]
    literals = {call.args[0].value for call in calls if isinstance(call.args[0], ast.Constant)}
    assert not literals - set(TEXTS), "Babel does not look into an f-string: give the text a name first"


@pytest.mark.parametrize(
    "source",
    [
        "_(f'{n} steps')", "_('a' + b)", "_('a' if b else 'c')", "N_(f'{n}')", "N_(a)",
        "Problem('run', table[key])", "Problem('run', 'bare')", "FormulaError(f'{n}', {}, 0)", "unknown('run', 'kind', x, [])",
    ],
)  # fmt: skip
def test_python_that_composes_is_refused(source):
    assert composed(source)


def composed_in_javascript(source: str) -> list[str]:
    """Calls of a marker with a text in them that is not all there is: put together, chosen, or a template to fill in."""
    tokens = [t for t in tokenize(source, jsx=False, dotted=False) if "comment" not in t.type]
    wrong = []
    for i, token in enumerate(tokens):
        if token.type == "template_string":  # what is filled in is source, too
            wrong += [call for inner in re.findall(r"\$\{([^{}]*)\}", token.value) for call in composed_in_javascript(inner)]
        if token.type == "name" and token.value in MARKERS["javascript"] and [t.value for t in tokens[i + 1 : i + 2]] == ["("]:
            inside, texts = argument(tokens[i + 2 :])
            if texts and (len(inside) > 1 or "${" in texts[0]):
                wrong.append(" ".join(t.value for t in inside))
    return wrong


def argument(tokens: list[Token]) -> tuple[list[Token], list[str]]:
    """The tokens up to the parenthesis that closes the call, and the texts among them that are in no call of their own."""
    depth, texts = 1, []
    for i, token in enumerate(tokens):
        depth += {"(": 1, ")": -1}.get(token.value, 0)
        if not depth:
            return tokens[:i], texts
        if depth == 1 and token.type in ("string", "template_string"):
            texts.append(token.value)
    return tokens, texts


@pytest.mark.parametrize("file", sources(ROOT, "javascript"), ids=lambda file: file.name)
def test_every_marked_text_of_a_script_is_one_literal(file):
    assert not composed_in_javascript(file.read_text("utf-8"))


@pytest.mark.parametrize("source", ["_('a ' + b)", "_(`at ${step} now`)", "words(a ? 'left' : right)", "`${_('a' + b)}`"])
def test_javascript_that_composes_is_refused(source):
    assert composed_in_javascript(source)


# ------------------------------------------------------------------------------------------------- what the browser gets


@languages
def test_the_browser_gets_its_own_words_and_no_others(language):
    shown = {text for text, files in TEXTS.items() if any(file.endswith(".js") for file in files)}
    assert set(locales.words(language)) == shown
    assert len(shown) < 0.3 * len(TEXTS)  # the features of four tables are among them


def test_the_names_of_the_states_are_sent():
    states = {name.replace("_", " ") for rule in OPTIMIZERS.values() for name in get_type_hints(rule.init)["return"]._fields}
    assert states <= set(locales.words("zh"))


# ------------------------------------------------------------------------------------------------- what bypasses it

CALLS = """
markdown write title header subheader caption text warning error info success toast button link_button download_button
checkbox toggle radio selectbox multiselect slider select_slider text_input text_area number_input color_picker pills
segmented_control expander popover tabs metric spinner status dialog page_link badge form_submit_button Page
"""
VISIBLE = set(CALLS.split())
KEYWORDS = {"label", "help", "title", "body", "text", "caption", "placeholder", "options", "captions"}
WORD = re.compile("[A-Za-z]{2}")


def bypasses(source: str) -> list[str]:
    """Visible texts of Streamlit calls that are not translated: literals outside `_()`, tags and addresses left out."""
    missing = []
    for call in ast.walk(ast.parse(source)):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in VISIBLE:
            first = call.args[:1] if call.func.attr != "Page" else []  # whose first argument is a path
            for node in [*first, *(k.value for k in call.keywords if k.arg in KEYWORDS)]:
                shown = re.sub("<[^>]*>", "", "".join(_literals(node)))
                missing += [f"{call.lineno}: {shown}"] if WORD.search(shown) else []
    return missing


def _literals(node: ast.AST):
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif not isinstance(node, ast.Call | ast.Attribute | ast.Subscript | ast.comprehension):
        for child in ast.iter_child_nodes(node):
            yield from _literals(child)


@pytest.mark.parametrize("file", sorted([*ROOT.glob("ui/*.py"), *ROOT.glob("pages/*/*.py")]), ids=lambda file: file.name)
def test_every_visible_text_of_a_page_is_translated(file):
    assert not bypasses(file.read_text("utf-8"))


def test_an_untranslated_text_is_noticed():
    bad = (
        "st.subheader('What to look for')",
        "left.caption(f'{n} steps')",
        "st.slider(_('Rate'), help='How far')",
        "st.tabs(['A tab', _('B')])",
        "st.warning(_('One') + ' and two')",
        "st.Page('x.py', title='The race')",
        "st.markdown('<b>bold</b>')",
    )
    assert all(bypasses(source) for source in bad)
    fine = (
        "st.subheader(_('What to look for'))",
        "st.markdown(f'<a href=\"{to}\">{link}</a>')",
        "st.code('x = 1')",
        "st.warning('- ' + text)",
        "st.Page('x.py', title=_('The race'))",
        "st.tabs([_(o.name) for o in many])",
        "st.caption(item.reference)",
    )
    assert not any(bypasses(source) for source in fine)


def prose(source: str) -> list[str]:
    """Strings of a script that read like something to be shown: a capitalised word, or two words."""
    strings = (
        unquote_string(token.value) if token.type == "string" else re.sub(r"\$\{[^}]*\}", " ", token.value)
        for token in tokenize(source, jsx=False, dotted=False)
        if token.type in ("string", "template_string")
    )
    words = re.compile(r"^\W*[A-Z][a-z]+$|(?<![\w-])[A-Za-z][a-z]+ [a-z]{2,}(?![\w-])")
    return [text for text in strings if words.search(text)]


KEYS = {"Arrow", "Home", "End", "Enter", "Infinity", "English", "Descent Lab"}  # keys of a keyboard, and names


@pytest.mark.parametrize(
    "file", sorted([*ROOT.glob("player/*.js"), *ROOT.glob("pages/*/*.js")]), ids=lambda file: f"{file.parent.name}/{file.name}"
)
def test_every_visible_text_of_the_player_is_translated(file):
    stray = set(prose(file.read_text("utf-8"))) - set(TEXTS) - KEYS
    assert not stray, "wrap it in _('…'), or list it here if nobody sees it"


def test_untranslated_prose_in_a_script_is_noticed():
    source = (
        "h('b', { class: 'dl-button dl-play', title: 'Play' }, 'two words', `${n} steps left`, 'ArrowLeft', 'M5 3l14 9z', 'px')"
    )
    assert prose(source) == ["Play", "two words", "`  steps left`"]


IN_FORMULAS = {
    "hinge",
    "softmax",
    "AdaGrad",
    "LeCun",
    "Glorot",
    "Xavier",
    "Bernoulli",
    "cur",
    "mult",
    "end",
    "std",
    "out",
    "BFGS",
}


def test_formulas_say_nothing_in_words():
    """A formula is the same in every language: words in it would stay English."""
    registries = (LANDSCAPES, OPTIMIZERS, SCHEDULES, ACTIVATIONS, INITIALIZERS, NORMS)
    lines = [
        (key, str(line)) for missing in registries for key, thing in missing.items() for line in np.atleast_1d(thing.latex)
    ]
    lines += [(entry.key, line) for entry in ERRATA.values() for line in entry.latex]
    lines += [(page.key, latex) for page in PAGES.values() for _, latex in page.formulas]
    for key, line in lines:
        texts = " ".join(re.findall(r"\\(?:text|mathrm)\{([^}]*)\}", line))
        assert set(re.findall(r"[A-Za-z]{3,}", texts)) <= IN_FORMULAS, (key, texts)
