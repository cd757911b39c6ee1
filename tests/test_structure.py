"""The shape of the project: who may import what, what a new file must hold, and documents that fail when stale."""

import ast
import importlib.metadata
import json
import re
import shutil
import subprocess
import sys
import textwrap
from itertools import chain, pairwise
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from starlette.requests import Request

from core import settings
from core.registry import RegistryError, discover
from core.types import Activation, Initializer, Landscape, Norm, Optimizer, Schedule
from docs import catalogue
from engines.descent import codec
from web import api

ROOT = Path(__file__).parent.parent
PLUGINS = {
    "landscapes": Landscape,
    "optimizers": Optimizer,
    "schedules": Schedule,
    "activations": Activation,
    "initializers": Initializer,
    "norms": Norm,
}

# Folder → the packages it may import, ours and others'. The standard library is always allowed.
MAY_IMPORT = {
    "core": {"jax", "numpy"},
    **{folder: {"core", "jax", "numpy"} for folder in PLUGINS},
    "datasets": {"core", "numpy", "sklearn"},
    "engines": {"core", "datasets", "jax", "numpy", *PLUGINS},
    "errata": {"core", "engines", "jax", "numpy", *PLUGINS},
    "pages": {"core", "datasets", "engines", "errata", "numpy", *PLUGINS},
    "pictures": {"core", "engines", "locales", "matplotlib", "mpl_toolkits", "numpy", "PIL"},
    "locales": {"core", "engines", "errata", "pages", "web", "babel", "numpy", *PLUGINS},
    "export": {"core", "engines", "locales", "numpy", "pages", "starlette", "web", *PLUGINS},
    "web": {
        "core",
        "engines",
        "export",
        "locales",
        "numpy",
        "pages",
        "pictures",
        "plotly",
        "segno",
        "starlette",
        *PLUGINS,
    },
    "player": {"streamlit", "core", "web"},
    "ui": {"streamlit", "numpy", "core", "engines", "errata", "locales", "pages", "player", "web", *PLUGINS},
    "app.py": {"streamlit", "starlette", "core", "web"},
}


def sources(name: str) -> list[Path]:
    path = ROOT / name
    return [path] if path.is_file() else sorted(path.rglob("*.py"))


def imports(file: Path) -> set[str]:
    """Top-level packages a file imports anywhere, inside functions too; the standard library left out."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: write imports in full, not relative"
            found.add((node.module or "").split(".")[0])
    return found - set(sys.stdlib_module_names)


# ---------------------------------------------------------------------------------------------- folders


@pytest.mark.parametrize("folder", MAY_IMPORT)
def test_a_folder_imports_only_what_it_may(folder):
    assert sources(folder)
    for file in sources(folder):
        stray = imports(file) - MAY_IMPORT[folder] - {folder}
        assert not stray, f"{file.relative_to(ROOT)} imports {sorted(stray)}, which is not for {folder}"


def test_the_engine_loads_neither_streamlit_nor_plotly():
    code = "import sys, web.warm, engines.descent.codec; print([m for m in ('streamlit', 'plotly') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_pages_are_thin():
    long = {file.name: count for file in sources("pages") if (count := len(file.read_text("utf-8").splitlines())) > 80}
    assert not long


# ---------------------------------------------------------------------------------------------- plug-in files


@pytest.fixture
def package(tmp_path, monkeypatch, request):
    """A function that writes an empty package of plug-ins from {file name: text} and discovers it."""
    name = "plugins_" + re.sub(r"\W", "_", request.node.name)
    folder = tmp_path / name
    folder.mkdir()
    (folder / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)

    def find(files: dict[str, str], kind: type):
        for file, text in files.items():
            (folder / file).write_text(textwrap.dedent(text), encoding="utf-8")
        return discover(name, [str(folder)], kind)

    yield find
    for module in [m for m in sys.modules if m.split(".")[0] == name]:
        del sys.modules[module]


def schedule(key: str, variable: str = "schedule", params: str = "") -> str:
    return f"""
from core.types import Param, Schedule
{variable} = Schedule(key={key!r}, name="N", summary="S", latex="l", fn=lambda rate, t, horizon, values: t, params=({params}))
"""


def renamed(folder: str, key: str) -> str:
    """The folder's template under another key."""
    text, count = re.subn(r'key="_?template"', f'key="{key}"', (ROOT / folder / "_template.py").read_text(encoding="utf-8"))
    assert count == 1
    return text


