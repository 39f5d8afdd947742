"""月报: every figure equals a recount from the tables, text equals tables, formats say the same."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import event, func, select

from app.areas.models import Area
from app.database.transactions import writing
from app.extensions import db
from app.lowcode.indicators import Indicator
from app.lowcode.papers import PaperRequest, paper
from app.lowcode.register import register
from app.lowcode.service import save
from app.periods.rules import Period, parse
from app.report_center import counting, digest
from app.report_center.comparison import Bases
from app.report_center.counting import count, nature_of
from app.report_center.digest import Scope, build_live, scope_of, sections_of
from app.report_center.indicators import GRIDS, GRIDS_ANSWERED, HOUSEHOLDS
from app.security.actor import SYSTEM, acting_as
from reports.contents.digest import stray_figures
from reports.contents.digest_rows import Topic, all_topics
from reports.contents.figures import Figure
from reports.document import Document, Table, show
from reports.rendering import render
from tests.calls import calls
from tests.report_center.conftest import OCTOBER, SEPTEMBER, build_world
from tests.world import DISTRICT, HOME, NEXT_DOOR, STREET, TODAY, as_user, build_areas

context = pytest.mark.usefixtures("context")
sqlite_context = pytest.mark.usefixtures("sqlite_context")
MOST_CALLS = 160_000


def _request(area: str = STREET, period: Period = OCTOBER) -> PaperRequest:
    return PaperRequest(area, period, TODAY, SYSTEM)


def _document(area: str = STREET, period: Period = OCTOBER) -> Document:
    with acting_as(SYSTEM):
        return build_live(_request(area, period))


def _topics(area: str = STREET, period: Period = OCTOBER) -> dict[str, Topic]:
    with acting_as(SYSTEM):
        return {topic.title: topic for topic in all_topics(sections_of(scope_of(_request(area, period)), period))}


def _figure(topic: Topic, name: str) -> Figure:
    return next(figure for figure in topic.figures if figure.name == name)


@context
def test_the_books_of_members_balance() -> None:
    build_world()
    for area, expected in ((STREET, (3, 1, 1, 3)), (HOME, (2, 1, 1, 2)), (NEXT_DOOR, (1, 0, 0, 1))):
        topic = _topics(area)["党建引领"]
        members = _figure(topic, "party_members")
        came, went = _figure(topic, "party_members_in").value, _figure(topic, "party_members_out").value
        assert (members.previous, came, went, members.value) == expected
        assert members.previous + came - went == members.value
        assert _figure(topic, "party_reporting").value == (0 if area == NEXT_DOOR else 1)
    lines = _topics(STREET)["党建引领"].lines
    assert [line.area for line in lines] == ["桂花社区", "银杏社区"]
    names = [figure.name for figure in _topics(STREET)["党建引领"].figures]
    at = names.index("party_members")
    assert [line.values[at : at + 3] for line in lines] == [(2, 1, 1), (1, 0, 0)]


@context
def test_an_unexplained_change_is_named() -> None:
    build_world()
    member = register("party_members").model
    with acting_as(SYSTEM), writing() as session:
        session.add(member(name="何八", roster="registered", area_code=HOME, entered_on=date(2026, 10, 12)))
    topic = _topics(HOME)["党建引领"]
    members, gap = _figure(topic, "party_members"), _figure(topic, "party_members_open")
    came, went = _figure(topic, "party_members_in").value, _figure(topic, "party_members_out").value
    assert gap.value == 1
    assert members.previous + came - went + gap.value == members.value


@context
def test_figures_equal_a_recount_from_the_tables() -> None:
    build_world()
    worker = register("grid_workers").model
    topics = _topics(STREET)
    with acting_as(SYSTEM):
        grids = db.session.execute(select(func.count()).select_from(Area).where(Area.level == "grid")).scalar_one()
        workers = [row.hired_on for row in db.session.execute(select(worker)).scalars()]
    topic = topics["网格和网格员"]
    assert _figure(topic, GRIDS.name).value == grids == 3
    heads = _figure(topic, "grid_workers")
    assert heads.value == sum(day <= OCTOBER.last for day in workers) == 2
    assert heads.previous == sum(day <= SEPTEMBER.last for day in workers) == 1
    for figure in topic.figures:
        index = topic.figures.index(figure)
        parts = [line.values[index] for line in topic.lines]
        if not figure.is_rate and None not in parts:
            assert sum(parts) == figure.value, figure.label


@context
def test_what_a_street_has_itself_stands_in_a_row_of_its_own() -> None:
    build_world()
    with acting_as(SYSTEM):
        for name, area in (("街道的事", STREET), ("社区的事", HOME)):
            raw = {"name": name, "source": "hotline", "area": area, "reported_at": "2026-10-12 09:00"}
            save(register("events"), None, raw, by=SYSTEM, today=TODAY)
    topic = _topics(STREET)["事件办理"]
    index = [figure.name for figure in topic.figures].index("events_reported")
    assert topic.own is not None
    assert (topic.own.area, topic.own.values[index]) == ("街道本级", 1)
    assert sum(line.values[index] or 0 for line in topic.lines) + 1 == topic.figures[index].value == 2  # type: ignore[misc]
    assert _topics(HOME)["事件办理"].own is None


@context
def test_many_counts_at_once_equal_each_alone() -> None:
    build_world()
    with acting_as(SYSTEM):
        chosen = [each for each in digest.figures_of_the_digest() if each.resource != "reports"]
        assert len(chosen) > 5
        together = count(chosen, STREET, OCTOBER, digits=12)
        for each in chosen:
            assert together[each.name].whole() == each.value((STREET,), OCTOBER), each.name
            for code in (HOME, NEXT_DOOR):
                if together[each.name].is_split:
                    assert together[each.name].of(code) == each.value((code,), OCTOBER), (each.name, code)


@context
def test_counting_for_all_communities_at_once_gives_each_its_own_figures() -> None:
    build_world()
    with acting_as(SYSTEM):
        chosen = [each for each in digest.figures_of_the_digest() if each.resource != "reports"]
        alone = {code: count(chosen, code, OCTOBER, digits=12) for code in (HOME, NEXT_DOOR)}
        statements: list[str] = []
        with counting.counted_together(DISTRICT):
            first = count(chosen, HOME, OCTOBER, digits=12)
            event.listen(db.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
            second = count(chosen, NEXT_DOOR, OCTOBER, digits=12)
    together = {HOME: first, NEXT_DOOR: second}
    for code, figures in alone.items():
        for name, figure in figures.items():
            assert together[code][name].whole() == figure.whole(), (code, name)
            assert together[code][name].of(code) == figure.of(code), (code, name)
    assert len(statements) == sum(not figure.is_split for figure in second.values())


@context
def test_a_zero_denominator_prints_a_dash() -> None:
    build_areas()
    with acting_as(SYSTEM), writing() as session:
        for row in session.execute(select(Area).where(Area.level == "grid")).scalars():
            session.delete(row)
    counted = count([GRIDS_ANSWERED], HOME, OCTOBER, digits=12)[GRIDS_ANSWERED.name]
    assert counted.whole() is None
    assert counted.of(HOME) is None
    figure = digest._figure(counted, Bases({}, {}, {}))
    assert show(figure.value, figure.kind) == "—"


@sqlite_context
def test_what_a_figure_depends_on_is_read_from_its_statement() -> None:
    build_areas()
    assert nature_of(GRIDS) == "stock"
    assert nature_of(HOUSEHOLDS) == "now"

    def moved(prefixes: tuple[str, ...], period: Period) -> object:
        return select(Area.id).where(Area.valid_from.between(period.first, period.last))

    assert nature_of(Indicator("t", "t", "t", "件", "areas", moved)) == "flow"
    assert nature_of(Indicator("t", "t", "t", "件", "areas", moved, has_history=False)) == "now"


@context
def test_what_was_never_kept_is_left_out_not_zero() -> None:
    build_areas()
    titles = set(_topics(HOME))
    assert "网格和网格员" in titles
    assert "党建引领" not in titles
    assert "在岗网格员" not in {figure.label for figure in _topics(HOME)["网格和网格员"].figures}


@sqlite_context
def test_text_states_no_figure_that_is_in_no_table() -> None:
    build_world()
    for area in (HOME, STREET, DISTRICT):
        assert stray_figures(_document(area)) == ()


@sqlite_context
def test_levels_differ_in_what_lies_below() -> None:
    build_world()
    with acting_as(SYSTEM):
        assert scope_of(_request(HOME)) == Scope(HOME, None, ())
        assert [name for _code, name in scope_of(_request(STREET)).lines] == ["桂花社区", "银杏社区"]
        assert [name for _code, name in scope_of(_request(DISTRICT)).lines] == ["清溪街道", "远山街道"]
    assert "清溪街道办事处" in str(_document(STREET).blocks)


@sqlite_context
@pytest.mark.parametrize("key", ["2026-10", "2026-Q3", "2026-H1", "2025"])
def test_other_periods_print_too(key: str) -> None:
    build_world()
    document = _document(STREET, parse(key))
    assert parse(key).title in document.title
    assert render(document, "html")


@sqlite_context
def test_a_street_takes_few_statements() -> None:
    build_world()
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    _document(STREET)
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        _document(STREET)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert len(asked) <= 30, len(asked)


def _cells(document: Document) -> set[str]:
    found: set[str] = set()
    for block in document.blocks:
        if isinstance(block, Table):
            for row in block.rows:
                found |= {
                    show(value, column.kind, column.places) for column, value in zip(block.columns, row, strict=True)
                }
    return {text for text in found if re.search(r"\d", text) and len(text) < 12}


@sqlite_context
def test_all_formats_say_the_same_figures(tmp_path: Path) -> None:
    build_world()
    document = _document(STREET)
    wanted = _cells(document)
    assert len(wanted) > 5
    html = re.sub(r"<[^>]+>", " ", render(document, "html").decode())
    word = zipfile.ZipFile(io.BytesIO(render(document, "docx"))).read("word/document.xml").decode()
    word = re.sub(r"<[^>]+>", " ", word.replace("</w:t></w:r><w:r><w:t>", ""))
    book = openpyxl.load_workbook(io.BytesIO(render(document, "xlsx")), data_only=False)
    numbers = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None}
    for text in wanted:
        assert text in html, text
        assert text in word, text
        plain = text.replace(",", "").rstrip("%")
        assert (
            text in numbers
            or plain in numbers
            or any(plain == value.rstrip("0").rstrip(".") for value in numbers)
            or "%" in text
        ), text
    if shutil.which("pdftotext"):
        path = tmp_path / "digest.pdf"
        path.write_bytes(render(document, "pdf"))
        shown = subprocess.run(
            ["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True
        ).stdout.decode()
        for text in wanted:
            assert text in shown, text


@sqlite_context
def test_one_community_is_counted_and_printed_with_little_work() -> None:
    build_world()
    document = _document(HOME)
    assert calls(lambda: _document(HOME)) < MOST_CALLS
    for format_ in paper("digest").formats:
        render(document, format_)
        assert calls(partial(render, document, format_)) < MOST_CALLS, format_


@context
def test_a_roster_prints_as_of_the_last_day() -> None:
    build_world()
    worker = register("grid_workers").model
    of = paper("grid_workers")

    def names(period: Period, user: str = "secretary", area: str = HOME) -> list[object]:
        with as_user(user) as actor:
            document = of.build(PaperRequest(area, period, TODAY, actor))
        return [row[1] for block in document.blocks if isinstance(block, Table) for row in block.rows]

    with acting_as(SYSTEM), writing() as session:
        session.add(worker(name="尤九", area_code=HOME, hired_on=date(2026, 11, 2)))
        session.add(worker(name="许十", area_code=HOME, hired_on=date(2024, 1, 1), left_on=date(2026, 10, 5)))
    assert names(OCTOBER) == ["陈六"]
    assert set(names(SEPTEMBER)) == {"陈六", "许十"}
    assert set(names(parse("2026-11"))) == {"陈六", "尤九"}
    assert names(OCTOBER, "next_secretary") == []
    assert names(OCTOBER, "street", STREET) == ["陈六", "褚七"]


@context
def test_rows_without_days_of_their_own_count_from_their_entry() -> None:
    build_world()
    compound = register("residential_compounds").model
    with acting_as(SYSTEM), writing() as session:
        early, late = compound(name="早园", area_code=HOME), compound(name="晚园", area_code=HOME)
        gone = compound(name="旧园", area_code=HOME)
        session.add_all([early, late, gone])
        session.flush()
        early.created_at = gone.created_at = datetime(2026, 10, 31, 15, 59, tzinfo=UTC)  # 23:59 in the office
        late.created_at = datetime(2026, 10, 31, 16, 0, tzinfo=UTC)
        gone.deleted_at = datetime(2026, 11, 3, tzinfo=UTC)
    with as_user("secretary") as actor:
        document = paper("residential_compounds").build(PaperRequest(HOME, OCTOBER, TODAY, actor))
    assert {row[1] for block in document.blocks if isinstance(block, Table) for row in block.rows} == {"早园", "旧园"}


def test_amounts_are_summed_by_area(sqlite_context: object) -> None:
    build_areas()
    with acting_as(SYSTEM), writing() as session:
        for number, row in enumerate(session.execute(select(Area).where(Area.level == "grid")).scalars(), 1):
            row.household_count = number * 100
    counted = counting.count([HOUSEHOLDS], STREET, OCTOBER, digits=12)[HOUSEHOLDS.name]
    assert counted.whole() == 600
    assert {counted.of(HOME), counted.of(NEXT_DOOR)} == {300}
