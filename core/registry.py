"""Finds what lives in a folder: one file, one module-level constant, one key.

A file that breaks the contract fails at import with a message that names the file and what is missing.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")


class RegistryError(Exception):
    """A plug-in file does not keep the contract of its folder."""


def discover(package: str, path: Sequence[str], kind: type[T], order: Sequence[str] = ()) -> dict[str, T]:
    """Import every module of `package` and collect its constant of type `kind`, keyed by file name.

    Args:
      package, path: `__name__` and `__path__` of the folder's package.
      kind: the record each file must define exactly once at module level.
      order: keys that come first in menus; the others follow by name.
    """
    names = [m.name for m in pkgutil.iter_modules(path) if not m.name.startswith("_")]
    records = {name: _constant(importlib.import_module(f"{package}.{name}"), name, kind) for name in names}
    first = [key for key in order if key in records]
    return {key: records[key] for key in [*first, *sorted(set(records) - set(first))]}


def _constant(module: Any, name: str, kind: type[T]) -> T:
    file = Path(module.__file__ or name).name if not hasattr(module, "__path__") else f"{name}/__init__.py"
    constants = [value for value in vars(module).values() if isinstance(value, kind)]
    if len(constants) != 1:
        raise RegistryError(f"{file}: expected one {kind.__name__} at module level, found {len(constants)}")
    constant: Any = constants[0]
    if constant.key != name:
        raise RegistryError(f"{file}: its {kind.__name__} has the key {constant.key!r}; name the file {constant.key}.py")
    keys = [p.key for p in getattr(constant, "params", ())]
    if len(set(keys)) != len(keys):
        raise RegistryError(f"{file}: a parameter is listed twice in {keys}")
    return constant
