"""What a printed file says, read by programs that know nothing of ours: poppler, LibreOffice, openpyxl, an HTML parser.

All text is compared without white space: programs break lines where they like.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
from collections.abc import Mapping
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from html.parser import HTMLParser
from pathlib import Path

import openpyxl

from reports.document import Document, Facts, Heading, Paragraph, Table, show

_FURNITURE = re.compile(r"^(草稿)?(—\d+—|第\d+页共\d+页)?|(—\d+—|第\d+页共\d+页)$")
"""Marks that stand at the edge of a page, in a sentence that runs over it."""


def squeezed(text: str) -> str:
    """The text without white space."""
    return "".join(text.split())


def rows_said(document: Document) -> list[tuple[str, ...]]:
    """The cells of every row of every table, and of every pair of facts; empty ones left out."""
    found: list[tuple[str, ...]] = []
    for block in document.blocks:
        if isinstance(block, Facts):
            found += [(label, show(value)) for label, value in block.pairs]
        if isinstance(block, Table):
            for row in (*block.rows, *([block.totals] if block.totals else [])):
                cells = zip(block.columns, row, strict=False)
                found.append(tuple(show(value, column.kind, column.places) for column, value in cells))
    return [cells for row in found if (cells := tuple(squeezed(cell) for cell in row if squeezed(cell)))]


def texts_said(document: Document) -> list[str]:
    """Title, headings, and the paragraphs cut at their full stops (a page may end between two)."""
    found = [document.title]
    for block in document.blocks:
        if isinstance(block, Heading):
            found.append(block.text)
        if isinstance(block, Paragraph):
            text = block.text if isinstance(block.text, str) else "".join(run.text for run in block.text)
            found += re.split(r"(?<=[。；])", text)
    return [squeezed(text) for text in found if squeezed(text)]


def from_pdf(path: Path) -> str:
    """The text of a PDF in the order it is painted, without page numbers."""
    return "".join(_FURNITURE.sub("", page) for page in pages_of(path))


def pages_of(path: Path) -> list[str]:
    """The text of each page."""
    done = subprocess.run(["pdftotext", "-raw", str(path), "-"], check=True, capture_output=True)
    return [squeezed(page) for page in done.stdout.decode().split("\f")[:-1]]


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._is_hidden = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._is_hidden = tag in ("style", "title", "script")

    def handle_endtag(self, tag: str) -> None:
        self._is_hidden = False

    def handle_data(self, data: str) -> None:
        if not self._is_hidden:
            self.parts.append(data)


def from_html(data: bytes) -> str:
    """The text of a page."""
    parser = _Text()
    parser.feed(data.decode())
    return squeezed("".join(parser.parts))


FONTS = Path(__file__).resolve().parents[2] / "reports" / "fonts"
STAND_INS = {
    "宋体": "Noto Serif SC", "方正小标宋简体": "Noto Serif SC", "黑体": "Noto Sans SC", "Arial": "Noto Serif SC",
    "仿宋": "FandolFang TT", "仿宋_GB2312": "FandolFang TT", "楷体": "LXGW WenKai", "楷体_GB2312": "LXGW WenKai",
}  # fmt: skip
"""Faces of an office's machine and what stands in for them here, with digits as wide as theirs."""


def office_environment(folder: Path) -> dict[str, str]:
    """The environment in which LibreOffice finds our fonts by the names an office has."""
    aliases = "".join(
        f'<match target="pattern"><test name="family"><string>{name}</string></test>'
        f'<edit name="family" mode="assign" binding="same"><string>{face}</string></edit></match>'
        for name, face in STAND_INS.items()
    )
    path = folder / "fonts.conf"
    path.write_text(
        f'<?xml version="1.0"?><fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include>'
        f"<dir>{FONTS}</dir><cachedir>{folder}/fonts</cachedir>{aliases}</fontconfig>",
        "utf-8",
    )
    return {**os.environ, "FONTCONFIG_FILE": str(path)}


def office_pages(folder: Path, files: Mapping[str, bytes]) -> dict[str, Path]:
    """Each Word or Excel file printed as PDF by LibreOffice, all in one start: it takes seconds."""
    for name, data in files.items():
        (folder / name).write_bytes(data)
    environment = office_environment(folder)
    profile, target = f"-env:UserInstallation=file://{folder}/profile", folder / "printed"
    for suffix in ("docx", "xlsx"):
        paths = [str(folder / name) for name in files if name.endswith(suffix)]
        if paths:
            command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(target / suffix)]
            subprocess.run([*command, *paths], check=True, capture_output=True, timeout=600, env=environment)
    return {name: target / name.rpartition(".")[2] / f"{name.rpartition('.')[0]}.pdf" for name in files}


def from_book(data: bytes) -> str:
    """The text of every sheet row by row, each value in the format of its cell, as Excel shows it."""
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    return squeezed("".join(_shown(cell.value, cell.number_format) for sheet in book for row in sheet for cell in row))


def _shown(value: object, format_: str) -> str:
    if isinstance(value, datetime):
        days = "%Y-%m-%d" if "d" in format_ else "%Y-%m"
        return value.strftime(f"{days} %H:%M" if "h" in format_ else days)
    if isinstance(value, int | float) and not isinstance(value, bool):
        section = format_.partition(";")[0]
        places = len(section.partition(".")[2].rstrip('%"'))
        number = Decimal(str(value)) * (100 if "%" in section else 1)
        rounded = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP) if section != "General" else number
        return f"{rounded:,f}%" if "%" in section else f"{rounded:,f}" if "," in section else f"{rounded:f}"
    return "" if value is None else str(value)
