"""`make deploy-test`: nginx with our configuration before three servers, while one is killed and all are started anew.

Readers ask for descents all the time, and one page is open in a real browser. The first server is killed as a crash or a full
memory would, and comes back; then each in turn is told to end and started again, as when a new version comes. It fails when a
reader saw anything but a good answer, or when the open page did not come back from its address by itself.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from string import Template

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[1]
TEMPLATE = ROOT / "deploy" / "nginx" / "default.conf.template"
SERVERS = 3
READERS = 4
PAUSE = 0.05  # seconds that a reader looks at an answer
PATIENCE = 180  # seconds for a server to be ready: the machine may be busy, and nothing compiled
PAGE = "/?surface=taco:kappa=40&start=-8,1&run=sgd:lr=0.045"
AROUND = """daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
worker_processes 1;
events {{ worker_connections 1024; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/default.conf;
}}
"""


def say(text: str) -> None:
    print(text, flush=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """One replica: a process of its own at a port of its own."""

    def __init__(self, folder: Path, number: int):
        self.port, self.log = free_port(), folder / f"server{number}.log"
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "web.serve", "--host", "127.0.0.1", "--port", str(self.port), "--workers", "1"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)

    def ready(self) -> None:
        """Wait until it may be asked."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if self.process is None or self.process.poll() is not None:
                sys.exit(f"the server at port {self.port} has ended: {self.log.read_text(errors='replace')[-2000:]}")
            with contextlib.suppress(OSError, http.client.HTTPException):
                if get(self.port, "/readyz")[0] == 200:
                    return
            time.sleep(0.2)
        sys.exit(f"the server at port {self.port} was not ready after {PATIENCE} s")

    def end(self, how: signal.Signals) -> int:
        assert self.process
        self.process.send_signal(how)
        return self.process.wait(60)


def get(port: int, path: str, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers=headers or {})
        reply = connection.getresponse()
        return reply.status, reply.read()
    finally:
        connection.close()


class Readers:
    """Clients that ask for one descent after the other, none like the one before, each a whole answer or a failure."""

    def __init__(self, port: int):
        self.port, self.seen, self.over = port, Counter(), threading.Event()
        self.threads = [threading.Thread(target=self._read, args=(i,)) for i in range(READERS)]
        for thread in self.threads:
            thread.start()

    def _read(self, which: int) -> None:
        n = 0
        while not self.over.is_set():
            n += 1
            try:
                status, body = get(self.port, f"/api/descent?steps=20&run=sgd:lr={0.001 + 0.001 * which + n * 1e-7:.9f}")
                good = status == 200 and body.endswith(b"}")
                self.seen["good" if good else f"status {status}"] += 1
            except (OSError, http.client.HTTPException) as error:
                self.seen[repr(error)] += 1
            time.sleep(PAUSE)

    def finish(self) -> Counter:
        self.over.set()
        for thread in self.threads:
            thread.join()
        return self.seen


@contextlib.contextmanager
def nginx(folder: Path, servers: list[Server]):
    """Start nginx with the template of deploy/nginx. Yields its port."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        sys.exit("make deploy-test needs nginx; on Debian and Ubuntu: apt-get install nginx-light")
    port = free_port()
    upstreams = " ".join(f"server 127.0.0.1:{server.port} max_fails=0;" for server in servers)
    fill = {"LISTEN": f"127.0.0.1:{port}", "CACHE": f"{folder}/cache", "UPSTREAMS": upstreams}
    filled = TEMPLATE.read_text()
    for name, value in fill.items():
        filled = filled.replace(Template("$${$name}").substitute(name=name), value)
    (folder / "default.conf").write_text(filled)
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder))
    with (folder / "access.log").open("wb") as log:
        command = [program, "-p", str(folder), "-c", str(folder / "nginx.conf")]
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        try:
            end = time.monotonic() + 30
            while time.monotonic() < end and process.poll() is None:
                with contextlib.suppress(OSError, http.client.HTTPException):
                    if get(port, "/healthz")[0] == 200:
                        break
                time.sleep(0.1)
            else:
                sys.exit("nginx did not start: " + (folder / "access.log").read_text(errors="replace")[-2000:])
            yield port
        finally:
            process.terminate()
            process.wait()


def drag(page: Page, value: float) -> None:
    """Move the first run's rate as a hand would, and wait until the address says so: only a living session can write it."""
    before = page.url
    page.locator("input[type=range][data-param='run0.lr']").first.focus()
    page.keyboard.press("ArrowRight" if value > 0 else "ArrowLeft")
    page.wait_for_function("before => location.href !== before", arg=before, timeout=60_000)


def session_of(servers: list[Server]) -> Server:
    """The server that has the page's session, by its own count."""
    for server in servers:
        text = get(server.port, "/metrics")[1].decode()
        if any(line.startswith("descent_sessions ") and float(line.split()[1]) > 0 for line in text.splitlines()):
            return server
    sys.exit("no server has the page's session")


def main() -> None:
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with tempfile.TemporaryDirectory(prefix="descent-lab-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # nginx's worker may be another user
        servers = [Server(folder, i) for i in range(SERVERS)]
        try:
            for server in servers:
                server.start()
            for server in servers:
                server.ready()
            with nginx(folder, servers) as port, sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
                page = browser.new_page()
                page.goto(f"http://127.0.0.1:{port}{PAGE}")
                page.wait_for_selector("[data-player][data-version]", timeout=120_000)
                say("a page is open")
                drag(page, 1)
                languages(port)
                readers = Readers(port)
                try:
                    trial(servers, page)
                finally:
                    seen = readers.finish()
                browser.close()
        finally:
            for server in servers:
                if server.process and server.process.poll() is None:
                    server.end(signal.SIGTERM)
    failed = sum(seen.values()) - seen["good"]
    say(f"answers: {seen['good']} good, {failed} failed {dict(seen) if failed else ''}")
    sys.exit(1 if failed else 0)


def languages(port: int) -> None:
    """Two who open one link in the same second are each spoken to in their own language, also out of the cache."""
    for _ in range(3):
        for language, spoken in (("zh-CN,zh;q=0.9", b'lang="zh"'), ("en-GB", b'lang="en"')):
            status, body = get(port, "/embed/race?steps=77", {"Accept-Language": language})
            if status != 200 or spoken not in body[:200]:
                sys.exit(f"a reader of {language} was answered with {status} and {body[:80]!r}")
    say("each is spoken to in their own language")


def trial(servers: list[Server], page: Page) -> None:
    """One killed, each restarted in turn; after each the open page has to come back by itself."""
    killed = session_of(servers)
    address = page.url
    say("killing the server that the open page is on")
    killed.end(signal.SIGKILL)
    time.sleep(3)  # the readers meet two of three
    killed.start()
    drag(page, 1)
    say(f"the page is back: {page.url.removeprefix(address.split('?')[0])}")
    killed.ready()
    for number, server in enumerate(servers, 1):
        code = server.end(signal.SIGTERM)
        server.start()
        server.ready()
        say(f"server {number} of {len(servers)} restarted, ended with {code}")
        drag(page, -1)
    say("the page is back after each")


if __name__ == "__main__":
    main()
