"""Every English text that is shown, with the files it comes from: what a catalogue has to translate.

Three sources: calls in Python (`_("…")`, and messages of Problem and FormulaError, followed through variables and
parameters to the literal), calls in the player's JavaScript (`_('…')`, `this.words('…')`), and the live registries.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, get_type_hints

from babel.messages.jslexer import Token, tokenize, unquote_string

from activations import ACTIVATIONS
from core.settings import PAGE_FIELDS
from core.types import Param
from engines.descent import experiment
from engines.formula import surface as formula
from engines.signal import network
from errata import ERRATA
from errata._record import LECTURES
from initializers import INITIALIZERS
from landscapes import LANDSCAPES
from norms import NORMS
from optimizers import OPTIMIZERS
from pages.activations import presets as activation_presets
from pages.activations import query as gallery
from pages.initialization import presets as initialization_presets
from pages.lectures import figures as lectures
from pages.race import presets as race_presets
from pages.schedules import presets as schedule_presets
from schedules import SCHEDULES
from web import axes as curves

PRESETS = (race_presets, schedule_presets, activation_presets, initialization_presets)
ROOT = Path(__file__).parent.parent
PYTHON = (
    "app.py",
    "core/*.py",
    "engines/**/*.py",
    "export/*.py",
    "pages/**/*.py",
    "pictures/*.py",
    "player/*.py",
    "ui/*.py",
    "web/*.py",
)
JAVASCRIPT = ("player/*.js", "pages/*/*.js")
REGISTRIES = {
    "landscapes": LANDSCAPES,
    "optimizers": OPTIMIZERS,
    "schedules": SCHEDULES,
    "activations": ACTIVATIONS,
    "initializers": INITIALIZERS,
    "norms": NORMS,
}


class TextError(Exception):
    """A text is put together where it should be one literal with placeholders."""


def collect(root: Path = ROOT) -> dict[str, list[str]]:
    """Text → the files that show it, both in a fixed order."""
    found: dict[str, set[str]] = defaultdict(set)
    javascript = ((text, name) for name, source in _sources(root, JAVASCRIPT) for text in javascript_texts(source, name))
    for text, name in (*python_texts(_sources(root, PYTHON)), *javascript, *_registries()):
        if text:
            found[text].add(name)
    return {text: sorted(found[text]) for text in sorted(found)}


def _sources(root: Path, patterns: Iterable[str]) -> Iterator[tuple[str, str]]:
    for file in sorted(file for pattern in patterns for file in root.glob(pattern)):
        yield file.relative_to(root).as_posix(), file.read_text(encoding="utf-8")


# Registries ----------------------------------------------------------------------------------------------------------


def _registries() -> Iterator[tuple[str, str]]:
    for folder, registry in REGISTRIES.items():
        for item in registry.values():
            yield from ((text, f"{folder}/{item.key}.py") for text in _item(item))
    yield from ((text, "engines/formula/surface.py") for text in _item(formula.landscape("x + y")))
    shared = [*vars(experiment).values(), *(p for rows in experiment.NOISES.values() for p in rows)]
    yield from ((p.help, "engines/descent/experiment.py") for p in shared if isinstance(p, Param))
    for module in (network, gallery):
        name = module.__name__.replace(".", "/")
        yield from ((p.help, f"{name}.py") for p in vars(module).values() if isinstance(p, Param))
    for page in PRESETS:
        yield from ((text, f"{page.__name__.replace('.', '/')}.py") for p in page.PRESETS for text in (p.name, p.sentence))
    yield from ((text, f"errata/{entry.key}.py") for entry in ERRATA.values() for text in entry.texts)
    yield from ((name, "errata/_record.py") for name in LECTURES.values())
    yield from ((text, "pages/lectures/figures.py") for figure in lectures.FIGURES for text in (figure.name, figure.sentence))
    yield from ((name, "pages/lectures/figures.py") for name in lectures.TOPICS.values())
    yield from ((title, "web/axes.py") for titles in curves.PANELS.values() for title in titles)
    yield from ((field, "core/settings.py") for field in PAGE_FIELDS)


def _item(item) -> Iterator[str]:
    """The texts of an item of a registry, and the names that the read-outs give to its state."""
    yield from (getattr(item, field, "") for field in ("name", "summary", "look_for", "cost", "difference"))
    yield from (p.help for p in getattr(item, "all_params", item.params))
    if hasattr(item, "init"):
        yield from (field.replace("_", " ") for field in get_type_hints(item.init)["return"]._fields)


# Python --------------------------------------------------------------------------------------------------------------


class Sink(NamedTuple):
    """An argument whose value is translated. `strict`: it must lead to a literal; else registries may provide it."""

    function: str
    position: int
    keyword: str
    strict: bool


SINKS = (
    Sink("_", 0, "text", False),
    Sink("translate", 0, "text", False),
    Sink("Problem", 1, "message", True),
    Sink("Problem", 4, "detail", True),
    Sink("Limit", 1, "message", True),
    Sink("FormulaError", 0, "message", True),
    Sink("unknown", 1, "kind", False),
)
Functions = tuple[ast.FunctionDef | ast.Module, ...]  # from the module inward


def python_texts(sources: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """(text, file) for every text that reaches a sink, directly or through the functions of any of the files."""
    calls = [(name, call, around) for name, source in sources for call, around in _calls(ast.parse(source), ())]
    sinks = list(SINKS)
    for sink in sinks:  # grows: a parameter that ends in a sink is a sink itself
        for name, call, around in calls:
            if _name(call) != sink.function:
                continue
            for end in (end for argument in _arguments(call, sink) for end in _ends(argument, around)):
                if isinstance(end, str):
                    yield end, name
                elif isinstance(end, ast.arg):
                    found = _parameter(end, around, sink.strict)
                    sinks += [found] if found not in sinks else []
                elif isinstance(end, ast.JoinedStr | ast.BinOp) or (sink.strict and not _carried(end)):
                    raise TextError(f"{name}:{call.lineno}: {ast.unparse(end)} is no literal that a catalogue can hold")


def _calls(node: ast.AST, around: Functions) -> Iterator[tuple[ast.Call, Functions]]:
    if isinstance(node, ast.FunctionDef | ast.Module):
        around = (*around, node)
    if isinstance(node, ast.Call):
        yield node, around
    for child in ast.iter_child_nodes(node):
        yield from _calls(child, around)


def _name(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr if call.func.attr != "translate" else ""  # str.translate is something else
    return getattr(call.func, "id", "")


def _arguments(call: ast.Call, sink: Sink) -> list[ast.expr]:
    """The argument of a sink, or nothing where it is left out."""
    named = [keyword.value for keyword in call.keywords if keyword.arg == sink.keyword]
    return call.args[sink.position : sink.position + 1] or named


def _ends(node: ast.expr, around: Functions) -> Iterator[str | ast.arg | ast.expr]:
    """What an expression may be: literals, parameters of the functions around it, or what cannot be followed."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _ends(node.body, around)
        yield from _ends(node.orelse, around)
    elif isinstance(node, ast.Name) and (values := _values(node.id, around)):
        for value in values:
            yield from [value] if isinstance(value, ast.arg) else _ends(value, around)
    else:
        yield node


