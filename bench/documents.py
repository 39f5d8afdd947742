"""The report library alone, without application or database, beside bare reportlab and openpyxl loops in the same run.

Each line is measured in a fresh process, so that cold is cold and memory is told apart from what stayed.
"""

from __future__ import annotations

import io
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
ROWS = 10_000
NAMES = ("王建国", "欧阳明月", "贺兰阿依", "沈亦舟", "秦小满")

Figures = dict[str, float]


def run(asked: Any) -> None:  # noqa: ARG001
    """Print the table."""
    print("| what | measured | asked |\n|---|---|---|")
    for step, line in LINES.items():
        command = [sys.executable, "-m", "bench.documents", step]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        out = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        whole = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        print(line(json.loads(out) | {"whole": whole}))


def _warm(work: Callable[[], Any], rounds: int = 7) -> float:
    """Median CPU seconds after one round to warm up."""
    work()
    return statistics.median(_cpu(work) for _ in range(rounds))


def _cpu(work: Callable[[], Any]) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin


def _peak() -> float:
    """Most memory this process ever held, in MB; ru_maxrss would begin with the parent's."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _minutes() -> Any:
    """Minutes of three items, as the tests have them."""
    from tests.reports.meeting_papers import meeting_minutes

    return meeting_minutes()


def cold() -> Figures:
    """A fresh process that prints one PDF: interpreter, imports, fonts, paper."""
    from reports.rendering import render

    return {"bytes": len(render(_minutes(), "pdf"))}


def minutes() -> Figures:
    """PDF and Word of the same minutes, warm."""
    from reports.rendering import render

    document = _minutes()
    return {
        "pdf": _warm(lambda: render(document, "pdf")),
        "docx": _warm(lambda: render(document, "docx")),
    }


def chart() -> Figures:
    """The slowest of the five kinds, as picture and as shapes."""
    from reports.document import Chart, Series
    from reports.renderers.chart_picture import png
    from reports.renderers.chart_svg import svg

    series = tuple(Series(f"第{n}类", tuple(20 + n * 7 + month for month in range(12))) for n in range(5))
    labels = tuple(f"{month}月" for month in range(1, 13))
    kinds = ("line", "bar", "stacked_bar", "share", "heat")
    charts = [Chart("各社区事件", labels, series, kind=kind, unit="件") for kind in kinds]  # type: ignore[arg-type]
    return {
        "png": max(_warm(lambda each=each: png(each, 156), 3) for each in charts),  # type: ignore[misc]
        "svg": max(_warm(lambda each=each: svg(each, 156), 3) for each in charts),  # type: ignore[misc]
    }


def _rows() -> list[tuple[Any, ...]]:
    return [
        (NAMES[n % 5], f"枫叶社区第{n % 9 + 1}网格", f"{n:018d}", n % 400, Decimal(n * 7 % 9973) / 100, f"139{n:08d}")
        for n in range(ROWS)
    ]


def _ledger_document(rows: list[tuple[Any, ...]]) -> Any:
    from reports.contents import roster
    from reports.document import TableColumn

    kinds = ("text", "text", "id", "integer", "decimal", "id")
    heads = ("姓名", "网格", "证号", "户数", "分值", "电话")
    columns = [TableColumn(head, kind=kind) for head, kind in zip(heads, kinds, strict=True)]  # type: ignore[arg-type]
    return roster.build(columns, rows, title="测速台账")


def ledger() -> Figures:
    """Ten thousand rows as PDF; a bare canvas then paints the same words in the same font, page by page."""
    from reports.fonts import chain
    from reports.rendering import render

    document = _ledger_document(_rows())
    chain("song")
    render(_minutes(), "pdf")
    idle = _peak()
    made: list[bytes] = []
    ours = _cpu(lambda: made.append(render(document, "pdf")))
    grown = _peak() - idle
    bare = _cpu(lambda: _bare_canvas(_rows()))
    return {"ours": ours, "bare": bare, "bytes": len(made[0]), "grown": grown}


def _bare_canvas(rows: list[tuple[Any, ...]]) -> bytes:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen import canvas

    from reports.fonts import HERE, SERIF

    pdfmetrics.registerFont(TTFont("song", str(HERE / SERIF)))
    buffer = io.BytesIO()
    page = canvas.Canvas(buffer)
    for start in range(0, len(rows), 54):
        page.setFont("song", 9)
        for at, row in enumerate(rows[start : start + 54]):
            for column, value in enumerate((start + at + 1, *row)):
                page.drawString(42 + column * 72, 790 - at * 13.6, str(value))
            page.line(42, 788 - at * 13.6, 550, 788 - at * 13.6)
        page.showPage()
    page.save()
    return buffer.getvalue()


def workbook() -> Figures:
    """Ten thousand rows as Excel, and as a bare loop of openpyxl's fastest writer makes the same cells."""
    from reports.rendering import render

    document = _ledger_document(_rows())
    return {"ours": _warm(lambda: render(document, "xlsx"), 3), "bare": _warm(lambda: _bare_workbook(_rows()), 3)}


def _bare_workbook(rows: list[tuple[Any, ...]]) -> bytes:
    """The same cells with the same frame, face and number formats, each style made once."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Border, Font, Side

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    line = Side("thin")
    styles = []
    for shape in ("0", "@", "@", "@", "#,##0", "#,##0.00", "@"):
        cell = WriteOnlyCell(sheet)
        cell.border, cell.font = Border(line, line, line, line), Font("宋体", 9)
        cell.alignment, cell.number_format = Alignment(vertical="center", wrap_text=True), shape
        styles.append(cell._style)
    for number, row in enumerate(rows, 1):
        cells = []
        for style, value in zip(styles, (number, *row), strict=True):
            cell = WriteOnlyCell(sheet, value)
            cell._style = style
            cells.append(cell)
        sheet.append(cells)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


STEPS: dict[str, Callable[[], Figures]] = {
    "cold": cold, "minutes": minutes, "chart": chart, "ledger": ledger, "workbook": workbook,
}  # fmt: skip
LINES: dict[str, Callable[[Figures], str]] = {
    "cold": lambda f: (
        f"| minutes PDF, cold: a fresh process | {f['whole']:.2f} s, {f['bytes'] / 1024:.0f} KB | ≤ 1.2 s, ≤ 200 KB |"
    ),
    "minutes": lambda f: (
        f"| minutes PDF, warm | {f['pdf'] * 1000:.0f} ms | ≤ 120 ms |\n"
        f"| minutes, Word | {f['docx'] * 1000:.0f} ms | ≤ 300 ms |"
    ),
    "chart": lambda f: (
        f"| chart, slowest of five kinds | picture {f['png'] * 1000:.0f} ms, SVG {f['svg'] * 1000:.1f} ms | ≤ 100 ms |"
    ),
    "ledger": lambda f: (
        f"| ledger PDF, {ROWS:,} rows × 7 columns | {f['ours']:.2f} s, {f['bytes'] / 2**20:.2f} MB, +{f['grown']:.0f} MB "
        f"| ≤ 1.2 MB, ≤ 120 MB |\n"
        f"| … speed beside a bare canvas that paints the same words | {f['bare'] / f['ours']:.2f} | ≥ 0.75 |"
    ),
    "workbook": lambda f: (
        f"| ledger Excel, {ROWS:,} rows | {f['ours']:.2f} s | ≤ 6 s |\n"
        f"| … time beside a bare openpyxl loop | {f['ours'] / f['bare']:.2f}× | ≤ 1.5× |"
    ),
}


if __name__ == "__main__":
    print(json.dumps(STEPS[sys.argv[1]]()))
