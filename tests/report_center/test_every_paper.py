"""Every registered paper on the demonstration street: what tells one from the next, and where it is signed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask

from app.factory import create_app
from app.lowcode.papers import Paper, PaperRequest, papers
from app.numbering.series import all_series
from app.periods.rules import Period
from app.report_center.documents import printable
from app.security.actor import SYSTEM, acting_as
from reports.contents.digest import stray_figures
from reports.document import Document, Paragraph, Signature, SignatureLines, Table
from tests.street import COMMUNITY, LOADED, TOP, Street

NOT_IN_DEMO = {"points_ranking"}
"""The rule book of the demonstration ranks nobody."""

DAY = date.fromisoformat(LOADED)


@pytest.fixture(scope="module")
def street_app(demo_street: Street) -> Iterator[Flask]:
    """The demonstration street, only read."""
    app = create_app({"DATA_DIR": str(demo_street.folder)})
    with app.app_context(), acting_as(SYSTEM):
        yield app


def requests_for(paper: Paper) -> Iterator[PaperRequest]:
    """What the paper can be about, in a community, else in its street: a month that is over, or the first subject."""
    for area in (COMMUNITY, TOP):
        for period in (Period.of(paper.periods[0], DAY), Period.of(paper.periods[0], DAY).previous()):
            request = PaperRequest(area, period, DAY, SYSTEM)
            if paper.subjects is None:
                yield PaperRequest(area, period.previous() if period.kind == "month" else period, DAY, SYSTEM)
            elif found := paper.subjects(request):
                yield PaperRequest(area, period, DAY, SYSTEM, found[0].id)


def made() -> list[tuple[Paper, PaperRequest, Document]]:
    """Each paper the street can print, and of what; one that says only that there is nothing to print is no paper."""
    found = []
    for paper in papers():
        for request in requests_for(paper):
            document = printable(paper, request).document
            if [type(block) for block in document.blocks] != [Paragraph]:
                found.append((paper, request, document))
                break
    missing = {paper.name for paper in papers()} - {paper.name for paper, _request, _document in found}
    assert missing <= NOT_IN_DEMO, missing - NOT_IN_DEMO
    return found


def test_every_paper_is_numbered_as_it_says(street_app: Flask) -> None:
    assert next(series for series in all_series() if series.name == "letters").is_yearly
    wrong = []
    for paper, request, document in made():
        said = f"{document.title}{document.subtitle}" + (
            f"{document.head.number}{document.head.issue}" if document.head else ""
        )
        if paper.numbered_by == "letter" and f"〔{request.period.year}〕" not in said:
            wrong.append(f"{paper.title}没有文号")
        if paper.numbered_by == "minutes" and not (document.is_draft or (document.head and document.head.issue)):
            wrong.append(f"{paper.title}没有期号")
        if paper.numbered_by == "period" and paper.issue(request.period) not in said:
            wrong.append(f"{paper.title}没有期号")
        if paper.numbered_by == "print" and document.style != "table":
            wrong.append(f"{paper.title}是公文，却没有编号规则")
    assert wrong == []


DRAFTED = ("digest", "one_page", "week_summary", "year_summary", "area_ranking")
"""Papers whose sentences are made of figures."""


def test_no_drafted_paper_states_a_figure_that_is_not_in_its_tables(street_app: Flask) -> None:
    told = {
        (each.name, area, period.key): stray_figures(each.build(PaperRequest(area, period, DAY, SYSTEM)))
        for each in papers()
        if each.name in DRAFTED
        for area in (COMMUNITY, TOP)
        for kind in each.periods
        for period in (Period.of(kind, DAY), Period.of(kind, DAY).previous())
    }
    assert {asked: stray for asked, stray in told.items() if stray} == {}


def test_the_page_for_leaders_has_four_to_six_figures(street_app: Flask) -> None:
    (page,) = (each for each in papers() if each.name == "one_page")
    for area in (COMMUNITY, TOP):
        document = page.build(PaperRequest(area, Period.of("month", DAY).previous(), DAY, SYSTEM))
        figures = next(block for block in document.blocks if isinstance(block, Table))
        assert 4 <= len(figures.rows) <= 6


def test_every_paper_is_signed_where_it_says(street_app: Flask) -> None:
    wrong = []
    for paper, _request, document in made():
        has = {
            "signature": any(isinstance(block, Signature) for block in document.blocks),
            "signature_lines": any(isinstance(block, SignatureLines) for block in document.blocks),
            "foot_line": document.foot_line is not None,
            "head": document.head is not None and bool(document.head.issuer),
        }
        if paper.signed_by != "nobody" and not has[paper.signed_by]:
            wrong.append(f"{paper.title}：没有{paper.signed_by}")
        if document.style == "official" and paper.signed_by == "nobody":
            wrong.append(f"{paper.title}是公文，却没有署名")
    assert wrong == []
