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
from packaging.requirements import Requirement
from starlette.requests import Request

from core import settings
from core.registry import RegistryError, discover
from core.types import Activation, Initializer, Landscape, Norm, Optimizer, Schedule, Wrapper
from docs import catalogue
from engines.descent import codec
from pages import PAGES
from web.routes import ROUTES

ROOT = Path(__file__).parent.parent
PLUGINS = {
    "landscapes": Landscape,
    "optimizers": Optimizer,
    "schedules": Schedule,
    "wrappers": Wrapper,
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
    "pages": {"core", "datasets", "engines", "errata", "numpy", "pandas", "plotly", "streamlit", *PLUGINS},
    "pictures": {"core", "engines", "locales", "numpy", "PIL", "matplotlib", "mpl_toolkits"},
    "locales": {"core", "datasets", "engines", "errata", "pages", "babel", *PLUGINS},
    "export": {"core", "engines", *PLUGINS},
    "web": {
        "core", "datasets", "engines", "export", "jax", "locales", "numpy", "pages", "pandas", "pictures", "plotly",
        "prometheus_client", "pyarrow", "segno", "starlette", "uvicorn", *PLUGINS,
    },
    "player": {"streamlit", "ui", "web"},
    "ui": {"streamlit", "core", "locales", "pages", "player"},
    "app.py": {"streamlit", "starlette", "ui", "web"},
}  # fmt: skip


def sources(name: str) -> list[Path]:
    path = ROOT / name
    return [path] if path.is_file() else sorted(path.rglob("*.py"))


