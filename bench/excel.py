"""Excel in and out: a roster of 100,000 people checked, written, taken back and exported; beside peers where they are.

`python -m bench excel` starts a fresh process for each measurement, so that memory is told apart from what stayed.
BENCH_DATABASE_URL measures a PostgreSQL in place of SQLite (an empty database).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench import roster
from bench.excel_steps import COMMUNITIES

ROOT = Path(__file__).resolve().parents[1]
ASKED = {
    "read": "", "layout": "≤ 0.3 s", "check": "≥ 12,000 rows/s", "publish": "≤ 5 s", "whole": "≥ 5,000 rows/s", "again": "", "changed": "", "undo": "",
    "export": "≥ 30,000 rows/s",
}  # fmt: skip
NAMES = {
    "read": "reading the workbook alone",
    "layout": "recognising its layout, reading not counted",
    "check": "preview: read, laid out, checked, compared, staged",
    "publish": "publishing transaction",
    "whole": "whole import",
    "again": "preview of the same file again (nothing new)",
    "changed": "preview and publishing of a file with every tenth phone changed",
    "undo": "taking the batch back",
    "export": "export to .xlsx, one sealed and one masked column",
}


def run(asked: Any) -> None:
    """Print the table."""
    rows = min(100_000, max(int(size) for size in asked.rows.split(",")))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, seed in (("first", 1), ("second", 2)):
            roster.write(folder / f"{file}.xlsx", roster.people(rows, seed=seed, communities=COMMUNITIES))
        roster.write(folder / "changed.xlsx", roster.with_new_phones(rows, seed=2, communities=COMMUNITIES))
        _step(folder, "prepare", rows)
        print(
            f"| {rows:,} rows × {len(roster.HEAD)} columns against {rows:,} existing | CPU s | rows/s | peak above idle | asked |"
        )
        print("|---|---|---|---|---|")
        for step in ("recognise", "import", "again", "changed", "export", "undo"):
            lines = _step(folder, step, rows)
            # A measurement inside another begins the peak anew: the whole is as high as its highest part.
            peak = max(line["grown"] for line in lines)
            for line in lines:
                rate, grown = rows / line["cpu"], peak if line["name"] == "whole" else line["grown"]
                print(
                    f"| {NAMES[line['name']]} | {line['cpu']:.2f} | {rate:,.0f} | {grown:.0f} MB"
                    f" | {ASKED[line['name']]} |"
                )


def _step(folder: Path, step: str, rows: int) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "bench.excel_steps", str(folder), step, str(rows)]
    answer = subprocess.run(command, cwd=ROOT, env=os.environ, check=True, capture_output=True, text=True)
    return [json.loads(line) for line in answer.stdout.splitlines() if line.startswith("{")]
