"""From nothing to the first page: imports, create_app, sign-in page, in CPU seconds of a fresh process."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = """
import time
from app.factory import create_app
app = create_app()
client = app.test_client()
assert client.get("/login/").status_code == 200
"""


def _cpu(command: list[str], folder: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=ROOT, env={**os.environ, "DATA_DIR": folder}, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)


def run(asked: Any) -> None:  # noqa: ARG001
    """init --demo once, then three second starts."""
    with tempfile.TemporaryDirectory() as folder:
        demo = _cpu([sys.executable, "run.py", "init", "--profile", "demo", "--demo", "--today", "2026-11-22"], folder)
        starts = sorted(_cpu([sys.executable, "-c", SCRIPT], folder) for _ in range(3))
        fonts = _cpu([sys.executable, "run.py", "doctor"], folder)
    print("| what | CPU s |\n|---|---|")
    print(f"| init --demo | {demo:.1f} |")
    print(f"| second start to first page | {starts[1]:.2f} |")
    print(f"| doctor | {fonts:.2f} |")
