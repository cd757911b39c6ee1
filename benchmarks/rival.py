"""A program of torch in a process of its own, because torch may live in another Python ($BENCH_TORCH_PYTHON)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any


class Rival:
    """It is asked for one timed task at a time, a line of JSON each way, so that it alternates with ours.

    Attributes:
      version: of torch; None where it is not installed.
    """

    def __init__(self, script: str) -> None:
        python = os.environ.get("BENCH_TORCH_PYTHON") or sys.executable
        command = [python, str(Path(__file__).with_name(script))]
        try:
            self.process = subprocess.Popen(
                command, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        except OSError as error:
            raise SystemExit(f"BENCH_TORCH_PYTHON={python} does not start: {error}") from None
        hello = self.process.stdout.readline()
        self.version = json.loads(hello)["torch"] if hello else None

    def ask(self, **task: Any) -> dict[str, Any]:
        self.process.stdin.write(json.dumps(task) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(10)
