"""Old .xls files are read by a process of their own, which may die of them; this one hears of it and says so."""

from __future__ import annotations

import pickle
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

from app.lowcode.importing.containers import FileIsRefused, damaged
from app.lowcode.importing.extent import why_too_far
from app.lowcode.importing.old_records import told_of_records
from app.lowcode.importing.reader import Page, read_pages
from app.lowcode.importing.sheet_walk import Told

if sys.platform != "win32":
    import resource

MOST_MEMORY = 2 * 1024**3
"""Address space of the reading process, bytes. The largest sheet that .xls can hold takes about half of it."""
MOST_CPU = 60
"""Seconds of work. 65,536 rows of twenty columns take two."""
MOST_SECONDS = 180
"""Seconds by the clock, for a machine that has much else to do."""

_ROOT = Path(__file__).resolve().parents[3]
_TOO_MUCH = "这个表读起来占的内存或时间多得不正常，已经停下，多半是文件损坏了。请用 Excel 或 WPS 打开检查，另存为 .xlsx 再上传。"  # fmt: skip


def read_pages_apart(
    data: bytes, *, most_memory: int = MOST_MEMORY, most_seconds: float = MOST_SECONDS
) -> tuple[list[Page], dict[str, Told]]:
    """As `read_pages`, with what the records tell about each page. Whatever the file makes of its reader, this process
    stays. Raises FileIsRefused."""
    command = [sys.executable, "-m", __name__, str(most_memory)]
    try:
        done = subprocess.run(  # noqa: S603  our own module, by the interpreter that runs us
            command, input=data, capture_output=True, cwd=_ROOT, timeout=most_seconds, check=False
        )
    except subprocess.TimeoutExpired as fault:
        raise FileIsRefused(_TOO_MUCH) from fault
    if done.returncode:
        raise FileIsRefused(_TOO_MUCH)
    # Written by `main` below, of plain lists; the file's own bytes are never unpickled.
    pages, told, refusal = pickle.loads(done.stdout)  # noqa: S301
    if refusal:
        raise FileIsRefused(refusal)
    return [Page(*page) for page in pages], told


def main(most_memory: int) -> None:
    """Read a file from standard input, write its pages or the refusal to standard output."""
    _bound(most_memory)
    data = sys.stdin.buffer.read()
    answer: tuple[list[tuple[Any, ...]], dict[str, Told], str]
    try:
        answer = *_within_reach(read_pages(data), _told(data)), ""
    except FileIsRefused as refused:
        answer = [], {}, str(refused)
    except OverflowError:
        answer = [], {}, str(damaged())
    sys.stdout.buffer.write(pickle.dumps(answer, protocol=pickle.HIGHEST_PROTOCOL))


def _within_reach(pages: list[Page], told: dict[str, Told]) -> tuple[list[tuple[Any, ...]], dict[str, Told]]:
    """Without the pages that reach too far, which are told instead."""
    near = []
    for page in pages:
        width = max((len(row) for row in page.rows), default=0)
        if why := why_too_far(page.name, len(page.rows), width):
            told[page.name] = Told(why)
        else:
            near.append(tuple(page))
    return near, told


def _told(data: bytes) -> dict[str, Told]:
    """Nothing where only the reader finds its way through the file."""
    try:
        return told_of_records(data)
    except (ValueError, IndexError, struct.error):
        return {}


def _bound(most_memory: int) -> None:
    """Where the system can: a process that asks for more memory or works longer is ended. Windows has no such limits."""
    if sys.platform == "win32":
        return
    for which, most in (
        (resource.RLIMIT_AS, most_memory),
        (resource.RLIMIT_CPU, MOST_CPU),
        (resource.RLIMIT_CORE, 0),
    ):
        _soft, hard = resource.getrlimit(which)
        resource.setrlimit(which, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


if __name__ == "__main__":
    main(int(sys.argv[1]))
