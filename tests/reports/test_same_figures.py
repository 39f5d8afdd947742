"""Two hundred random ledgers and summaries say the same figures on screen, in Excel, Word and PDF, and the sums live."""

from __future__ import annotations

import io
import random
import re
import subprocess
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from reports.contents import points_ledger
from reports.document import Cell, Document, Facts, Table, show
from reports.rendering import render

DATA_SETS = 200
FIGURE = re.compile(r"(?<![\d.-])-?\d[\d,]*\.\d(?!\d)")


def points(rng: random.Random) -> Decimal:
    return Decimal(rng.choice((rng.randint(-50, 200), rng.randint(-9, 9), rng.randint(10_000, 20_000)))) / 10


def ledger(rng: random.Random) -> Document:
    """A worker's ledger of up to thirty entries, some of them waiting for their check."""
    entries = [
        points_ledger.Entry(
            number, date(2026, 10, 1) + timedelta(days=rng.randrange(31)), "", rng.choice(("修水管", "调解纠纷")),
            f"R{rng.randrange(30):02d}", points(rng), counts=rng.random() > 0.1,
        )
        for number in range(1, rng.choice((0, 1, 4, 30)) + 1)
    ]  # fmt: skip
    return points_ledger.build(
        points_ledger.Worker("韦青", "第一网格"), entries, period="2026年10月", opening=points(rng)
    )


def summary(rng: random.Random) -> Document:
    """The summary of up to forty workers."""
    lines = [
        points_ledger.WorkerLine(
            f"韦{'青禾麦苗'[n % 4]}", "第一网格", points(rng), abs(points(rng)), -abs(points(rng)), n
        )
        for n in range(rng.choice((0, 1, 5, 40)))
    ]
    return points_ledger.build_summary(lines, area="枫叶社区", period="2026年10月")


def said(document: Document) -> list[str]:
    """The figures with one place that the paper says, in the order of reading."""
    found: list[str] = []
    for block in document.blocks:
        if isinstance(block, Facts):
            found += [show(value) for _label, value in block.pairs if isinstance(value, Cell)]
        if isinstance(block, Table):
            for row in (*block.rows, block.totals or ()):
                for column, value in zip(block.columns, row, strict=False):
                    if column.kind == "decimal" and value != "":
                        found.append(show(value, column.kind, column.places).strip("（）"))
    return found


def on_screen(document: Document) -> list[str]:
    html = render(document, "html").decode()
    return FIGURE.findall(unescape(re.sub(r"<[^>]+>", " ", html[html.index("<body") :])))


def in_word(document: Document) -> list[str]:
    body = docx.Document(io.BytesIO(render(document, "docx")))
    # A cell that spans columns is given once for each of them.
    cells = {cell._tc: cell.text for table in body.tables for row in table.rows for cell in row.cells}
    return [figure for text in cells.values() for figure in FIGURE.findall(text)]


def in_pdf(document: Document) -> list[str]:
    done = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=render(document, "pdf"), capture_output=True, check=True
    )
    return FIGURE.findall(done.stdout.decode())


def in_excel(sheet: Worksheet) -> Iterator[str]:
    for row in sheet.iter_rows():
        for cell in row:
            if cell.number_format.endswith("0.0") and isinstance(cell.value, int | float):
                yield f"{cell.value:,.1f}"
            elif isinstance(cell.value, str):
                yield from FIGURE.findall(cell.value)


def computed(sheet: Worksheet, formula: str) -> Decimal:
    """A formula of the papers (=K7, =SUM of cells, ranges and numbers, =SUMIF) reckoned from the other cells."""
    body = formula.removeprefix("=")
    if body.startswith("SUMIF("):
        cells, wanted = body.removeprefix("SUMIF(").removesuffix(")").split(",")
        numbers = [_number(cell.value) for (cell,) in sheet[cells]]
        return sum((each for each in numbers if (each > 0 if wanted == '">0"' else each < 0)), Decimal(0))
    total = Decimal(0)
    for part in body.removeprefix("SUM(").removesuffix(")").split(","):
        if ":" in part:
            total += sum((_number(cell.value) for (cell,) in sheet[part]), Decimal(0))
        else:
            total += _number(sheet[part].value) if part[0].isalpha() else Decimal(part)
    return total


