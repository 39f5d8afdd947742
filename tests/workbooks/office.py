"""LibreOffice, run without a window, as the independent reader and writer of the tests."""

from __future__ import annotations

import subprocess
from pathlib import Path

PROGRAM = "soffice"


def convert(path: Path, to: str, folder: Path) -> Path:
    """The file in another format ("xlsx", "pdf"), written by LibreOffice."""
    target = folder / "converted"
    done = subprocess.run(
        [PROGRAM, f"-env:UserInstallation=file://{folder / 'profile'}", "--headless", "--convert-to", to, "--outdir",
         str(target), str(path)],
        capture_output=True, check=True, timeout=180,
    )  # fmt: skip
    written = target / f"{path.stem}.{to.partition(':')[0]}"
    assert written.exists(), done.stderr.decode(errors="replace")
    return written
