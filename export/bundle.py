"""Which files of this project a module needs: all that it imports, all that those import, and the packages around them."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterable, Iterator
from pathlib import Path

from core.syntax import parse

ROOT = Path(__file__).parent.parent


def files(modules: Iterable[str]) -> dict[str, str]:
    """Path in the project → text, verbatim: first the modules in their order, then what they need, nearest first.

    A registry's package imports its plug-ins by walking its folder, not by name: so only those that are asked for come along.
    """
    waiting = list(dict.fromkeys(modules))
    sources: dict[str, str] = {}
    for module in waiting:  # grows meanwhile
        path = _path(module)
        if path and path not in sources:
            sources[path] = (ROOT / path).read_text(encoding="utf-8")
            waiting += [*_parents(module), *_imported(sources[path])]
    return sources


def _path(module: str) -> str | None:
    """Where a module of ours is; None for any other name. A page's own package is left out: its record is for the app."""
    path = module.replace(".", "/")
    if (ROOT / path / "__init__.py").is_file():
        return None if path.startswith("pages") else f"{path}/__init__.py"
    return f"{path}.py" if (ROOT / f"{path}.py").is_file() else None


def _parents(module: str) -> Iterator[str]:
    while module := module.rpartition(".")[0]:
        yield module


@functools.lru_cache(maxsize=256)
def _imported(source: str) -> tuple[str, ...]:
    """Every name that may be a module, in functions too."""
    names: list[str] = []
    for node in ast.walk(parse(source)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return tuple(names)
