"""Excel in and out: a roster of 100,000 people checked, written, taken back and exported; beside peers where they are.

`python -m bench excel` starts a fresh process for each measurement, so that memory is told apart from what stayed.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from bench import import_peers, roster
from bench.excel_runner import run_step
from bench.excel_steps import COMMUNITIES
from bench.postgres import postgres

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
    """Print the tables: SQLite, PostgreSQL, and ten thousand rows beside django-import-export."""
    rows = min(100_000, max(int(size) for size in asked.rows.split(",")))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, seed in (("first", 1), ("second", 2)):
            roster.write(folder / f"{file}.xlsx", roster.people(rows, seed=seed, communities=COMMUNITIES))
        roster.write(folder / "changed.xlsx", roster.with_new_phones(rows, seed=2, communities=COMMUNITIES))
        _print_table(folder, rows, "SQLite")
        with postgres() as url:
            _print_table(folder, rows, "PostgreSQL, its own CPU with it", url)
    import_peers.run(asked)


def _print_table(folder: Path, rows: int, database: str, url: str = "") -> None:
    run_step(folder, "prepare", rows, url)
    print(
        f"| {rows:,} rows × {len(roster.HEAD)} columns against {rows:,} existing, {database} | CPU s | rows/s"
        " | peak above idle | asked |\n|---|---|---|---|---|"
    )
    for step in ("recognise", "import", "again", "changed", "export", "undo"):
        lines = run_step(folder, step, rows, url)
        # A measurement inside another begins the peak anew: the whole is as high as its highest part.
        peak = max(line["grown"] for line in lines)
        for line in lines:
            rate, grown = rows / line["cpu"], peak if line["name"] == "whole" else line["grown"]
            print(
                f"| {NAMES[line['name']]} | {line['cpu']:.2f} | {rate:,.0f} | {grown:.0f} MB | {ASKED[line['name']]} |",
                flush=True,
            )
    print()
