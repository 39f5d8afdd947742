"""Papers: one community's digest in four formats, minutes, a ledger of ten thousand rows; beside a bare reportlab loop."""

from __future__ import annotations

import io
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from reportlab.pdfgen import canvas

from app.clock import today
from app.factory import create_app
from app.lowcode.papers import ALL_FORMATS, PaperRequest, paper
from app.periods.rules import parse
from app.security.actor import SYSTEM, acting_as
from reports.contents import roster
from reports.document import TableColumn
from reports.rendering import render

ROOT = Path(__file__).resolve().parents[1]
ROWS = 10_000


def cpu(work: Callable[[], Any], rounds: int = 5) -> float:
    """Median CPU seconds, after one round to warm up."""
    work()
    times = []
    for _ in range(rounds):
        begin = time.process_time()
        work()
        times.append(time.process_time() - begin)
    return statistics.median(times)


def run(asked: Any) -> None:  # noqa: ARG001
    """Print the table."""
    print("| what | CPU | of a bare reportlab loop |\n|---|---|---|")
    ledger()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, "run.py", "init", "--profile", "demo", "--demo", "--today", "2026-11-22"],
            cwd=ROOT, env={"DATA_DIR": folder, "PATH": ""}, check=True, capture_output=True,
        )  # fmt: skip
        app = create_app({"DATA_DIR": folder, "TODAY": "2026-11-22"})
        with app.app_context(), acting_as(SYSTEM):
            digest()
            minutes()


def ledger() -> None:
    """Ten thousand rows × twelve columns, and the same words painted by a bare canvas."""
    columns = [TableColumn(f"列{number}") for number in range(12)]
    rows = [tuple(f"王建国{line % 97}" if c < 4 else f"{line * c % 9973}" for c in range(12)) for line in range(ROWS)]
    document = roster.build(columns, rows, title="测速台账")
    idle = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begin = time.process_time()
    data = render(document, "pdf")
    ours = time.process_time() - begin
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - idle) / 1024
    pages = data.count(b"/Type /Page\n") or data.count(b"/Type /Page ") or data.count(b"/Type/Page")
    bare = cpu(lambda: _bare(rows), rounds=1)
    print(f"| ledger PDF, {ROWS:,} rows, {len(data) / 1024:.0f} KB, {pages} pages | {ours:.2f} s = {pages / ours:.0f} pages/s, "
          f"+{grown:.0f} MB | {bare / ours:.2f} |")  # fmt: skip


def _bare(rows: list[tuple[str, ...]]) -> bytes:
    buffer = io.BytesIO()
    page = canvas.Canvas(buffer)
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            page.drawString(40 + column * 42, 800 - (number % 27) * 28, value.encode("ascii", "replace").decode())
        if number % 27 == 26:
            page.showPage()
    page.save()
    return buffer.getvalue()


def digest() -> None:
    """One community's month in four formats, queries included."""
    month = parse("2026-10")
    wanted = paper("digest")
    request = PaperRequest("990101001001", month, today(), SYSTEM)
    built = cpu(lambda: wanted.build(request))
    document = wanted.build(request)
    total = built
    for format_ in ALL_FORMATS:
        seconds = cpu(lambda format_=format_: render(document, format_))  # type: ignore[misc]
        total += seconds
        print(f"| digest of one community, {format_} | {seconds * 1000:.0f} ms | |")
    print(f"| digest of one community: figures and four formats | {total:.2f} s | |")


def minutes() -> None:
    """The minutes of one meeting of the demonstration."""
    wanted = paper("minutes")
    request = PaperRequest("990101001", parse("2026-10"), date(2026, 11, 22), SYSTEM)
    assert wanted.subjects is not None
    subject = wanted.subjects(request)[0]
    about = PaperRequest(subject.area_code, request.period, request.today, SYSTEM, subject.id)
    document = wanted.build(about)
    print(f"| minutes PDF, warm | {cpu(lambda: render(document, 'pdf')) * 1000:.0f} ms | |")
    print(f"| minutes docx, warm | {cpu(lambda: render(document, 'docx')) * 1000:.0f} ms | |")
