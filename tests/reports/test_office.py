"""Word and Excel papers opened by LibreOffice: 22 lines of 28 characters, same text, same figures."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from reports.document import Document, FootLine, Paragraph, Table, TableColumn
from reports.rendering import Format, render
from tests.reports import opened
from tests.reports.block_papers import every_block
from tests.reports.digest_papers import street_digest
from tests.reports.ledger_papers import worker_roster

pytestmark = [
    pytest.mark.libreoffice,
    pytest.mark.poppler,
]


LENGTHS = (40, 41, 42, 43, 44, 45, 46, 47, 48, 86, 87, 88, 89, 90, 91, 92, 93, 94)
"""Rosters in Excel of about a page and about two."""


def roster(count: int) -> Document:
    columns = (TableColumn("序号", 0.5, "integer"), TableColumn("姓名", 2), TableColumn("备注", 3))
    rows = tuple((number, f"韦青{number}", "") for number in range(1, count + 1))
    foot = FootLine((("填报单位（盖章）", ""), ("填表人", ""), ("审核人", ""), ("填报日期", "")))
    return Document("网格员名册", (Table(columns, rows),), subtitle="填报单位：枫叶街道", foot_line=foot)


def pages(folder: Path, documents: dict[str, tuple[Document, Format]]) -> dict[str, list[str]]:
    """The text of each page of each document, printed by LibreOffice (started once: it takes seconds)."""
    files = {f"{name}.{wanted}": render(document, wanted) for name, (document, wanted) in documents.items()}
    found = {}
    for file, path in opened.office_pages(folder, files).items():
        text = subprocess.run(["pdftotext", "-layout", str(path), "-"], check=True, capture_output=True).stdout.decode()
        found[file.rpartition(".")[0]] = text.split("\f")[:-1]
    return found


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    solid = Document("", (Paragraph("国" * 28 * 50, indent=0),), style="official")
    return pages(
        tmp_path_factory.mktemp("office"),
        {
            "solid": (solid, "docx"),
            "digest_word": (street_digest(), "docx"),
            "digest_excel": (street_digest(), "xlsx"),
            "roster_word": (worker_roster(), "docx"),
            "roster_excel": (worker_roster(), "xlsx"),
            "official": (every_block(style="official"), "docx"),
            **{f"rows_{count}": (roster(count), "xlsx") for count in LENGTHS},
        },
    )


def without_spaces(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_an_official_page_holds_22_lines_of_28_characters(printed: dict[str, list[str]]) -> None:
    for page in printed["solid"][:2]:
        lines = [line.count("国") for line in page.splitlines() if "国" in line]
        assert lines == [28] * 22


@pytest.mark.parametrize("name", ["digest_word", "digest_excel"])
def test_the_digest_says_its_figures_in_both_programs(printed: dict[str, list[str]], name: str) -> None:
    text = without_spaces("".join(printed[name]))
    assert "本月上报事件1,300件（环比增长10.17%）" in text
    assert "办结率97.31%（环比下降1.00个百分点）" in text
    for row in ("1锦绣社区35034498.29%", "2枫叶社区52051098.08%", "合计1,3001,26597.31%", "无可比数据"):
        assert row in text


@pytest.mark.parametrize("name", ["roster_word", "roster_excel"])
def test_the_head_of_a_roster_is_on_every_page(printed: dict[str, list[str]], name: str) -> None:
    found = printed[name]
    assert len(found) >= 2
    for number, page in enumerate(found, 1):
        assert "身份证号" in page
        assert f"第{number}页共{len(found)}页" in without_spaces(page)
    assert "13,770" in found[-1]
    assert "填报单位（盖章）：枫叶街道办事处" in without_spaces(found[-1])


def test_official_page_numbers_and_imprint(printed: dict[str, list[str]]) -> None:
    found = [without_spaces(page) for page in printed["official"]]
    assert [f"—{number}—" in page for number, page in enumerate(found, 1)] == [True] * len(found)
    assert "抄送：区委办，区民政局。" in found[-1]
    last_lines = [line for line in printed["official"][-1].splitlines() if line.strip()]
    assert "印发" in last_lines[-2]
    assert "草稿" in found[0]


@pytest.mark.parametrize("count", LENGTHS)
def test_no_single_row_is_left_for_the_last_sheet_of_a_workbook(printed: dict[str, list[str]], count: int) -> None:
    found = printed[f"rows_{count}"]
    assert sum(page.count("韦青") for page in found) == count
    assert found[-1].count("韦青") >= 2
    assert "填报日期：" in found[-1]
    assert "填表人" in found[-1]
