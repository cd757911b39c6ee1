"""What is deployed says the same as what is served: ports, addresses of probes, and the one nginx configuration."""

import re
from pathlib import Path

from web.front import HEALTH
from web.telemetry import ROUTES

DEPLOY = Path(__file__).parents[1] / "deploy"
TEMPLATE = (DEPLOY / "nginx" / "default.conf.template").read_text()
ANSWERED = {route.path for route in (*HEALTH, *ROUTES)}


def test_probes_ask_for_addresses_that_are_there():
    texts = [path.read_text() for path in (DEPLOY / "kubernetes").glob("*.yaml")]
    asked = {path for text in texts for path in re.findall(r"(?:path: |prometheus.io/path: )(/[a-z]\w*)\b", text)}
    assert {"/healthz", "/readyz", "/metrics"} <= asked
    assert {path for path in asked if not path.startswith(("/lab", "/tmp", "/etc", "/var"))} <= ANSWERED
    assert "/healthz" in (DEPLOY / "Containerfile").read_text()


def test_whoever_starts_nginx_fills_in_all_that_it_asks_for():
    wanted = set(re.findall(r"\$\{(\w+)\}", TEMPLATE.partition("\nupstream")[2]))
    assert wanted == {"LISTEN", "UPSTREAMS", "CACHE"}
    for file in (DEPLOY / "compose.yaml", DEPLOY / "kubernetes" / "nginx.yaml", DEPLOY / "trial.py"):
        assert all(name in file.read_text() for name in wanted), file


def test_braces_are_closed():
    depth = 0
    for line in TEMPLATE.splitlines():
        code = re.sub(r"\$\{\w+\}|'[^']*'|\"[^\"]*\"|#.*", "", line)
        depth += code.count("{") - code.count("}")
        assert depth >= 0, line
    assert depth == 0


def test_a_container_runs_as_nobody_and_writes_nothing():
    assert re.search(r"^USER 10001$", (DEPLOY / "Containerfile").read_text(), re.M)
    for file in (DEPLOY / "kubernetes").glob("*.yaml"):
        text = file.read_text()
        assert text.count("readOnlyRootFilesystem: true") == text.count("containers:")
        assert text.count("runAsNonRoot: true") == text.count("kind: Deployment\nmetadata")
    assert "read_only: true" in (DEPLOY / "compose.yaml").read_text()