ROW = 'Param("k", "k", 1.0, 0.0, 2.0),'
BROKEN = {
    "no constant": ({"empty.py": "x = 1\n"}, r"empty\.py: expected one Schedule .* found 0"),
    "two constants": ({"twice.py": schedule("twice") + schedule("twice", "more")}, r"twice\.py: .* found 2"),
    "key is not the file name": ({"one.py": schedule("other")}, r"one\.py: .* key 'other'; name the file other\.py"),
    "parameter twice": ({"rows.py": schedule("rows", params=ROW * 2)}, r"rows\.py: a parameter is listed twice"),
}


@pytest.mark.parametrize(("files", "message"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_named(package, files, message):
    with pytest.raises(RegistryError, match=message):
        package(files, Schedule)


def test_a_parameter_out_of_its_range_is_named(package):
    with pytest.raises(ValueError, match=r"k: default 3\.0 is outside \[0\.0, 2\.0\]"):
        package({"rows.py": schedule("rows", params='Param("k", "k", 3.0, 0.0, 2.0),')}, Schedule)


def test_files_with_an_underscore_are_skipped(package):
    assert package({"_hidden.py": "raise RuntimeError\n", "seen.py": schedule("seen")}, Schedule).keys() == {"seen"}


@pytest.mark.parametrize(("folder", "kind"), PLUGINS.items(), ids=PLUGINS)
def test_a_copied_template_is_found(package, folder, kind):
    assert package({"newcomer.py": renamed(folder, "newcomer")}, kind).keys() == {"newcomer"}


def test_one_new_file_is_all_it_takes(tmp_path):
    """In a copy of the project, a template under a new name is in the catalogue, the address, the engine and the docs."""
    for folder in ("core", "docs", "locales", "web", *PLUGINS):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "player").mkdir()
    query = "surface=surface_x&steps=3&run=optimizer_x~schedule_x"
    deep = "activation=activation_x&init=initializer_x&width=8&depth=2&batch=4"
    keys = ("surface_x", "optimizer_x", "schedule_x", "activation_x", "initializer_x")
    for folder, key in zip(PLUGINS, keys, strict=True):
        (tmp_path / folder / f"{key}.py").write_text(renamed(folder, key), encoding="utf-8")
    code = f"""
        from urllib.parse import parse_qsl
        from core import codec
        from core import network
        from engines.descent.results import Descent
        from engines.signal.statistics import signal
        from docs import catalogue as docs
        from web.catalogue import catalogue

        kinds = ("surfaces", "optimizers", "schedules", "activations", "initializers")
        listed = [[item["key"] for item in catalogue(str)[kind]] for kind in kinds]
        experiment, problems = codec.parse(parse_qsl({query!r}))
        assert not problems, problems
        assert codec.encode(codec.pairs(experiment)) == {query!r}
        assert Descent(experiment).trajectories[0].x.shape == (4, 2)
        deep, problems = network.parse(parse_qsl({deep!r}))
        assert not problems, problems
        assert codec.encode(network.pairs(deep)) == {deep!r}
        assert signal(deep).std.shape == (2,)
        for known, key in zip(listed, {keys!r}, strict=True):
            assert key in known and f"`{{key}}`" in docs.text(), key
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


# ---------------------------------------------------------------------------------------------- requirements


def requirements(name: str) -> dict[str, str]:
    """Package → version, of the lines that are not comments or includes."""
    lines = [line.split("#")[0].strip() for line in (ROOT / name).read_text(encoding="utf-8").splitlines()]
    lines = [line for line in lines if line and not line.startswith("-r ")]
    for line in lines:
        assert re.fullmatch(r"[\w.-]+(\[\w+\])?==[\w.]+", line), f"{name}: {line!r} is not pinned with =="
    return {bare(line): line.partition("==")[2] for line in lines}


def bare(requirement: str) -> str:
    """The normalised name at the start of a requirement."""
    name = re.match(r"[\w.-]+", requirement)
    assert name
    return re.sub(r"[-_.]+", "-", name[0]).lower()


def brought_along(package: str) -> set[str]:
    """What a package itself requires."""
    return {bare(line) for line in importlib.metadata.requires(package) or [] if "extra ==" not in line}


RUN, DEV = requirements("requirements.txt"), requirements("requirements-dev.txt")


def test_the_tests_run_what_is_pinned():
    wrong = {
        name: (version, found)
        for name, version in {**RUN, **DEV}.items()
        if (found := importlib.metadata.version(name)) != version
    }
    assert not wrong, "pinned and installed differ: make test installs what is pinned"


@pytest.mark.parametrize("name", RUN)
def test_every_run_time_dependency_has_its_reason(name):
    reasons = (ROOT / "docs" / "decisions" / "0003-dependencies.md").read_text(encoding="utf-8")
    assert f"* **{name}**:" in reasons


def test_everything_imported_is_required():
    """Nothing works only because someone once installed it by hand."""
    ours = {path.name for path in ROOT.iterdir() if path.is_dir()} | {"golden"}
    ours |= {"torch"}  # in an environment of its own: make golden
    of = importlib.metadata.packages_distributions()
    app = set(RUN).union(*map(brought_along, RUN))
    for folder in [*MAY_IMPORT, "tests", "benchmarks", "docs"]:
        allowed = app if folder in MAY_IMPORT and folder != "locales" else app | set(DEV)
        for file in sources(folder):
            siblings = {path.stem for path in file.parent.glob("*.py")}
            for module in imports(file) - ours - siblings:
                names = {bare(name) for name in of.get(module, [])}
                assert names & allowed, f"{file.relative_to(ROOT)} imports {module}, which no requirements file brings"


# ---------------------------------------------------------------------------------------------- documents

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
README = (ROOT / "README.md").read_text(encoding="utf-8")
each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())


@each_document
def test_make_targets_in_documents_exist(document):
    targets = set(re.findall(r"^(\w[\w-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    text = document.read_text(encoding="utf-8")
    spoken = set(re.findall(r"`make ([a-z-]+)|^make ([a-z-]+)", text, re.M))
    assert {one or other for one, other in spoken} <= targets


@each_document
def test_files_that_documents_link_to_exist(document):
    links = re.findall(r"\]\(([^)#\s]+)", document.read_text(encoding="utf-8"))
    missing = [link for link in links if "://" not in link and not (document.parent / link).exists()]
    assert not missing


def test_the_catalogue_is_up_to_date():
    assert catalogue.TARGET.read_text(encoding="utf-8") == catalogue.text(), "run `make docs`"


def test_the_readme_shows_both_commands():
    assert "```sh\nmake run\n```" in README
    assert "```sh\nmake test\n```" in README


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.M | re.S)


def test_links_in_the_readme_are_whole():
    links = re.findall(r"<http://localhost:8501/\?([^>]+)>", README)
    assert links
    for link in links:
        pairs = [pair for pair in parse_qsl(link) if pair[0] not in settings.PAGE_FIELDS]
        assert not codec.parse(pairs)[1], link


def answer(address: str):
    """The body that a route gives for an address."""
    parts = urlsplit(address)
    route = next(route for route in api.ROUTES if route.path == parts.path)
    scope = {"type": "http", "method": "GET", "path": parts.path, "query_string": parts.query.encode(), "headers": []}
    return route.endpoint(Request(scope)).body


def assert_within(said, found):
    """Every key that the README shows has that value; floats may differ in their last digits."""
    if isinstance(said, dict):
        assert said.keys() <= found.keys()
        for key in said:
            assert_within(said[key], found[key])
    elif isinstance(said, list):
        assert len(said) == len(found)
        for one, other in zip(said, found, strict=True):
            assert_within(one, other)
    else:
        assert said == (pytest.approx(found, rel=1e-12) if isinstance(said, float) else found)


def test_api_answers_in_the_readme_are_real():
    fenced = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.M | re.S)
    shown = [(a[1], b[1]) for a, b in pairwise(fenced) if (a[0], b[0]) == ("sh", "json")]
    assert len(shown) == len(blocks("json")) > 0
    for command, text in shown:
        address = re.fullmatch(r"curl -s '(http://localhost:8501/\S+)'\n", command)
        assert address, command
        assert_within(json.loads(text), json.loads(answer(address[1])))


def test_the_python_in_the_readme_runs(monkeypatch, capsys):
    class Reply:
        def __init__(self, address):
            self.address = address

        def read(self):
            return answer(self.address)

    monkeypatch.setattr("urllib.request.urlopen", Reply)
    for code in blocks("python"):
        exec(code, {})
    assert capsys.readouterr().out == "(501, 2)\n"


def test_no_file_knows_the_machine_it_was_made_on():
    """No absolute paths of a developer's machine and no package hosts: both come from the machine the project is on."""
    forbidden = re.compile(r"(?<![\w.])/(work|home/\w+|Users)/|\b(pypi|pythonhosted|npmjs|debian)\.(org|com)\b")
    folders = [path for path in ROOT.iterdir() if path.is_dir() and (path.name[0] != "." or path.name in (".ci", ".streamlit"))]
    files = chain(ROOT.glob("*.*"), ROOT.glob("Makefile"), *(folder.rglob("*") for folder in folders))
    kinds = {".py", ".js", ".css", ".md", ".txt", ".toml", ".json", ".po", ".sh", ""}
    found = [
        f"{file.relative_to(ROOT)}: {hit[0]}"
        for file in files
        if file.is_file() and file.suffix in kinds and "node_modules" not in file.parts and file != Path(__file__)
        for hit in [forbidden.search(file.read_text(encoding="utf-8"))]
        if hit
    ]
    assert not found
