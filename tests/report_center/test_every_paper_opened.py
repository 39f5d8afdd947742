"""Every registered paper in every format, opened by programs that are not ours, says the figures of its Document."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from app.factory import create_app
from app.lowcode.papers import Paper
from app.security.actor import SYSTEM, acting_as
from reports.document import Document
from reports.rendering import render
from tests.report_center.test_every_paper import made
from tests.reports import opened
from tests.street import Street

pytestmark = [pytest.mark.poppler, pytest.mark.libreoffice]

SHARE = 6
"""Word and Excel files of every sixth paper are printed by LibreOffice in the gate, those of all papers in the soak."""

Made = list[tuple[Paper, Document]]


@pytest.fixture(scope="module")
def printed(demo_street: Street) -> Made:
    app = create_app({"DATA_DIR": str(demo_street.folder)})
    with app.app_context(), acting_as(SYSTEM):
        found = [(paper, document) for paper, _request, document in made()]
    assert len(found) > 50
    return found


def missing(document: Document, said: str) -> list[str]:
    """Rows and sentences of the paper that a text lacks."""
    wanted = ["".join(row) for row in opened.rows_said(document)] + opened.texts_said(document)
    return [each for each in wanted if each not in said]


def wrong_page_numbers(document: Document, pages: Sequence[str]) -> list[int]:
    """Pages without — n — or 第n页共N页; the first of a 函 bears none (GB/T 9704 10.1)."""
    is_letter = document.head is not None and document.head.form == "函"
    return [
        number
        for number, page in enumerate(pages, 1)
        if f"—{number}—" not in page and f"第{number}页共{len(pages)}页" not in page and not (is_letter and number == 1)
    ]


def test_pdf_html_and_excel_say_the_same_as_the_paper(printed: Made, tmp_path: Path) -> None:
    wrong = []
    for paper, document in printed:
        path = tmp_path / f"{paper.name}.pdf"
        path.write_bytes(render(document, "pdf"))
        said = {
            "pdf": opened.from_pdf(path),
            "html": opened.from_html(render(document, "html")),
            "xlsx": opened.from_book(render(document, "xlsx")),
        }
        wrong += [(paper.name, format_, lacks[:3]) for format_ in said if (lacks := missing(document, said[format_]))]
        if numbers := wrong_page_numbers(document, opened.pages_of(path)):
            wrong.append((paper.name, "page numbers", numbers))
    assert wrong == []


def _printed_by_an_office(papers: Made, folder: Path) -> list[tuple[str, object]]:
    files = {f"{paper.name}.{kind}": render(document, kind) for paper, document in papers for kind in ("docx", "xlsx")}  # type: ignore[arg-type]
    pages = opened.office_pages(folder, files)
    wrong: list[tuple[str, object]] = []
    for paper, document in papers:
        word, book = pages[f"{paper.name}.docx"], pages[f"{paper.name}.xlsx"]
        if lacks := missing(document, opened.from_pdf(word)):
            wrong.append((f"{paper.name}.docx", lacks[:3]))
        # LibreOffice paints a sheet's texts and numbers in an order of its own, so that cells are looked for one by one.
        said = opened.from_pdf(book)
        if lost := [cell for row in opened.rows_said(document) for cell in row if cell not in said]:
            wrong.append((f"{paper.name}.xlsx", lost[:3]))
        wrong += [
            (f"{path.parent.name} {paper.name}", numbers)
            for path in (word, book)
            if (numbers := wrong_page_numbers(document, opened.pages_of(path)))
        ]
    return wrong


def test_an_office_program_prints_the_same_from_word_and_excel(printed: Made, tmp_path: Path) -> None:
    assert _printed_by_an_office(printed[::SHARE], tmp_path) == []


@pytest.mark.soak
def test_an_office_program_prints_all_papers_from_word_and_excel(printed: Made, tmp_path: Path) -> None:
    assert _printed_by_an_office(printed, tmp_path) == []


def test_a_figure_that_is_not_there_is_found(printed: Made) -> None:
    paper, document = next(each for each in printed if opened.rows_said(each[1]))
    row = "".join(opened.rows_said(document)[-1])
    assert missing(document, opened.from_html(render(document, "html")).replace(row, "")) != [], paper.name