def _values(name: str, around: Functions) -> list[ast.expr | ast.arg]:
    for function in reversed(around):
        found: list[ast.expr | ast.arg] = [
            node.value
            for node in ast.walk(function)
            if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == name for t in node.targets)
        ]
        if isinstance(function, ast.FunctionDef):
            found += [arg for arg in _parameters(function) if arg.arg == name]
        if found:
            return found
    return []


def _parameters(function: ast.FunctionDef) -> list[ast.arg]:
    return [arg for arg in (*function.args.args, *function.args.kwonlyargs) if arg.arg not in ("self", "cls")]


def _parameter(arg: ast.arg, around: Functions, strict: bool) -> Sink:
    owner = next(f for f in reversed(around) if isinstance(f, ast.FunctionDef) and arg in _parameters(f))
    return Sink(owner.name, _parameters(owner).index(arg), arg.arg, strict)


def _carried(node: ast.expr) -> bool:
    """A message taken from an error that was collected where it was raised."""
    return isinstance(node, ast.Attribute) and node.attr in ("message", "detail")


# JavaScript ----------------------------------------------------------------------------------------------------------

FUNCTIONS = ("_", "words")
_TEXTS = ("string", "template_string")
_FILLED = re.compile(r"\$\{((?:[^{}]|\{[^{}]*\})*)\}")


def javascript_texts(source: str, name: str = "") -> Iterator[str]:
    """The texts in calls of `_` and `words`, as a property or by themselves: a literal, or a choice of two."""
    tokens = [t for t in tokenize(source, jsx=False, dotted=False) if "comment" not in t.type]
    for i, token in enumerate(tokens):
        if token.type == "template_string":
            for inner in re.findall(_FILLED, token.value):
                yield from javascript_texts(inner, name)
            if "${" in re.sub(_FILLED, "", token.value):
                raise TextError(f"{name}:{token.lineno}: a template within a template cannot be read; give it a name first")
        if token.value in FUNCTIONS and token.type == "name" and tokens[i + 1 : i + 2] and tokens[i + 1].value == "(":
            yield from _javascript_argument(_inside(tokens[i + 2 :]), f"{name}:{token.lineno}")


def _inside(tokens: list[Token]) -> list[Token]:
    """The tokens up to the parenthesis that closes the call."""
    depth = 1
    for i, token in enumerate(tokens):
        depth += {"(": 1, ")": -1}.get(token.value, 0)
        if not depth:
            return tokens[:i]
    return tokens


def _javascript_argument(tokens: list[Token], place: str) -> Iterator[str]:
    texts = [token for token in tokens if token.type in _TEXTS and re.search("[a-z]", token.value, re.IGNORECASE)]
    last = [token.value if token.type not in _TEXTS else "" for token in tokens[-3:]]
    if last[-3:] == ["", ":", ""]:  # condition ? 'this' : 'that'
        texts = [tokens[-3], tokens[-1]]
    elif texts and len(tokens) > 1:
        raise TextError(f"{place}: {' '.join(t.value for t in tokens)} is no literal that a catalogue can hold")
    if any("${" in token.value for token in texts if token.type == "template_string"):
        raise TextError(f"{place}: a template is filled in before it is translated; use a placeholder and .replace")
    yield from (unquote_string(token.value) for token in texts)
