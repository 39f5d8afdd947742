"""Where what goes wrong inside is written down: a file in the data folder, never the console."""

from __future__ import annotations

import logging
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path

LOG_FILE = "gridledger.log"
LARGEST = 5_000_000
"""Bytes of one file before the next is begun; five are kept."""


class LogFile(RotatingFileHandler):
    """Every warning and error with its traceback. The file comes into being with the first line."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        super().__init__(path, maxBytes=LARGEST, backupCount=5, encoding="utf-8", delay=True)
        self.setLevel(logging.WARNING)
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))


class Console(logging.Handler):
    """One plain sentence for each error: what is in the file would frighten, and may hold personal data."""

    def __init__(self, path: Path) -> None:
        super().__init__(logging.ERROR)
        self.path = path

    def emit(self, record: logging.LogRecord) -> None:  # noqa: ARG002 - logging calls it so
        sys.stderr.write(f"出了意外的问题，详细情况记在 {self.path}，请交给管理员查看。\n")


def open_logbook(folder: Path) -> None:
    """Send every warning and error of this process to the log file of a data folder; a second call replaces the first."""
    root = logging.getLogger()
    for handler in root.handlers[:]:
        if isinstance(handler, LogFile | Console):
            root.removeHandler(handler)
            handler.close()
    path = folder / LOG_FILE
    root.addHandler(LogFile(path))
    root.addHandler(Console(path))
