"""Starts one step of `bench.excel_steps` in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def run_step(folder: Path, step: str, rows: int, url: str = "") -> list[dict[str, Any]]:
    """What the step measured: name, CPU and wall seconds, MB above idle. `url` names a PostgreSQL; SQLite without."""
    command = [sys.executable, "-m", "bench.excel_steps", str(folder), step, str(rows)]
    environment = os.environ | {"BENCH_DATABASE_URL": url}
    answer = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    return [json.loads(line) for line in answer.stdout.splitlines() if line.startswith("{")]