def imports(file: Path) -> set[str]:
    """Top-level packages a file imports anywhere, inside functions too; the standard library left out."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: write imports in full, not relative"
            names.add((node.module or "").split(".")[0])
    return names - set(sys.stdlib_module_names)


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


def test_what_draws_with_plotly_has_loaded_pandas():
    """Plotly looks for pandas among what is loaded; scikit-learn loads it when a data set is first asked for, in any thread."""
    drawing = [file for folder in ("pages", "web", "ui", "pictures") for file in sources(folder) if "plotly" in imports(file)]
    assert len(drawing) >= 4
    assert [file for file in drawing if "pandas" not in imports(file)] == []


def test_a_page_is_streamlits_in_its_notes_only():
    for file in sources("pages"):
        assert file.name == "page.py" or "streamlit" not in imports(file), file


def test_no_page_imports_another():
    for file in sources("pages"):
        own = file.parent.name
        modules = {node.module for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.ImportFrom)}
        others = {m for m in modules if m and m.startswith("pages.") and m.split(".")[1] != own}
        assert file.parent.name == "pages" or not others, f"{file.relative_to(ROOT)} imports {others}"


def test_a_way_out_names_no_page():
    """What differs between pages is a field of their records."""
    keys = "|".join(PAGES)
    named = re.compile(rf"""["'](?:{keys})["']|pages[./](?:{keys})\b""")
    for folder in ("web", "ui", "export", "pictures", "player"):
        files = [*sources(folder), *sorted((ROOT / folder).glob("*.js"))]
        hits = {
            file.name: named.findall(re.sub(r"/\*.*?\*/|#.*|//.*", "", file.read_text("utf-8"), flags=re.S)) for file in files
        }
        assert not {name: hit for name, hit in hits.items() if hit and (folder, name) not in NAMED}


NAMED = {("web", "catalogue.py"), ("web", "warm.py"), ("web", "api.py")}  # where `activations` is a folder of things


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
    for folder in MAY_IMPORT.keys() - {"app.py"} | {"docs", "tests"}:
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    query = "surface=landscapes_x&steps=3&run=optimizers_x~schedules_x~wrappers_x"
    deep = "activation=activations_x&init=initializers_x&norm=norms_x&width=8&depth=2&batch=4"
    for folder in PLUGINS:
        (tmp_path / folder / f"{folder}_x.py").write_text(renamed(folder, f"{folder}_x"), encoding="utf-8")
    code = f"""
        from urllib.parse import parse_qsl
        from core.query import encode
        from engines.descent import codec
        from engines.descent.results import Descent
        from engines.signal import network
        from engines.signal.statistics import signal
        from docs import catalogue as docs
        from web.catalogue import catalogue

        experiment, problems = codec.parse(parse_qsl({query!r}))
        assert not problems, problems
        assert encode(codec.pairs(experiment)) == {query!r}
        assert Descent(experiment).trajectories[0].x.shape == (4, 2)
        deep, problems = network.parse(parse_qsl({deep!r}))
        assert not problems, problems
        assert encode(network.pairs(deep)) == {deep!r}
        assert signal(deep).std.shape == (2,)
        listed, written = catalogue(str), docs.text()
        for folder in {list(PLUGINS)!r}:
            key, kind = folder + "_x", "surfaces" if folder == "landscapes" else folder
            assert key in [item["key"] for item in listed[kind]], key
            assert f"`{{key}}`" in written, key
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    # What a template says of itself is true, and stays so until its text is changed.
    tests = ["-q", "-p", "no:cacheprovider", "tests/test_summaries.py", "-k", " or ".join(f"{folder}_x" for folder in PLUGINS)]
    done = subprocess.run([sys.executable, "-m", "pytest", *tests], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert f"{2 * len(PLUGINS)} passed" in done.stdout, "each has checks, and they hold"


# ---------------------------------------------------------------------------------------------- requirements


def chosen(name: str) -> dict[str, Requirement]:
    """By name, the requirements of a list; without comments, includes, options and hashes."""
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [re.sub(r"#.*|--hash=\S+", "", line).strip() for line in text.splitlines()]
    return {bare(line): Requirement(line) for line in lines if line and not line.startswith("-")}


def pinned(name: str) -> dict[str, str]:
    """Package → version, of the lines of a generated list that are for this system and this Python."""
    text = (ROOT / name).read_text(encoding="utf-8")
    packages = [line for line in re.sub(r"^\s*#.*\n", "", text, flags=re.M).replace("\\\n", " ").splitlines() if line]
    versions = {}
    for line in packages:
        assert "--hash=sha256:" in line, f"{name}: {line[:40]!r} has no hash: make requirements"
        requirement = Requirement(line.partition("--hash")[0])
        if requirement.marker is None or requirement.marker.evaluate():
            (exactly,) = requirement.specifier
            assert exactly.operator == "==", f"{name}: {requirement} is not pinned with =="
            versions[bare(requirement.name)] = exactly.version
    return versions


def bare(requirement: str) -> str:
    """The normalised name at the start of a requirement."""
    name = re.match(r"[\w.-]+", requirement)
    assert name
    return re.sub(r"[-_.]+", "-", name[0]).lower()


def brought_along(package: str) -> set[str]:
    """What a package itself requires."""
    return {bare(line) for line in importlib.metadata.requires(package) or [] if "extra ==" not in line}


RUN, DEV = chosen("requirements.in"), chosen("requirements-dev.in")
LISTS = {"requirements.txt": RUN, "requirements-dev.txt": RUN | DEV}


def test_the_tests_run_what_is_pinned():
    wanted = pinned("requirements-dev.txt")
    wrong = {name: (version, has) for name, version in wanted.items() if (has := importlib.metadata.version(name)) != version}
    assert not wrong, "pinned and installed differ: make test installs what is pinned"


@pytest.mark.parametrize(("name", "wanted"), LISTS.items(), ids=LISTS)
def test_the_lists_hold_what_was_chosen(name, wanted):
    """`make requirements` was run after the last change: what was chosen is there, in a version that was allowed."""
    versions = pinned(name)
    for package, requirement in wanted.items():
        assert requirement.specifier.contains(versions[package]), (
            f"{name}: {package} {versions[package]}; run make requirements"
        )


def test_the_app_is_tested_with_the_versions_it_runs_on():
    app, tests = pinned("requirements.txt"), pinned("requirements-dev.txt")
    assert app.items() <= tests.items()


def test_a_package_for_some_systems_only_says_so():
    """The lists are for every system, though they were written on one."""
    assert re.search(r"^uvloop==\S+ ;.*sys_platform != 'win32'", (ROOT / "requirements.txt").read_text("utf-8"), re.M)


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


@each_document
def test_files_that_documents_name_exist(document):
    """`folder/file.py` and `folder/` in backticks, from the project's root; `<key>` stands for any name."""
    named = re.findall(r"`([a-z][\w-]*/(?:[\w<>.-]+/)*(?:[\w<>-]+\.[a-z]+)?)`", document.read_text(encoding="utf-8"))
    missing = [name for name in named if not any(ROOT.glob(re.sub(r"<\w+>", "*", name.rstrip("/"))))]
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
    route = next(route for route in ROUTES if route.path == parts.path)
    scope = {"type": "http", "method": "GET", "path": parts.path, "query_string": parts.query.encode(), "headers": []}
    return route.endpoint(Request(scope)).body


def assert_within(said, whole):
    """Every key that the README shows has that value; floats may differ in their last digits."""
    if isinstance(said, dict):
        assert said.keys() <= whole.keys()
        for key in said:
            assert_within(said[key], whole[key])
    elif isinstance(said, list):
        assert len(said) == len(whole)
        for one, other in zip(said, whole, strict=True):
            assert_within(one, other)
    else:
        assert said == (pytest.approx(whole, rel=1e-12) if isinstance(said, float) else whole)


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
    kinds = {".py", ".js", ".css", ".md", ".txt", ".in", ".toml", ".json", ".po", ".sh", ""}
    names = [
        f"{file.relative_to(ROOT)}: {hit[0]}"
        for file in files
        if file.is_file()
        and file.suffix in kinds
        and file.name != ".git"
        and "node_modules" not in file.parts
        and file != Path(__file__)
        for hit in [forbidden.search(file.read_text(encoding="utf-8"))]
        if hit
    ]
    assert not names
