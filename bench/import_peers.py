"""Our import and export beside django-import-export, stock and tuned, in turn in one run on SQLite.

Needs ../shared/peers and PEER_PYTHON, a Python that has its requirements; left out in words without them.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from bench import roster
from bench.excel_runner import run_step
from bench.excel_steps import COMMUNITIES

ROWS, ROUNDS = 10_000, 2
OURS, TUNED, STOCK = "GridLedger", "django-import-export, tuned", "django-import-export, stock"
SEEN, WRITTEN, TAKEN = "preview", "confirm", "export"
PORT = "8917"


def run(asked: Any) -> None:
    """Print the table: medians of CPU seconds, turned into rows a second."""
    peers, python = Path(asked.peers).resolve(), os.environ.get("PEER_PYTHON", "")
    if not (peers / "impexp.py").is_file() or not python:
        print("Peers are left out: set PEER_PYTHON to a Python with ../shared/peers/requirements.txt installed.")
        return
    spent: dict[str, list[dict[str, float]]] = {OURS: [], TUNED: [], STOCK: []}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _peer(peers, python, "data.py", str(folder), "--rows", str(ROWS))
        roster.write(folder / "second.xlsx", roster.people(ROWS, seed=2, communities=COMMUNITIES))
        for number in range(ROUNDS):
            spent[OURS].append(_ours(folder, number))
            spent[TUNED].append(_theirs(peers, python, folder, f"tuned{number}", "--tuned"))
            spent[STOCK].append(_theirs(peers, python, folder, f"stock{number}"))
    print(
        f"| {ROWS:,} rows × 11 columns into an empty register, SQLite, rows/CPU s | preview | whole import | export |"
    )
    print("|---|---|---|---|")
    for who, rounds in spent.items():
        seen, written, taken = (statistics.median(each[step] for each in rounds) for step in (SEEN, WRITTEN, TAKEN))
        print(f"| {who} | {ROWS / seen:,.0f} | {ROWS / (seen + written):,.0f} | {ROWS / taken:,.0f} |")


def _ours(folder: Path, number: int) -> dict[str, float]:
    """The second roster into an office that has only its areas."""
    own = folder / f"ours{number}"
    own.mkdir()
    (own / "second.xlsx").symlink_to(folder / "second.xlsx")
    run_step(own, "areas", ROWS)
    found = {line["name"]: float(line["cpu"]) for line in run_step(own, "import", ROWS) + run_step(own, "export", ROWS)}
    return {SEEN: found["check"], WRITTEN: found["whole"] - found["check"], TAKEN: found["export"]}


def _theirs(peers: Path, python: str, folder: Path, name: str, *how: str) -> dict[str, float]:
    """Their own roster of as many people and columns, through the pages of their admin."""
    database = folder / f"{name}.sqlite3"
    _peer(peers, python, "-m", "djpeer.seed", database=str(database))
    said = _peer(
        peers, python, "impexp.py", str(folder / f"roster_{ROWS}.xlsx"), "--db", str(database), "--port", PORT, *how
    )
    found = json.loads(said.splitlines()[-1])
    return {step: float(found[step]["cpu_s"]) for step in (SEEN, WRITTEN, TAKEN)}


def _peer(peers: Path, python: str, *arguments: str, database: str = "") -> str:
    environment = os.environ | {"PEER_DB": database, "DJANGO_SETTINGS_MODULE": "djpeer.settings"}
    done = subprocess.run([python, *arguments], cwd=peers, env=environment, check=True, capture_output=True, text=True)
    return done.stdout
