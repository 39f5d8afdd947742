"""The demonstration street, built once by `run.py init --demo` for all tests that need a whole one."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COMMUNITY = "990101001001"
TOP = "990101001"
LOADED = "2026-11-22"
"""The last day of its history."""
TODAY = "2026-12-02"
"""The day on which tests look at it: November is over and may be handed in."""


@dataclass(frozen=True)
class Street:
    """Its data folder, not to be changed but to be copied."""

    folder: Path

    @property
    def passwords(self) -> dict[str, str]:
        """Account → password, as `init` wrote them down."""
        return passwords_in(self.folder)


def passwords_in(folder: Path) -> dict[str, str]:
    """Account → password from a folder's first-sign-in.txt."""
    lines = (folder / "first-sign-in.txt").read_text("utf-8").splitlines()
    return dict(line.split("\t")[1:3] for line in lines if line.count("\t") == 2)


def build(shared: Path) -> Street:
    """The street below `shared`, the folder that all processes of one test run have in common; first come, first build."""
    folder, done, claim = shared / "demo-street", shared / "demo-street.done", shared / "demo-street.claim"
    try:
        os.close(os.open(claim, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        _wait_for(done)
        return Street(folder)
    environment = {**os.environ, "DATA_DIR": str(folder), "TODAY": TODAY, "DATABASE_URL": "", "KEY_DIR": ""}
    init = [sys.executable, "run.py", "init", "--profile", "demo", "--demo", "--today", LOADED]
    made = subprocess.run(init, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    done.touch()
    return Street(folder)


def _wait_for(done: Path) -> None:
    for _ in range(600):
        if done.exists():
            return
        time.sleep(0.5)
    raise AssertionError("The demonstration street was not built.")