def _number(value: Any) -> Decimal:
    return Decimal(str(value)) if isinstance(value, int | float) else Decimal(0)


def check_formulas(data: bytes) -> int:
    """Every formula gives the value that is stored with it; how many there are."""
    live, cached = (openpyxl.load_workbook(io.BytesIO(data), data_only=values).active for values in (False, True))
    count = 0
    for row in live.iter_rows():
        for cell in row:
            if cell.data_type == "f":
                count += 1
                shown = Decimal(str(cached[cell.coordinate].value))
                assert computed(cached, cell.value) == shown, (cell.coordinate, cell.value, shown)
    return count


@pytest.mark.poppler
@pytest.mark.parametrize("paper", [ledger, summary])
def test_every_format_says_the_same(paper: Any) -> None:
    for seed in range(DATA_SETS // 2):
        document = paper(random.Random(seed))
        wanted = said(document)
        data = render(document, "xlsx")
        assert on_screen(document) == wanted, seed
        assert list(in_excel(openpyxl.load_workbook(io.BytesIO(data), data_only=True).active)) == wanted, seed
        assert in_word(document) == wanted, seed
        assert in_pdf(document) == wanted, seed


@pytest.mark.parametrize("paper", [ledger, summary])
def test_sums_are_live_and_agree_with_what_is_stored(paper: Any) -> None:
    for seed in range(DATA_SETS // 2):
        document = paper(random.Random(seed))
        table = next(block for block in document.blocks if isinstance(block, Table))
        # A ledger: each balance, two totals, three facts. A summary: each closing balance, six totals.
        expected = 0 if not table.rows else len(table.rows) + (5 if paper is ledger else 6)
        if paper is ledger and not table.rows:
            expected = 1  # 期末积分, of three facts
        assert check_formulas(render(document, "xlsx")) == expected, seed


def test_a_figure_that_does_not_follow_stays_a_number() -> None:
    document = ledger(random.Random(0))
    table = next(block for block in document.blocks if isinstance(block, Table))
    assert len(table.rows) > 1
    wrong = [list(row) for row in table.rows]
    wrong[1][-1] += Decimal(7)
    blocks = tuple(
        Table(block.columns, tuple(map(tuple, wrong)), totals=block.totals) if block is table else block
        for block in document.blocks
    )
    data = render(Document(document.title, blocks), "xlsx")
    check_formulas(data)
    book = openpyxl.load_workbook(io.BytesIO(data)).active
    assert any(cell.value == float(wrong[1][-1]) for row in book.iter_rows() for cell in row)


@pytest.mark.libreoffice
def test_an_office_program_reckons_the_same(tmp_path: Path) -> None:
    """openpyxl drops the stored values, so that LibreOffice has to compute every formula itself."""
    wanted: dict[str, list[str]] = {}
    for seed in range(6):
        for paper in (ledger, summary):
            data = render(paper(random.Random(seed)), "xlsx")
            path = tmp_path / f"{paper.__name__}{seed}.xlsx"
            book = openpyxl.load_workbook(io.BytesIO(data))
            book.save(path)
            stored = openpyxl.load_workbook(io.BytesIO(data), data_only=True).active
            wanted[path.stem] = list(in_excel(stored))
    profile, target = f"-env:UserInstallation=file://{tmp_path}/profile", tmp_path / "computed"
    files = [str(path) for path in sorted(tmp_path.glob("*.xlsx"))]
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(target), *files]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    for name, figures in wanted.items():
        book = openpyxl.load_workbook(target / f"{name}.xlsx", data_only=True)
        assert list(in_excel(book.active)) == figures, name
