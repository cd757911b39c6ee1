"""A digest of source folders: two processes with the same digest compute and draw the same thing."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = tuple(sorted({init.parent.name for init in ROOT.glob("*/__init__.py")} - {"benchmarks"}))  # a new folder too
_SOURCE = (".py", ".js", ".css", ".mo")


@functools.cache
def digest(*folders: str) -> str:
    """Twelve hexadecimal digits over every source file in `folders`, which are named from the project's root."""
    checksum = hashlib.sha256()
    for folder in folders:
        for file in sorted((ROOT / folder).rglob("*")):
            if file.suffix in _SOURCE:
                checksum.update(file.read_bytes())
    return checksum.hexdigest()[:12]
