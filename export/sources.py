"""The source of one function of a plug-in file, with all that it needs of its file and nothing else."""

from __future__ import annotations

import ast
import inspect
import re
import sys
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

OURS = ("core.types",)  # what a script provides itself: Array, Values, Query


@dataclass
class Needed:
    """What a piece of a module stands on.

    Attributes:
      code: the definitions, in the order of the module. imports: whole lines, of the standard library, JAX and NumPy.
    """

    code: list[str] = field(default_factory=list)
    imports: list[str] = field(default_factory=list)


class _Module:
    """The top level of a module: which statement defines each name."""

    def __init__(self, name: str):
        self.name = name
        self.text = inspect.getsource(sys.modules[name])
        self.lines, self.tree = self.text.splitlines(), ast.parse(self.text)
        self.defined: dict[str, ast.stmt] = {}
        for statement in self.tree.body:
            for defined in _defines(statement):
                self.defined[defined] = statement

    def argument(self, kind: str, keyword: str) -> ast.expr:
        """What the constant of this module, a call of `kind`, is given as `keyword`."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == kind:
                return next(k.value for k in node.keywords if k.arg == keyword)
        raise LookupError(f"{self.name} calls no {kind}(…, {keyword}=…)")

    def source(self, statement: ast.stmt) -> str:
        """A statement with its decorators and the comments right above it."""
        decorators = getattr(statement, "decorator_list", [])
        first = min([statement.lineno, *(d.lineno for d in decorators)]) - 1
        while first and self.lines[first - 1].startswith("#"):
            first -= 1
        found = "\n".join(self.lines[first : statement.end_lineno])
        return re.sub(r"  # fmt: (skip|off|on)$", "", found, flags=re.M)


def _defines(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        yield statement.name
    elif isinstance(statement, ast.Import | ast.ImportFrom):
        yield from ((alias.asname or alias.name).split(".")[0] for alias in statement.names)
    elif isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        yield from (node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name))


def _uses(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def function(name: str, plugin: Any, kind: str, keywords: Sequence[str]) -> tuple[str, list[str]]:
    """A function called `name` that returns what the plug-in constant is given as `keywords`, and the imports it needs.

    The definitions are inside of it, so that two optimizers may both call their rule `update`.

    Args:
      plugin: a Landscape, Optimizer or Schedule. kind: the name of its type.
    """
    module = _Module(_home(plugin))
    results, needed = [], Needed()
    wanted: set[str] = set()
    for keyword in keywords:
        if getattr(plugin, keyword) is None:
            results.append("None")
            continue
        expression = module.argument(kind, keyword)
        results.append(ast.get_source_segment(module.text, expression) or "")
        wanted |= _uses(expression)
    _collect(module, wanted, needed)
    body = "\n\n".join([*needed.code, f"return {', '.join(results)}"])
    return f"def {name}():\n" + textwrap.indent(body, "    "), needed.imports


def _home(plugin: Any) -> str:
    """The module in which a plug-in is made: its functions may be borrowed, but it is named after its file."""
    for name, module in sys.modules.items():
        if name.rpartition(".")[2] == plugin.key and any(value is plugin for value in vars(module).values()):
            return name
    raise LookupError(f"no module {plugin.key} is loaded that holds this {type(plugin).__name__}")


def _collect(module: _Module, wanted: set[str], needed: Needed) -> None:
    """Add the definitions of names, and of all names that these use, of this module and of those it imports from us."""
    found: dict[int, ast.stmt] = {}
    waiting = list(wanted)
    while waiting:
        statement = module.defined.get(waiting.pop())
        if statement is None or statement.lineno in found:
            continue
        found[statement.lineno] = statement
        if not isinstance(statement, ast.Import | ast.ImportFrom):
            waiting += _uses(statement)
    for statement in (found[line] for line in sorted(found)):
        if isinstance(statement, ast.Import):
            needed.imports.append(ast.unparse(statement))
        elif isinstance(statement, ast.ImportFrom):
            _imported(statement, needed)
        else:
            needed.code.append(module.source(statement))


def _imported(statement: ast.ImportFrom, needed: Needed) -> None:
    """An import from our own folders brings the definitions along."""
    origin = statement.module or ""
    if origin in OURS:
        return
    if origin.split(".")[0] in sys.stdlib_module_names or origin.split(".")[0] in ("jax", "numpy"):
        needed.imports += [ast.unparse(ast.ImportFrom(origin, [alias], 0)) for alias in statement.names]
        return
    _collect(_Module(origin), {alias.name for alias in statement.names}, needed)
