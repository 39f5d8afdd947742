"""全部打印 as the job does it: a street's month, a district's month, a thousand workers' ledgers as one PDF."""

from __future__ import annotations

import gc
import io
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from flask import Flask
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen import canvas
from sqlalchemy import select

from app.extensions import db
from app.factory import create_app
from app.jobs.models import DONE, Job
from app.jobs.worker import run_pending
from app.lowcode.papers import PaperRequest, build_subjects, paper, papers
from app.periods.rules import parse
from app.report_center import printing
from app.security.actor import SYSTEM, acting_as
from app.security.roles import resource
from app.settings.queries import profile
from bench import points
from bench.excel_steps import status_of_process
from reports.document import Table, show
from reports.fonts import HERE, SERIF

ROOT = Path(__file__).resolve().parents[1]
TODAY = date(2026, 11, 22)
MONTH = parse("2026-10")
LEDGERS = 1_000


def run(asked: Any) -> None:  # noqa: ARG001
    """Print the table."""
    print("| what | papers | CPU s | peak above idle | asked |\n|---|---|---|---|---|")
    for key, papers_each, named, limit in (
        # The demonstration has six communities: twelve papers of each are as many as six of twelve.
        ("demo", 12, "a street's month: six communities × twelve papers × PDF and Word, as one ZIP", "≤ 25 s"),
        ("hongqiao", 6, "红桥's month: every community × six papers, every worker's ledger", "≤ 360 s, flat"),
    ):
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "run.py", "init", "--profile", key, "--demo", "--today", TODAY.isoformat()]
            subprocess.run(command, cwd=ROOT, env={"DATA_DIR": folder, "PATH": ""}, check=True, capture_output=True)
            app = create_app({"DATA_DIR": folder, "TODAY": TODAY.isoformat()})
            wanted = _of_communities()[:papers_each] + (["points_ledger"] if key == "hongqiao" else [])
            _print(app, named, wanted, limit, container="zip", formats=("pdf", "docx"))
    app = points.copy(points.month_folder())
    seconds, count = _print(
        app, f"{LEDGERS:,} workers' ledgers as one PDF, 100,000 lines", ["points_ledger"], "", container="pdf",
        formats=("pdf",),
    )  # fmt: skip
    with app.app_context(), acting_as(SYSTEM):
        words = _words()
    bare = _cpu(lambda: _bare_canvas(words))
    print(f"| … speed beside a bare canvas that paints the same words | {count:,} | {bare / seconds:.2f} | | ≥ 0.75 |")


def _of_communities() -> list[str]:
    """Papers of a month that are about an area, and that anybody's month has."""
    return [
        each.name for each in papers()
        if "month" in each.periods and each.subjects is None and {"pdf", "docx"} <= set(each.formats)
        and not resource(each.resource).is_sensitive
    ]  # fmt: skip


def _print(
    app: Flask, named: str, wanted: list[str], limit: str, *, container: str, formats: tuple[str, ...]
) -> tuple[float, int]:
    with app.app_context(), acting_as(SYSTEM):
        top = profile().top_code
        job_id = printing.order(
            [paper(name) for name in wanted], top, MONTH, container=container, formats=formats, by=SYSTEM
        ).id  # fmt: skip
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    idle = status_of_process("VmRSS")
    seconds = _cpu(lambda: run_pending(app))
    grown = (status_of_process("VmHWM") - idle) / 1024
    with app.app_context(), acting_as(SYSTEM):
        job = db.session.execute(select(Job).where(Job.id == job_id)).scalar_one()
        assert job.state == DONE, job.error
        count = int(job.done_count)
    print(f"| {named} | {count:,} | {seconds:.1f} | {grown:.0f} MB | {limit} |", flush=True)
    return seconds, count


def _cpu(work: Callable[[], Any]) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin


def _words() -> list[list[list[str]]]:
    """Ledger → line → the words of its cells, title and heads of columns too."""
    of = paper("points_ledger")
    assert of.subjects is not None
    request = PaperRequest(profile().top_code, MONTH, TODAY, SYSTEM)
    found = []
    for document in build_subjects(of, request, of.subjects(request)):
        table = next(block for block in document.blocks if isinstance(block, Table))
        kinds = [(column.kind, column.places) for column in table.columns]
        lines = [[show(value, *kind) for value, kind in zip(row, kinds, strict=True)] for row in table.rows]
        found.append([[document.title], [column.label for column in table.columns], *lines])
    return found


def _bare_canvas(ledgers: list[list[list[str]]]) -> bytes:
    """Word after word with a rule under each line, thirty lines a page, as somebody would write it in an afternoon."""
    pdfmetrics.registerFont(TTFont("bare", str(HERE / SERIF)))
    buffer = io.BytesIO()
    page = canvas.Canvas(buffer, pagesize=(842, 595))
    for lines in ledgers:
        for start in range(0, len(lines), 30):
            page.setFont("bare", 9)
            for at, line in enumerate(lines[start : start + 30]):
                for column, word in enumerate(line):
                    page.drawString(42 + column * 68, 540 - at * 16, word)
                page.line(42, 538 - at * 16, 800, 538 - at * 16)
            page.showPage()
    page.save()
    return buffer.getvalue()


if __name__ == "__main__":
    run(None)
