"""A page's numbers as one Python file that needs nothing but JAX: the files of this project verbatim, and a short runner.

The files are strings in the script, which writes them to a temporary folder and imports them from there: so registries find
what is there, and a traceback shows the line (docs/decisions/0011).
"""

from __future__ import annotations

import inspect
import pprint

from core.page import Script
from export.bundle import files

_HEAD = '''"""{what}.

    python descent_lab.py > table.csv

Written by Descent Lab. FILES holds, word for word, what computed it there: the rules first, then the engine that runs them,
then what these stand on. The run itself is at the end of this file. Prints the table that the page gives as CSV; the numbers
agree to the last bits, which differ between processors.

Needs {needs}: pip install {install}
"""

from __future__ import annotations

import csv
import sys
import tempfile
from pathlib import Path

FILES = {{}}
'''
_FILE = """# {rule}
FILES[{path!r}] = r'''{text}'''
"""
_TAIL = """# {rule}
# The run


{run}

GIVEN = {given}

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        for name, text in FILES.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        sys.path.insert(0, folder)
        sys.dont_write_bytecode = True
        sys.stdout.reconfigure(newline="")
        csv.writer(sys.stdout).writerows({name}(**GIVEN))
"""


def written(script: Script) -> str:
    """The whole program."""
    packages = ("jax", *script.needs)
    rule = "-" * 118
    head = _HEAD.format(what=_line(script.what), needs=" and ".join(packages), install=" ".join(packages))
    sources = files(script.modules)
    parts = [head, *(_FILE.format(rule=rule, path=path, text=_checked(path, text)) for path, text in sources.items())]
    given = pprint.pformat(dict(script.given), width=110, sort_dicts=False)
    tail = _TAIL.format(rule=rule, run=inspect.getsource(script.run), given=given, name=script.run.__name__)
    return "\n".join([*parts, tail])


def _line(what: str) -> str:
    """A title that cannot end the docstring it stands in."""
    return what.replace("\\", "/").replace('"', "'")


def _checked(path: str, text: str) -> str:
    if "'''" in text or text.endswith("\\"):
        raise ValueError(f"{path} cannot stand in a raw string: it holds ''' or ends in a backslash")
    return text
